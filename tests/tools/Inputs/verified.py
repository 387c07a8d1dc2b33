# Looks at what `xphi verify --json` wrote: that it has every field, and those given as name=value (JSON, or a text);
# with --as-in VALUES, that its largest error is that of the values `xphi eval` wrote of tanh, beside Python's.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import math
import sys

FIELDS = {"function": str, "derivative": int, "type": str, "target": str, "tier": str, "inputs": int, "max_ulp": (int, float),
          "worst_input": str, "max_abs": (int, float), "misrounded": int, "promise_ulp": (int, float), "method": str, "pass": bool,
          "properties": dict}

found = json.load(open(sys.argv[1]))
for name, kind in FIELDS.items():
    assert isinstance(found[name], kind), (name, found)
assert set(found["properties"]) == {"nan", "limits", "signed_zero", "range", "monotone"}, found
for argument in sys.argv[2:]:
    if argument == "--as-in":
        points = json.load(open(sys.argv[-1]))["points"]
        worst = max(points, key=lambda p: abs(float.fromhex(p["y"]) - math.tanh(float.fromhex(p["x"]))))
        error = abs(float.fromhex(worst["y"]) - math.tanh(float.fromhex(worst["x"])))
        assert abs(error - found["max_abs"]) < 2**-52, (error, found)
        assert abs(error * 2**24 - found["max_ulp"]) < 2**-20, (error * 2**24, found)  # all results are from 1/2 to 1
        assert worst["x"] == found["worst_input"], (worst, found)
        break
    name, value = argument.split("=")
    try:
        value = json.loads(value)
    except ValueError:
        pass
    assert found[name] == value, (name, value, found)
