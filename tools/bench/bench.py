#!/usr/bin/env python3
"""Times xphi, memcpy, PyTorch, JAX and ONNX Runtime against each other in one process, and measures their errors.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Everyone gets the same numbers, takes its turn in every round, and writes to an array that is there already where it can.
A time as called holds what the call itself costs from Python; that is measured beside it on 16 elements, and taken off for
the ratios between kernels. Errors are the largest over a sample of points that reach from 2^-20 to 20, against Arb balls.
"""

import argparse
import importlib
import json
import os
import platform
import statistics
import sys

import cases
import elements
import interleave
from prepared import Absent

FRAMEWORKS = {"pytorch": "with_torch", "inductor": "with_torch", "jax": "with_jax", "onnxruntime": "with_onnxruntime"}
SMALL = 16 # elements of the call whose time is that of calling


def listed(kind, allowed=None):
    def read(text):
        items = [kind(item) for item in text.split(",")]
        for item in items:
            if allowed and item not in allowed:
                raise argparse.ArgumentTypeError(f"'{item}' is none of {', '.join(allowed)}")
        return items
    return read


def size(text):
    base, _, exponent = text.partition("^")
    n = int(base) ** int(exponent or 1)
    if n < 1:
        raise ValueError(text)
    return n


def options():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = [*cases.FUNCTIONS, *cases.COMPOSED]
    everyone = ["xphi", "memcpy", *FRAMEWORKS]
    arguments.add_argument("functions", nargs="*", metavar="FUNCTION", help=f"of {', '.join(known)}")
    arguments.add_argument("--types", type=listed(str, ("f32", "bf16", "f16")), default=["f32"])
    arguments.add_argument("--passes", type=listed(str, ("forward", "backward")), default=["forward", "backward"])
    arguments.add_argument("--sizes", type=listed(size), default=[1 << 16, 1 << 20], help="2^16,2^20")
    arguments.add_argument("--threads", type=listed(size), default=[1], help="1,2: each contender with 1, and with 2")
    arguments.add_argument("--contenders", type=listed(str, everyone), default=everyone)
    arguments.add_argument("--rounds", type=size, default=21, help="measurements of each")
    arguments.add_argument("--points", type=size, default=1 << 14, help="where errors are measured")
    arguments.add_argument("--library", default="build/lib/libxphi.so")
    arguments.add_argument("--truth", default="build/bin/library-values")
    arguments.add_argument("--json", metavar="FILE", help="write everything there as well")
    chosen = arguments.parse_args()
    chosen.functions = chosen.functions or list(cases.FUNCTIONS)
    for function in chosen.functions:
        if function not in known:
            arguments.error(f"'{function}' is none of {', '.join(known)}")
    if max(chosen.threads) > len(interleave.PROCESSORS):
        arguments.error(f"there are {len(interleave.PROCESSORS)} processors here")
    return chosen


def contenders(chosen):
    """{(name, threads): contender}, and why others are not there."""
    import with_xphi
    present, absent = {}, []
    for threads in chosen.threads:
        if "xphi" in chosen.contenders:
            present["xphi", threads] = with_xphi.Xphi(chosen.library, threads)
    if "memcpy" in chosen.contenders:
        present["memcpy", 1] = with_xphi.Memcpy()
    for module in dict.fromkeys(FRAMEWORKS[name] for name in chosen.contenders if name in FRAMEWORKS):
        try:
            loaded = importlib.import_module(module)
        except (ImportError, OSError) as error:
            absent.append(f"{', '.join(n for n, m in FRAMEWORKS.items() if m == module)}: {error}")
            continue
        for threads in chosen.threads:
            for contender in loaded.contenders(threads, max(chosen.threads)):
                if contender.key in chosen.contenders:
                    present[contender.key, threads] = contender
    return present, absent


def prepared(present, case, n, truth=None):
    """Each contender with arrays of the case; those that write to the caller's share them."""
    ready, absent = {}, {}
    most = max(threads for _, threads in present)
    for key, contender in present.items():
        interleave.pin(key[1])
        arrays = case.arrays(n, truth)
        try:
            call = contender.prepare(case, arrays)
        except Exception as error: # whatever it is, the others go on
            absent[key] = str(error) if isinstance(error, Absent) else f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        call.threads = most
        call.before = lambda contender=contender, threads=key[1]: (interleave.pin(threads), contender.enter())
        ready[key] = call, arrays
    return ready, absent


def errors(present, case, chosen, truth):
    """{contender: worst error in ulp}; None without a truth of its own."""
    ready, _ = prepared(present, case, chosen.points, truth)
    worst = {}
    for (name, threads), (call, arrays) in ready.items():
        got = case.results(arrays) if call.fetch is None else call.fetch()
        if got is not None and name not in worst:
            worst[name] = elements.worst_ulp(got.reshape(arrays.dy.shape).ravel(),
                                             [t.ravel() for t in case.truths(arrays, truth, call.from_x)], case.kind)
    return worst


def measure(present, case, chosen, truth):
    """Rows of the results, one a contender, size and number of threads; and who had to pass."""
    worst = errors(present, case, chosen, truth)
    small, absent = prepared(present, case, SMALL)
    calls = {key: statistics.median(times) for key, times in
             interleave.interleave({key: call for key, (call, _) in small.items()}, chosen.rounds).items()}
    rows = []
    for n in chosen.sizes:
        ready, _ = prepared(present, case, n)
        times = interleave.interleave({key: call for key, (call, _) in ready.items()}, chosen.rounds)
        kernels = {key: [max(t - calls[key], 0.0) for t in times[key]] for key in times}
        for (name, threads), (call, _) in ready.items():
            key, ours = (name, threads), ("xphi", threads)
            row = {"function": case.name, "pass": case.direction, "type": case.kind, "n": n, "threads": threads,
                   "contender": name, "how": call.how, "call_ns": calls[key],
                   "ns_per_element": statistics.median(times[key]) / n,
                   "best_ns_per_element": min(times[key]) / n,
                   "kernel_ns_per_element": statistics.median(kernels[key]) / n,
                   "worst_ulp": worst.get(name), "points": chosen.points}
            if ours in times and key != ours:
                row["over_xphi"] = interleave.median_ratio(times[key], times[ours])
                row["kernel_over_xphi"] = interleave.median_ratio(kernels[key], kernels[ours])
            if threads > 1 and (name, 1) in times:
                row["speedup_of_threads"] = interleave.median_ratio(times[name, 1], times[key])
            rows.append(row)
    return rows, [{"function": case.name, "pass": case.direction, "type": case.kind, "contender": name,
                   "threads": threads, "reason": reason} for (name, threads), reason in absent.items()]


def machine():
    name = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as file:
        fields = dict(reversed([map(str.strip, line.split(":", 1)) for line in file if ":" in line]))
    return f"{fields.get('model name', name)}, family {fields.get('cpu family', '?')}"


def main():
    chosen = options()
    load = [os.getloadavg()[0]]
    interleave.pin(max(chosen.threads)) # before a framework counts processors
    present, missing = contenders(chosen)
    truth = cases.Truth(chosen.truth)
    for line in missing:
        print(f"not here: {line}", file=sys.stderr)
    results, absent = [], []
    for kind in chosen.types:
        for function in chosen.functions:
            for direction in chosen.passes:
                rows, without = measure(present, cases.case(function, direction, kind), chosen, truth)
                results += rows
                absent += without
                report_progress(rows)
    load.append(os.getloadavg()[0])
    versions = {contender.key: contender.version for contender in present.values()}
    document = {"machine": machine(), "processors": len(interleave.PROCESSORS), "load": load, "threads": chosen.threads,
                "rounds": chosen.rounds, "points": chosen.points, "versions": versions, "missing": missing,
                "absent": absent, "results": results}
    if chosen.json:
        with open(chosen.json, "w") as file:
            json.dump(document, file, indent=1)


def report_progress(rows):
    for row in rows:
        worst = "" if row["worst_ulp"] is None else f"{row['worst_ulp']:10.3g} ulp"
        ratio = row.get("kernel_over_xphi")
        print(f"{row['function']:11} {row['pass']:8} {row['type']:4} {row['n']:>9} {row['threads']} "
              f"{row['contender']:12} {row['ns_per_element']:8.4f} ns, kernel {row['kernel_ns_per_element']:8.4f}, "
              f"call {row['call_ns']:6.0f} {worst:14} {'' if ratio is None else f'{ratio:6.2f} x'}", flush=True)


if __name__ == "__main__":
    main()
