"""Where the library is compared: parameters and inputs, every corner among them.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import itertools

MAGNITUDES = [1e-8, 1e-3, 0.1, 0.25, 0.375, 0.5, 0.625, 1, 1.25, 1.5, 2, 2.5, 3, 3.5, 5.5, 6, 7, 10, 19.5, 20.5, 30]
ONE_INPUT = [-x for x in reversed(MAGNITUDES)] + [0.0] + MAGNITUDES
TWO_INPUTS = list(itertools.product([-8, -7, -3, -1.25, -0.5, 0.0, 0.375, 1, 2.5, 7, 9],
                                    [-8, -7, -1.5, -0.25, 0.0, 0.5, 2, 7, 8.5]))

# Those kept in tests/numerics/LibraryValues.def: with the defaults, and with other parameters.
KEPT_ONE = [[-3.5, -1.25, -0.25, 0.375, 1.5, 7], [-1.25, 0.375, 2.5]]
KEPT_TWO = [[(-1.25, 2), (-0.5, -1.5), (0.375, 0.5), (2.5, -0.25), (7, 8.5)], [(-1.25, 2), (2.5, -0.25)]]

# Beside the defaults: other values, exact in float, which is what attributes in ONNX are.
OTHER_PARAMETERS = {
    "linear": [[-1.5, 0.25]],
    "leaky_relu": [[0.25], [-0.5]],
    "prelu": [[-0.5]],
    "rrelu": [[0.25, 0.5]],
    "bounded_relu": [[2.5]],
    "clip": [[-0.5, 2.5]],
    "clip_onednn": [[-0.5, 2.5]],
    "threshold": [[0.5, 20.0]],
    "thresholded_relu": [[2.5]],
    "keras_relu": [[0.25, 6.0, 0.5], [0.0, 5.5, 0.0], [0.125, 10.0, 1.0]],
    "hard_sigmoid_onnx": [[0.25, 0.75]],
    "hardshrink": [[1.25]],
    "softshrink": [[1.25]],
    "shrink": [[1.25, 0.5]],
    "star_relu": [[0.5, 1.5]],
    "smelu": [[2.5]],
    "squareplus": [[0.25]],
    "isru": [[2.0]],
    "isrlu": [[2.0]],
    "scaled_tanh": [[0.5, 2.0]],
    "softplus_threshold": [[2.0, 5.0]],
    "soft_relu": [[2.0], [-1.0]],
    "elu": [[0.5]],
    "celu": [[0.5], [2.0]],
    "power": [[0.5, 3.0], [2.0, 0.5], [1.0, -1.0]],
    "pelu": [[2.0, 0.5]],
    "soft_exponential": [[-0.5], [0.0], [1.0]],
    "soft_clipping": [[1.0], [0.25]],
    "softabs": [[1.0]],
    "swish": [[2.0], [-0.5]],
    "e_swish": [[1.25]],
    "laplace": [[0.0, 1.0], [1.5, 0.5]],
    "siren": [[2.0]],
    "snake": [[0.5], [2.0]],
    "snake_beta": [[0.5, 2.0]],
    "dyt": [[0.25, 2.0, 0.5]],
    "derf": [[0.25, 0.5, 2.0, -0.5]],
    "acon_c": [[0.5, -0.25, 2.0]],
    "rational": [[0.5, -1.0, 0.25, 0.5, -0.125, 0.25, 0.5, -1.0, 0.25, 0.125]],
    "xielu": [[1.5, 0.75, 0.25]],
    "swiglu_clamped": [[1.0, 2.5]],
}
