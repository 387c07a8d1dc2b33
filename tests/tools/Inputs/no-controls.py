# Puts control characters where a text can reach a message, and looks for them in everything that is said.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import subprocess
import sys

xphi, folder = sys.argv[1], pathlib.Path(sys.argv[2])
CONTROLS = [chr(c) for c in list(range(1, 32)) + list(range(0x7F, 0xA0)) + [0x202A, 0x202E, 0x2066, 0x2069]]
ALLOWED = {"\n", "\t"}


def check(arguments, stdin=b""):
    done = subprocess.run([xphi, *arguments], input=stdin, capture_output=True, timeout=60)
    for stream in (done.stdout, done.stderr):
        text = stream.decode("utf-8")  # raises for what is not UTF-8
        raw = [c for c in text if c in CONTROLS and c not in ALLOWED]
        assert not raw, (arguments, raw, text)
    assert done.returncode in (0, 1, 2, 3), (arguments, done.returncode)


def npy(header):
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


for control in CONTROLS:
    bad = control + "[31m"
    program = folder / "text.phi"
    program.write_text(f"def f(x) = x + {bad}y # {bad}", newline="")
    named = folder / f"name{bad}.phi"
    named.write_text("def f(x) = y")
    array = folder / "array.npy"
    array.write_bytes(npy(f"{{'descr': '{bad}', 'fortran_order': False, 'shape': (1,), }}".encode()))
    check(["check", str(program)])
    check(["check", "--json", str(program)])
    check(["check", str(named)])
    check(["check", "--json", str(named)])
    check(["run", "gelu", "--in", str(array), "--out", str(folder / "y.npy")])
    os.unlink(named)
for control in CONTROLS[::7]:
    bad = control + "[31m"
    missing = str(folder / f"missing{bad}.phi")
    check(["eval", missing, "--at", "1"])
    check(["eval", "--json", missing, "--at", "1"])
    check(["eval", f"x + {bad}", "--at", "1"])
    check(["eval", "x", "--at", bad])
    check(["eval", "x", "--param", bad + "=1", "--at", "1", "--interpret"])
    check([bad])
    check(["eval", "x", "--" + bad])
    check(["explain-error", bad])
