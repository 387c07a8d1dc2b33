"""PyTorch's functions under the library's names, and those of Hugging Face Transformers where it is there, too.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import torch
from torch.nn import functional as F

import textbook

torch.set_default_dtype(torch.float64)


def glu(value, gate):
    return F.glu(torch.stack([value, gate], -1), -1).squeeze(-1)


# A parameter that PyTorch takes as a tensor is differentiated in; a number is not.
NATIVE = {
    "identity": torch.nn.Identity(),
    "relu": F.relu,
    "prelu": lambda x, a: F.prelu(x.unsqueeze(0), a).squeeze(0),
    "relu6": F.relu6,
    "hard_tanh": F.hardtanh,
    "hard_sigmoid": F.hardsigmoid,
    "hard_swish": F.hardswish,
    "square": torch.square,
    "abs": torch.abs,
    "softsign": F.softsign,
    "sigmoid": torch.sigmoid,
    "logsigmoid": F.logsigmoid,
    "tanh": torch.tanh,
    "tanhshrink": F.tanhshrink,
    "selu": F.selu,
    "exp": torch.exp,
    "log": torch.log,
    "power": lambda x, a, b: a * torch.pow(x, b),
    "sqrt": torch.sqrt,
    "round": torch.round,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "erf": torch.erf,
    "Phi": torch.special.ndtr,
    "atan": torch.atan,
    "asinh": torch.asinh,
    "cos": torch.cos,
    "sinc": lambda x: torch.sinc(x / math.pi),
    "glu": glu,
    "swiglu": lambda gate, value: F.silu(gate) * value,
    "geglu": lambda gate, value: F.gelu(gate) * value,
    "geglu_tanh": lambda gate, value: F.gelu(gate, approximate="tanh") * value,
}
WITH_NUMBERS = {
    "leaky_relu": F.leaky_relu,
    "rrelu": lambda x, a, b: F.rrelu(x, a, b, training=False),
    "bounded_relu": lambda x, a: F.hardtanh(x, 0.0, a),
    "clip": torch.clamp,
    "threshold": F.threshold,
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "softplus_threshold": F.softplus,
    "elu": F.elu,
    "celu": F.celu,
}


def transformers_functions():
    try:
        from transformers import activations as hf
    except ImportError:
        return {}

    def xielu(x, p, n, b):
        module = hf.XIELUActivation(p, n, b, dtype=torch.float64)
        return module._xielu_python(x)

    return {
        "relu_squared": hf.ACT2FN["relu2"],
        "gelu_quick": hf.ACT2FN["quick_gelu"],
        "gelu_10": hf.ACT2FN["gelu_10"],
        "gelu_tanh": hf.ACT2FN["gelu_new"],
        "laplace": lambda x, m, s: hf.LaplaceActivation()(x, m, s),
        "xielu": xielu,
    }


class Torch:
    def __init__(self, name, version, functions, tolerance, with_numbers=()):
        self.name, self.version, self.functions, self.tolerance = name, version, functions, tolerance
        self.with_numbers = set(with_numbers)

    def evaluate(self, name, inputs, parameters):
        """Columns: the value, and the derivative in each input and parameter, or None where there is none."""
        leaves = [torch.tensor(column, requires_grad=True) for column in inputs]
        if name in self.with_numbers:
            tail = list(parameters)
        else:
            tail = [torch.full_like(leaves[0], p).requires_grad_() for p in parameters]
        y = self.functions[name](*leaves, *tail)
        columns = [y.detach().tolist()]
        for leaf in leaves + tail:
            if not torch.is_tensor(leaf):
                columns.append(None)
                continue
            (gradient,) = torch.autograd.grad(y.sum(), leaf, retain_graph=True, allow_unused=True)
            columns.append([0.0] * len(y) if gradient is None else gradient.tolist())
        return columns


def peers():
    # 1/6 is a float inside hardsigmoid and hardswish.
    yield Torch("PyTorch", torch.__version__.split("+")[0], {**NATIVE, **WITH_NUMBERS},
                {"hard_sigmoid": 1e-7, "hard_swish": 1e-6}, WITH_NUMBERS)
    yield Torch("textbook", "in PyTorch's operations", textbook.FORMULAS, {})
    functions = transformers_functions()
    if functions:
        import transformers
        yield Torch("Transformers", transformers.__version__, functions, {}, {"laplace", "xielu"})
