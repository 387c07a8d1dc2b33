"""JAX: compiled functions, whose result takes the place of an array that is given away.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Backward is compiled from x and dy, as one function: what jax.vjp keeps between the passes depends on the function, and
would carry a part of the work into the forward pass.
"""

import jax

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_cpu_enable_async_dispatch", False)

import ml_dtypes
import numpy as np
from jax import nn
from jax import numpy as jnp

from prepared import Absent, Prepared

FUNCTIONS = {
    "relu": nn.relu, "elu": nn.elu, "selu": nn.selu, "gelu": lambda x: nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: nn.gelu(x, approximate=True), "silu": nn.silu, "mish": nn.mish, "softplus": nn.softplus,
    "sigmoid": nn.sigmoid, "tanh": jnp.tanh, "hard_swish": nn.hard_silu,
}


def dropout_after_gelu(x, b, residual):
    kept = jax.random.bernoulli(jax.random.key(7), 0.9, x.shape)
    return jnp.where(kept, nn.gelu(x + b, approximate=False) / 0.9, 0).astype(x.dtype) + residual


COMPOSED = {
    "swiglu_bias": lambda gate, value, b, c: nn.silu(gate + b) * (value + c),
    "bias_gelu_dropout_residual": dropout_after_gelu,
}


def copied(array, kind):
    return jax.device_put(array.view(ml_dtypes.bfloat16) if kind == "bf16" else array)


class Jax:
    key, version = "jax", jax.__version__

    def enter(self):
        pass

    def prepare(self, case, arrays):
        function = {**FUNCTIONS, **COMPOSED}.get(case.name)
        if not function:
            raise Absent("no such function")
        inputs, dy = [copied(each, case.kind) for each in arrays.inputs], copied(arrays.dy, case.kind)
        if case.direction == "forward":
            compiled = jax.jit(lambda out, *x: function(*x), donate_argnums=0, keep_unused=True)
            given, operands = copied(arrays.y, case.kind), tuple(inputs)
        else:
            wanted = len(arrays.gradients)

            def gradients(out, dy, *x):
                _, pull = jax.vjp(lambda *leaves: function(*leaves, *x[wanted:]), *x[:wanted])
                return pull(dy)
            compiled = jax.jit(gradients, donate_argnums=0, keep_unused=True)
            given, operands = tuple(copied(each, case.kind) for each in arrays.gradients), (dy, *inputs)
        compiled = compiled.lower(given, *operands).compile()
        last = [compiled(given, *operands)]

        def call():
            last[0] = compiled(last[0], *operands)
            jax.block_until_ready(last[0])

        def fetch():
            first = last[0] if case.direction == "forward" else last[0][0]
            array = np.asarray(first)
            return array.view(np.uint16) if case.kind == "bf16" else array
        return Prepared(call, fetch, from_x=case.reads_y, how="jit, result into a donated array")


def contenders(threads, most):
    """JAX takes a thread for each processor that the process may run on, so it cannot have fewer beside."""
    return [Jax()] if threads == most else []
