#!/usr/bin/env python3
"""`gelu_paper --quick` as a user meets it: the run, a kill in the middle of one, damage, threads, mistakes.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: quick.py gelu_paper SOURCE-FOLDER WORK-FOLDER
"""

import filecmp
import json
import pathlib
import shutil
import subprocess
import sys
import time

program, source, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)


def command(name, *options):
    return [program, "--quick", "--data", str(source / "examples/03_digits/digits.csv"), "--folder", str(work / name / "runs"),
            "--report", str(work / name / "report.md"), *options]


def run(name, *options, code=0):
    done = subprocess.run(command(name, *options), capture_output=True, text=True, timeout=250)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done


def results(name):
    """Weights and errors by run."""
    runs = json.loads((work / name / "report/results.json").read_text())["runs"]
    return {(r["task"], r["activation"], r["rate"], r["seed"]): (r["weights"], r["validation"], r["test"], r["curve"]) for r in runs}


# All of it, with an activation of the user's: mish again, whose runs it must repeat.
began = time.monotonic()
done = run("all", "--threads", "2", "--activation", "x*tanh(softplus(x))")
print(f"quick: {time.monotonic() - began:.1f} s")
whole = results("all")
assert {task for task, *_ in whole} == {"classifier", "dropout", "autoencoder"}
for (task, activation, rate, seed), outcome in whole.items():
    if activation == "own1":
        assert outcome == whole[task, "mish", rate, seed], (task, rate, seed)
report = (work / "all/report.md").read_text()
assert "{{" not in report and "| own1 |" in report and "own1: `x*tanh(softplus(x))`" in report, report
assert "left" in done.stderr, done.stderr
for picture in ("summary", "classifier", "dropout", "autoencoder"):
    svg = (work / f"all/report/{picture}.svg").read_text()
    assert svg.endswith("</svg>\n") and "prefers-color-scheme: dark" in svg

# Killed in the middle of runs, twice, then finished on one thread: the same.
few = ("--task", "dropout", "--seeds", "2", "--checkpoint-seconds", "0", "--threads", "1")
for attempt in range(2):
    process = subprocess.Popen(command("killed", *few), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    before = len(list((work / "killed").rglob("dropout-*")))
    while process.poll() is None and len(list((work / "killed").rglob("dropout-*"))) < before + 2:
        time.sleep(0.01)
    process.kill()
    process.wait()
run("killed", *few)
killed = results("killed")
assert len(killed) == 36
for key, outcome in killed.items():
    assert outcome == whole[key], key

# A damaged file, and one under another's name.
runs = work / "killed/runs"
victim, other = sorted(runs.glob("dropout-relu-*"))[:2]
good = victim.read_bytes()
victim.write_bytes(good[:50] + bytes([good[50] ^ 1]) + good[51:])
assert "P0002" in run("killed", *few, code=3).stderr
victim.write_bytes(other.read_bytes())
message = run("killed", *few, code=3).stderr
assert "P0003" in message and "`seed` is 2 there and 1 here" in message, message
victim.unlink()
run("killed", *few)
assert results("killed") == killed

# Mistakes.
message = run("wrong", "--activation", "x * tahn(x)", code=1).stderr
assert "tahn" in message and "^" in message and "X0" in message, message
run("wrong", "--activation", "def f(a, b) = a * b", code=2)
run("wrong", "--task", "phoneme", code=2)
run("wrong", "--threads", "none", code=2)
assert "P0001" in run("wrong", "--data", "/nonexistent", code=3).stderr

# The page in docs/ is what its results give.
if (source / "docs/paper/results.json").exists():
    run("page", "--from", str(source / "docs/paper/results.json"), "--report", str(work / "page/paper.md"))
    assert (work / "page/paper.md").read_text() == (source / "docs/paper.md").read_text(), "run `./x paper --from docs/paper/results.json`"
    compared = filecmp.dircmp(work / "page/paper", source / "docs/paper")
    assert not compared.left_only and not compared.right_only, (compared.left_only, compared.right_only)
    different = filecmp.cmpfiles(compared.left, compared.right, compared.common_files, shallow=False)[1]
    assert not different, different
