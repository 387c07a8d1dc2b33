"""within-ulp.py N kernel.json reference.json: fails if a point is more than N units in the last place of a float away.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import math
import sys

limit = float(sys.argv[1])
kernel, reference = (json.load(open(path))["points"] for path in sys.argv[2:4])
assert len(kernel) == len(reference) > 0
for got, want in zip(kernel, reference):
    assert got["x"] == want["x"]
    y, exact = float.fromhex(got["y"]), float.fromhex(want["y"])
    exponent = max(math.frexp(exact)[1] - 1, -126) if exact else -126
    error = abs(y - exact) / math.ldexp(1, exponent - 23)
    print(f"{got['x']}: {y!r}, {error:.2f} ulp")
    assert error <= limit, (got, want)
