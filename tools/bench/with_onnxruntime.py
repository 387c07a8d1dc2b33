"""ONNX Runtime: a graph of one operator, bound to the caller's arrays. It has no backward pass.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import onnxruntime
from onnx import TensorProto, helper

from prepared import Absent, Prepared

KINDS = {"f32": TensorProto.FLOAT, "f16": TensorProto.FLOAT16, "bf16": TensorProto.BFLOAT16}
# Chains of operators, each of the one before; its own optimiser makes one kernel of those it knows.
FUNCTIONS = {
    "relu": [("Relu", {})], "elu": [("Elu", {})], "selu": [("Selu", {})], "gelu": [("Gelu", {})],
    "gelu_tanh": [("Gelu", {"approximate": "tanh"})], "silu": [("Sigmoid", {}), ("Mul", {})], "mish": [("Mish", {})],
    "softplus": [("Softplus", {})], "sigmoid": [("Sigmoid", {})], "tanh": [("Tanh", {})],
    "hard_swish": [("HardSwish", {})],
}
OPSET = 22


class OnnxRuntime:
    key, version = "onnxruntime", onnxruntime.__version__

    def __init__(self, threads):
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.options.log_severity_level = 4
        self.sessions = {}

    def enter(self):
        pass

    def session(self, case):
        key = case.name, case.kind
        if key not in self.sessions:
            nodes, value = [], "x"
            for i, (operator, attributes) in enumerate(FUNCTIONS[case.name]):
                operands = [value, "x"] if operator == "Mul" else [value]
                value = "y" if i + 1 == len(FUNCTIONS[case.name]) else f"t{i}"
                nodes.append(helper.make_node(operator, operands, [value], **attributes))
            graph = helper.make_graph(nodes, "one", [helper.make_tensor_value_info("x", KINDS[case.kind], ["n"])],
                                      [helper.make_tensor_value_info("y", KINDS[case.kind], ["n"])])
            model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
            try:
                self.sessions[key] = onnxruntime.InferenceSession(
                    model.SerializeToString(), self.options, providers=["CPUExecutionProvider"])
            except Exception as error: # its own types are not public
                reason = f"no kernels of {case.kind}" if "NOT_IMPLEMENTED" in str(error) else str(error).splitlines()[0]
                raise Absent(reason) from error
        return self.sessions[key]

    def prepare(self, case, arrays):
        if case.direction == "backward" or case.name not in FUNCTIONS:
            raise Absent("it has forward passes of operators only")
        session = self.session(case)
        binding = session.io_binding()
        for bind, name, array in ((binding.bind_input, "x", arrays.inputs[0]), (binding.bind_output, "y", arrays.y)):
            bind(name, "cpu", 0, KINDS[case.kind], array.shape, array.ctypes.data)
        options = onnxruntime.RunOptions()
        options.log_severity_level = 4
        run = session.run_with_iobinding
        run(binding, options)
        return Prepared(lambda: run(binding, options), how="IO binding")


def contenders(threads, most):
    return [OnnxRuntime(threads)]
