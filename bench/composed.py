"""Times SwiGLU and Snake, forward and all gradients, against PyTorch eager and TorchInductor on the CPU.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: python bench/composed.py [--library build/lib/libxphi.so] [--log2 24] [--rounds 15] [--threads 1] [--json]

PyTorch has no kernel for either function: eager runs the formula op by op, under autograd for the backward pass;
TorchInductor compiles forward and backward. Method: type f32, standard normal inputs, all in one process, pinned to
as many processors as threads. xphi, eager and Inductor are called in turn on the same arrays; the first rounds are
dropped; each round gives one ratio a peer, and the median is what counts (above 1: xphi is faster). As they are used,
PyTorch allocates its results and xphi writes into the caller's arrays. `--inductor` needs a C++ compiler.

SwiGLU is called on flat arrays of 2^log2 elements. Snake has an alpha for each of 512 channels of a (batch, 512, time)
tensor of as many elements, and its backward gives the gradients of x and alpha. Snake's gradient of alpha is also
computed with one and two threads, which must agree to the bit.
"""

import argparse
import ctypes
import json
import os
import statistics
import time

import torch


class CompileOptions(ctypes.Structure):
    _fields_ = [("function", ctypes.c_char_p), ("target", ctypes.c_char_p), ("file_name", ctypes.c_char_p),
                ("order", ctypes.c_uint32), ("no_backward", ctypes.c_uint32), ("derivative", ctypes.c_char_p),
                ("gradients", ctypes.c_char_p)]


class EngineOptions(ctypes.Structure):
    _fields_ = [("cache_directory", ctypes.c_char_p), ("compiler_library", ctypes.c_char_p),
                ("cuda_driver", ctypes.c_char_p), ("threads", ctypes.c_uint32)]


class Arguments(ctypes.Structure):
    _fields_ = [("values", ctypes.c_void_p), ("counts", ctypes.c_void_p), ("channels", ctypes.c_size_t),
                ("inner", ctypes.c_size_t)]


def pointers(tensors):
    return (ctypes.c_void_p * len(tensors))(*[t.data_ptr() for t in tensors])


class Kernel:
    def __init__(self, library, what, threads, gradients=b"*"):
        self.c = ctypes.CDLL(library)
        self.c.xphi_engine_create.restype = ctypes.c_void_p
        for name in ("xphi_compile", "xphi_kernel_forward_channels", "xphi_kernel_gradients"):
            getattr(self.c, name).restype = ctypes.c_void_p
        self.c.xphi_error_text.restype = ctypes.c_char_p
        options = EngineOptions(None, None, None, threads)
        engine = ctypes.c_void_p(self.c.xphi_engine_create(ctypes.byref(options)))
        self.kernel = ctypes.c_void_p()
        compile_options = CompileOptions(gradients=gradients)
        self.check(self.c.xphi_compile(engine, what, ctypes.byref(compile_options), ctypes.byref(self.kernel)))

    def check(self, error):
        if error:
            raise SystemExit(self.c.xphi_error_text(ctypes.c_void_p(error)).decode())

    def calls(self, inputs, dy, y, outputs, channels=None, inner=1):
        arguments = None
        if channels is not None:
            values, counts = pointers([channels]), (ctypes.c_size_t * 1)(channels.numel())
            arguments = Arguments(ctypes.cast(values, ctypes.c_void_p), ctypes.cast(counts, ctypes.c_void_p),
                                  channels.numel(), inner)
            self.keep = (values, counts, arguments)
        at = ctypes.byref(arguments) if arguments else None
        n, ins, outs = ctypes.c_size_t(y.numel()), pointers(inputs), pointers(outputs)
        y_pointer, dy_pointer = ctypes.c_void_p(y.data_ptr()), ctypes.c_void_p(dy.data_ptr())
        return (lambda: self.check(self.c.xphi_kernel_forward_channels(self.kernel, ins, y_pointer, n, at)),
                lambda: self.check(self.c.xphi_kernel_gradients(self.kernel, ins, dy_pointer, outs, n, at)))


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(calls, rounds):
    """Median of each call's time divided by the first one's, and best times."""
    times = [[timed(call) for call in calls] for _ in range(rounds)][rounds // 5:]
    return [statistics.median(t[i] / t[0] for t in times) for i in range(len(calls))], [min(c) for c in zip(*times)]


def peers(formula, inputs, dy, inductor):
    """For eager and, if asked for, Inductor: (forward, backward, forward and backward), with gradients of all."""
    result = {}
    for label, function in [("eager", formula)] + ([("inductor", torch.compile(formula))] if inductor else []):
        leaves = [t.detach().requires_grad_() for t in inputs]
        graph = function(*leaves)

        def forward(function=function):
            with torch.no_grad():
                function(*inputs)

        def backward(graph=graph, leaves=leaves):
            torch.autograd.grad(graph, leaves, dy, retain_graph=True)

        def both(function=function, leaves=leaves):
            torch.autograd.grad(function(*leaves), leaves, dy)

        forward(), backward(), both()
        result[label] = (forward, backward, both)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", default="build/lib/libxphi.so")
    parser.add_argument("--log2", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--inductor", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(processors)[-options.threads:])
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    n, results = 1 << options.log2, []

    def report(function, ours, theirs):
        for position, label in enumerate(("forward", "backward", "forward+backward")):
            calls = [ours[position]] + [peer[position] for peer in theirs.values()]
            ratios, best = interleaved(calls, options.rounds)
            for i, name in enumerate(theirs, 1):
                results.append({"function": function, "pass": label, "peer": name, "n": n, "ratio": ratios[i],
                                "xphi_ns_per_element": best[0] / n * 1e9, "peer_ns_per_element": best[i] / n * 1e9})

    def with_both(forward, backward):
        return forward, backward, lambda: (forward(), backward())

    gate, value, dy = (torch.randn(n) for _ in range(3))
    outputs = [torch.empty(n) for _ in range(3)]
    swiglu = Kernel(options.library, b"swiglu", options.threads)
    report("swiglu", with_both(*swiglu.calls([gate, value], dy, outputs[0], outputs[1:])),
           peers(lambda a, b: torch.nn.functional.silu(a) * b, [gate, value], dy, options.inductor))

    channels, inner = 512, 1024
    x, dy = (t.view(-1, channels, inner) for t in (gate, dy))
    alpha = torch.rand(channels) + 0.5
    dalpha = torch.empty(channels)
    snake = Kernel(options.library, b"snake", options.threads)
    column = alpha.view(1, channels, 1)
    report("snake", with_both(*snake.calls([x], dy, outputs[0], [outputs[1], dalpha], alpha, inner)),
           peers(lambda x, a: x + torch.sin(a * x) ** 2 / a, [x, column], dy, options.inductor))

    os.sched_setaffinity(0, processors)
    same = []
    for threads in (1, 2):
        kernel, result = Kernel(options.library, b"snake", threads), torch.empty(channels)
        kernel.calls([x], dy, outputs[0], [outputs[1], result], alpha, inner)[1]()
        same.append(result)
    agree = bool((same[0].view(torch.int32) == same[1].view(torch.int32)).all())

    if options.json:
        print(json.dumps({"torch": torch.__version__, "threads": options.threads, "type": "f32", "results": results,
                          "snake_dalpha_same_bits_1_2_threads": agree}))
        return
    print(f"n = 2^{options.log2}, f32, {options.threads} thread(s), PyTorch {torch.__version__}")
    for r in results:
        print(f"{r['function']:7} {r['pass']:17} {r['peer']:9} {r['ratio']:5.2f} x   "
              f"({r['xphi_ns_per_element']:.3f} and {r['peer_ns_per_element']:.3f} ns)")
    print(f"snake: gradient of alpha has the same bits with 1 and 2 threads: {'yes' if agree else 'NO'}")


if __name__ == "__main__":
    main()
