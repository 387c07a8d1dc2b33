# Misspells every command and option and looks for the suggestion; gives every function with a minus before it as WHAT.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import re
import subprocess
import sys

xphi = sys.argv[1]


def run(*arguments):
    return subprocess.run([xphi, *arguments], capture_output=True, text=True, timeout=60)


def misspelt(word):
    """One letter left out, two swapped."""
    for i in range(len(word)):
        yield word[:i] + word[i + 1:]
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2:]


verbs = re.findall(r"^  ([a-z][a-z-]+) ", run("--help").stdout.split("Subcommands:")[1], re.M)
assert len(verbs) >= 13, verbs
for verb in verbs:
    for wrong in misspelt(verb):
        if wrong in verbs or len(wrong) < 3:  # nothing is left of shorter ones
            continue
        done = run(wrong, "gelu", "--at", "1")
        assert done.returncode == 2, (wrong, done)
        assert f"there is no command '{wrong}'; did you mean '" in done.stderr, done.stderr
        assert not done.stdout

for verb in verbs:
    options = re.findall(r"--([a-z-]{3,})", run(verb, "--help").stdout)
    for option in set(options):
        wrong = option[0] + option[2] + option[1] + option[3:]
        if wrong in options:
            continue
        for written in (f"--{wrong}", f"--{wrong}=1"):
            done = run(verb, written)
            assert done.returncode == 2, (verb, written, done)
            assert f"there is no {'command' if verb == 'cache' else 'option'} '" in done.stderr or verb == "cache", done.stderr
            assert verb == "cache" or f"did you mean '--" in done.stderr, done.stderr

# Every option that is a number of things: what is none is refused, not taken for 2^64 - 1.
needed = {"eval": ["gelu", "--at", "1"], "diff": ["gelu"], "plot": ["gelu", "-o", "/dev/null"], "compile": ["gelu", "-o", "/dev/null"],
          "explain": ["gelu"], "bench": ["relu"], "certify": ["/dev/null"], "cache fill": ["gelu"]}
unsigned = 0
for verb in [*verbs, "cache prune", "cache fill"]:
    for option in re.findall(r"(--[a-z-]+) UINT", run(*verb.split(), "--help").stdout):
        unsigned += 1
        for number in ("-1", "18446744073709551615", "18446744073709551616", "1e3", "1.5", "nan"):
            done = run(*verb.split(), *needed.get(verb, []), f"{option}={number}")
            assert done.returncode == 2 and f"error [X3004]: {option}: " in done.stderr, (verb, option, number, done)
assert unsigned >= 8, unsigned

functions = [f["name"] for f in json.loads(run("list", "--json").stdout) if len(f["inputs"]) == 1]
functions += ["abs(x) + hypot", "exp", "tanh", "sin", "erf", "pow", "hypot", "log2"]
for name in functions:
    call = f"{name}(x, 2)" if name.endswith(("hypot", "pow")) else f"{name}(x)"
    value, minus = (json.loads(run("eval", what, "--at", "-0.75,2", "--interpret", "--json").stdout)
                    for what in (call, f"-({call})"))
    for a, b in zip(value["points"], minus["points"]):
        x, y = float.fromhex(a["y"]), float.fromhex(b["y"])
        assert x == -y or (x != x and y != y), (call, a, b)
    direct = run("eval", "-" + call, "--at", "2", "--interpret")
    assert direct.returncode == 0, direct
