#!/usr/bin/env python3
"""Writes docs/compile-times.md, or what page is named: how long functions take to compile, and where the time goes.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

compile_times.py PAGE [--library build/lib/libxphi.so] [--xphi build/bin/xphi] [--only NAME...] [--type f32]
                      [--kernels build/kernels] [--json FILE]
"""

import argparse
import ctypes
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

from with_xphi import CompileOptions, EngineOptions

TEXTS = os.path.join(os.path.dirname(__file__), "texts.tsv")
# Milliseconds on the clock.
GOALS = {"library": 15, "texts": 40}
KINDS = {"library": "The library", "texts": "Forty functions that are not in the library"}
FRESH_GOAL = 150
# Whose compiles make what a process makes once: the library is opened, and its tables are made.
UNRELATED = ["x * Phi(1.0137 * x)", "x * sigmoid(1.7 * x) + 0.1 * x", "log1p(exp(0.83 * x)) * cos(x)",
             "def f(x, y; a = 1.3) = x * tanh(a * y)"]


def options():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("page", help="- : print the table only")
    arguments.add_argument("--library", default="build/lib/libxphi.so")
    arguments.add_argument("--xphi", default="build/bin/xphi")
    arguments.add_argument("--runs", type=int, default=5, help="processes in which each is compiled once; the best counts")
    arguments.add_argument("--only", nargs="+", metavar="NAME", help="these functions or texts")
    arguments.add_argument("--type", default="f32")
    arguments.add_argument("--kernels", default="build/kernels", help="the folder of compiled functions that is installed")
    arguments.add_argument("--json", metavar="FILE", help="write what was measured there as well")
    return arguments.parse_args()


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        for name in ("xphi_engine_create", "xphi_compile"):
            getattr(self.c, name).restype = ctypes.c_void_p
        for name in ("xphi_error_text", "xphi_kernel_timings", "xphi_kernel_target"):
            getattr(self.c, name).restype = ctypes.c_char_p

    def compile(self, text, kind, shared=None):
        """Milliseconds on the clock and of the processor, and of each step."""
        with tempfile.TemporaryDirectory() as folder:
            engine = ctypes.c_void_p(self.c.xphi_engine_create(ctypes.byref(
                EngineOptions(size=ctypes.sizeof(EngineOptions), cache_directory=folder.encode(),
                              shared_cache=(shared or folder).encode()))))
            wanted, kernel = CompileOptions(size=ctypes.sizeof(CompileOptions), types=kind.encode()), ctypes.c_void_p()
            clock, processor = time.perf_counter(), time.process_time()
            error = self.c.xphi_compile(engine, text.encode(), ctypes.byref(wanted), ctypes.byref(kernel))
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
            if error:
                sys.exit(f"{text}: {self.c.xphi_error_text(ctypes.c_void_p(error)).decode()}")
            steps = json.loads(self.c.xphi_kernel_timings(kernel) or "{}")
            target = self.c.xphi_kernel_target(kernel).decode()
            self.c.xphi_kernel_free(kernel)
            self.c.xphi_engine_destroy(engine)
        return {"clock": 1e3 * clock, "processor": 1e3 * processor, "steps": steps, "target": target}


def compile_all(path, texts, kind):
    """Each once, in a process that has compiled none of them: what a process has found it does not look for again."""
    library = Library(path)
    for text in UNRELATED:
        library.compile(text, kind)
    return [library.compile(text, kind) for text in texts]


def best(runs):
    found = min(runs, key=lambda each: each["clock"])
    return {**found, "processor": min(each["processor"] for each in runs)}


def fresh(xphi, runs):
    """Milliseconds to the first result of gelu in a process of its own."""
    times = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            said = subprocess.run([xphi, "bench", "--probe", folder], capture_output=True, text=True, check=True)
            times.append(json.loads(said.stdout)["first_use_ms"])
    return min(times)


def where(steps):
    """The longest steps, in milliseconds."""
    longest = sorted(steps.items(), key=lambda step: -step[1])
    return ", ".join(f"{name} {spent:.0f}" for name, spent in longest if spent >= 0.1 * sum(steps.values()))


def shipped(library, names, kernels, runs):
    """Milliseconds of each function of the library where its compiled kernel is installed."""
    return [min(library.compile(name, "f32", kernels)["clock"] for _ in range(runs)) for name in names]


def page(chosen, results, first_use, installed):
    lines = ["# Compile times", "",
             "`./x compile-times` writes this page. Milliseconds on the clock of a compile, forward and backward, of "
             f"{chosen.type}, with an empty",
             f"cache folder, for the first time in a process that has compiled others; two cores, the best of {chosen.runs}, target "
             f"{results[0]['target']}. The processor's",
             "time is that of both cores. Steps are on the clock, those of `emit` on two threads.", "",
             "An installed xphi has the library's functions compiled, as they are by default. There the first use takes "
             f"{statistics.median(installed):.2f} ms, at most", f"{max(installed):.2f} (goal: {GOALS['library']}). What "
             "follows is without them.", "",
             f"The first use of gelu in a fresh process, nothing cached: {first_use:.0f} ms (goal: {FRESH_GOAL}).", ""]
    for kind, title in KINDS.items():
        of_kind = [each for each in results if each["kind"] == kind]
        if not of_kind:
            continue
        above = [each for each in of_kind if each["clock"] > GOALS[kind]]
        lines += [f"## {title}", "",
                  f"Goal: {GOALS[kind]} ms; kept by {len(of_kind) - len(above)} of {len(of_kind)}. Median "
                  f"{statistics.median(each['clock'] for each in of_kind):.1f} ms, of the processor "
                  f"{statistics.median(each['processor'] for each in of_kind):.1f}.", "",
                  "| above it | ms | processor | its longest steps |", "|---|--:|--:|---|"]
        for each in sorted(above, key=lambda each: -each["clock"]):
            name = each["name"] if kind != "texts" else f"{each['name']}: `{each['text']}`"
            lines.append(f"| {name} | {each['clock']:.0f} | {each['processor']:.0f} | {where(each['steps'])} |")
        lines.append("")
    return "\n".join(lines)


def main():
    chosen = options()
    listed = json.loads(subprocess.run([chosen.xphi, "--json", "list"], capture_output=True, text=True, check=True).stdout)
    rows = [("library", each["name"], each["name"]) for each in listed]
    with open(TEXTS, encoding="utf-8") as file:
        rows += [("texts", *line.rstrip("\n").split("\t")) for line in file]
    if chosen.only:
        rows = [row for row in rows if row[1] in chosen.only] + \
               [("texts", each, each) for each in chosen.only if each not in [row[1] for row in rows]]
    first_use = fresh(chosen.xphi, chosen.runs)
    runs = []
    for i in range(chosen.runs):
        with multiprocessing.get_context("spawn").Pool(1) as process:
            runs.append(process.apply(compile_all, (chosen.library, [row[2] for row in rows], chosen.type)))
        print(f"\r{i + 1} of {chosen.runs}", end="", file=sys.stderr)
    print(file=sys.stderr)
    results = [{"kind": kind, "name": name, "text": text, **best(each)}
               for (kind, name, text), *each in zip(rows, *runs)]
    installed = shipped(Library(chosen.library), [each["name"] for each in listed], chosen.kernels, chosen.runs)
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    if chosen.page != "-":
        with open(chosen.page, "w", encoding="utf-8") as file:
            file.write(page(chosen, results, first_use, installed))
        return
    for each in results:
        print(f"{each['name']:32} {each['clock']:7.1f} {each['processor']:7.1f}  {where(each['steps'])}")
    steps = {name for each in results for name in each["steps"]}
    for kind in KINDS:
        of_kind = [each for each in results if each["kind"] == kind]
        if of_kind:
            print(kind, f"{statistics.median(each['clock'] for each in of_kind):.1f} "
                        f"{statistics.median(each['processor'] for each in of_kind):.1f}  mean of steps:",
                  ", ".join(f"{name} {statistics.fmean(each['steps'].get(name, 0) for each in of_kind):.1f}"
                            for name in sorted(steps)))
    print(f"fresh process: {first_use:.0f}")


if __name__ == "__main__":
    main()
