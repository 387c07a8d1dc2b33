#!/usr/bin/env python3
"""Writes docs/costs.md, or what page is named: what each library function costs as a multiple of memcpy, and why where it costs much.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

costs.py PAGE [--xphi build/bin/xphi] [--json FILE]
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys

SIZE = 1 << 16
TEXTS = os.path.join(os.path.dirname(__file__), "texts.tsv")
# Times memcpy, forward and backward, by kind.
GOALS = {"plain": (6, 7), "parameters": (8, 8), "gates": (9, 9)}
KINDS = {"plain": "One input", "parameters": "One input and parameters", "gates": "Two inputs",
         "texts": "Forty functions that are not in the library"}


def options():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("page")
    arguments.add_argument("--xphi", default="build/bin/xphi")
    arguments.add_argument("--runs", type=int, default=3, help="processes that measure a function; the best counts")
    arguments.add_argument("--json", metavar="FILE", help="write what was measured there as well")
    return arguments.parse_args()


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def measured(xphi, what, runs):
    """ns an element of forward, backward and memcpy."""
    best = {}
    for _ in range(runs):
        document = json.loads(run([xphi, "--json", "bench", what, "--size", str(SIZE), "--rounds", "31",
                                   "--no-compile-times", "--no-reasons"]))
        for row in document["results"]:
            for key, value in ((row["pass"], row["ns_per_element"]), ("memcpy", row["memcpy_ns_per_element"])):
                best[key] = min(value, best.get(key, value))
    return best


def reasons(xphi, what):
    """Why f32 did not do, forward and backward, in the compiler's words; else what it is made of, without what fits look like."""
    why = json.loads(run([xphi, "--json", "bench", what, "--size", "1024", "--rounds", "1", "--no-compile-times"]))["why"]
    return [re.sub(r"^1 fit \(.*?\)", "1 fit", why[direction]) for direction in ("forward", "backward")]


def kind_of(function):
    return "gates" if len(function["inputs"]) > 1 else "parameters" if function["parameters"] else "plain"


def main():
    chosen = options()
    rows = [(kind_of(f), f["name"], f["name"]) for f in json.loads(run([chosen.xphi, "--json", "list"]))]
    with open(TEXTS, encoding="utf-8") as file:
        rows += [("texts", *line.rstrip("\n").split("\t")) for line in file]
    results = []
    for kind, name, what in rows:
        results.append({"kind": kind, "name": name, "text": what, **measured(chosen.xphi, what, chosen.runs)})
        print(f"\r{len(results)} of {len(rows)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    memcpy = statistics.median(each["memcpy"] for each in results)
    target = re.search(r"^host: (\S+)", run([chosen.xphi, "--version"]), re.MULTILINE)[1]
    page = ["# Costs: each function as a multiple of memcpy", "",
            f"`./x costs` writes this page. f32, n = 2^16, one pinned thread, standard normal numbers, target {target}; the best of",
            f"{31 * chosen.runs} measurements over that of memcpy of one array, {memcpy:.3f} ns an element (a median over all functions). Negative",
            "numbers are among the inputs of `sqrt`, `log` and `power`, too. What exceeds its goal is bold, and the reason is the compiler's: why f32",
            "did not do, or of how many fits and guarded products it is made. Goals are those for AVX-512.", ""]
    for kind, title in KINDS.items():
        of_kind = [each for each in results if each["kind"] == kind]
        goals = GOALS.get(kind, GOALS["plain"])
        kept = sum(each[p] / memcpy <= goal for each in of_kind for p, goal in zip(("forward", "backward"), goals))
        page += [f"## {title}", "", f"Goal: {goals[0]} × memcpy forward, {goals[1]} backward; kept by {kept} of {2 * len(of_kind)}.", "",
                 "| | forward | backward | where the goal is missed |", "|---|--:|--:|---|"]
        for each in of_kind:
            cells, why = [], []
            for index, (direction, goal) in enumerate(zip(("forward", "backward"), goals)):
                ratio = each[direction] / memcpy
                cells.append(f"**{ratio:.1f}**" if ratio > goal else f"{ratio:.1f}")
                if ratio > goal:
                    why.append(f"{direction}: {reasons(chosen.xphi, each['text'])[index]}")
            name = each["name"] if kind != "texts" else f"{each['name']}: `{each['text']}`"
            page.append(f"| {name} | {cells[0]} | {cells[1]} | {'; '.join(why).replace('|', chr(92) + '|')} |")
        page.append("")
    with open(chosen.page, "w", encoding="utf-8") as file:
        file.write("\n".join(page))
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
