# What the command writes over: files of every mode, behind links and in full folders. A failure leaves everything as it
# was; a success changes the text alone.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import resource
import shutil
import subprocess
import sys

xphi, folder = sys.argv[1], pathlib.Path(sys.argv[2])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir()
DRAFT, LAID_OUT = "def f( x )=x+1\n", "def f(x) = x + 1\n"


def run(*arguments, **how):
    return subprocess.run([xphi, *map(str, arguments)], capture_output=True, text=True, timeout=120, **how)


def contents():
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# Permissions, owner and links stay.
file = folder / "f.phi"
for mode in (0o600, 0o640, 0o644, 0o755, 0o606):
    file.write_text(DRAFT)
    file.chmod(mode)
    if os.geteuid() == 0:
        os.chown(file, 12345, 23456)
    before = file.stat()
    done = run("fmt", file)
    assert done.returncode == 0, done.stderr
    after = file.stat()
    assert file.read_text() == LAID_OUT
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid), oct(after.st_mode)
    os.chown(file, os.geteuid(), os.getegid())

(folder / "below").mkdir()
for target in ("f.phi", "below/../f.phi", file.resolve()):
    file.write_text(DRAFT)
    link = folder / "link.phi"
    link.symlink_to(target)
    assert run("fmt", link).returncode == 0
    assert link.is_symlink() and file.read_text() == LAID_OUT and not file.is_symlink()
    link.unlink()
new, link = folder / "below/new.svg", folder / "link.svg"
link.symlink_to("below/new.svg")  # which is not there yet
assert run("plot", "relu", "-o", link).returncode == 0
assert link.is_symlink() and new.read_text().startswith("<svg")

# A file that may not be written is not replaced. Root may write all.
file.write_text(DRAFT)
file.chmod(0o444)
if os.geteuid() != 0:
    done = run("fmt", file)
    assert done.returncode == 3 and "X3002" in done.stderr and file.read_text() == DRAFT

# The longest name that a file may have.
longest = folder / ("n" * 251 + ".phi")
longest.write_text(DRAFT)
assert run("fmt", longest).returncode == 0 and longest.read_text() == LAID_OUT

# The three files of a library are of one compile, or of the one before: whichever of them cannot be written.
library = folder / "libmine.a"


def failing(**how):
    """Another library than the one that is there."""
    done = run("compile", "abs(x)", "--name", "other", "-o", library, **how)
    assert done.returncode == 3 and "X3002" in done.stderr, (done.returncode, done.stderr)


for spoilt in ("mine.json", "mine.h", "libmine.a"):
    assert run("compile", "relu", "-o", library).returncode == 0
    (folder / spoilt).unlink()
    (folder / spoilt).symlink_to("no/such/folder")
    before = contents()
    failing()
    assert contents() == before
    (folder / spoilt).unlink()

# A limit on the size of files, as a full disk is, and on memory files, so that nothing can be linked and checked: what is
# written would not fit, or nothing is known of it.
assert run("compile", "relu", "-o", library).returncode == 0
before = contents()
for limit in (0, 1, 100, 500, 1000, 1500, 2000, 2500):
    for arguments in (["-o", library], ["-o", folder, "--emit", "object,header"], ["-o", folder, "--emit", "c"]):
        done = run("compile", "abs(x) + 1", "--name", "mine", *arguments, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (limit, limit)))
        assert done.returncode == 3, (limit, arguments, done.returncode, done.stderr)
        assert contents() == before, (limit, arguments)

assert not [name for name in os.listdir(folder) if name.endswith(".part")]

# Standard output that takes nothing is said, whatever the product is.
with open("/dev/full", "w") as full:
    verbs = ["eval", "run", "diff", "plot", "list", "show", "check", "fmt", "certify", "explain", "explain-error", "compile", "bench", "cache"]
    for arguments in (["--help"], ["--version"], ["list"], ["list", "--json"], ["show", "gelu"], *([verb, "--help"] for verb in verbs)):
        done = subprocess.run([xphi, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 3 and "error [X3002]" in done.stderr, (arguments, done.returncode, done.stderr)
