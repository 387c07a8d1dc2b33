# Exits with 0 if an SVG picture is well-formed and has so many curves, each with a sample of its line in the legend.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import sys
import xml.dom.minidom

paths = xml.dom.minidom.parse(sys.argv[1]).getElementsByTagName("path")
curves = [path for path in paths if path.getAttribute("class").startswith("curve")]
drawn = [path for path in curves if path.getAttribute("clip-path")]
sys.exit(0 if len(drawn) == int(sys.argv[2]) and len(curves) == 2 * len(drawn) else 1)
