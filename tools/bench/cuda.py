#!/usr/bin/env python3
"""Times xphi's CUDA kernels against PyTorch's, eager and compiled, and a copy, on the first GPU.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

By CUDA events around several launches on arrays larger than the cache, in turns, as medians. Errors are not measured here:
tests/runtime/CudaDeviceTest.cpp holds the kernels' bits against the CPU's. --compile TARGET, on a machine without a GPU,
puts the kernels into the cache (XPHI_CACHE_DIR) that a machine with one and no compiler library is given.
"""

import argparse
import ctypes
import statistics
import sys

import with_xphi

FUNCTIONS = ("relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish", "softplus", "sigmoid", "tanh", "hard_swish")
READ_Y = ("sigmoid", "tanh") # PyTorch differentiates these from y; relu from either


class Kernels:
    def __init__(self, library, target):
        self.xphi, self.target = with_xphi.Xphi(library, 1), target
        for name in ("xphi_kernel_forward_cuda", "xphi_kernel_backward_cuda"):
            getattr(self.xphi.library, name).restype = ctypes.c_void_p

    def kernel(self, function, kind):
        kernel = ctypes.c_void_p()
        keep = with_xphi.KEEP_Y if function in READ_Y else with_xphi.KEEP_X
        options = with_xphi.CompileOptions(size=ctypes.sizeof(with_xphi.CompileOptions), target=self.target.encode(),
                                           types=kind.encode(), keep=keep)
        self.xphi.check(self.xphi.library.xphi_compile(self.xphi.engine, function.encode(), ctypes.byref(options),
                                                       ctypes.byref(kernel)))
        return kernel

    def forward(self, kernel, stream, x, y):
        inputs = (ctypes.c_uint64 * 1)(x.data_ptr())
        call, n = self.xphi.library.xphi_kernel_forward_cuda, ctypes.c_size_t(x.numel())
        to = ctypes.c_uint64(y.data_ptr())
        return lambda: self.xphi.check(call(kernel, stream, inputs, to, n, None))

    def backward(self, kernel, stream, read, dy, dx):
        inputs = (ctypes.c_uint64 * 1)(read.data_ptr())
        call, n = self.xphi.library.xphi_kernel_backward_cuda, ctypes.c_size_t(dy.numel())
        given, to = ctypes.c_uint64(dy.data_ptr()), ctypes.c_uint64(dx.data_ptr())
        return lambda: self.xphi.check(call(kernel, stream, inputs, given, to, n, None))


def interleaved(torch, calls, rounds, launches):
    """Medians in seconds a call, of what takes turns."""
    times = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(3):
            call()
    for _ in range(rounds):
        for name, call in calls.items():
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            begin.record()
            for _ in range(launches):
                call()
            end.record()
            end.synchronize()
            times[name].append(begin.elapsed_time(end) / 1000 / launches)
    return {name: statistics.median(each) for name, each in times.items()}


def measure(torch, with_torch, kernels, function, kind, n, rounds):
    dtype = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}[kind]
    x = torch.randn(n, device="cuda", dtype=dtype)
    dy, y, dx = torch.randn_like(x), torch.empty_like(x), torch.empty_like(x)
    # PyTorch's current stream is the default one.
    kernel, stream = kernels.kernel(function, kind), ctypes.c_void_p(None)
    with torch.no_grad():
        with_torch.FORWARD[function](x, y)
        read = y if function in READ_Y else x
        forward = torch.compile(with_torch.PLAIN_FORWARD[function])
        backward = torch.compile(with_torch.PLAIN_BACKWARD[function])
        eager = ((lambda: with_torch.BACKWARD[function](dy, read, dx)) if function in with_torch.BACKWARD
                 else lambda: with_torch.ALLOCATED[function](dy, read))
        for direction, arrays, calls in (
                ("forward", 2, {"xphi": kernels.forward(kernel, stream, x, y),
                                "PyTorch": lambda: with_torch.FORWARD[function](x, y), "Inductor": lambda: forward(x)}),
                ("backward", 3, {"xphi": kernels.backward(kernel, stream, read, dy, dx),
                                 "PyTorch": eager, "Inductor": lambda: backward(dy, read)})):
            calls["copy"] = lambda: dx.copy_(x)
            times = interleaved(torch, calls, rounds, 5)
            rate = arrays * n * x.element_size() / times["xphi"] / 1e12
            ratios = [times[name] / times["xphi"] for name in ("PyTorch", "Inductor")]
            print(f"| {function} {direction} | {kind} | {times['xphi'] / n * 1e12:.2f} | {rate:.2f} | "
                  f"{times['xphi'] / (times['copy'] * arrays / 2):.2f} | "
                  + " | ".join(f"{r:.2f}" if r >= 1 else f"**{r:.2f}**" for r in ratios) + " |", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("functions", nargs="*", metavar="FUNCTION", default=FUNCTIONS)
    arguments.add_argument("--types", default="f32,bf16,f16")
    arguments.add_argument("--log2-size", type=int, default=27)
    arguments.add_argument("--rounds", type=int, default=11)
    arguments.add_argument("--library", default="build/lib/libxphi.so")
    arguments.add_argument("--compile", metavar="TARGET", help="only compile, as for cuda-sm_90")
    chosen = arguments.parse_args()
    kernels = Kernels(chosen.library, chosen.compile or "cuda")
    work = [(function, kind) for kind in chosen.types.split(",") for function in chosen.functions or FUNCTIONS]
    if chosen.compile:
        for function, kind in work:
            kernels.kernel(function, kind)
        return
    import torch
    import with_torch
    if not torch.cuda.is_available():
        sys.exit("skipped: no CUDA device here")
    print(f"{torch.cuda.get_device_name()}, 2^{chosen.log2_size} elements, PyTorch {torch.__version__}\n")
    print("| | type | xphi ps | TB/s | × copy of as many bytes | PyTorch ÷ xphi | Inductor ÷ xphi |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for function, kind in work:
        measure(torch, with_torch, kernels, function, kind, 1 << chosen.log2_size, chosen.rounds)


if __name__ == "__main__":
    main()
