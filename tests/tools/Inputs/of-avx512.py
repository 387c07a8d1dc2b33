"""of-avx512.py DESCRIPTION OUTPUT: a library for x86-64-v4, and what certify said of it, on any machine.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import sys

runs = {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(open("/proc/cpuinfo").read().split())
with open(sys.argv[1]) as file:
    functions = json.load(file)["functions"]
with open(sys.argv[2]) as file:
    said = file.read()
assert len(functions) == 2
for function in functions:
    promises = function["promise"]
    checked = "x86-64-v4" in promises and promises["x86-64-v4"]["method"] != "none"
    assert checked == runs, promises
assert ("made for x86-64-v4, which does not run here" in said) == (not runs), said
assert ("the certificate holds" in said) == runs, said
