"""PyTorch: eager, into the caller's arrays where it has a function that does, and compiled by TorchInductor.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Backward is the operator that autograd calls, by itself. Composed cases go through autograd.
"""

import torch
from torch._functorch import config as functorch
from torch.nn import functional as F

from prepared import Absent, Prepared

functorch.donated_buffer = False # the graph is kept for the next backward pass
aten, nn = torch.ops.aten, torch._C._nn
SELU = 1.6732632423543772, 1.0507009873554805 # alpha, scale
FORWARD = {
    "relu": lambda x, y: aten.relu.out(x, out=y),
    "elu": lambda x, y: nn.elu(x, out=y),
    "selu": lambda x, y: nn.elu(x, *SELU, out=y), # what torch.selu calls
    "gelu": lambda x, y: nn.gelu(x, out=y),
    "gelu_tanh": lambda x, y: nn.gelu(x, approximate="tanh", out=y),
    "silu": lambda x, y: nn.silu(x, out=y),
    "mish": lambda x, y: nn.mish(x, out=y),
    "softplus": lambda x, y: nn.softplus(x, out=y),
    "sigmoid": lambda x, y: torch.sigmoid(x, out=y),
    "tanh": lambda x, y: torch.tanh(x, out=y),
    "hard_swish": lambda x, y: nn.hardswish(x, out=y),
}
# r is x, or y where autograd keeps that.
BACKWARD = {
    "relu": lambda dy, r, dx: aten.threshold_backward.grad_input(dy, r, 0, grad_input=dx),
    "elu": lambda dy, r, dx: aten.elu_backward.grad_input(dy, 1, 1, 1, False, r, grad_input=dx),
    "selu": lambda dy, r, dx: aten.elu_backward.grad_input(dy, *SELU, 1, False, r, grad_input=dx),
    "gelu": lambda dy, r, dx: aten.gelu_backward.grad_input(dy, r, grad_input=dx),
    "gelu_tanh": lambda dy, r, dx: aten.gelu_backward.grad_input(dy, r, approximate="tanh", grad_input=dx),
    "silu": lambda dy, r, dx: aten.silu_backward.grad_input(dy, r, grad_input=dx),
    "softplus": lambda dy, r, dx: aten.softplus_backward.grad_input(dy, r, 1, 20, grad_input=dx),
    "sigmoid": lambda dy, r, dx: aten.sigmoid_backward.grad_input(dy, r, grad_input=dx),
    "tanh": lambda dy, r, dx: aten.tanh_backward.grad_input(dy, r, grad_input=dx),
    "hard_swish": lambda dy, r, dx: aten.hardswish_backward.out(dy, r, out=dx),
}
ALLOCATED = {"mish": aten.mish_backward} # has no other
# The same without an array to write to, for TorchInductor.
PLAIN_FORWARD = {"relu": F.relu, "elu": F.elu, "selu": F.selu, "gelu": F.gelu,
                 "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "mish": F.mish,
                 "softplus": F.softplus, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "hard_swish": F.hardswish}
PLAIN_BACKWARD = {
    "relu": lambda dy, r: aten.threshold_backward(dy, r, 0),
    "elu": lambda dy, r: aten.elu_backward(dy, 1, 1, 1, False, r),
    "selu": lambda dy, r: aten.elu_backward(dy, *SELU, 1, False, r),
    "gelu": lambda dy, r: aten.gelu_backward(dy, r),
    "gelu_tanh": lambda dy, r: aten.gelu_backward(dy, r, approximate="tanh"),
    "silu": lambda dy, r: aten.silu_backward(dy, r),
    "mish": lambda dy, r: aten.mish_backward(dy, r),
    "softplus": lambda dy, r: aten.softplus_backward(dy, r, 1, 20),
    "sigmoid": lambda dy, r: aten.sigmoid_backward(dy, r),
    "tanh": lambda dy, r: aten.tanh_backward(dy, r),
    "hard_swish": lambda dy, r: aten.hardswish_backward(dy, r),
}
COMPOSED = {
    "swiglu_bias": lambda gate, value, b, c: F.silu(gate + b) * (value + c),
    "bias_gelu_dropout_residual": lambda x, b, residual: F.dropout(F.gelu(x + b), 0.1, True) + residual,
}


def shared(array, kind):
    return torch.from_numpy(array).view(torch.bfloat16) if kind == "bf16" else torch.from_numpy(array)


class Eager:
    key, version = "pytorch", torch.__version__.split("+")[0]

    def __init__(self, threads):
        self.threads = threads

    def enter(self):
        torch.set_num_threads(self.threads)

    def prepare(self, case, arrays):
        self.enter()
        if case.name in COMPOSED:
            call, how = self.composed(case, arrays), "autograd" if case.direction == "backward" else "operators"
        else:
            with torch.no_grad():
                call, how = self.elementary(case, arrays)
        call()
        return Prepared(call, how=how)

    def elementary(self, case, arrays):
        y, dy = shared(arrays.y, case.kind), shared(arrays.dy, case.kind)
        x, dx = shared(arrays.inputs[0], case.kind), shared(arrays.gradients[0], case.kind)
        if case.direction == "forward":
            function = FORWARD.get(case.name)
            if not function:
                raise Absent("no such function")
            return lambda: function(x, y), "out="
        read = y if case.reads_y else x
        if case.name in ALLOCATED:
            function = ALLOCATED[case.name]
            dx.copy_(function(dy, read))
            return lambda: function(dy, read), "allocates"
        function = BACKWARD.get(case.name)
        if not function:
            raise Absent("no such function")
        return lambda: function(dy, read, dx), "grad_input="

    def function(self, case):
        return COMPOSED[case.name]

    def composed(self, case, arrays):
        inputs = [shared(each, case.kind) for each in arrays.inputs]
        y, dy = shared(arrays.y, case.kind), shared(arrays.dy, case.kind)
        function = self.function(case)
        if case.direction == "forward":
            def forward():
                with torch.no_grad():
                    return function(*inputs)
            y.copy_(forward())
            return forward
        wanted = len(arrays.gradients)
        leaves = [each.requires_grad_(i < wanted) for i, each in enumerate(inputs)]
        result = function(*leaves)

        def backward():
            return torch.autograd.grad(result, leaves[:wanted], dy, retain_graph=True)
        for gradient, value in zip(arrays.gradients, backward()):
            shared(gradient, case.kind).copy_(value)
        return backward


class Compiled(Eager):
    key = "inductor"

    def __init__(self, threads):
        super().__init__(threads)
        self.compiled = {}

    def elementary(self, case, arrays):
        key = case.name, case.direction, case.kind
        if key not in self.compiled:
            self.forget()
            table = PLAIN_FORWARD if case.direction == "forward" else PLAIN_BACKWARD
            plain = table.get(case.name)
            if not plain:
                raise Absent("no such function")
            self.compiled[key] = torch.compile(lambda out, *operands: out.copy_(plain(*operands)), dynamic=True)
        function = self.compiled[key]
        y, dy = shared(arrays.y, case.kind), shared(arrays.dy, case.kind)
        x, dx = shared(arrays.inputs[0], case.kind), shared(arrays.gradients[0], case.kind)
        operands = (y, x) if case.direction == "forward" else (dx, dy, y if case.reads_y else x)
        return lambda: function(*operands), "compiled, into the caller's array"

    def function(self, case):
        key = case.name, case.direction, case.kind
        if key not in self.compiled:
            self.forget()
            self.compiled[key] = torch.compile(COMPOSED[case.name])
        return self.compiled[key]

    def forget(self):
        """What was compiled for other cases: every call would look through it first."""
        self.compiled.clear()
        torch.compiler.reset()


def contenders(threads, most):
    return [Eager(threads), Compiled(threads)]
