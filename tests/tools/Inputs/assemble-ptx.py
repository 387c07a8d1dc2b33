"""assemble-ptx.py XPHI FOLDER: assembles the PTX of every library function with ptxas, for the oldest architecture and
in turn for one of the newer ones; for all of them with XPHI_EVERY_ARCHITECTURE set.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import os
import pathlib
import subprocess
import sys

xphi, folder = sys.argv[1], pathlib.Path(sys.argv[2])
targets = ["cuda-sm_80", "cuda-sm_90", "cuda-sm_100", "cuda-sm_120"]
names = [entry["name"] for entry in json.loads(subprocess.check_output([xphi, "list", "--json"]))]
assert len(names) >= 100
# By one process: to open the compiler takes it longer than a function.
subprocess.run(
    [xphi, "compile", *names, "-o", folder, "--emit", "ptx", "--backward", "--target", ",".join(targets)],
    check=True, capture_output=True)
oldest, *newer = targets
for place, name in enumerate(names):
    for target in targets if os.environ.get("XPHI_EVERY_ARCHITECTURE") else [oldest, newer[place % len(newer)]]:
        path = folder / f"{name}.{target}.ptx"
        text = path.read_text()
        assert ".ftz" not in text, (name, target)
        assert f".entry {name}_f32(" in text and f".entry {name}_f32_backward(" in text, (name, target)
        subprocess.run(["ptxas", f"-arch={target.removeprefix('cuda-')}", path, "-o", folder / "out.cubin"], check=True)
    print(name)
