"""codes-explained.py XPHI SOURCES: every error code that the sources raise has an explanation.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

xphi, sources = sys.argv[1], pathlib.Path(sys.argv[2])
codes = set()
for folder in ("compiler", "runtime", "tools"):
    for path in (sources / folder).rglob("*.[ch]*"):
        codes |= set(re.findall(r'"(X[1-3]\d{3})"', path.read_text()))
assert len(codes) > 20, codes
for code in sorted(codes):
    shown = subprocess.run([xphi, "explain-error", code], capture_output=True, text=True)
    assert shown.returncode == 0 and shown.stdout.startswith(code + ": "), (code, shown)
print(len(codes), "codes")
