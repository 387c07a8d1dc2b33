"""What is timed: functions, the arrays of a call, and the truth about its result.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Elementary cases are functions of one input, forward or backward: dx = dy f'(x). Three of them are differentiated from y,
as PyTorch does. Composed cases are what a network computes around an activation.
"""

import dataclasses
import subprocess

import numpy as np

import elements

FUNCTIONS = ("relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish", "softplus", "sigmoid", "tanh", "hard_swish")
# The derivative in terms of y; a double holds it to more digits than an element has.
FROM_Y = {"relu": lambda y: np.where(y > 0, 1.0, 0.0), "sigmoid": lambda y: y * (1 - y),
          "tanh": lambda y: (1 - y) * (1 + y)}
DROPPED = 0.1 # the share that the composed case drops


@dataclasses.dataclass
class Arrays:
    """Of one call: inputs, dy and result are NumPy arrays of the type's storage; strided where the case is."""
    inputs: list
    dy: np.ndarray
    y: np.ndarray
    gradients: list


class Truth:
    """The library's functions over Arb balls, by the program library-values."""

    def __init__(self, program):
        self.program = program

    def ask(self, lines):
        done = subprocess.run([self.program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        answers = done.stdout.splitlines()
        if len(answers) != len(lines) or any(answer.startswith("error") for answer in answers[:1]):
            raise SystemExit(f"{self.program}: {answers[:1]}")
        return answers

    def __call__(self, function, *columns):
        """The value, then the derivative in each input, as doubles."""
        (first,) = self.ask([f"? {function}"])
        defaults = first.split()[1:]
        answers = self.ask([" ".join([function, *map(float.hex, row), *defaults])
                            for row in zip(*[column.tolist() for column in columns])])
        table = np.array([[float(word) if "x" not in word else float.fromhex(word) for word in answer.split()]
                          for answer in answers])
        return [table[:, i] for i in range(1 + len(columns))]


def aligned(shape, kind):
    """Zeros that begin on a page, so that no contender is luckier than another."""
    dtype = np.dtype(elements.STORED[kind])
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + 4096, np.uint8)
    start = -raw.ctypes.data % 4096
    return raw[start:start + size].view(dtype).reshape(shape)


def filled(numbers, kind):
    array = aligned(numbers.shape, kind)
    array[...] = elements.rounded(numbers, kind)
    return array


def normal(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape)


def wide(n, seed):
    """Half as data are, half of any size from 2^-20 to 20 and of either sign."""
    generator = np.random.default_rng(seed)
    sizes = np.exp2(generator.uniform(-20, np.log2(20), n - n // 2)) * generator.choice((-1.0, 1.0), n - n // 2)
    return np.concatenate([1.5 * normal(n // 2, seed + 1), sizes])


class Elementary:
    def __init__(self, function, direction, kind):
        self.name, self.direction, self.kind = function, direction, kind
        self.reads_y = direction == "backward" and function in FROM_Y

    def arrays(self, n, truth=None):
        """For timing; with a truth for measuring errors: other points, and y where backward reads it."""
        x = filled(wide(n, 1) if truth else normal(n, 1), self.kind)
        y = aligned(n, self.kind)
        if self.reads_y:
            numbers = elements.numbers(x, self.kind)
            known = {"relu": lambda t: np.maximum(t, 0), "sigmoid": lambda t: 1 / (1 + np.exp(-t)), "tanh": np.tanh}
            y = filled(known[self.name](numbers), self.kind)
        return Arrays([x], filled(normal(n, 2), self.kind), y, [aligned(n, self.kind)])

    def results(self, arrays):
        return arrays.gradients[0] if self.direction == "backward" else arrays.y

    def truths(self, arrays, truth, from_x=False):
        """What is right for `results`. `from_x` of a contender that reads x where others read y."""
        value, slope = truth(self.name, elements.numbers(arrays.inputs[0], self.kind))
        if self.direction == "forward":
            return [value]
        if self.reads_y and not from_x:
            slope = FROM_Y[self.name](elements.numbers(arrays.y, self.kind))
        with np.errstate(invalid="ignore"):
            return [slope * elements.numbers(arrays.dy, self.kind)]


class Composed:
    WIDTH = 512

    def __init__(self, direction, kind):
        self.direction, self.kind, self.reads_y = direction, kind, False

    def results(self, arrays):
        return arrays.gradients[0] if self.direction == "backward" else arrays.y


class GateWithBias(Composed):
    """silu(gate + b) (value + c), where gate and value are the halves of a matrix product's rows."""
    name = "swiglu_bias"
    text = "def f(gate, value, b, c) = silu(gate + b) * (value + c)"
    gradients = "*"

    def arrays(self, n, truth=None):
        rows, width = max(n // self.WIDTH, 1), min(n, self.WIDTH)
        product, dproduct = filled(normal((rows, 2 * width), 1), self.kind), aligned((rows, 2 * width), self.kind)
        biases = filled(normal((2, width), 3), self.kind)
        dbiases = aligned((2, width), self.kind)
        halves = slice(0, width), slice(width, 2 * width)
        return Arrays([product[:, h] for h in halves] + list(biases), filled(normal((rows, width), 2), self.kind),
                      aligned((rows, width), self.kind), [dproduct[:, h] for h in halves] + list(dbiases))

    def truths(self, arrays, truth, from_x=False):
        gate, value, b, c = (elements.numbers(each, self.kind) for each in arrays.inputs)
        answers = [each.reshape(gate.shape) for each in truth("swiglu", (gate + b).ravel(), (value + c).ravel())]
        return answers[:1] if self.direction == "forward" else [answers[1] * elements.numbers(arrays.dy, self.kind)]


class DropoutAfterGelu(Composed):
    """dropout(gelu(x + b)) + residual: what a transformer does after a matrix product, in one pass or in four."""
    name = "bias_gelu_dropout_residual"
    text = (f"def f(x, b, residual; p = {DROPPED}, seed = 7) ="
            " (if dropped(p, seed, 0) then 0 else gelu(x + b) / (1 - p)) + residual")
    gradients = "x,b"

    def arrays(self, n, truth=None):
        rows, width = max(n // self.WIDTH, 1), min(n, self.WIDTH)
        shape = (rows, width)
        return Arrays([filled(normal(shape, 1), self.kind), filled(normal(width, 3), self.kind),
                       filled(normal(shape, 4), self.kind)], filled(normal(shape, 2), self.kind),
                      aligned(shape, self.kind), [aligned(shape, self.kind), aligned(width, self.kind)])

    def truths(self, arrays, truth, from_x=False):
        """Dropped or not: which, is the contender's choice."""
        x, b, residual = (elements.numbers(each, self.kind) for each in arrays.inputs)
        value, slope = (each.reshape(x.shape) / (1 - float(np.float32(DROPPED)))
                        for each in truth("gelu", (x + b).ravel()))
        if self.direction == "forward":
            return [residual, value + residual]
        return [np.zeros_like(x), slope * elements.numbers(arrays.dy, self.kind)]


COMPOSED = {each.name: each for each in (GateWithBias, DropoutAfterGelu)}


def case(name, direction, kind):
    return COMPOSED[name](direction, kind) if name in COMPOSED else Elementary(name, direction, kind)
