"""The library's formulas as their papers print them, in PyTorch's operations: nothing is taken from lib/.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

These forms lose digits and overflow; that does not matter at the points of the comparison. `where` has a second
`where` inside wherever the branch not taken would have no value.
"""

import math

import torch
from torch import where
from torch.nn import functional as F


def normal_cdf(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def gelu(x):
    return x * normal_cdf(x)


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu_quick(x):
    return x * torch.sigmoid(1.702 * x)


def softplus(x):
    return torch.log(1 + torch.exp(x))


def mish(x):
    return x * torch.tanh(softplus(x))


def selu(x):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return scale * where(x > 0, x, alpha * (torch.exp(x) - 1))


def clamped(x, low, high):
    return where(x <= low, low, where(x >= high, high, x))


def sinc(x):
    safe = where(x == 0, torch.ones_like(x), x)
    return where(x == 0, torch.ones_like(x), torch.sin(safe) / safe)


def soft_exponential(x, a):
    if torch.all(a == 0):  # with the derivative in a that both sides tend to
        return x + a * (x**2 / 2 + 1)
    return (torch.exp(a * x) - 1) / a + a if torch.all(a > 0) else -torch.log(1 - a * (x + a)) / a


def rational(x, a0, a1, a2, a3, a4, a5, b1, b2, b3, b4):
    numerator = a0 + a1 * x + a2 * x**2 + a3 * x**3 + a4 * x**4 + a5 * x**5
    return numerator / (1 + torch.abs(b1 * x + b2 * x**2 + b3 * x**3 + b4 * x**4))


def keras_relu(x, slope, highest, threshold):
    return where(x >= highest, highest, where(x > threshold, x, slope * (x - threshold)))


def swiglu_clamped(gate, value, alpha, limit):
    g = where(gate >= limit, limit, gate)
    return (clamped(value, -limit, limit) + 1) * g * torch.sigmoid(alpha * g)


FORMULAS = {
    "identity": lambda x: 1 * x,
    "linear": lambda x, a, b: a * x + b,
    "relu": F.relu,
    "leaky_relu": lambda x, a: where(x > 0, x, a * x),
    "prelu": lambda x, a: where(x > 0, x, a * x),
    "rrelu": lambda x, low, high: where(x > 0, x, (low + high) / 2 * x),
    "relu6": F.relu6,
    "bounded_relu": lambda x, a: where(x <= 0, 0 * x, where(x >= a, a, x)),
    "clip": clamped,
    "clip_onednn": lambda x, a, b: where(x <= a, a, where(x > b, b, x)),
    "threshold": lambda x, t, v: where(x > t, x, v),
    "thresholded_relu": lambda x, a: where(x > a, x, 0 * x),
    "keras_relu": keras_relu,
    "hard_tanh": F.hardtanh,
    "hard_sigmoid": lambda x: F.relu6(x + 3) / 6,
    "hard_sigmoid_onnx": lambda x, a, b: F.hardtanh(a * x + b, 0.0, 1.0),
    "hard_swish": lambda x: x * F.relu6(x + 3) / 6,
    "hard_mish": lambda x: x / 2 * F.hardtanh(x + 2, 0.0, 2.0),
    "hardshrink": lambda x, a: where(abs(x) > a, x, 0 * x),
    "softshrink": lambda x, a: where(abs(x) > a, torch.sign(x) * (abs(x) - a), 0 * x),
    "shrink": lambda x, a, b: where(x < -a, x + b, where(x > a, x - b, 0 * x)),
    "relu_squared": lambda x: F.relu(x) ** 2,
    "star_relu": lambda x, s, b: s * F.relu(x) ** 2 + b,
    "square": torch.square,
    "abs": torch.abs,
    "crelu_positive": F.relu,
    "crelu_negative": lambda x: F.relu(-x),
    "sparse_plus": lambda x: where(x <= -1, 0 * x, where(x >= 1, x, (x + 1) ** 2 / 4)),
    "sparse_sigmoid": lambda x: F.hardtanh(x) / 2 + 0.5,
    "smelu": lambda x, b: where(x <= -b, 0 * x, where(x >= b, x, (x + b) ** 2 / (4 * b))),
    "squareplus": lambda x, b: (x + torch.sqrt(x**2 + b)) / 2,
    "softsign": lambda x: x / (1 + abs(x)),
    "isru": lambda x, a: x / torch.sqrt(1 + a * x**2),
    "isrlu": lambda x, a: where(x >= 0, x, x / torch.sqrt(1 + a * x**2)),
    "bent_identity": lambda x: (torch.sqrt(x**2 + 1) - 1) / 2 + x,
    "sigmoid": lambda x: 1 / (1 + torch.exp(-x)),
    "logsigmoid": lambda x: -softplus(-x),
    "tanh": torch.tanh,
    "scaled_tanh": lambda x, a, b: a * torch.tanh(b * x),
    "tanhshrink": lambda x: x - torch.tanh(x),
    "softplus": softplus,
    "softplus_threshold": lambda x, b, t: where(b * x > t, x, softplus(where(b * x > t, t, b * x)) / b),
    "soft_relu": lambda x, a: softplus(a * x) / a,
    "elu": lambda x, a: where(x > 0, x, a * (torch.exp(x) - 1)),
    "celu": lambda x, a: where(x > 0, x, a * (torch.exp(x / a) - 1)),
    "selu": selu,
    "exp": torch.exp,
    "log": torch.log,
    "power": lambda x, a, b: a * x**b,
    "sqrt": torch.sqrt,
    "round": torch.round,
    "pelu": lambda x, a, b: where(x >= 0, a / b * x, a * (torch.exp(x / b) - 1)),
    "elish": lambda x: where(x >= 0, x, torch.exp(x) - 1) / (1 + torch.exp(-x)),
    "hard_elish": lambda x: where(x >= 0, x, torch.exp(x) - 1) * F.hardtanh((x + 1) / 2, 0.0, 1.0),
    "soft_exponential": soft_exponential,
    "soft_clipping": lambda x, a: torch.log((1 + torch.exp(a * x)) / (1 + torch.exp(a * (x - 1)))) / a,
    "symlog": lambda x: where(x < 0, -1.0, 1.0) * torch.log(1 + where(x < 0, -x, x)),
    "symexp": lambda x: where(x < 0, -1.0, 1.0) * (torch.exp(where(x < 0, -x, x)) - 1),
    "softabs": lambda x, e: torch.sqrt(x**2 + e),
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "gelu_quick": gelu_quick,
    "gelu_10": lambda x: torch.clip(gelu(x), -10, 10),
    "silu": lambda x: x / (1 + torch.exp(-x)),
    "swish": lambda x, b: x / (1 + torch.exp(-b * x)),
    "e_swish": lambda x, b: b * x / (1 + torch.exp(-x)),
    "mish": mish,
    "phish": lambda x: x * torch.tanh(gelu(x)),
    "serf": lambda x: x * torch.erf(softplus(x)),
    "smish": lambda x: x * torch.tanh(torch.log(1 + torch.sigmoid(x))),
    "logish": lambda x: x * torch.log(1 + torch.sigmoid(x)),
    "tanhexp": lambda x: x * torch.tanh(torch.exp(x)),
    "gish": lambda x: x * torch.log(2 - torch.exp(-torch.exp(x))),
    "lisht": lambda x: x * torch.tanh(x),
    "erf": torch.erf,
    "Phi": normal_cdf,
    "laplace": lambda x, m, s: 0.5 * (1 + torch.erf((x - m) / (s * math.sqrt(2)))),
    "atan": torch.atan,
    "asinh": lambda x: where(x < 0, -1.0, 1.0) * torch.log(where(x < 0, -x, x) + torch.sqrt(x**2 + 1)),
    "gaussian": lambda x: torch.exp(-(x**2)),
    "gcu": lambda x: x * torch.cos(x),
    "sinc": sinc,
    "siren": lambda x, w: torch.sin(w * x),
    "cos": torch.cos,
    "snake": lambda x, a: x + torch.sin(a * x) ** 2 / a,
    "snake_beta": lambda x, a, b: x + torch.sin(a * x) ** 2 / b,
    "dyt": lambda x, a, g, b: g * torch.tanh(a * x) + b,
    "derf": lambda x, a, s, g, b: g * torch.erf(a * x + s) + b,
    "acon_c": lambda x, p1, p2, b: (p1 - p2) * x * torch.sigmoid(b * (p1 - p2) * x) + p2 * x,
    "rational": rational,
    "xielu": lambda x, p, n, b: where(
        x > 0, p * x * x + b * x, (torch.expm1(torch.clamp(x, max=-1e-6)) - x) * n + b * x),
    "glu": lambda value, gate: value * torch.sigmoid(gate),
    "bilinear": lambda gate, value: gate * value,
    "reglu": lambda gate, value: F.relu(gate) * value,
    "geglu": lambda gate, value: gelu(gate) * value,
    "geglu_tanh": lambda gate, value: gelu_tanh(gate) * value,
    "geglu_quick": lambda gate, value: gelu_quick(gate) * value,
    "swiglu": lambda gate, value: gate * torch.sigmoid(gate) * value,
    "seglu": lambda gate, value: selu(gate) * value,
    "swiglu_clamped": swiglu_clamped,
    "relu_squared_glu": lambda gate, value: F.relu(gate) ** 2 * value,
    "mish_glu": lambda gate, value: mish(gate) * value,
    "tanh_gate": lambda filter, gate: torch.tanh(filter) * torch.sigmoid(gate),
}
