"""What compare.py found, as a page of the documentation and as rows that a test without frameworks reads.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import points

PAGE = """# The library against its peers

Every function of `lib/` was compared, value and first derivatives, with every framework that has it, in double, at {points}
points: all corners, the defaults and other parameters. The test is `tests/peers/compare.py`; where no framework is installed
it is skipped, and `LibraryDefinitionTest` still compares with the numbers it once recorded.

Compared with {versions}.
*Textbook* is the formula of the paper, written in PyTorch's operations, and stands for the functions that no framework has.
xphi's side is the reference interpreter over Arb balls, so every difference is the peer's.

To compare again: `python3 tests/peers/compare.py --values build/bin/library-values`, with a Python that has some of PyTorch,
Transformers, JAX, Keras and ONNX.

## Where they differ

At these points a peer has chosen another derivative, or loses its digits. Everywhere else value and derivatives agree to
the figures of the table below.

{differences}

## Figures

The largest difference from each peer, relative to the larger of 1 and the number itself, and what was compared: *value*,
or the value and so many first derivatives, in inputs and parameters. Figures near 1e-7 are constants or whole functions
that the peer has in float.

| function | {heads} |
|---|{rule}|
{rows}
"""


def write_table(path, peers, tally):
    differences = {}
    for (function, peer), entry in tally.items():
        for reason in entry["listed"]:
            differences.setdefault(reason, {}).setdefault(function, []).append(peer)
    lines = [f"- {', '.join(sorted(by))}: {reason}." for reason, by in sorted(differences.items(), key=lambda i: sorted(i[1]))]
    rows = []
    for function in sorted({function for function, _ in tally}):
        cells = []
        for peer in peers:
            entry = tally.get((function, peer.name))
            if not entry:
                cells.append("")
                continue
            count = len(entry["derivatives"])
            worst = "same" if entry["worst"] == 0 else f"{entry['worst']:.0e}"
            cells.append(f"{worst}, value" if count == 0 else f"{worst}, +{count}")
        rows.append(f"| {function} | " + " | ".join(cells) + " |")
    page = PAGE.format(
        points=f"{sum(entry['points'] for entry in tally.values()):,}",
        versions=", ".join(f"{peer.name} {peer.version}" for peer in peers if peer.name != "textbook"),
        differences="\n".join(lines), heads=" | ".join(peer.name for peer in peers),
        rule="|".join("--:" for _ in peers), rows="\n".join(rows))
    open(path, "w").write(page)


HEAD = """// Values and first derivatives of the library's functions from their textbook formulas, by PyTorch {version}.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XPHI_VALUE(function, inputs, parameters, the value and then its derivative in each input and each parameter), in
// double. Recorded by tests/peers/compare.py --record; parameters are the defaults, rounded to float, and others.

"""


def write_values(path, cases, peers):
    textbook = next(peer for peer in peers if peer.name == "textbook")
    version = next(peer for peer in peers if peer.name == "PyTorch").version
    rows, seen = [], set()
    for name, columns, parameters in cases:
        kept = (points.KEPT_ONE if len(columns) == 1 else points.KEPT_TWO)[name in seen]
        seen.add(name)
        inputs = [(x,) for x in kept] if len(columns) == 1 else kept
        results = textbook.evaluate(name, [list(map(float, column)) for column in zip(*inputs)], parameters)
        for point, *numbers in zip(inputs, *results):
            if all(map(math.isfinite, numbers)):
                groups = [" ".join(repr(float(x)) for x in group) for group in (point, parameters, numbers)]
                rows.append(f'XPHI_VALUE({name}, "{groups[0]}", "{groups[1]}", "{groups[2]}")')
    open(path, "w").write(HEAD.format(version=version) + "\n".join(rows) + "\n")
