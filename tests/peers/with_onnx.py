"""ONNX operators under the library's names, by its reference evaluator: values only.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

# The operator, the attributes that the parameters become, and fixed attributes.
OPERATORS = {
    "identity": ("Identity", []),
    "relu": ("Relu", []),
    "leaky_relu": ("LeakyRelu", ["alpha"]),
    "thresholded_relu": ("ThresholdedRelu", ["alpha"]),
    "hard_sigmoid_onnx": ("HardSigmoid", ["alpha", "beta"]),
    "hard_swish": ("HardSwish", []),
    "shrink": ("Shrink", ["lambd", "bias"]),
    "abs": ("Abs", []),
    "softsign": ("Softsign", []),
    "sigmoid": ("Sigmoid", []),
    "tanh": ("Tanh", []),
    "softplus": ("Softplus", []),
    "elu": ("Elu", ["alpha"]),
    "celu": ("Celu", ["alpha"]),
    "selu": ("Selu", []),
    "exp": ("Exp", []),
    "log": ("Log", []),
    "sqrt": ("Sqrt", []),
    "round": ("Round", []),
    "gelu": ("Gelu", []),
    "gelu_tanh": ("Gelu", [], {"approximate": "tanh"}),
    "swish": ("Swish", ["alpha"]),
    "mish": ("Mish", []),
    "erf": ("Erf", []),
    "atan": ("Atan", []),
    "asinh": ("Asinh", []),
    "cos": ("Cos", []),
    "swiglu": ("SwiGLU", []),
}
# Parameters that ONNX takes as further inputs.
AS_INPUTS = {"prelu": "PRelu", "clip": "Clip"}


class Onnx:
    name, version, functions = "ONNX", onnx.__version__, {**OPERATORS, **AS_INPUTS}
    # Attributes and constants in the bodies of operators are floats.
    tolerance = {"selu": 1e-6, "hard_swish": 1e-6, "gelu": 1e-7, "gelu_tanh": 1e-7, "erf": 1e-7}

    def evaluate(self, name, inputs, parameters):
        n = len(inputs)
        columns = [np.array(column, dtype=np.float64) for column in inputs]
        if name in AS_INPUTS:
            operator, attributes = AS_INPUTS[name], {}
            shape = columns[0].shape if name == "prelu" else ()
            columns += [np.full(shape, p) for p in parameters]
        else:
            operator, names, *fixed = OPERATORS[name]
            attributes = {**dict(zip(names, map(float, parameters))), **(fixed[0] if fixed else {})}
        names = [f"x{i}" for i in range(len(columns))]
        node = helper.make_node(operator, names, ["y"], **attributes)
        graph = helper.make_graph(
            [node], "one", [helper.make_tensor_value_info(i, TensorProto.DOUBLE, None) for i in names],
            [helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", onnx.defs.onnx_opset_version())])
        (y,) = ReferenceEvaluator(model).run(None, dict(zip(names, columns)))
        return [y.tolist()] + [None] * (n + len(parameters))


def peers():
    yield Onnx()
