#!/usr/bin/env python3
# `./x bench` with xphi and memcpy: every cell is there, with times and an error; what is wrong is seen.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER, LIBRARY, TRUTH = sys.argv[1:4]
FUNCTIONS = ["relu", "gelu", "sigmoid", "swiglu_bias", "bias_gelu_dropout_residual"]
SIZES, KINDS, PASSES = [512, 1000], ["f32", "bf16"], ["forward", "backward"]
sys.path.insert(0, FOLDER)


def bench(*arguments):
    return subprocess.run([sys.executable, os.path.join(FOLDER, "bench.py"), "--library", LIBRARY, "--truth", TRUTH,
                           *arguments], capture_output=True, text=True)


def measured(functions, kinds, threads):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "bench.json"
        done = bench(*functions, "--sizes", ",".join(map(str, SIZES)), "--types", ",".join(kinds), "--rounds", "3",
                     "--points", "300", "--contenders", "xphi,memcpy", "--threads", ",".join(map(str, threads)),
                     "--json", str(file))
        assert done.returncode == 0, done.stderr
        return json.loads(file.read_text())


def every_cell_is_there(document, functions, kinds, threads):
    rows = {(r["function"], r["pass"], r["type"], r["n"], r["threads"], r["contender"]): r for r in document["results"]}
    wanted = {(f, p, k, n, t, c) for f in functions for p in PASSES for k in kinds for n in SIZES
              for t, c in [(t, "xphi") for t in threads] + [(1, "memcpy")]}
    assert set(rows) == wanted, set(rows) ^ wanted
    for (function, _, kind, _, count, contender), row in rows.items():
        for figure in ("ns_per_element", "best_ns_per_element", "kernel_ns_per_element", "call_ns"):
            assert math.isfinite(row[figure]) and row[figure] >= 0, row
        assert row["ns_per_element"] > 0 and row["best_ns_per_element"] <= row["ns_per_element"], row
        if contender == "xphi":
            assert row["worst_ulp"] <= (4 if kind == "f32" else 0.51), row
        else:
            assert row["worst_ulp"] is None, row
        assert ("speedup_of_threads" in row) == (count == 2), row


def the_page_is_written_of_it(document):
    """With a peer that is made up: it takes twice as long in f32, half as long in bf16."""
    import report
    assert "Geometric" not in report.page(document, document, document)
    no_kernel = [{"contender": "jax", "function": f, "pass": "forward", "type": "bf16", "threads": 1, "reason": "no such"}
                 for f in ("relu", "gelu")]
    ours = [row for row in document["results"] if row["contender"] == "xphi"]
    made_up = [{**row, "contender": "jax", "over_xphi": 3.0,
                "kernel_over_xphi": 2.0 if row["type"] == "f32" else 0.5} for row in ours]
    document = {**document, "results": document["results"] + made_up, "versions": {"xphi": "1", "jax": "2"},
                "absent": no_kernel, "missing": ["pytorch: no torch"]}
    page = report.page(document, document, document)
    for name in FUNCTIONS:
        assert f"| {name}" in page, page
    for line in ("f32 2.00, bf16 0.50; all 1.00", "geometric mean 0.50, 5 of 5 below 1", "xphi 1, JAX 2", "**0.50**",
                 "- pytorch: no torch", "- JAX, forward, no such: relu, gelu", document["machine"]):
        assert line in page, (line, page)


def a_wrong_kernel_is_seen():
    """Half an output that is not written, and one that is wrong by a part in 2^10."""
    import cases
    import elements
    case = cases.case("gelu", "forward", "f32")
    truth = cases.Truth(TRUTH)
    arrays = case.arrays(64, truth)
    truths = case.truths(arrays, truth)
    right = elements.rounded(truths[0], "f32")
    assert elements.worst_ulp(right, truths, "f32") <= 0.5
    assert elements.worst_ulp(right * elements.STORED["f32"](1 + 2**-10), truths, "f32") > 2**12
    right[::2] = 0
    assert elements.worst_ulp(right, truths, "f32") > 2**20


def main():
    document = measured(FUNCTIONS, KINDS, [1])
    every_cell_is_there(document, FUNCTIONS, KINDS, [1])
    if os.cpu_count() > 1:
        every_cell_is_there(measured(["relu"], ["f32"], [1, 2]), ["relu"], ["f32"], [1, 2])
    the_page_is_written_of_it(document)
    a_wrong_kernel_is_seen()
    for wrong in (["gelo"], ["--types", "f33"], ["--contenders", "nobody"], ["--sizes", "0"], ["--threads", "4096"]):
        done = bench(*wrong)
        assert done.returncode == 2 and "usage" in done.stderr, (wrong, done)
    print("every cell is there")


main()
