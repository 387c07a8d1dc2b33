#!/usr/bin/env python3
"""Values and first derivatives of the library against every framework that is installed, in double.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

compare.py --values build/bin/library-values [--table docs/peers.md] [--record tests/numerics/LibraryValues.def]

The library's side is its oracle, exact to the last bit of double, so every difference is the peer's: its rounding, which
the tolerance allows for, or another function, or another choice at a corner, which must be listed in differences.py.
Exits with 77 where no framework is installed: the test is skipped.
"""

import argparse
import importlib
import math
import subprocess
import sys
import warnings

import differences
import points

TOLERANCE = 2e-13  # of the larger of 1 and the number: the plain formulas cancel
MODULES = {"torch": "with_torch", "jax": "with_jax", "onnx": "with_onnx"}


def installed_peers():
    missing = []
    peers = []
    for framework, module in MODULES.items():
        try:
            peers += importlib.import_module(module).peers()
        except ImportError as error:
            missing.append(f"{framework} ({error})")
    return peers, missing


class Library:
    def __init__(self, program):
        self.program = program

    def ask(self, lines):
        done = subprocess.run([self.program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        answers = done.stdout.splitlines()
        wrong = [answer for answer in answers if answer.startswith("error")]
        if wrong or len(answers) != len(lines):
            sys.exit(f"{self.program}: {wrong[:3] or 'too few answers'}")
        return [[float.fromhex(word) if "x" in word else float(word) for word in answer.split()] for answer in answers]


def plan(library, peers):
    """Each function that a peer has: its inputs' columns, and lists of parameters to compare it with."""
    names = sorted({name for peer in peers for name in peer.functions})
    cases = []
    for name, (inputs, *defaults) in zip(names, library.ask([f"? {name}" for name in names])):
        columns = [points.ONE_INPUT] if inputs == 1 else [list(column) for column in zip(*points.TWO_INPUTS)]
        for parameters in [defaults] + points.OTHER_PARAMETERS.get(name, []):
            cases.append((name, columns, parameters))
    return cases


def answers(library, cases):
    lines = [" ".join([name, *map(float.hex, map(float, [*row, *parameters]))])
             for name, columns, parameters in cases for row in zip(*columns)]
    rows = iter(library.ask(lines))
    return [[next(rows) for _ in columns[0]] for _, columns, _ in cases]


def distance(ours, theirs):
    if math.isnan(ours) or math.isnan(theirs):
        return 0.0 if math.isnan(ours) and math.isnan(theirs) else math.inf
    if math.isinf(ours) or math.isinf(theirs):
        return 0.0 if ours == theirs else math.inf
    return abs(ours - theirs) / max(1, abs(ours))


def compare(peer, case, expected, tally):
    name, columns, parameters = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = peer.evaluate(name, columns, parameters)
    tolerance = peer.tolerance.get(name, TOLERANCE)
    entry = tally.setdefault((name, peer.name), {"worst": 0.0, "derivatives": set(), "points": 0, "listed": set()})
    failures = []
    for position, column in enumerate(results):
        if column is None:
            continue
        if position:
            entry["derivatives"].add(position - 1)
        for row, theirs in enumerate(column):
            point = tuple(c[row] for c in columns)
            ours = expected[row][position]
            entry["points"] += position == 0
            apart = distance(ours, theirs)
            if apart <= tolerance:
                entry["worst"] = max(entry["worst"], apart)
            elif math.isnan(ours) and math.isinf(theirs):
                entry["listed"].add("at a pole they have an infinity, and the oracle no number")
            elif reason := differences.known(peer.name, name, position, point, parameters):
                entry["listed"].add(reason)
            else:
                what = "the value" if position == 0 else f"derivative {position - 1}"
                failures.append(f"{peer.name} {name}, {what} at {point} with {parameters}: {theirs!r}, xphi {ours!r}")
    return failures


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--values", required=True, help="the program library-values")
    arguments.add_argument("--table", help="write what was compared there, as Markdown")
    arguments.add_argument("--record", help="write values and derivatives of the textbook formulas there")
    options = arguments.parse_args()

    peers, missing = installed_peers()
    if not peers:
        print("skipped: none of the frameworks is installed: " + ", ".join(missing))
        sys.exit(77)
    library = Library(options.values)
    cases = plan(library, peers)
    expected = answers(library, cases)
    tally, failures = {}, []
    for peer in peers:
        for case, rows in zip(cases, expected):
            if case[0] in peer.functions:
                failures += compare(peer, case, rows, tally)
    print("compared with", ", ".join(f"{peer.name} {peer.version}" for peer in peers))
    if missing:
        print("not installed:", ", ".join(missing))
    print(f"{len({name for name, _ in tally})} functions, {sum(e['points'] for e in tally.values())} points")
    for failure in failures[:400]:
        print(failure)
    if failures:
        sys.exit(f"{len(failures)} differences that differences.py does not list")
    if options.table or options.record:
        import report
        if options.table:
            report.write_table(options.table, peers, tally)
        if options.record:
            report.write_values(options.record, cases, peers)


if __name__ == "__main__":
    main()
