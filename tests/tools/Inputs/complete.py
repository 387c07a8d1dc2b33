# What the completion scripts offer, asked of the shells themselves: every command and option that --help shows, and values.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

xphi = sys.argv[1]
folder = tempfile.mkdtemp()
os.chdir(folder)
open("mine.phi", "w").write("def first(x) = x\ndef second(x) = 2 * x\n")
open("other.txt", "w").close()
os.mkdir("sub")


def run(*command, **rest):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **rest)


def script(shell):
    done = run(xphi, "completion", shell)
    assert done.returncode == 0 and not done.stderr, done
    path = f"_xphi.{shell}"
    open(path, "w").write(done.stdout)
    return path


def by_bash(words):
    """As readline does it: words end at = and :, and only what is behind these is replaced."""
    broken = [part for word in words for part in (re.split(r"([=:]+)", word) if word else [""])]
    broken = [part for i, part in enumerate(broken) if part or i == len(broken) - 1 and not words[-1]]
    text = f"""source {script("bash")}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _xphi; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = run("bash", "--norc", "-c", text, "bash", xphi, *broken)
    assert done.returncode == 0 and not done.stderr, (words, done)
    behind = words[-1][:max(words[-1].rfind("="), words[-1].rfind(":")) + 1]
    return {behind + line for line in done.stdout.split("\n") if line}


def by_zsh(words):
    """With stand-ins for what only the line editor has."""
    text = f"""compadd() {{ print -rl -- "${{(@)texts}}" }}
compset() {{ return 0 }}
_files() {{ print -rl -- ${{words[CURRENT]%/*}}${{~2}}(N) }}
source {script("zsh")}
words=("$@"); CURRENT=$#; _xphi"""
    done = run("zsh", "-f", "-c", text, "zsh", xphi, *(words[:-1]), words[-1])
    assert done.returncode == 0 and not done.stderr, (words, done)
    return {line for line in done.stdout.split("\n") if line}


def by_fish(words):
    line = " ".join(["xphi", *words])
    done = run("fish", "--no-config", "-c", f"source {script('fish')}; complete -C '{line}'",
               env={**os.environ, "PATH": os.path.dirname(xphi) + ":" + os.environ["PATH"], "HOME": folder})
    assert done.returncode == 0 and not done.stderr, (words, done)
    return {each.split("\t")[0] for each in done.stdout.split("\n") if each}


def directly(words):
    done = run(xphi, "completion", "--words", "--", *words)
    assert done.returncode == 0 and not done.stderr, (words, done)
    return {line.split("\t")[0] for line in done.stdout.splitlines() if not line.startswith("\t")}


shells = {"bash": by_bash, "zsh": by_zsh, "fish": by_fish}
shells = {name: ask for name, ask in shells.items() if shutil.which(name)}
assert "bash" in shells


def help_of(path):
    return run(xphi, *path, "--help").stdout


def commands(path=()):
    parts = help_of(path).split("Subcommands:")
    own = re.findall(r"^  ([a-z][a-z-]+) ", parts[1], re.M) if len(parts) > 1 else []
    yield path, own
    for each in own:
        yield from commands((*path, each))


# Everything that help shows is offered, and nothing else.
seen = 0
for path, own in commands():
    if own:
        for name, ask in shells.items():
            assert ask([*path, ""]) == set(own), (name, path)
    shown = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_of(path), re.M))
    shown |= set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_of(path[:-1]), re.M))
    shown |= set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_of(()), re.M))
    seen += len(shown)
    assert directly([*path, "--"]) == shown, (path, directly([*path, "--"]) ^ shown)
    first = sorted(shown)[0]
    for name, ask in shells.items():
        assert first in ask([*path, first[:-1]]), (name, path, first)
assert seen > 100, seen

functions = {f["name"] for f in json.loads(run(xphi, "list", "--json").stdout)}
types = {"f32", "f16", "bf16", "f64"}
targets = {"x86-64-v3", "x86-64-v4", "aarch64-neon", "cuda-sm_80"}
# What is written, what must be offered, what must not.
table = [
    (["eval", ""], functions | {"mine.phi"}, {"other.txt", "eval", "--at"}),
    (["eval", "gel"], {"gelu", "gelu_tanh"}, {"silu", "mine.phi"}),
    (["eval", "m"], {"mish", "mine.phi"}, {"gelu"}),
    (["eval", "mine.phi:"], {"mine.phi:first", "mine.phi:second"}, {"mine.phi", "gelu"}),
    (["eval", "mine.phi:s"], {"mine.phi:second"}, {"mine.phi:first"}),
    (["eval", "gelu", ""], set(), functions),
    (["eval", "gelu", "--type", ""], types, {"gelu"}),
    (["eval", "gelu", "--type=b"], {"--type=bf16"}, {"--type=f32"}),
    (["eval", "--type", "f32", "si"], {"silu"}, {"f32"}),
    (["eval", "gelu", "--target", "x"], {"x86-64-v3", "x86-64-v4"}, {"aarch64-neon"}),
    (["--color", ""], {"auto", "always", "never"}, {"eval"}),
    (["eval", "gelu", "--color=n"], {"--color=never"}, set()),
    (["eval", "gelu", "--accuracy", ""], {"accurate", "exact", "fast", "reproducible"}, {"gelu"}),
    (["compile", "gelu", "si"], {"silu"}, {"gelu"}),
    (["compile", "other=si"], {"other=silu"}, set()),
    (["compile", "gelu", "--emit", ""], {"object", "header", "shared", "c", "cpp", "cuda", "mlir"}, set()),
    (["compile", "gelu", "--emit", "object,he"], {"object,header"}, {"object,shared"}),
    (["compile", "gelu", "--target=x86-64-v3,a"], {"--target=x86-64-v3,aarch64-neon"}, set()),
    (["compile", "gelu", "-o", ""], {"other.txt", "mine.phi"}, functions),
    (["compile", "gelu", "-o", "oth"], {"other.txt"}, {"mine.phi"}),
    (["run", "gelu", "--out", "o"], {"other.txt"}, set()),
    (["explain", "gelu", "--stage", ""], {"ast", "llvm", "asm", "all"}, set()),
    (["explain", "gelu", "--keep", ""], {"x", "y", "mask", "nothing"}, set()),
    (["cache", "fill", "gel"], {"gelu"}, {"fill"}),
    (["cache", "fill", "gelu", "--target", ""], targets, set()),
    (["cache", "pr"], {"prune"}, {"verify"}),
    (["fmt", "o"], {"other.txt"}, set()),
    (["explain-error", "X000"], {"X0001", "X0008"}, {"X2001"}),
    (["completion", ""], {"bash", "zsh", "fish"}, set()),
    (["--json", "ev"], {"eval"}, {"list"}),
    (["eval", "--", "-"], set(), {"--at"}),
    (["nonsense", ""], set(), functions),
]
for words, wanted, unwanted in table:
    for name, ask in shells.items():
        offered = ask(words)
        assert wanted <= offered, (name, words, wanted - offered)
        assert not unwanted & offered, (name, words, unwanted & offered)

# What is offered is an option's value, whatever the function says to it.
for option, values in [("--type", directly(["explain", "x", "--type", ""])),
                       ("--accuracy", directly(["explain", "x", "--accuracy", ""])),
                       ("--keep", directly(["explain", "x", "--keep", ""])),
                       ("--target", directly(["explain", "x", "--target", ""])),
                       ("--gradients", directly(["explain", "x", "--gradients", ""]))]:
    assert values, option
    for value in values:
        done = run(xphi, "explain", "x", "--stage", "ast", option, value)
        assert done.returncode in (0, 1), (option, value, done)

# With descriptions; and without a cache, a compiler, a home.
alone = run(xphi, "completion", "--words", "--", "ca", env={"PATH": "/nonexistent"})
assert alone.stdout == "cache\tThe compiled kernels kept on disk\n" and not alone.stderr, alone
assert run(xphi, "completion").returncode == 2
assert run(xphi, "completion", "tcsh").returncode == 2
shutil.rmtree(folder)
print("asked", ", ".join(shells))
