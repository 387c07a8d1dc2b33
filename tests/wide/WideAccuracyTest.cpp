// Every function on wide numbers against Arb, over its whole range of exponents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/wide/WideNumbers.h"

#include <arb_hypgeom.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace xphi::wide;
using xphi::reference::ArbBall;
using xphi::reference::ArbPrecision;

namespace {

using Ball = ArbBall;

template <void (*function)(arb_t, const arb_t, slong)> Ball call(const Ball &x) {
  Ball result;
  function(result.get(), x.get(), ArbPrecision::bits());
  return result;
}

constexpr auto exp = call<arb_exp>, log = call<arb_log>, log1p = call<arb_log1p>,
               root = call<arb_sqrt>, tanh = call<arb_tanh>, expm1 = call<arb_expm1>,
               erfc = call<arb_hypgeom_erfc>;

Ball softplus(const Ball &x) { return log1p(exp(x)); }
Ball sigmoid(const Ball &x) { return Ball(1) / (Ball(1) + exp(-x)); }
Ball square(const Ball &x) { return x * x; }
/// Arb's tanh has few good bits of what is as small as an exponential.
Ball tanhOfSoftplus(const Ball &x) {
  const Ball e = exp(x), more = e * (e + 2);
  return more / (more + 2);
}
Ball density(const Ball &x) { return exp(-x * x / 2) / root(Ball::pi() * 2); }
/// Far out, where Arb's erfc is a wide ball, phi(x) (1/x - 1/x^3 + 3/x^5 - …): less than the first
/// term left out is missing.
Ball distribution(const Ball &x) {
  if (!arb_lt(x.get(), Ball(-1000).get()))
    return erfc(-x / root(2)) / 2;
  Ball term = -density(x) / x, sum;
  for (int n = 0; n < 60; ++n) {
    sum = sum + term;
    term = -term * double(2 * n + 1) / square(x);
  }
  arb_add_error(sum.get(), term.get());
  return sum;
}
/// Phi(-x)·exp(x²/2)·√π, for x > 5.
Ball scaledTail(const Ball &x) {
  if (arb_lt(x.get(), Ball(1000).get()))
    return erfc(x / root(2)) / 2 * exp(square(x) / 2) * root(Ball::pi());
  Ball term = Ball(1) / x / root(2), sum;
  for (int n = 0; n < 60; ++n) {
    sum = sum + term;
    term = -term * double(2 * n + 1) / square(x);
  }
  arb_add_error(sum.get(), term.get());
  return sum;
}
Ball complement(const Ball &x) {
  return arb_gt(x.get(), Ball(1000).get()) ? distribution(-x * root(2)) * 2 : erfc(x);
}
Ball cubeRoot(const Ball &x) {
  Ball result;
  arb_root_ui(result.get(), abs(x).get(), 3, ArbPrecision::bits());
  return arb_is_negative(x.get()) ? -result : result;
}
Ball power(const Ball &x, const Ball &y) {
  Ball result;
  arb_pow(result.get(), x.get(), y.get(), ArbPrecision::bits());
  return result;
}

/// The exact value, or what no precision makes a number.
Ball truth(const std::function<Ball()> &evaluate) {
  Ball value;
  for (slong bits = 600; bits < 20000; bits *= 2) {
    ArbPrecision precision(bits);
    value = evaluate();
    if (value.isFinite() && value.isTight(mantissaBits + 44))
      return value;
    if (!value.isFinite() && bits > 3200)
      return value;
  }
  return value;
}

struct Function {
  const char *name;
  void (*wide)(Wide *, const Wide *);
  Ball (*exact)(const Ball &);
  Exponent lowExponent, highExponent; // of the arguments
  int lost;                           // of the bits of the result
};

void PrintTo(const Function &function, std::ostream *out) { *out << function.name; }

#define XPHI_ROW(NAME, EXACT, LOW, HIGH, LOST)                                                     \
  {#NAME, xphi_wide_##NAME, [](const Ball &x) -> Ball { return EXACT; }, LOW, HIGH, LOST}

constexpr Exponent far = Exponent(1) << (exponentBits - 2);
// What is larger has no square within the range of exponents.
constexpr Exponent largest = exponentLimit / 2, end = exponentLimit - 600;
// Of what has an exponential, and of what has one of its square.
constexpr int exponent = exponentBits - 3, half = exponentBits / 2 - 2;
// What the exponential of a rounded square loses.
constexpr int ofSquare = 2 * half + 11;

const Function functions[] = {
    XPHI_ROW(sqrt, root(x), -far, far, 1),
    XPHI_ROW(rsqrt, Ball(1) / root(x), -far, far, 2),
    XPHI_ROW(cbrt, cubeRoot(x), -far, far, 11),
    XPHI_ROW(exp, exp(x), -300, exponent, 14),
    XPHI_ROW(exp, exp(x), -8, 12, 16),
    XPHI_ROW(exp2, exp(x *Ball::log2()), -300, exponent, 14),
    XPHI_ROW(exp2, exp(x *Ball::log2()), -8, 12, 16),
    XPHI_ROW(expm1, expm1(x), -far, exponent, 14),
    XPHI_ROW(expm1, expm1(x), -12, 12, 16),
    XPHI_ROW(log, log(x), -far, far, 11),
    XPHI_ROW(log, log(x), -2, 3, 11),
    XPHI_ROW(log2, log(x) / Ball::log2(), -far, far, 11),
    XPHI_ROW(log2, log(x) / Ball::log2(), -2, 3, 11),
    XPHI_ROW(log1p, log1p(x), -far, far, 11),
    XPHI_ROW(log1p, log1p(x), -12, 12, 11),
    XPHI_ROW(softplus, softplus(x), -300, exponent, 16),
    XPHI_ROW(sigmoid, sigmoid(x), -300, exponent, 16),
    XPHI_ROW(logistic_pdf, sigmoid(x) * sigmoid(-x), -300, exponent, 16),
    XPHI_ROW(sinh, call<arb_sinh>(x), -far, exponent, 16),
    XPHI_ROW(cosh, call<arb_cosh>(x), -2000, exponent, 16),
    XPHI_ROW(tanh, tanh(x), -far, exponent, 11),
    XPHI_ROW(tanh, tanh(x), -12, 10, 11),
    XPHI_ROW(sech2, square(call<arb_sech>(x)), -2000, exponent, 16),
    XPHI_ROW(asinh, call<arb_asinh>(x), -far, far, 11),
    XPHI_ROW(asinh, call<arb_asinh>(x), -12, 12, 11),
    XPHI_ROW(acosh, call<arb_acosh>(x), 1, far, 16),
    XPHI_ROW(acosh, call<arb_acosh>(x), 1, 4, 16),
    XPHI_ROW(atanh, call<arb_atanh>(x), -2000, 0, 16),
    XPHI_ROW(atanh, call<arb_atanh>(x), -4, 0, 16),
    XPHI_ROW(tanh_softplus, tanh(softplus(x)), -300, 10, 16),
    XPHI_ROW(tanh_softplus, tanhOfSoftplus(x), -300, exponent, 16),
    XPHI_ROW(mish_slope, tanh(softplus(x)) + x * square(call<arb_sech>(softplus(x))) * sigmoid(x),
             -300, 10, 14),
    XPHI_ROW(mish_slope, tanhOfSoftplus(x) + x * (Ball(1) - square(tanhOfSoftplus(x))) * sigmoid(x),
             -300, exponent, 14),
    XPHI_ROW(tanhshrink, x - tanh(x), -2000, exponent, 11),
    XPHI_ROW(tanhshrink, x - tanh(x), -8, 8, 11),
    XPHI_ROW(erf, call<arb_hypgeom_erf>(x), -2000, half, 11),
    XPHI_ROW(erf, call<arb_hypgeom_erf>(x), -6, 4, 11),
    XPHI_ROW(erfc, complement(x), -300, half, ofSquare),
    XPHI_ROW(erfc, complement(x), -300, 30, 66),
    XPHI_ROW(erfc, erfc(x), -6, 6, 37),
    XPHI_ROW(normal_cdf, distribution(x), -300, half, ofSquare),
    XPHI_ROW(normal_cdf, distribution(x), -300, 30, 66),
    XPHI_ROW(normal_cdf, distribution(x), -6, 6, 37),
    XPHI_ROW(normal_pdf, density(x), -300, half, ofSquare),
    XPHI_ROW(normal_pdf, density(x), -6, 6, 16),
    XPHI_ROW(gelu, x *distribution(x), -2000, half, ofSquare),
    XPHI_ROW(gelu, x *distribution(x), -6, 6, 37),
    XPHI_ROW(gelu_slope, distribution(x) + x * density(x), -2000, half, ofSquare),
    XPHI_ROW(gelu_slope, distribution(x) + x * density(x), -6, 6, 37),
    XPHI_ROW(sin, call<arb_sin>(x), -2000, 1000, 11),
    XPHI_ROW(sin, call<arb_sin>(x), -6, 12, 11),
    XPHI_ROW(cos, call<arb_cos>(x), -2000, 1000, 11),
    XPHI_ROW(cos, call<arb_cos>(x), -6, 12, 11),
    XPHI_ROW(tan, call<arb_tan>(x), -2000, 1000, 11),
    XPHI_ROW(tan, call<arb_tan>(x), -6, 12, 11),
    XPHI_ROW(asin, call<arb_asin>(x), -2000, 0, 16),
    XPHI_ROW(asin, call<arb_asin>(x), -4, 0, 16),
    XPHI_ROW(acos, call<arb_acos>(x), -300, 0, 16),
    XPHI_ROW(acos, call<arb_acos>(x), -4, 0, 16),
    XPHI_ROW(atan, call<arb_atan>(x), -far, far, 11),
    XPHI_ROW(atan, call<arb_atan>(x), -6, 6, 11),
    XPHI_ROW(sqrt, root(x), largest, end, 1),
    XPHI_ROW(rsqrt, Ball(1) / root(x), largest, end, 2),
    XPHI_ROW(cbrt, cubeRoot(x), largest, end, 11),
    XPHI_ROW(log, log(x), largest, end, 11),
    XPHI_ROW(log1p, log1p(x), largest, end, 11),
    XPHI_ROW(asinh, call<arb_asinh>(x), largest, end, 11),
    XPHI_ROW(acosh, call<arb_acosh>(x), largest, end, 16),
    XPHI_ROW(atan, call<arb_atan>(x), largest, end, 11),
    XPHI_ROW(tanhshrink, x, largest, end, 1),
    XPHI_ROW(softplus, arb_is_negative(x.get()) ? Ball(0) : x, largest, end, 1),
};
#undef XPHI_ROW

void expectAgreement(const Wide &actual, const Ball &exact, int lost, const std::string &what,
                     int &worst) {
  ArbPrecision precision(2 * mantissaBits);
  const int agreed = agreement(actual, exact, mantissaBits + 4);
  worst = std::min(worst, agreed);
  ASSERT_GE(agreed, mantissaBits - lost)
      << what << " = " << text(actual) << ", right is " << exact.decimal(120);
}

class FunctionTest : public testing::TestWithParam<Function> {};

TEST_P(FunctionTest, IsWithinItsErrorOfArb) {
  const Function &function = GetParam();
  RandomNumbers random(2);
  int worst = 1000;
  for (int i = 0; i < 400; ++i) {
    const Wide x = random(function.lowExponent, function.highExponent);
    if ((abs(ball(x)) - 1)
            .isBelow(42 - mantissaBits)) // noise: see LoseNothingWhereTheResultVanishes
      continue;
    Wide actual;
    function.wide(&actual, &x);
    const Ball exact = truth([&] { return function.exact(ball(x)); });
    expectAgreement(actual, exact, function.lost, std::string(function.name) + " of " + text(x),
                    worst);
    if (HasFatalFailure())
      return;
    Wide inPlace = x;
    function.wide(&inPlace, &inPlace);
    ASSERT_EQ(text(inPlace), text(actual)) << function.name << ": the result is its operand";
  }
  RecordProperty("lost", mantissaBits - worst);
}

INSTANTIATE_TEST_SUITE_P(Wide, FunctionTest, testing::ValuesIn(functions),
                         [](const testing::TestParamInfo<Function> &info) {
                           return std::string(info.param.name) + "_" + std::to_string(info.index);
                         });

// Near multiples of pi/2, near 1, near the middle of the tails: where digits could cancel.
TEST(WideFunctions, LoseNothingWhereTheResultVanishes) {
  RandomNumbers random(3);
  int worst = 1000;
  for (int i = 0; i < 600; ++i) {
    ArbPrecision precision(2000);
    Wide x, sine, cosine;
    if (i % 2) { // all bits agree with a multiple of pi/2
      x = nearest(Ball::pi() * double(random.integer(1, 1 << 20)) *
                  Ball::powerOfTwo(random.integer(-1, 900)));
    } else {
      x = wide(float(random.integer(1, 1 << 24)) * 0x1p-10f);
    }
    xphi_wide_sin(&sine, &x);
    xphi_wide_cos(&cosine, &x);
    expectAgreement(sine, truth([&] { return call<arb_sin>(ball(x)); }), 16, "sin", worst);
    expectAgreement(cosine, truth([&] { return call<arb_cos>(ball(x)); }), 16, "cos", worst);
  }
  for (int k = 1; k < mantissaBits; ++k)
    for (double sign : {-1.0, 1.0}) { // 1 ± 2^-k is exact, and so are its logarithm's arguments
      const Wide x = nearest(Ball(1) + Ball::powerOfTwo(-k) * sign);
      Wide result;
      xphi_wide_log(&result, &x);
      expectAgreement(result, truth([&] { return log(ball(x)); }), 16, "log", worst);
      xphi_wide_log2(&result, &x);
      expectAgreement(result, truth([&] { return log(ball(x)) / Ball::log2(); }), 16, "log2",
                      worst);
    }
}

// Doubles, their squares, cubes and fourth powers. What was rounded has no angle there.
TEST(WideFunctions, TurnExactNumbersThatAreFarOut) {
  const auto sine = [](const Ball &x) { return call<arb_sin>(x); };
  const auto cosine = [](const Ball &x) { return call<arb_cos>(x); };
  RandomNumbers random(5);
  int worst = 1000;
  for (int i = 0; i < 200; ++i) {
    Wide x, power, actual, rounded;
    const int64_t size = random.integer(900, 1023), times = random.integer(0, 3);
    xphi_wide_from_f64(&x,
                       std::ldexp(double(random.integer(1LL << 52, 1LL << 53)), int(size) - 52));
    power = x;
    for (int64_t k = 0; k < times; ++k)
      xphi_wide_mul(&power, &power, &x);
    ArbPrecision precision(6000);
    xphi_wide_sin(&actual, &power);
    expectAgreement(actual, truth([&] { return sine(ball(power)); }), 16, "sin", worst);
    xphi_wide_cos(&actual, &power);
    expectAgreement(actual, truth([&] { return cosine(ball(power)); }), 16, "cos", worst);
    if (HasFatalFailure())
      return;
    xphi_wide_cbrt(&rounded, &power);
    xphi_wide_mul(&rounded, &rounded, &rounded);
    xphi_wide_mul(&rounded, &rounded, &power);
    xphi_wide_sin(&actual, &rounded);
    EXPECT_EQ(actual.kind, None) << text(rounded);
  }
}

// The square of a float is exact, so the far tails lose nothing.
TEST(WideFunctions, KeepTheFarTailsOfFloats) {
  int worst = 1000;
  for (float x : {-5.5f, -5.6f, -5.7f, -6.0f, -37.5f, -50.0f, -1000.0f, -1e6f, -1e9f, -1.1e20f,
                  -0x1.fffffep91f}) {
    const Wide argument = wide(x);
    Wide result;
    xphi_wide_normal_cdf(&result, &argument);
    expectAgreement(result, truth([&] { return distribution(ball(argument)); }), 39, "Phi", worst);
    if (x > -6)
      continue;
    xphi_wide_normal_pdf(&result, &argument);
    expectAgreement(result, truth([&] { return density(ball(argument)); }), 14, "phi", worst);
    xphi_wide_gelu_slope(&result, &argument);
    expectAgreement(result, truth([&] {
                      return distribution(ball(argument)) +
                             ball(argument) * density(ball(argument));
                    }),
                    39, "slope of gelu", worst);
  }
}

// Without the exponential that makes them small, tails and their logarithms lose next to nothing,
// and are numbers where that exponential is none.
TEST(WideFunctions, KeepTailsWithoutTheirExponential) {
  RandomNumbers random(11);
  int worst = 1000;
  for (int i = 0; i < 500; ++i) {
    Wide x = random(4, i % 2 ? 14 : exponentBits / 2 - 4), below, result;
    xphi_wide_abs(&x, &x);
    xphi_wide_neg(&below, &x);
    const Ball z = ball(x);
    xphi_wide_erfcx(&result, &x);
    expectAgreement(result, truth([&] { return scaledTail(z * root(2)) * 2 / root(Ball::pi()); }),
                    14, "erfcx", worst);
    xphi_wide_log_erfc(&result, &x);
    expectAgreement(result, truth([&] {
                      return log(scaledTail(z * root(2)) * 2 / root(Ball::pi())) - square(z);
                    }),
                    14, "log_erfc", worst);
    xphi_wide_log_normal_cdf(&result, &below);
    expectAgreement(result,
                    truth([&] { return log(scaledTail(z) / root(Ball::pi())) - square(z) / 2; }),
                    14, "log_normal_cdf", worst);
    if (HasFatalFailure())
      return;
  }
}

// Of every float: products of the exponentials are what the exponential of the sum is, and the
// logarithm brings the argument back.
TEST(WideFunctions, ExponentialsOfFloatsAreNumbers) {
  RandomNumbers random(8);
  auto apply = [](auto function, const auto &...operands) {
    Wide result;
    function(&result, &operands...);
    return result;
  };
  int worst = 1000;
  for (int i = 0; i < 500; ++i) {
    const Wide x = wide(float(random.integer(-(1 << 24), 1 << 24)) *
                        std::ldexp(1.0f, int(random.integer(-60, 104))));
    const Wide power = apply(xphi_wide_exp, x);
    Wide product = power, sum = x;
    for (float factor : {1.4f, 3.0f, -2.5f, 17.0f, -20.0f}) {
      const Wide multiple = apply(xphi_wide_mul, x, wide(factor));
      product = apply(xphi_wide_mul, product, apply(xphi_wide_exp, multiple));
      sum = apply(xphi_wide_add, sum, multiple);
    }
    ASSERT_EQ(product.kind, Finite) << text(x);
    expectAgreement(product, truth([&] { return exp(ball(sum)); }), 16, "product", worst);
    if (x.kind == Zero)
      continue;
    expectAgreement(apply(xphi_wide_log, product), ball(sum),
                    16 + std::max(0, 10 - int(sum.exponent)), "logarithm", worst);
    if (HasFatalFailure())
      return;
  }
}

struct Operation {
  const char *name;
  void (*wide)(Wide *, const Wide *, const Wide *);
  Ball (*exact)(const Ball &, const Ball &);
};

const Operation operations[] = {
    {"add", xphi_wide_add, [](const Ball &a, const Ball &b) { return a + b; }},
    {"sub", xphi_wide_sub, [](const Ball &a, const Ball &b) { return a - b; }},
    {"mul", xphi_wide_mul, [](const Ball &a, const Ball &b) { return a * b; }},
    {"div", xphi_wide_div, [](const Ball &a, const Ball &b) { return a / b; }},
};

TEST(WideArithmetic, RoundsToTheNearest) {
  RandomNumbers random(4);
  ArbPrecision precision(4000);
  for (const Operation &operation : operations)
    for (int i = 0; i < 20000; ++i) {
      const int64_t reach = i % 3 == 0 ? 3 : i % 3 == 1 ? 300 : 1000;
      const Wide a = random(-reach, reach), b = random(-reach, reach);
      Wide actual;
      operation.wide(&actual, &a, &b);
      const Ball exact = operation.exact(ball(a), ball(b));
      if (actual.kind == Zero) { // what is left of a sum may be noise
        const int64_t exponent = std::max(a.exponent, b.exponent);
        ASSERT_TRUE(exact.isBelow(exponent + 40 - mantissaBits))
            << operation.name << text(a) << " " << text(b);
        continue;
      }
      const Ball error = abs(ball(actual) - exact),
                 half = Ball::powerOfTwo(actual.exponent - mantissaBits - 1);
      ASSERT_TRUE(arb_le(error.get(), (half + half * Ball::powerOfTwo(6 - mantissaBits)).get()))
          << text(a) << " " << operation.name << " " << text(b) << " = " << text(actual);
    }
}

int bits(Exponent n) {
  int count = 0;
  for (Exponent rest = n < 0 ? -n : n; rest != 0; rest >>= 1)
    ++count;
  return count;
}

TEST(WideArithmetic, PowersAreThoseOfArb) {
  RandomNumbers random(5);
  int worst = 1000;
  for (int i = 0; i < 1500; ++i) {
    Wide x = random(-100, 100), y = random(-6, i % 2 ? 7 : exponent), actual;
    if (i % 3 == 0)
      y = wide(float(random.integer(-200, 200)));
    else
      xphi_wide_abs(&x, &x);
    if (y.kind == Zero || (abs(ball(x)) - 1).isBelow(42 - mantissaBits))
      continue;
    xphi_wide_pow(&actual, &x, &y);
    // The logarithm's last bit is multiplied with y.
    const int lost = 16 + bits(actual.exponent);
    expectAgreement(actual, truth([&] { return power(ball(x), ball(y)); }), lost,
                    text(x) + " to the power " + text(y), worst);
    if (HasFatalFailure())
      return;
  }
}

} // namespace
