# Minimax fits whose coefficients are floats or doubles.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Remez's exchange with 170 bits on Chebyshev-spaced points. Coefficients are rounded to the target
type one at a time, the most significant first, and the rest are fitted again after each rounding.
"""

import mpmath as mp
import numpy as np

mp.mp.prec = 170


def points(low, high, count):
    low, high = mp.mpf(low), mp.mpf(high)
    return np.array(
        [
            (low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count)
            for i in range(count)
        ],
        dtype=object,
    )


def powersOf(x, exponents):
    return np.stack([np.array([v**e for v in x], dtype=object) for e in exponents], axis=1)


def alternation(error):
    """Indices of the extrema between sign changes, with their sizes."""
    found = []
    for i, e in enumerate(error):
        if e == 0:
            continue
        if not found or (e > 0) != found[-1][0]:
            found.append([e > 0, i, abs(e)])
        elif abs(e) > found[-1][2]:
            found[-1][1:] = [i, abs(e)]
    return [(i, size) for _, i, size in found]


def reference(extrema, wanted):
    """Drops extrema, smallest first, so that signs keep alternating."""
    extrema = list(extrema)
    while len(extrema) > wanted:
        k = min(range(len(extrema)), key=lambda i: extrema[i][1])
        if k in (0, len(extrema) - 1):
            extrema.pop(k)
        elif len(extrema) == wanted + 1:
            extrema.pop(0 if extrema[0][1] < extrema[-1][1] else -1)
        else:
            neighbour = k - 1 if extrema[k - 1][1] < extrema[k + 1][1] else k + 1
            for i in sorted((k, neighbour), reverse=True):
                extrema.pop(i)
    return [i for i, _ in extrema]


def remez(columns, target, weight):
    """Coefficients c minimising max |weight * (columns c - target)| over the points."""
    count, size = len(target), columns.shape[1] + 1
    chosen = [round((count - 1) * (1 - np.cos(np.pi * (i + 0.5) / size)) / 2) for i in range(size)]
    best = None
    for _ in range(40):
        matrix, right = mp.matrix(size, size), mp.matrix(size, 1)
        for row, i in enumerate(chosen):
            for j in range(size - 1):
                matrix[row, j] = columns[i, j] * weight[i]
            matrix[row, size - 1] = (-1) ** row
            right[row] = target[i] * weight[i]
        solution = mp.lu_solve(matrix, right)
        c = np.array([solution[j] for j in range(size - 1)], dtype=object)
        error = (columns.dot(c) - target) * weight
        worst = max(abs(e) for e in error)
        if best is None or worst < best[0]:
            best = (worst, c)
        extrema = alternation(error)
        if worst <= abs(solution[size - 1]) * mp.mpf('1.0001') or len(extrema) < size:
            break
        chosen = reference(extrema, size)
    return best[1]


def denominator(x, target, weight, n, m):
    """Denominator (constant term 1) of a near-minimax n/m rational: linearised least squares,
    reweighted towards the largest error, as Sanathanan-Koerner and Lawson do."""
    top, bottom = powersOf(x, range(n + 1)), powersOf(x, range(m + 1))
    previous, lawson, best = np.array([mp.mpf(1)] * len(x), dtype=object), 1, None
    for step in range(60):
        scale = weight / previous * lawson
        a = np.concatenate(
            [top * scale[:, None], -(bottom[:, 1:] * (target * scale)[:, None])], axis=1
        )
        normal = mp.matrix(a.T.dot(a).tolist())
        solution = mp.lu_solve(normal, mp.matrix(a.T.dot(target * scale).tolist()))
        p = np.array([solution[i] for i in range(n + 1)], dtype=object)
        q = np.array([mp.mpf(1)] + [solution[n + i] for i in range(1, m + 1)], dtype=object)
        previous = bottom.dot(q)
        error = np.array([abs(e) for e in (top.dot(p) / previous - target) * weight], dtype=object)
        worst = max(error)
        if best is None or worst < best[0]:
            best = (worst, q)
        if step >= 4:
            lawson = lawson * np.array(
                [mp.sqrt(e / worst) + mp.mpf('1e-3') for e in error], dtype=object
            )
            lawson = lawson / max(lawson)
    return best[1]


def rounded(value, kind):
    """Nearest f32 or f64, ties to even, as an exact mpf."""
    bits = {'float': 24, 'double': 53}[kind]
    mantissa, exponent = mp.frexp(value)
    return mp.ldexp(mp.nint(mp.ldexp(mantissa, bits)), int(exponent) - bits)


def truncated(value, bits):
    mantissa, exponent = mp.frexp(value)
    return mp.ldexp(mp.floor(mp.ldexp(mantissa, bits)), int(exponent) - bits)


def roundedFit(x, target, weight, exponents, kind, fixed=()):
    """Fits sum c_i x^e_i; `fixed` gives leading coefficients chosen beforehand."""
    exponents = list(exponents)
    done, rest = [], target
    columns = powersOf(x, exponents)
    for i in range(len(exponents)):
        if i < len(fixed):
            c = mp.mpf(fixed[i])
        else:
            c = rounded(remez(columns[:, i:], rest, weight)[0], kind)
        done.append(c)
        rest = rest - columns[:, i] * c
    return done


def horner(c, x):
    value = mp.mpf(0)
    for k in reversed(c):
        value = value * x + k
    return value
