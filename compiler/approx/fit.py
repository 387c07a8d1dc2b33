#!/usr/bin/env python3
# Fits the polynomials and rationals of Coefficients.h and writes that header.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: fit.py > Coefficients.h   (needs mpmath and numpy; takes about a minute)

Every table is a minimax fit of the relative error of the *final* quantity (minimax.py). The error in
the comment is that of the rounded coefficients in exact arithmetic; the rounding of the evaluation
itself is not part of it.
"""

import sys

import mpmath as mp
import numpy as np

from minimax import denominator, horner, points, rounded, roundedFit, truncated

LN2 = mp.log(2)


# ---- writing ----
def literal(value, kind):
    text = float(value).hex()
    assert mp.mpf(float(value)) == value
    head, exponent = text.split('p')
    if '.' in head:
        head = head.rstrip('0').rstrip('.')
    return f'{head}p{exponent}' + ('f' if kind == 'float' else '')


def log2Text(value):
    return f'2^{float(mp.log(value, 2)):.1f}' if value else '0'


def table(name, kind, coefficients, comment):
    print()
    for line in comment:
        print('/// ' + line)
    lines, line = [], '   '
    for c in coefficients:
        word = ' ' + literal(c, kind) + ','
        if len(line + word) > 100:
            lines.append(line)
            line = '   '
        line += word
    lines.append(line.rstrip(','))
    print(f'inline constexpr {kind} {name}[] = {{')
    print('\n'.join(lines).rstrip(',') + '};')


def constant(name, kind, value, comment):
    print(f'/// {comment}')
    print(f'inline constexpr {kind} {name} = {literal(value, kind)};')


def worstOf(error, low, high, count=4000):
    x = list(points(low, high, count)) + [mp.mpf(low), mp.mpf(high)]
    return max(abs(error(v)) for v in x if v != 0)


HOW = '(rounded coefficients, exact arithmetic, sampled on 4000 points).'


def describe(what, low, high, degree, error):
    return [what, f'On [{low}, {high}], degree {degree}, relative error {log2Text(error)}', HOW]


# ---- the functions ----
def expTables():
    half = mp.mpf('0.34665')  # ln2/2 and a little, since k comes from a rounded product
    f = lambda r: (mp.expm1(r) - r) / r**2
    x = points(-half, half, 600)
    target = np.array([f(v) for v in x], dtype=object)
    weight = np.array([abs(v * v / mp.expm1(v)) for v in x], dtype=object)
    for name, kind, degree in (('expm1F64', 'double', 8), ('expm1F32', 'float', 4)):
        p = roundedFit(x, target, weight, range(degree + 1), kind)
        error = worstOf(lambda r: (r + r * r * horner(p, r)) / mp.expm1(r) - 1, -half, half)
        table(
            name,
            kind,
            p,
            describe('P of expm1(r) = r + r^2 P(r).', '-ln2/2', 'ln2/2', degree, error),
        )
    quarter = mp.mpf('0.08666')
    near = points(-quarter, quarter, 400)
    p = roundedFit(
        near,
        np.array([f(v) for v in near], dtype=object),
        np.array([v * v / mp.exp(v) for v in near], dtype=object),
        range(3),
        'float',
    )
    error = worstOf(
        lambda r: (1 + r + r * r * horner(p, r)) / mp.exp(r) - 1, -quarter, quarter
    )
    table(
        'expm1QuarterF32',
        'float',
        p,
        describe('P of exp(r) = 1 + r + r^2 P(r).', '-ln2/8', 'ln2/8', 2, error),
    )
    target = np.array([(mp.expm1(v) - v - v * v / 2) / v**3 for v in x], dtype=object)
    weight = np.array([abs(v**3 / mp.expm1(v)) for v in x], dtype=object)
    p = roundedFit(x, target, weight, range(5), 'float')
    error = worstOf(
        lambda r: (r + r * r / 2 + r**3 * horner(p, r)) / mp.expm1(r) - 1, -half, half
    )
    table(
        'expm1TailF32',
        'float',
        p,
        describe('P of expm1(r) = r + r^2 / 2 + r^3 P(r).', '-ln2/2', 'ln2/2', 4, error),
    )
    print()
    constant('log2eF64', 'double', rounded(1 / LN2, 'double'), 'log2(e)')
    high = truncated(LN2, 40)
    constant(
        'ln2HighF64', 'double', high, 'ln 2, leading 40 bits: k * ln2High is exact for |k| < 2^13'
    )
    constant('ln2LowF64', 'double', rounded(LN2 - high, 'double'), 'ln 2 - ln2High')
    constant(
        'roundF64',
        'double',
        mp.mpf(3) * 2**51,
        'Adding this rounds to an integer, left in the low bits',
    )
    constant('log2eF32', 'float', rounded(1 / LN2, 'float'), 'log2(e)')
    high = truncated(LN2, 16)
    constant(
        'ln2HighF32', 'float', high, 'ln 2, leading 16 bits: k * ln2High is exact for |k| < 2^8'
    )
    constant('ln2LowF32', 'float', rounded(LN2 - high, 'float'), 'ln 2 - ln2High')
    constant(
        'roundF32',
        'float',
        mp.mpf(3) * 2**22,
        'Adding this rounds to an integer, left in the low bits',
    )


def logTables():
    limit = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf('1.0001')
    top = limit**2
    f = lambda z: (2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z)) / mp.sqrt(z) ** 3
    x = points(0, top, 400)
    target = np.array([f(v) for v in x], dtype=object)
    weight = np.array([mp.sqrt(v) ** 3 / (2 * mp.atanh(mp.sqrt(v))) for v in x], dtype=object)
    for name, kind, degree in (('logF64', 'double', 5), ('logF32', 'float', 2)):
        p = roundedFit(x, target, weight, range(degree + 1), kind)
        error = worstOf(
            lambda z: (2 * mp.sqrt(z) + mp.sqrt(z) ** 3 * horner(p, z)) / (2 * mp.atanh(mp.sqrt(z)))
            - 1,
            0,
            top,
        )
        table(
            name,
            kind,
            p,
            describe(
                'P of log(m) = 2s + s^3 P(s^2), s = (m - 1)/(m + 1).',
                'sqrt(1/2)',
                'sqrt(2)',
                degree,
                error,
            ),
        )


def log1pTables():
    f = lambda t: (mp.log1p(t) - t) / t**2
    x = points(0, 1, 500)
    target = np.array([f(v) for v in x], dtype=object)
    weight = np.array([abs(v * v / mp.log1p(v)) for v in x], dtype=object)
    p = roundedFit(x, target, weight, range(9), 'float')
    error = worstOf(lambda t: (t + t * t * horner(p, t)) / mp.log1p(t) - 1, 0, 1)
    table('log1pF32', 'float', p, describe('P of log1p(t) = t + t^2 P(t).', 0, 1, 8, error))


def mishTables():
    def terms(x):
        y = mp.log1p(mp.exp(x))
        return mp.tanh(y), x * mp.sech(y) ** 2 / (1 + mp.exp(-x))

    x = points(-1, 1, 600)  # of x + 1
    values = [terms(v - 1) for v in x]
    target = np.array([a + b for a, b in values], dtype=object)
    weight = np.array([1 / max(abs(a), abs(b), abs(a + b)) for a, b in values], dtype=object)
    p = roundedFit(x, target, weight, range(13), 'float')
    error = lambda v: (horner(p, v) - sum(terms(v - 1))) / max(abs(t) for t in terms(v - 1))
    table(
        'mishSlopeF32',
        'float',
        p,
        describe(
            'P of the derivative of x tanh(softplus(x)) = P(x + 1); error relative to its largest term.',
            -1,
            1,
            12,
            worstOf(error, -1, 1),
        ),
    )


def erfTables():
    f = lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z)
    x = points(0, 1, 500)
    target = np.array([f(v) for v in x], dtype=object)
    weight = 1 / target
    p = roundedFit(x, target, weight, range(11), 'double')
    error = worstOf(lambda z: horner(p, z) / f(z) - 1, 0, 1)
    table('erfF64', 'double', p, describe('P of erf(x) = x P(x^2).', -1, 1, 10, error))


def tanhTables():
    root = lambda z: mp.sqrt(z)
    f = lambda z: (root(z) - mp.tanh(root(z))) / root(z) ** 3
    top = mp.mpf('0.2501')
    x = points(0, top, 400)
    target = np.array([f(v) for v in x], dtype=object)
    p = roundedFit(x, target, 1 / target, range(10), 'double')
    error = worstOf(lambda z: horner(p, z) / f(z) - 1, 0, top)
    table(
        'tanhshrinkF64',
        'double',
        p,
        describe('P of x - tanh(x) = x^3 P(x^2).', '-1/2', '1/2', 9, error),
    )


def tail(t):
    return mp.exp(t * t / 2) * mp.erfc(t / mp.sqrt(2)) / 2


def rationalTables(prefix, kind, f, top, n, m, what, fixed=()):
    # Points dense near 0, where the function bends.
    x = points(0, 1, 250 if m < 8 else 400) ** 2 * top
    target = np.array([f(v) for v in x], dtype=object)
    q = [rounded(c, kind) for c in denominator(x, target, 1 / target, n, m)]
    below = np.array([horner(q, v) for v in x], dtype=object)
    p = roundedFit(x, target * below, 1 / (target * below), range(n + 1), kind, fixed)
    error = worstOf(lambda t: horner(p, t) / horner(q, t) / f(t) - 1, 0, top)
    table(prefix + 'Numerator', kind, p, describe(what, 0, top, f'{n}/{m}', error))
    table(prefix + 'Denominator', kind, q, ['See the numerator.'])


def tailTables():
    rationalTables(
        'tailF64',
        'double',
        tail,
        40,
        8,
        9,
        'Phi(-t) = exp(-t^2/2) N(t)/D(t), the normal distribution function.',
    )


def gaussConstants():
    """exp(-x^2/2) in f32 by one exact step: r = x^2 + k step is rounded once. The step is 2 ln 2
    cut to so few bits that k step is exact; gaussRest gives back what it misses."""
    step = truncated(2 * LN2, 17)
    print()
    constant(
        'gaussStep', 'float', step, '2 ln 2, leading bits: k * gaussStep is exact for |k| < 2^8'
    )
    constant('gaussStepRound', 'float', -step * 3 * 2**22, '-gaussStep * roundF32, exact')
    constant('gaussLog2e', 'float', rounded(-1 / (2 * LN2), 'float'), '-log2(e)/2')
    constant('gaussRest', 'float', rounded(2 * LN2 / step - 1, 'float'), '2 ln 2 / gaussStep - 1')


# The tables of millsTables came from such fits too (`denominator` of 1/R(t) - t, then Remez), and
# then from a random walk over their last bits that lowered the largest error of the whole f32
# sequence, rounding included. The walk is not repeated here: the results are given, and their own
# error is taken from the definition.
MILLS_DENSITY = (
    '0x1.988454p-2 -0x1.988456p-3 0x1.98839ap-5 -0x1.105764p-7 0x1.10e5ccp-10 -0x1.b54ba8p-14 '
    '0x1.737894p-18'
)
MILLS_PRODUCT = (
    '0x1p+0 0x1.cf9564p-1 0x1.8d390ap-2 0x1.6a8f6cp-4 0x1.313604p-7',
    '0x1.988454p-1 0x1.6fabe8p-2 0x1.6e8f7p-4 0x1.2f71c6p-7 0x1.5902f4p-20',
)
MILLS_CDF = (
    '0x1.999998p+0 0x1.72de0ep+0 0x1.3dc738p-1 0x1.220c82p-3 0x1.e85886p-7',
    '0x1.46d042p+0 0x1.262358p-1 0x1.253f4p-3 0x1.e5859ep-7 0x1.141f22p-19',
)


def parsed(text):
    return [mp.mpf(float.fromhex(word)) for word in text.split()]


def millsTables():
    """Phi(-t) = phi(t) R(t), Mills' ratio R(t) = N/(t N + D): rounding errors of N cancel where t
    is large. The argument is
    r = x^2 + k gaussStep, then r + (k gaussStep) gaussRest."""
    half = mp.mpf('0.6934')
    density = lambda r: mp.exp(-r / 2) / mp.sqrt(2 * mp.pi)
    p = parsed(MILLS_DENSITY)
    error = worstOf(lambda r: horner(p, r) / density(r) - 1, -half, half)
    table(
        'millsDensityF32',
        'float',
        p,
        describe(
            'P(r) = exp(-r/2)/sqrt(2 pi), so that phi(x) = 2^k P(x^2 + 2 k ln2).',
            '-ln2',
            'ln2',
            6,
            error,
        ),
    )
    mills = lambda t: tail(t) * mp.sqrt(2 * mp.pi)
    for name, (n, d), what in (
        (
            'millsProductF32',
            MILLS_PRODUCT,
            't Phi(-t) = phi(t) P/(P + D), P = t N; N starts with 1.',
        ),
        ('millsCdfF32', MILLS_CDF, 'Phi(-t) = phi(t) N/(t N + D).'),
    ):
        n, d = parsed(n), parsed(d)
        error = worstOf(
            lambda t: horner(n, t) / (t * horner(n, t) + horner(d, t)) / mills(t) - 1, 0, 12
        )
        table(name + 'Numerator', 'float', n, describe('N of ' + what, 0, 12, '4/5', error))
        table(name + 'Rest', 'float', d, ['D of the same.'])


def sineF32():
    top = (mp.pi / 2 * mp.mpf('1.0001')) ** 2
    x = points(0, top, 400)
    root = lambda z: mp.sqrt(z)
    p = roundedFit(
        x,
        np.array([(mp.sin(root(v)) - root(v)) / root(v) ** 3 for v in x], dtype=object),
        np.array([root(v) ** 3 / mp.sin(root(v)) for v in x], dtype=object),
        range(4),
        'float',
    )
    error = worstOf(lambda z: (root(z) + root(z) ** 3 * horner(p, z)) / mp.sin(root(z)) - 1, 0, top)
    table(
        'sinF32', 'float', p, describe('P of sin(x) = x + x^3 P(x^2).', '-pi/2', 'pi/2', 3, error)
    )
    print()
    high = rounded(mp.pi, 'float')
    middle = rounded(mp.pi - high, 'float')
    constant('oneOverPiF32', 'float', rounded(1 / mp.pi, 'float'), '1/pi')
    constant('piHighF32', 'float', high, 'pi, to the nearest float')
    constant('piMiddleF32', 'float', middle, 'pi - piHigh')
    constant('piLowF32', 'float', rounded(mp.pi - high - middle, 'float'), 'the rest of pi')


def quarterTurnsF32():
    top = (mp.pi / 4 * mp.mpf('1.0001')) ** 2
    x = points(0, top, 400)
    root = lambda z: mp.sqrt(z)
    sine = roundedFit(
        x,
        np.array([(mp.sin(root(v)) - root(v)) / root(v) ** 3 for v in x], dtype=object),
        np.array([root(v) ** 3 / mp.sin(root(v)) for v in x], dtype=object),
        range(4),
        'float',
    )
    cosine = roundedFit(
        x,
        np.array([(mp.cos(root(v)) - 1 + v / 2) / v**2 for v in x], dtype=object),
        np.array([v**2 / mp.cos(root(v)) for v in x], dtype=object),
        range(3),
        'float',
    )
    error = worstOf(
        lambda z: (root(z) + root(z) ** 3 * horner(sine, z)) / mp.sin(root(z)) - 1, 0, top
    )
    what = describe('P of sin(x) = x + x^3 P(x^2).', '-pi/4', 'pi/4', 3, error)
    table('sinQuarterF32', 'float', sine, what)
    error = worstOf(lambda z: (1 - z / 2 + z * z * horner(cosine, z)) / mp.cos(root(z)) - 1, 0, top)
    what = describe('P of cos(x) = 1 - x^2/2 + x^4 P(x^2).', '-pi/4', 'pi/4', 2, error)
    table('cosQuarterF32', 'float', cosine, what)
    square = lambda v: mp.sin(root(v)) ** 2
    p = roundedFit(
        x,
        np.array([(square(v) - v) / v**2 for v in x], dtype=object),
        np.array([v**2 / square(v) for v in x], dtype=object),
        range(4),
        'float',
    )
    error = worstOf(lambda z: (z + z * z * horner(p, z)) / square(z) - 1, 0, top)
    what = describe('P of sin(x)^2 = s + s^2 P(s), s = x^2.', '-pi/4', 'pi/4', 3, error)
    table('sinSquareF32', 'float', p, what)
    slope = lambda v: mp.sin(2 * root(v)) / (2 * root(v))
    p = roundedFit(
        x,
        np.array([(slope(v) - 1) / v for v in x], dtype=object),
        np.array([v / slope(v) for v in x], dtype=object),
        range(3),
        'float',
    )
    error = worstOf(lambda z: (1 + z * horner(p, z)) / slope(z) - 1, 0, top)
    what = describe('P of its slope in s: 1 + s P(s).', '-pi/4', 'pi/4', 2, error)
    table('sinSquareSlopeF32', 'float', p, what)
    print()
    high = rounded(mp.pi / 2, 'float')
    last = mp.ldexp(1, -34)
    short = mp.nint((mp.pi / 2 - high) / last) * last
    constant('twoOverPiF32', 'float', rounded(2 / mp.pi, 'float'), '2/pi')
    constant('halfPiHighF32', 'float', high, 'pi/2, to the nearest float')
    constant(
        'halfPiMiddleF32',
        'float',
        short,
        'pi/2 - halfPiHigh to 2^-34: k * halfPiMiddle is exact for |k| < 2^14',
    )
    rest = rounded(mp.pi / 2 - high - short, 'float')
    constant('halfPiLowF32', 'float', rest, 'the rest of pi/2')


def trigonometricTables():
    quarter = mp.pi / 4 * mp.mpf('1.0001')
    top = quarter**2
    x = points(0, top, 400)
    root = lambda z: mp.sqrt(z)
    f = lambda z: (mp.sin(root(z)) - root(z)) / root(z) ** 3
    p = roundedFit(
        x,
        np.array([f(v) for v in x], dtype=object),
        np.array([root(v) ** 3 / mp.sin(root(v)) for v in x], dtype=object),
        range(6),
        'double',
    )
    error = worstOf(lambda z: (root(z) + root(z) ** 3 * horner(p, z)) / mp.sin(root(z)) - 1, 0, top)
    table(
        'sinF64', 'double', p, describe('P of sin(x) = x + x^3 P(x^2).', '-pi/4', 'pi/4', 5, error)
    )
    f = lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2
    p = roundedFit(
        x,
        np.array([f(v) for v in x], dtype=object),
        np.array([v**2 / mp.cos(root(v)) for v in x], dtype=object),
        range(6),
        'double',
    )
    error = worstOf(lambda z: (1 - z / 2 + z * z * horner(p, z)) / mp.cos(root(z)) - 1, 0, top)
    table(
        'cosF64',
        'double',
        p,
        describe('P of cos(x) = 1 - x^2/2 + x^4 P(x^2).', '-pi/4', 'pi/4', 5, error),
    )
    print()
    pieces = []
    with mp.workprec(400):
        rest = 2 / mp.pi
        for _ in range(5):
            pieces.append(truncated(rest, 53))
            rest -= pieces[-1]
    table('twoOverPiPieces', 'double', pieces, ['2/pi, its leading 265 bits in pieces of 53'])
    high = truncated(mp.pi / 2, 33)
    middle = truncated(mp.pi / 2 - high, 33)
    constant('twoOverPiF64', 'double', rounded(2 / mp.pi, 'double'), '2/pi')
    constant(
        'halfPiHighF64',
        'double',
        high,
        'pi/2, leading 33 bits: k * halfPiHigh is exact for |k| < 2^20',
    )
    constant('halfPiMiddleF64', 'double', middle, 'pi/2 - halfPiHigh, leading 33 bits')
    constant(
        'halfPiLowF64', 'double', rounded(mp.pi / 2 - high - middle, 'double'), 'the rest of pi/2'
    )
    limit = (mp.sqrt(2) - 1) * mp.mpf('1.0001')
    x = points(0, limit**2, 400)
    f = lambda z: (mp.atan(root(z)) - root(z)) / root(z) ** 3
    p = roundedFit(
        x,
        np.array([f(v) for v in x], dtype=object),
        np.array([root(v) ** 3 / mp.atan(root(v)) for v in x], dtype=object),
        range(9),
        'double',
    )
    error = worstOf(
        lambda z: (root(z) + root(z) ** 3 * horner(p, z)) / mp.atan(root(z)) - 1, 0, limit**2
    )
    table(
        'atanF64',
        'double',
        p,
        describe('P of atan(x) = x + x^3 P(x^2).', '-tan(pi/8)', 'tan(pi/8)', 8, error),
    )
    limit = mp.mpf(1) / 2
    x = points(0, limit**2, 400)
    f = lambda z: (mp.asin(root(z)) - root(z)) / root(z) ** 3
    p = roundedFit(
        x,
        np.array([f(v) for v in x], dtype=object),
        np.array([root(v) ** 3 / mp.asin(root(v)) for v in x], dtype=object),
        range(11),
        'double',
    )
    error = worstOf(
        lambda z: (root(z) + root(z) ** 3 * horner(p, z)) / mp.asin(root(z)) - 1, 0, limit**2
    )
    table(
        'asinF64', 'double', p, describe('P of asin(x) = x + x^3 P(x^2).', '-1/2', '1/2', 10, error)
    )


def main():
    print(
        '''// Coefficients of the polynomials and rationals that elementary functions are lowered to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written by fit.py, which holds the derivations: change that, not this. Lowest power first. Each
// error is that of the rounded coefficients in exact arithmetic, relative to the function named.
// clang-format off

#ifndef XPHI_COMPILER_APPROX_COEFFICIENTS_H
#define XPHI_COMPILER_APPROX_COEFFICIENTS_H

namespace xphi::compiler::coefficients {'''
    )
    expTables()
    logTables()
    log1pTables()
    mishTables()
    erfTables()
    tanhTables()
    tailTables()
    gaussConstants()
    millsTables()
    trigonometricTables()
    sineF32()
    quarterTurnsF32()
    print('''
} // namespace xphi::compiler::coefficients

#endif // XPHI_COMPILER_APPROX_COEFFICIENTS_H''')


if __name__ == '__main__':
    sys.exit(main())
