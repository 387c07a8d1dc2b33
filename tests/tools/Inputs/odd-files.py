# Names pipes, devices, folders and files of 5 GB where a program or an array is expected: a coded error, at once.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import resource
import subprocess
import sys

xphi, folder = sys.argv[1], pathlib.Path(sys.argv[2])
HUGE = 5 << 30


def npy(shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def limit():
    """No more memory than a small part of what is named."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


# A sanitizer wants more than that for itself.
limited = subprocess.run([xphi, "--help"], capture_output=True, preexec_fn=limit).returncode == 0


def check(arguments, exit_code, message, **stdin):
    done = subprocess.run([xphi, *arguments], capture_output=True, timeout=60, preexec_fn=limit if limited else None, **stdin)
    said = done.stderr.decode()
    assert done.returncode == exit_code and message in said, (arguments, done.returncode, said)


def sparse(name, beginning=b""):
    path = folder / name
    path.write_bytes(beginning)
    os.truncate(path, HUGE)
    return path


for suffix in ("phi", "npy"):
    os.mkfifo(folder / f"pipe.{suffix}")
    os.symlink("/dev/zero", folder / f"zero.{suffix}")
    os.mkdir(folder / f"folder.{suffix}")
for name, message in (("pipe", "no regular file"), ("zero", "no regular file"), ("folder", "it is a folder"),
                      ("missing", "No such file")):
    program, array = str(folder / f"{name}.phi"), str(folder / f"{name}.npy")
    for arguments in (["eval", program, "--at", "1"], ["check", program], ["fmt", program], ["show", program],
                      ["run", "gelu", "--in", array, "--out", str(folder / "y.npy")],
                      ["run", "elu", "--in", array, "--param", f"alpha=@{array}", "--out", str(folder / "y.npy")]):
        check(arguments, 3, "X3001")
        check(arguments, 3, message)

check(["check", str(sparse("huge.phi"))], 1, "more than 1048576 bytes [X0002]")
for beginning, message in ((b"", "does not begin as one"), (npy("(1250000000,)"), "is larger than"),
                           (npy("(3,)"), "it has 13 bytes of them")):
    array = str(sparse("huge.npy", beginning))
    check(["run", "gelu", "--in", array, "--out", str(folder / "y.npy")], 3, "X3005")
    check(["run", "gelu", "--in", array, "--out", str(folder / "y.npy")], 3, message)
with open("/dev/zero", "rb") as endless:
    check(["check", "-"], 1, "X0002", stdin=endless)
