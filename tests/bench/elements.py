#!/usr/bin/env python3
# Rounding and distances of the benchmark's errors, against exact fractions and steps over bit patterns.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import math
import random
import sys
from fractions import Fraction

import numpy as np

sys.path.insert(0, sys.argv[1])
import elements

BITS = {"f32": np.uint32, "f16": np.uint16, "bf16": np.uint16, "f64": np.uint64}


def of_bits(patterns, kind):
    return np.array(patterns, BITS[kind]).view(elements.STORED[kind])


def nearest_is_nearest(kind, rng):
    """No neighbour of what came is nearer to the number, nor as near and even."""
    for _ in range(400):
        number = math.ldexp(rng.uniform(-2, 2), rng.randint(-24, 10))
        if rng.random() < 0.3: # a tie
            bits = rng.randrange(0x0400, 0x4000) << (16 if kind == "f32" else 0)
            low, high = elements.numbers(of_bits([bits, bits + 1], kind), kind)
            number = (low + high) / 2
        came = elements.rounded(np.array([number]), kind)
        bits = int(came.view(BITS[kind])[0])
        own = abs(Fraction(float(elements.numbers(came, kind)[0])) - Fraction(number))
        for other in (bits - 1, bits + 1):
            if other < 0 or not np.isfinite(elements.numbers(of_bits([other], kind), kind)[0]):
                continue
            apart = abs(Fraction(float(elements.numbers(of_bits([other], kind), kind)[0])) - Fraction(number))
            assert own < apart or (own == apart and bits % 2 == 0), (kind, number, bits)


def steps_are_ulps(kind, rng):
    """k patterns on, within a binade, is k units of the last place; the nearest of several truths counts."""
    digits = elements.FORMAT[kind][0]
    for _ in range(200):
        steps = rng.randrange(min(1 << (digits - 2), 1000))
        exponent, start = rng.randrange(0, 20), rng.randrange(1 << (digits - 2))
        low = (exponent << (digits - 1)) + start
        truth = elements.numbers(of_bits([low], kind), kind)
        got = of_bits([low + steps], kind)
        assert elements.worst_ulp(got, [truth], kind) == steps, (kind, low, steps)
        assert elements.worst_ulp(got, [truth + 1000, elements.numbers(got, kind)], kind) == 0


def what_is_no_number_counts(kind):
    one, nan, infinite = np.array([1.0]), np.array([np.nan]), np.array([np.inf])
    assert elements.worst_ulp(elements.rounded(nan, kind) if kind != "bf16" else of_bits([0x7FC0], kind), [one], kind) \
        == math.inf
    stored = {"f32": 0x7F800000, "f16": 0x7C00, "bf16": 0x7F80}[kind]
    assert elements.worst_ulp(of_bits([stored], kind), [one], kind) == math.inf
    assert elements.worst_ulp(of_bits([stored], kind), [infinite], kind) == 0


for each in ("f32", "f16", "bf16"):
    generator = random.Random(20261126)
    nearest_is_nearest(each, generator)
    steps_are_ulps(each, generator)
    what_is_no_number_counts(each)
print("rounding and distances are as fractions have them")
