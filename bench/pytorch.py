"""Times xphi's kernels against PyTorch's on the CPU, in one process.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: python bench/pytorch.py [--xphi build/bin/xphi] [--size 1048576] [--rounds 60] [--json] [NAME...]

Needs numpy and torch in the Python that runs it; they are no part of the project's own set-up. Method: type f32, one
thread, pinned to the last processor, standard normal inputs. xphi and PyTorch are called in turn on the same arrays;
the first rounds are dropped; each round gives one ratio, and the median of the ratios is what counts (above 1: xphi is
faster). xphi writes to an array of the caller's; PyTorch allocates its result, from its own pool, as it always does.
Best times per element are printed beside, for orientation: they do not carry to other machines.
"""

import argparse
import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import torch
import torch.nn.functional as F

aten = torch.ops.aten
PEERS = {  # name: (forward(x), backward(dy, x) or None)
    "relu": (torch.relu, None),
    "gelu": (F.gelu, lambda dy, x: aten.gelu_backward(dy, x)),
    "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), lambda dy, x: aten.gelu_backward(dy, x, approximate="tanh")),
    "silu": (F.silu, lambda dy, x: aten.silu_backward(dy, x)),
    "mish": (F.mish, lambda dy, x: aten.mish_backward(dy, x)),
    "elu": (F.elu, None),
    "softplus": (F.softplus, lambda dy, x: aten.softplus_backward(dy, x, 1, 20)),
    "sigmoid": (torch.sigmoid, None),
    "tanh": (torch.tanh, None),
    "hard_swish": (F.hardswish, lambda dy, x: aten.hardswish_backward(dy, x)),
}


class Artifact:
    """A shared object made by `xphi compile`, called through its C functions."""

    def __init__(self, xphi, name, folder):
        subprocess.run([xphi, "compile", name, "-o", folder, "--emit", "shared", "--backward"], check=True,
                       capture_output=True)
        shown = json.loads(subprocess.check_output([xphi, "list", "--json"]))
        entry = next(e for e in shown if e["name"] == name)
        self.parameters = [ctypes.c_float(p["default"]) for p in entry.get("parameters", [])]
        self.library = ctypes.CDLL(str(pathlib.Path(folder) / f"{name}.so"))
        self.name = name

    def call(self, suffix, inputs, output):
        function = getattr(self.library, f"{self.name}_f32{suffix}")
        arguments = [ctypes.c_void_p(t.data_ptr()) for t in inputs] + self.parameters
        arguments += [ctypes.c_void_p(output.data_ptr()), ctypes.c_size_t(output.numel())]
        return lambda: function(*arguments)


def ratio(ours, theirs, rounds):
    a, b = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        theirs()
        a.append(middle - start)
        b.append(time.perf_counter() - middle)
    a, b = a[rounds // 10:], b[rounds // 10:]
    return statistics.median(t / o for o, t in zip(a, b)), min(a), min(b)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xphi", default="build/bin/xphi")
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    torch.manual_seed(1)
    x, dy, y = torch.randn(options.size), torch.randn(options.size), torch.empty(options.size)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or PEERS:
            artifact = Artifact(options.xphi, name, folder)
            forward, backward = PEERS[name]
            passes = [("forward", artifact.call("", [x], y), lambda: forward(x))]
            if backward:
                passes.append(("backward", artifact.call("_backward", [x, dy], y), lambda: backward(dy, x)))
            for label, ours, theirs in passes:
                median, best, peer = ratio(ours, theirs, options.rounds)
                results.append({"function": name, "pass": label, "n": options.size, "ratio": median,
                                "xphi_ns_per_element": best / options.size * 1e9,
                                "torch_ns_per_element": peer / options.size * 1e9})
    if options.json:
        print(json.dumps({"torch": torch.__version__, "threads": 1, "type": "f32", "results": results}))
        return
    print(f"n = {options.size}, f32, one thread, PyTorch {torch.__version__}")
    for r in results:
        print(f"{r['function']:12} {r['pass']:9} {r['ratio']:5.2f} x   "
              f"({r['xphi_ns_per_element']:.3f} and {r['torch_ns_per_element']:.3f} ns)")


if __name__ == "__main__":
    main()
