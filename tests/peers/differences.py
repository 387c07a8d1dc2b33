"""Where a framework means something else, point by point: everything that compare.py lets pass.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""


def known(peer, function, position, point, parameters):
    """The reason why this number differs, or None. `position`: 0 the value, then the derivative in each operand."""
    for functions, peers, positions, holds, reason in DIFFERENCES:
        if function in functions and peer in peers and position in positions and holds(point[0], parameters):
            return reason
    return None


def at_bounds(x, bounds):
    return x in bounds


FIRST, ALL = {1}, {1, 2, 3, 4}
JAX = {"JAX", "Keras"}

# Which functions, of which peers, in which columns (0 the value, then the derivative in each operand), where, and why.
DIFFERENCES = [
    ({"clip"}, {"JAX"}, ALL, at_bounds, "at the bounds JAX has 1/2 in each of what ties there, PyTorch and xphi 0 in x"),
    ({"abs"}, {"JAX"}, FIRST, lambda x, _: x == 0, "at 0 JAX has 1, PyTorch and xphi 0"),
    ({"hard_tanh"}, JAX, FIRST, lambda x, _: abs(x) == 1, "at -1 and 1 JAX and Keras have 1, PyTorch and xphi 0"),
    ({"leaky_relu"}, JAX, FIRST, lambda x, _: x == 0, "at 0 JAX and Keras have 1, PyTorch and xphi alpha"),
    ({"sparse_sigmoid"}, JAX, FIRST, lambda x, _: abs(x) == 1, "at -1 and 1 JAX and Keras have 1/4, xphi 0"),
    ({"keras_relu"}, {"Keras"}, FIRST, lambda x, p: x in p[1:],
     "at the threshold Keras has 0 and at max_value, on JAX, 1/2; xphi the slope below the one and 0 at the other"),
    ({"sinc"}, {"PyTorch", "textbook", "JAX"}, FIRST, lambda x, _: abs(x) <= 1e-3, "near 0 their derivative cancels, xphi's does not"),
]
