"""JAX's functions under the library's names, and those of Keras on JAX.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

import jax.numpy as jnp
from jax import nn

FUNCTIONS = {
    "identity": nn.identity,
    "relu": nn.relu,
    "relu6": nn.relu6,
    "leaky_relu": nn.leaky_relu,
    "clip": jnp.clip,
    "hard_tanh": nn.hard_tanh,
    "hard_sigmoid": nn.hard_sigmoid,
    "hard_swish": nn.hard_silu,
    "square": jnp.square,
    "abs": jnp.abs,
    "sparse_plus": nn.sparse_plus,
    "sparse_sigmoid": nn.sparse_sigmoid,
    "squareplus": nn.squareplus,
    "softsign": nn.soft_sign,
    "sigmoid": nn.sigmoid,
    "logsigmoid": nn.log_sigmoid,
    "tanh": nn.tanh,
    "softplus": nn.softplus,
    "elu": nn.elu,
    "celu": nn.celu,
    "selu": nn.selu,
    "exp": jnp.exp,
    "log": jnp.log,
    "power": lambda x, a, b: a * jnp.power(x, b),
    "sqrt": jnp.sqrt,
    "round": jnp.round,
    "gelu": lambda x: nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: nn.gelu(x, approximate=True),
    "silu": nn.silu,
    "mish": nn.mish,
    "erf": jax.scipy.special.erf,
    "Phi": jax.scipy.special.ndtr,
    "atan": jnp.arctan,
    "asinh": jnp.arcsinh,
    "cos": jnp.cos,
    "sinc": lambda x: jnp.sinc(x / jnp.pi),
    "glu": lambda value, gate: nn.glu(jnp.stack([value, gate]), axis=0).squeeze(),
}


class Jax:
    def __init__(self, name, version, functions, fixed=(), tolerance=None):
        self.name, self.version, self.functions, self.tolerance = name, version, functions, tolerance or {}
        self.fixed = set(fixed)

    def evaluate(self, name, inputs, parameters):
        function, n = self.functions[name], len(inputs)
        columns = [jnp.asarray(column, dtype=jnp.float64) for column in inputs]
        if name in self.fixed:
            f, wrt = (lambda *x: function(*x, *parameters)), range(n)
        else:
            f, wrt = function, range(n + len(parameters))
            columns += [jnp.full_like(columns[0], p) for p in parameters]
        scalar = lambda *x: jnp.squeeze(f(*x))
        values = jax.vmap(scalar)(*columns)
        gradients = jax.vmap(jax.grad(scalar, argnums=tuple(wrt)))(*columns)
        missing = [None] * (n + len(parameters) - len(gradients))
        return [values.tolist()] + [g.tolist() for g in gradients] + missing


def keras_functions():
    import keras
    from keras import activations as k

    keras.config.set_floatx("float64")
    number = {
        "leaky_relu": k.leaky_relu,
        "keras_relu": lambda x, slope, highest, threshold: k.relu(
            x, slope, None if highest == float("inf") else highest, threshold),
        "hardshrink": k.hard_shrink,
        "softshrink": k.soft_shrink,
        "threshold": k.threshold,
        "elu": k.elu,
        "celu": k.celu,
        "squareplus": k.squareplus,
    }
    plain = {
        "identity": k.linear,
        "relu": k.relu,
        "relu6": k.relu6,
        "hard_tanh": k.hard_tanh,
        "hard_sigmoid": k.hard_sigmoid,
        "hard_swish": k.hard_silu,
        "sparse_plus": k.sparse_plus,
        "sparse_sigmoid": k.sparse_sigmoid,
        "softsign": k.softsign,
        "sigmoid": k.sigmoid,
        "logsigmoid": k.log_sigmoid,
        "tanh": k.tanh,
        "tanhshrink": k.tanh_shrink,
        "softplus": k.softplus,
        "selu": k.selu,
        "exp": k.exponential,
        "gelu": k.gelu,
        "gelu_tanh": lambda x: k.gelu(x, approximate=True),
        "silu": k.silu,
        "mish": k.mish,
        "glu": lambda value, gate: keras.ops.squeeze(k.glu(keras.ops.stack([value, gate]), axis=0)),
    }
    return keras.__version__, {**plain, **number}, number


def peers():
    yield Jax("JAX", jax.__version__, FUNCTIONS)
    try:
        version, functions, number = keras_functions()
    except ImportError:
        return
    # Its tanh computes in float.
    yield Jax("Keras", f"{version} on JAX", functions, number, {"tanh": 3e-7})
