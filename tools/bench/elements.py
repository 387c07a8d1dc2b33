"""Element types: how NumPy holds them, what they round to, and how far apart two of them are.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

bf16 is held as its bits, in uint16, so that NumPy alone suffices.
"""

import numpy as np

STORED = {"f32": np.float32, "f16": np.float16, "bf16": np.uint16, "f64": np.float64}
# Digits of the significand, and the exponent of the smallest normal number.
FORMAT = {"f32": (24, -126), "f16": (11, -14), "bf16": (8, -126), "f64": (53, -1022)}


def rounded(numbers, kind):
    """Doubles to the nearest element."""
    if kind != "bf16":
        with np.errstate(over="ignore"):
            return numbers.astype(STORED[kind])
    digits, lowest = FORMAT[kind]
    _, exponent = np.frexp(numbers)
    unit = np.ldexp(1.0, np.maximum(exponent - 1, lowest) - digits + 1)
    nearest = (np.rint(numbers / unit) * unit).astype(np.float32) # exact: a float holds every bf16
    return (nearest.view(np.uint32) >> 16).astype(np.uint16)


def numbers(array, kind):
    if kind != "bf16":
        return array.astype(np.float64)
    return (array.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def worst_ulp(got, truths, kind):
    """The largest distance, in units of the last place of the truth, to the nearest of the truths that are allowed."""
    digits, lowest = FORMAT[kind]
    got, worst = numbers(got, kind), None
    for truth in truths:
        _, exponent = np.frexp(truth)
        unit = np.ldexp(1.0, np.maximum(exponent - 1, lowest) - digits + 1)
        with np.errstate(invalid="ignore"):
            apart = np.where(got == truth, 0.0, np.abs(got - truth) / unit)
        worst = apart if worst is None else np.fmin(worst, apart)
    return float("inf") if np.isnan(worst).any() else float(worst.max())
