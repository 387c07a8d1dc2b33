// One formula set for each smooth primitive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/SmoothFunctions.h"

#include <arb_hypgeom.h>

#include <utility>

namespace xphi::reference {

using dsl::Primitive;

namespace {

using ArbFunction = void (*)(arb_t, const arb_t, slong);

template <ArbFunction function> ArbBall call(const ArbBall &x) {
  ArbBall result;
  function(result.get(), x.get(), ArbPrecision::bits());
  return result;
}

ArbBall square(const ArbBall &x) { return x * x; }

ArbBall root(const ArbBall &x) { return call<arb_sqrt>(x); }

ArbBall cubeRoot(const ArbBall &x) {
  ArbBall result;
  arb_root_ui(result.get(), abs(x).get(), 3, ArbPrecision::bits());
  return arb_is_negative(x.get()) ? -result : result;
}

ArbBall logistic(const ArbBall &x) {
  const ArbBall fading = call<arb_exp>(-x), one(1.0);
  if (fading.isFinite() || !arb_is_negative(x.get()))
    return one / (one + fading);
  const ArbBall grown = call<arb_exp>(x); // Arb's numbers have ended
  return grown / (one + grown);
}

/// log(1 + eˣ), without a large exponential.
ArbBall logisticIntegral(const ArbBall &x) {
  if (arb_is_positive(x.get()))
    return x + call<arb_log1p>(call<arb_exp>(-x));
  return call<arb_log1p>(call<arb_exp>(x));
}

ArbBall half(ArbBall x) {
  arb_mul_2exp_si(x.get(), x.get(), -1);
  return x;
}

/// exp(-(x²/2 + log √(2π))): Arb keeps the logarithm.
ArbBall normalDensity(const ArbBall &x) {
  ArbBall logarithm;
  arb_const_log_sqrt2pi(logarithm.get(), ArbPrecision::bits());
  return call<arb_exp>(-(half(square(x)) + logarithm));
}

/// 1/√2, made once for each precision: beside erfc the root and a division would be a tenth.
const ArbBall &rootOfHalf() {
  thread_local slong bits = 0;
  thread_local ArbBall value;
  if (bits != ArbPrecision::bits()) {
    bits = ArbPrecision::bits();
    arb_rsqrt_ui(value.get(), 2, bits);
  }
  return value;
}

ArbBall normalDistribution(const ArbBall &x) {
  return half(call<arb_hypgeom_erfc>(-x * rootOfHalf()));
}

/// e^-x^2 times 2 / sqrt(pi), the derivative of erf.
ArbBall errorDensity(const ArbBall &x) {
  return call<arb_exp>(-square(x)) * 2.0 / root(ArbBall::pi());
}

/// Beyond 2 as U(1/2, 1/2, x^2) / sqrt(pi), whose factors do not overflow (DLMF 7.11.5).
ArbBall scaledErrorFunction(const ArbBall &x) {
  if (!arb_gt(x.get(), ArbBall(2.0).get()))
    return call<arb_exp>(square(x)) * call<arb_hypgeom_erfc>(x);
  ArbBall result;
  arb_hypgeom_u(result.get(), ArbBall(0.5).get(), ArbBall(0.5).get(), square(x).get(),
                ArbPrecision::bits());
  return result / root(ArbBall::pi());
}

ArbBall scaledTail(const ArbBall &x) { return scaledErrorFunction(-x / root(ArbBall(2.0))); }

/// phi(x) / Phi(x)
ArbBall normalHazard(const ArbBall &x) {
  return root(ArbBall(2.0) / ArbBall::pi()) / scaledTail(x);
}

ArbBall logNormalDistribution(const ArbBall &x) {
  if (arb_is_positive(x.get()))
    return call<arb_log1p>(-normalDistribution(-x));
  return call<arb_log>(scaledTail(x) / 2.0) - square(x) / 2.0;
}

/// The derivatives of a logarithm: those of log(u) with du/dx = 1, divided by `scale`.
Derivatives logarithm(ArbBall value, const ArbBall &u, const ArbBall &scale) {
  return {std::move(value), ArbBall(1.0) / (u * scale), ArbBall(-1.0) / (square(u) * scale)};
}

/// From the first derivative 1 / sqrt(w), where w' = 2 * slope * x.
Derivatives inverseRoot(ArbBall value, const ArbBall &x, const ArbBall &w, double slope) {
  ArbBall first = ArbBall(1.0) / root(w);
  return {std::move(value), first, ArbBall(-slope) * x * first / w};
}

Derivatives negated(const Derivatives &d) { return {-d[0], -d[1], -d[2]}; }

Derivatives indeterminate() {
  ArbBall nothing;
  arb_indeterminate(nothing.get());
  return {nothing, nothing, nothing};
}

/// The value alone, for the many evaluations that want no derivative.
ArbBall valueOf(Primitive primitive, const ArbBall &x) {
  switch (primitive) {
  case Primitive::Sqrt:
    return root(x);
  case Primitive::Rsqrt:
    return call<arb_rsqrt>(x);
  case Primitive::Cbrt:
    return cubeRoot(x);
  case Primitive::Exp:
    return call<arb_exp>(x);
  case Primitive::Exp2:
    return call<arb_exp>(x * ArbBall::log2());
  case Primitive::Exp10:
    return call<arb_exp>(x * call<arb_log>(10.0));
  case Primitive::Expm1:
    return call<arb_expm1>(x);
  case Primitive::Log:
    return call<arb_log>(x);
  case Primitive::Log2:
    return call<arb_log>(x) / ArbBall::log2();
  case Primitive::Log10:
    return call<arb_log>(x) / call<arb_log>(10.0);
  case Primitive::Log1p:
    return call<arb_log1p>(x);
  case Primitive::Log1mexp:
    return call<arb_log>(-call<arb_expm1>(x));
  case Primitive::Sinh:
    return call<arb_sinh>(x);
  case Primitive::Cosh:
    return call<arb_cosh>(x);
  case Primitive::Tanh:
    return call<arb_tanh>(x);
  case Primitive::Sech:
    return call<arb_sech>(x);
  case Primitive::Asinh:
    return call<arb_asinh>(x);
  case Primitive::Acosh:
    return call<arb_acosh>(x);
  case Primitive::Atanh:
    return call<arb_atanh>(x);
  case Primitive::Erf:
    return call<arb_hypgeom_erf>(x);
  case Primitive::Erfc:
    return call<arb_hypgeom_erfc>(x);
  case Primitive::Erfcx:
    return scaledErrorFunction(x);
  case Primitive::LogNormalCdf:
    return logNormalDistribution(x);
  case Primitive::NormalCdf:
    return normalDistribution(x);
  case Primitive::NormalPdf:
    return normalDensity(x);
  case Primitive::Sigmoid:
    return logistic(x);
  case Primitive::LogSigmoid:
    return -logisticIntegral(-x);
  case Primitive::Logit:
    return call<arb_log>(x) - call<arb_log1p>(-x);
  case Primitive::Softplus:
    return logisticIntegral(x);
  case Primitive::Sin:
    return call<arb_sin>(x);
  case Primitive::Cos:
    return call<arb_cos>(x);
  case Primitive::Tan:
    return call<arb_tan>(x);
  case Primitive::Asin:
    return call<arb_asin>(x);
  case Primitive::Acos:
    return call<arb_acos>(x);
  case Primitive::Atan:
    return call<arb_atan>(x);
  default:
    return indeterminate()[0];
  }
}

} // namespace

Derivatives smoothFunction(Primitive primitive, const ArbBall &x, int order) {
  ArbBall g = valueOf(primitive, x);
  if (order == 0)
    return {g, {}, {}};
  const ArbBall one(1.0);
  switch (primitive) {
  case Primitive::Sqrt:
    return {g, ArbBall(0.5) / g, ArbBall(-0.25) / (g * x)};
  case Primitive::Rsqrt:
    return {g, -g / (x * 2.0), g * 0.75 / square(x)};
  case Primitive::Cbrt:
    return {g, g / (x * 3.0), g * -2.0 / (square(x) * 9.0)};
  case Primitive::Exp:
    return {g, g, g};
  case Primitive::Exp2:
    return {g, g * ArbBall::log2(), g * square(ArbBall::log2())};
  case Primitive::Exp10: {
    ArbBall scale = call<arb_log>(10.0);
    return {g, g * scale, g * square(scale)};
  }
  case Primitive::Expm1: {
    ArbBall exponential = call<arb_exp>(x);
    return {g, exponential, exponential};
  }
  case Primitive::Log:
    return logarithm(g, x, one);
  case Primitive::Log2:
    return logarithm(g, x, ArbBall::log2());
  case Primitive::Log10:
    return logarithm(g, x, call<arb_log>(10.0));
  case Primitive::Log1p:
    return logarithm(g, one + x, one);
  case Primitive::Log1mexp: {
    ArbBall rest = call<arb_expm1>(-x);
    return {g, -one / rest, -call<arb_exp>(-x) / square(rest)};
  }
  case Primitive::Sinh:
    return {g, call<arb_cosh>(x), g};
  case Primitive::Cosh:
    return {g, call<arb_sinh>(x), g};
  case Primitive::Tanh: {
    ArbBall slope = square(call<arb_sech>(x));
    return {g, slope, g * slope * -2.0};
  }
  case Primitive::Sech:
    return {g, -g * call<arb_tanh>(x), g * (one - square(g) * 2.0)};
  case Primitive::Asinh:
    return inverseRoot(g, x, square(x) + one, 1);
  case Primitive::Acosh:
    return inverseRoot(g, x, square(x) - one, 1);
  case Primitive::Atanh: {
    ArbBall w = one - square(x);
    return {g, one / w, x * 2.0 / square(w)};
  }
  case Primitive::Erf: {
    ArbBall density = errorDensity(x);
    return {g, density, x * density * -2.0};
  }
  case Primitive::Erfc: {
    ArbBall density = errorDensity(x);
    return {g, -density, x * density * 2.0};
  }
  case Primitive::Erfcx: {
    ArbBall slope = x * g * 2.0 - ArbBall(2.0) / root(ArbBall::pi());
    return {g, slope, (g + x * slope) * 2.0};
  }
  case Primitive::LogNormalCdf: {
    ArbBall hazard = normalHazard(x);
    return {g, hazard, -hazard * (x + hazard)};
  }
  case Primitive::NormalCdf: {
    ArbBall density = normalDensity(x);
    return {g, density, -x * density};
  }
  case Primitive::NormalPdf:
    return {g, -x * g, (square(x) - one) * g};
  case Primitive::Sigmoid: {
    ArbBall rest = logistic(-x);
    return {g, g * rest, g * rest * (rest - g)};
  }
  case Primitive::LogSigmoid: {
    ArbBall rest = logistic(-x);
    return {g, rest, -rest * logistic(x)};
  }
  case Primitive::Logit: {
    ArbBall w = x * (one - x);
    return {g, one / w, (x * 2.0 - one) / square(w)};
  }
  case Primitive::Softplus: {
    ArbBall slope = logistic(x);
    return {g, slope, slope * logistic(-x)};
  }
  case Primitive::Sin:
    return {g, call<arb_cos>(x), -g};
  case Primitive::Cos:
    return {g, -call<arb_sin>(x), -g};
  case Primitive::Tan: {
    ArbBall slope = one + square(g);
    return {g, slope, g * slope * 2.0};
  }
  case Primitive::Asin:
    return inverseRoot(g, x, one - square(x), -1);
  case Primitive::Acos: {
    Derivatives sine = inverseRoot(-g, x, one - square(x), -1);
    return negated(sine);
  }
  case Primitive::Atan: {
    ArbBall w = one + square(x);
    return {g, one / w, x * -2.0 / square(w)};
  }
  default:
    return indeterminate();
  }
}

Derivatives power(const ArbBall &x, const ArbBall &y, int order) {
  auto raise = [&](const ArbBall &coefficient, const ArbBall &exponent) {
    // 0 times an infinite power is no derivative of a constant or of a straight line.
    if (coefficient.isExactZero())
      return ArbBall();
    ArbBall result;
    arb_pow(result.get(), x.get(), exponent.get(), ArbPrecision::bits());
    return coefficient * result;
  };
  Derivatives result;
  result[0] = raise(1.0, y);
  if (order >= 1)
    result[1] = raise(y, y - 1.0);
  if (order >= 2)
    result[2] = raise(y * (y - 1.0), y - 2.0);
  return result;
}

} // namespace xphi::reference
