"""flip-bits.py FOLDER: flips one bit in the middle of every cache entry of the folder.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

entries = list(pathlib.Path(sys.argv[1]).glob("*.so"))
assert entries
for entry in entries:
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 0x10
    entry.chmod(0o644)
    entry.write_bytes(content)
