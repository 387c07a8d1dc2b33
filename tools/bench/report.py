#!/usr/bin/env python3
"""Writes docs/benchmark.md from what bench.py measured.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

report.py PAGE FUNCTIONS.json THREADS.json COMPOSED.json
"""

import json
import math
import sys

NAMES = {"xphi": "xphi", "memcpy": "memcpy", "pytorch": "PyTorch", "inductor": "Inductor", "jax": "JAX",
         "onnxruntime": "ONNX Runtime"}
KEY = ("type", "pass", "n", "threads", "function")


def cells(document):
    """{(type, pass, n, threads, function): {contender: row}}"""
    table = {}
    for row in document["results"]:
        table.setdefault(tuple(row[k] for k in KEY), {})[row["contender"]] = row
    return table


def peers(cell, figure="kernel_over_xphi"):
    return {name: row[figure] for name, row in cell.items()
            if name not in ("xphi", "memcpy") and row.get(figure) is not None}


def power(n):
    return f"2^{n.bit_length() - 1}" if n & (n - 1) == 0 else str(n)


def ratio(value):
    if value is None:
        return ""
    text = f"{value:.2f}" if value < 10 else f"{value:.1f}"
    return f"**{text}**" if value < 1 else text


def ulp(value):
    if value is None:
        return ""
    return f"{value:.2f}" if value < 100 else f"{value:.0e}"


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def row(*columns):
    return "| " + " | ".join(columns) + " |"


def heading(first, *others):
    return [row(first, *others), "|---|" + "--:|" * len(others)]


def rows_of(table, kind, direction):
    """Sizes, functions and contenders of one table."""
    keys = [key for key in table if key[:2] == (kind, direction)]
    found = {name for key in keys for name in table[key]}
    return (sorted({key[2] for key in keys}), list(dict.fromkeys(key[4] for key in keys)),
            [name for name in NAMES if name in found and name not in ("xphi", "memcpy")])


def against_peers(table, kind, direction, threads):
    sizes, functions, others = rows_of(table, kind, direction)
    lines = [f"### {kind}, {direction}", ""]
    lines += heading("", *[f"{column}, {power(n)}" for n in sizes
                           for column in ("xphi ns", "× memcpy", *(NAMES[o] for o in others))])
    fastest = {n: [] for n in sizes}
    for function in functions:
        columns = [function]
        for n in sizes:
            cell = table[kind, direction, n, threads, function]
            ours, ratios = cell["xphi"]["kernel_ns_per_element"], peers(cell)
            copy = cell.get("memcpy", {}).get("kernel_ns_per_element")
            columns += [f"{ours:.3f}", f"{ours / copy:.1f}" if copy else "", *[ratio(ratios.get(o)) for o in others]]
            if ratios:
                fastest[n].append(min(ratios.values()))
        lines.append(row(*columns))
    for n in sizes:
        below = sum(value < 1 for value in fastest[n])
        if fastest[n]:
            lines += ["", f"Over the fastest peer at {power(n)}: geometric mean {mean(fastest[n]):.2f}, "
                      f"{below} of {len(fastest[n])} below 1."]
    return lines + [""]


def errors(table, kind, threads):
    _, functions, others = rows_of(table, kind, "forward")
    _, _, others_backward = rows_of(table, kind, "backward")
    columns = [(d, name) for d, found in (("forward", others), ("backward", others_backward))
               for name in ("xphi", *found)]
    lines = heading(f"{kind}", *[f"{NAMES[name]}, {direction}" for direction, name in columns])
    sizes = {(d): rows_of(table, kind, d)[0] for d in ("forward", "backward")}
    for function in functions:
        found = []
        for direction, name in columns:
            cell = table.get((kind, direction, sizes[direction][0], threads, function), {})
            found.append(ulp(cell.get(name, {}).get("worst_ulp")))
        lines.append(row(function, *found))
    return lines + [""]


def threads_table(document):
    table = cells(document)
    most = max(document["threads"])
    found = {name for cell in table.values() for name in cell}
    others = [name for name in NAMES if name in found and name not in ("xphi", "memcpy")]
    lines = heading("", "n", f"xphi, {most} threads over 1", f"PyTorch, {most} over 1",
                    *[f"{NAMES[o]} over xphi, both {most}" for o in others])
    for (kind, direction, n, threads, function), cell in table.items():
        if threads != most:
            continue
        ratios = {name: each.get("over_xphi") for name, each in cell.items()}
        speedups = [ratio(cell.get(name, {}).get("speedup_of_threads")) for name in ("xphi", "pytorch")]
        lines.append(row(f"{function} {direction}", power(n), *speedups, *[ratio(ratios.get(o)) for o in others]))
    return lines + [""]


def composed_table(document):
    table = cells(document)
    lines = heading("", "n", "xphi ns", "peer", "its time over xphi's", "xphi ulp", "its ulp")
    for (kind, direction, n, threads, function), cell in table.items():
        for name, value in peers(cell, "over_xphi").items():
            lines.append(row(f"{function} {direction}, {kind}", power(n), f"{cell['xphi']['ns_per_element']:.3f}",
                             NAMES[name], ratio(value), ulp(cell["xphi"]["worst_ulp"]), ulp(cell[name]["worst_ulp"])))
    return lines + [""]


def steps_table(document):
    """Forward and backward pass together. What one keeps of the first pass for the second another makes again."""
    steps = {}
    for (kind, direction, n, threads, function), cell in cells(document).items():
        own = cell["xphi"]["ns_per_element"]
        for name, times in {"xphi": 1, **peers(cell, "over_xphi")}.items(): # ratios are within a round, times are not
            steps.setdefault((function, kind, n), {}).setdefault(name, {})[direction] = times * own
    times = {step: {name: sum(passes.values()) for name, passes in found.items() if len(passes) == 2}
             for step, found in steps.items()}
    others = [name for name in NAMES if name not in ("xphi", "memcpy") and any(name in found for found in times.values())]
    lines = heading("", "n", "xphi ns", *[NAMES[name] for name in others])
    for (function, kind, n), found in times.items():
        lines.append(row(f"{function}, {kind}", power(n), f"{found['xphi']:.3f}",
                         *[ratio(found[name] / found["xphi"]) if name in found else "" for name in others]))
    return lines + [""]


def absences(*documents):
    missing, reasons = [], {}
    for document in documents:
        missing += document["missing"]
        for item in document["absent"]:
            functions = reasons.setdefault((item["contender"], item["pass"], item["reason"]), {})
            functions[item["function"]] = None # in their order
    lines = [f"{NAMES[contender]}, {direction}, {reason}: {', '.join(functions)}"
             for (contender, direction, reason), functions in reasons.items()]
    return [f"- {line}" for line in [*dict.fromkeys(missing), *lines]]


def page(functions, threads, composed):
    table = cells(functions)
    load = [number for document in (functions, threads, composed) for number in document["load"]]
    versions = ", ".join(f"{NAMES[name]} {version}" for name, version in functions["versions"].items()
                         if name not in ("memcpy", "inductor"))
    lines = ["# Benchmark: xphi, memcpy, PyTorch, JAX, ONNX Runtime", "",
             "`./x bench` writes this page. Everyone is called in one process, in turns, on the same numbers (standard normal),",
             "pinned and warmed; ratios are taken within a round and their median over "
             f"{functions['rounds']} rounds is shown: how many times as",
             "long as xphi a contender takes. Above 1 xphi is faster; what is below 1 is bold.", "",
             f"Machine: {functions['machine']}. {versions}; memcpy is the C library's, of as many bytes as the result has.",
             f"Processors: {functions['processors']}; {min(load):.0f} to {max(load):.0f} tasks ran or waited meanwhile"
             " (above the number of processors the machine was busy with other things as well).", "",
             "*Kernel against kernel*: what a call costs from Python, measured on 16 elements, is taken off both, so these ratios",
             "know nothing of dispatch, and xphi's own call is the smallest. All write into arrays that are there already: PyTorch's `out=`",
             "and `grad_input=` (mish backward has none and allocates), TorchInductor's copy into the array, JAX's donated array, ONNX",
             "Runtime's binding. Backward is dx = dy f'(x): PyTorch's own operators (`gelu_backward`, …), called directly, TorchInductor's",
             "of the same, JAX's compiled vjp. relu, sigmoid and tanh are differentiated from y, as PyTorch does (xphi: `keep y`); JAX from x.", "",
             f"Errors are the largest at {functions['points']:,} points, half of them standard normal times 1.5, half of any size from 2^-20",
             "to 20, in units of the last place of the true result (Arb balls). They are samples, not bounds.", "",
             "## One thread", ""]
    one = functions["threads"][0]
    everything = {}
    for kind in dict.fromkeys(key[0] for key in table):
        for direction in dict.fromkeys(key[1] for key in table):
            lines += against_peers(table, kind, direction, one)
    for key, cell in table.items():
        if peers(cell):
            everything.setdefault(key[0], []).append(min(peers(cell).values()))
    if everything:
        means = [f"{kind} {mean(values):.2f}" for kind, values in everything.items()]
        whole = mean([value for values in everything.values() for value in values])
        lines += [f"Geometric mean over the fastest peer of each cell: {', '.join(means)}; all {whole:.2f}.", ""]
    lines += ["## Largest errors seen", ""]
    for kind in dict.fromkeys(key[0] for key in table):
        lines += errors(table, kind, one)
    lines += ["## Threads", "", "As called, f32: how much faster a contender is with more threads, and how much longer a peer takes than xphi.", ""]
    lines += threads_table(threads)
    lines += ["## Composed", "",
              "As called, one thread. `swiglu_bias`: silu(gate + b)(value + c), gate and value the halves of a matrix's rows, with all four",
              "gradients. `bias_gelu_dropout_residual`: dropout(gelu(x + b)) + residual, with the gradients of x and b. Eager PyTorch runs an",
              "operation after the other; backward is its autograd.", ""]
    lines += composed_table(composed)
    lines += ["Both passes together, a step of training: PyTorch keeps dropout's mask for its backward pass, xphi draws the same bits again.", ""]
    lines += steps_table(composed)
    gone = absences(functions, threads, composed)
    if gone:
        lines += ["## Not there", "", *gone, ""]
    return "\n".join(lines)


def main():
    where, *files = sys.argv[1:]
    documents = []
    for name in files:
        with open(name) as file:
            documents.append(json.load(file))
    with open(where, "w") as file:
        file.write(page(*documents))


if __name__ == "__main__":
    main()
