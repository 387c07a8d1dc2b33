#!/usr/bin/env python3
"""The reference page of the library with a picture of every function, from what the command says of them.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

docs/functions/generate.py --xphi build/bin/xphi            writes README.md and the pictures beside this file
docs/functions/generate.py --xphi build/bin/xphi --check    exits with 1 if one of them is not of the library as it is

A picture carries the definition that it was drawn from: the check compares that, not the curves, whose last digit may
depend on the machine's libm.
"""

import argparse
import html
import json
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
TITLES = {
    "piecewise": "Lines, parabolas and roots",
    "exponential": "Exponentials, logarithms and logistic functions",
    "smooth": "Self-gated, Gaussian and periodic functions",
    "gates": "Gates of two inputs",
    "random": "Random bits of elements",
}

# What -5 to 5 and all of the curves would not show well: options of `xphi plot`.
RANGES = {
    **dict.fromkeys(["clip", "clip_onednn", "hard_tanh", "sparse_plus", "sparse_sigmoid", "hardshrink", "softshrink", "shrink",
                     "exp", "symexp", "square", "power", "relu_squared", "star_relu", "round", "Phi", "erf", "gaussian", "hard_elish",
                     "tanhexp", "hard_mish"], ["--from=-3", "--to=3"]),
    **dict.fromkeys(["relu6", "bounded_relu"], ["--from=-3", "--to=9"]),
    "gelu_10": ["--from=-4", "--to=14"],
    "soft_clipping": ["--from=-0.5", "--to=1.5"],
    "siren": ["--from=-0.5", "--to=0.5"],
    **dict.fromkeys(["sinc", "gcu"], ["--from=-12", "--to=12"]),
    "log": ["--from=0", "--to=5", "--y-from=-4", "--y-to=4"],
    "sqrt": ["--from=0", "--to=5", "--y-from=0", "--y-to=2.5"],
    "laplace": ["--from=-1", "--to=2.5"],
    "softabs": ["--from=-2", "--to=2"],
    "swiglu_clamped": ["--from=-5", "--to=9"],
    "glu": ["--axis=gate"],
    "dropout": ["--param=seed=1"],  # which keeps the first element
}

HEAD = """# The functions of the library

{count} functions, each a file in `lib/`. `xphi show NAME` prints one, `xphi plot NAME -o FILE.svg` draws it, `xphi list` names them
all. Pictures show the value and the derivative with the parameters' defaults; those of gates show a section, with the other
input held, that of dropout an element that is kept. How each compares with PyTorch, JAX, Keras and ONNX is in [peers.md](../peers.md), how accurate the kernels are in
[accuracy.md](../accuracy.md).

`xphi list --json` is an array with an object for each function: `name`, `group` (the folder), `summary` (one sentence),
`inputs` (names), `parameters` (each with `name`, `default`, `channel`; an infinite default is the string "inf") and `doc`
(the whole comment).

This page is made by `docs/functions/generate.py`.
"""


def run(xphi, *arguments):
    return subprocess.run([xphi, *arguments], capture_output=True, text=True, check=True).stdout


def definition_of(text):
    return "".join(line + "\n" for line in text.splitlines() if not line.startswith("///"))


def paragraphs(doc):
    """The comment as text, and what its labelled parts say."""
    parts = re.split(r"\s+(?=(?:Domain|Known as|Source): )", " ".join(doc.split()))
    return parts[0], dict(part.split(": ", 1) for part in parts[1:])


def plain(text):
    """Markdown that shows the text as it stands."""
    return re.sub(r"([*_|<>\\])", r"\\\1", text)


def section(function, text):
    name = function["name"]
    summary, labelled = paragraphs(function["doc"])
    lines = [f"### {name}", "", plain(summary), "", f"![{name}: value and derivative]({name}.svg)", "",
             "```", definition_of(text).rstrip(), "```", ""]
    for parameter in function["parameters"]:
        kind = ", one for each channel" if parameter["channel"] else ""
        default = parameter["default"]
        lines.append(f"- `{parameter['name']}` = {default if isinstance(default, str) else format(default, 'g')}{kind}")
    if function["parameters"]:
        lines.append("")
    lines += [f"*{label}*: {plain(labelled[label])}  " for label in ("Domain", "Known as", "Source") if label in labelled]
    return "\n".join(lines).rstrip() + "\n"


def page(functions, texts):
    out = [HEAD.format(count=len(functions))]
    for group, title in TITLES.items():
        names = [f["name"] for f in functions if f["group"] == group]
        out.append(f"- [{title}](#{re.sub('[^a-z -]', '', title.lower()).replace(' ', '-')}): " +
                   ", ".join(f"[{name}](#{name.lower()})" for name in names))
    out.append("")
    for group, title in TITLES.items():
        out.append(f"## {title}\n")
        out += [section(f, texts[f["name"]]) for f in functions if f["group"] == group]
    return "\n".join(out)


def picture_shows(name, text):
    path = FOLDER / f"{name}.svg"
    if not path.exists():
        return False
    found = re.search(r"<desc>(.*?)</desc>", path.read_text(), re.S)
    return bool(found) and html.unescape(found.group(1)) == definition_of(text)


def check(functions, texts, expected):
    stale = []
    readme = FOLDER / "README.md"
    if not readme.exists() or readme.read_text() != expected:
        stale.append("README.md")
    stale += [f"{name}.svg" for name, text in texts.items() if not picture_shows(name, text)]
    stale += [path.name for path in FOLDER.glob("*.svg") if path.stem not in texts]
    if stale:
        sys.exit(f"not of the library as it is: {', '.join(stale)}; run docs/functions/generate.py --xphi build/bin/xphi")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--xphi", required=True, help="the command")
    arguments.add_argument("--check", action="store_true", help="write nothing")
    options = arguments.parse_args()
    functions = json.loads(run(options.xphi, "list", "--json"))
    texts = {f["name"]: run(options.xphi, "show", f["name"]) for f in functions}
    expected = page(functions, texts)
    if options.check:
        check(functions, texts, expected)
        return
    for name in texts:
        run(options.xphi, "plot", name, "-o", str(FOLDER / f"{name}.svg"), *RANGES.get(name, []))
    for path in FOLDER.glob("*.svg"):
        if path.stem not in texts:
            path.unlink()
    (FOLDER / "README.md").write_text(expected)


if __name__ == "__main__":
    main()
