// What is right is Arb's, from the reference's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/FunctionRows.h"

#include <cmath>
#include <ostream>
#include <random>

namespace xphi::numerics {

using dsl::Primitive;
using reference::ArbBall;
using reference::ArbPrecision;
using Ball = ArbBall;

namespace {

Ball value(Primitive primitive, const Ball &x) {
  return reference::smoothFunction(primitive, x, 0)[0];
}
Ball slope(Primitive primitive, const Ball &x) {
  return reference::smoothFunction(primitive, x, 1)[1];
}
Ball exp(const Ball &x) { return value(Primitive::Exp, x); }
Ball log(const Ball &x) { return value(Primitive::Log, x); }
Ball square(const Ball &x) { return x * x; }
bool isPositive(const Ball &x) { return arb_is_positive(x.get()); }

#define XPHI_ROW(NAME, EXACT)                                                                      \
  {#NAME, "%r = xphi." #NAME " %x",                                                                \
   []([[maybe_unused]] const Ball &x, const Ball &) -> Ball { return EXACT; }}
#define XPHI_POWER(NAME, EXPONENT)                                                                 \
  {#NAME, "%c = xphi.constant \"" EXPONENT "\"\n%r = xphi.pow %x, %c",                             \
   [](const Ball &x, const Ball &) -> Ball {                                                       \
     return reference::power(x, Ball::fromDecimal(EXPONENT), 0)[0];                                \
   }}

const FunctionRow rows[] = {
    XPHI_ROW(sqrt, value(Primitive::Sqrt, x)),
    XPHI_ROW(rsqrt, value(Primitive::Rsqrt, x)),
    XPHI_ROW(cbrt, value(Primitive::Cbrt, x)),
    XPHI_ROW(exp, exp(x)),
    XPHI_ROW(exp2, value(Primitive::Exp2, x)),
    XPHI_ROW(expm1, value(Primitive::Expm1, x)),
    XPHI_ROW(log, log(x)),
    XPHI_ROW(log2, value(Primitive::Log2, x)),
    XPHI_ROW(log1p, value(Primitive::Log1p, x)),
    XPHI_ROW(log1mexp, value(Primitive::Log1mexp, x)),
    XPHI_ROW(softplus, value(Primitive::Softplus, x)),
    XPHI_ROW(sigmoid, value(Primitive::Sigmoid, x)),
    XPHI_ROW(logistic_pdf, slope(Primitive::Sigmoid, x)),
    XPHI_ROW(sinh, value(Primitive::Sinh, x)),
    XPHI_ROW(cosh, value(Primitive::Cosh, x)),
    XPHI_ROW(tanh, value(Primitive::Tanh, x)),
    XPHI_ROW(sech2, slope(Primitive::Tanh, x)),
    XPHI_ROW(asinh, value(Primitive::Asinh, x)),
    XPHI_ROW(acosh, value(Primitive::Acosh, x)),
    XPHI_ROW(atanh, value(Primitive::Atanh, x)),
    XPHI_ROW(tanh_softplus, tanhOfSoftplus(x)),
    XPHI_ROW(mish_slope,
             tanhOfSoftplus(x) +
                 x *(Ball(1) - square(tanhOfSoftplus(x))) * value(Primitive::Sigmoid, x)),
    XPHI_ROW(tanhshrink, x - value(Primitive::Tanh, x)),
    XPHI_ROW(erf, value(Primitive::Erf, x)),
    XPHI_ROW(erfc, value(Primitive::Erfc, x)),
    XPHI_ROW(erfcx, value(Primitive::Erfcx, x)),
    XPHI_ROW(erfcx_slope, slope(Primitive::Erfcx, x)),
    XPHI_ROW(log_erfc, isPositive(x) ? log(value(Primitive::Erfcx, x)) - square(x)
                                     : log(value(Primitive::Erfc, x))),
    XPHI_ROW(log_normal_cdf, value(Primitive::LogNormalCdf, x)),
    XPHI_ROW(normal_cdf, value(Primitive::NormalCdf, x)),
    XPHI_ROW(normal_pdf, value(Primitive::NormalPdf, x)),
    XPHI_ROW(gelu, x *value(Primitive::NormalCdf, x)),
    XPHI_ROW(gelu_slope, value(Primitive::NormalCdf, x) + x * value(Primitive::NormalPdf, x)),
    XPHI_ROW(sin, value(Primitive::Sin, x)),
    XPHI_ROW(cos, value(Primitive::Cos, x)),
    XPHI_ROW(tan, value(Primitive::Tan, x)),
    XPHI_ROW(asin, value(Primitive::Asin, x)),
    XPHI_ROW(acos, value(Primitive::Acos, x)),
    XPHI_ROW(atan, value(Primitive::Atan, x)),
    XPHI_POWER(pow_minus_3, "-3"),
    XPHI_POWER(pow_minus_half, "-0.5"),
    XPHI_POWER(pow_tenths, "0.3"),
    XPHI_POWER(pow_half, "0.5"),
    XPHI_POWER(pow_3_halves, "1.5"),
    XPHI_POWER(pow_3, "3"),
    XPHI_POWER(pow_20, "20"),
    XPHI_POWER(pow_64, "64"),
    XPHI_POWER(pow_65, "65"),
    XPHI_POWER(pow_41, "-41.7"),
    {"pow", "%r = xphi.pow %x, %y",
     [](const Ball &x, const Ball &y) { return reference::power(x, y, 0)[0]; }},
    {"logaddexp", "%r = xphi.logaddexp %x, %y",
     [](const Ball &x, const Ball &y) {
       const bool leads = arb_gt(x.get(), y.get());
       const Ball &high = leads ? x : y, &low = leads ? y : x;
       return high + value(Primitive::Softplus, low - high);
     }},
};
#undef XPHI_ROW
#undef XPHI_POWER

} // namespace

Ball tanhOfSoftplus(const Ball &x) {
  const Ball e = exp(x), more = e * (e + 2);
  return more / (more + 2);
}

void PrintTo(const FunctionRow &row, std::ostream *out) { *out << row.name; }

std::span<const FunctionRow> functionRows() { return rows; }

std::vector<double> doublesOfEveryBinade() {
  std::mt19937_64 random(1);
  const auto unit = [&] { return double(random() >> 11) * 0x1p-53; };
  std::vector<double> points = {0.0, -0.0};
  for (int exponent = -1074; exponent < 1024; ++exponent)
    for (int i = 0; i < 4; ++i)
      for (const double sign : {1.0, -1.0})
        points.push_back(sign * std::ldexp(i ? 1 + unit() : 1, exponent));
  // Ends of domains and of doubles, corners of the code, zeros.
  for (const double centre : {0.25,
                              0.5,
                              0.6931471805599453,
                              1.0,
                              1.1926,
                              0.7517915246935645,
                              1.5,
                              1.5707963267948966,
                              2.0,
                              3.141592653589793,
                              4.0,
                              5.5,
                              5.656854,
                              6.0,
                              8.0,
                              26.5,
                              27.2,
                              37.5,
                              38.5,
                              710.47,
                              709.78,
                              745.13,
                              1022.0,
                              1074.0})
    for (const double sign : {1.0, -1.0})
      for (int bits = 2; bits < 53; ++bits)
        for (const double side : {1.0, -1.0})
          points.push_back(sign * centre * (1 + side * std::ldexp(1 + unit(), -bits)));
  for (int i = 0; i < 3000; ++i)
    for (const double reach : {1.0, 8.0, 40.0, 800.0})
      points.push_back(reach * (2 * unit() - 1));
  for (int i = 0; i < 3000; ++i) { // as near to multiples of π/2 as doubles get, mostly
    const double quarters = std::floor(std::ldexp(unit(), 1 + i % 50));
    points.push_back(quarters * 1.5707963267948966);
    points.push_back(std::nextafter(points.back(), i % 2 ? HUGE_VAL : -HUGE_VAL));
  }
  std::erase_if(points, [](double x) { return !std::isfinite(x); });
  return points;
}

Ball truth(const FunctionRow &row, double x, double y) {
  Ball result;
  for (const slong bits : {128, 512, 2400, 5000}) {
    const ArbPrecision precision(bits);
    result = row.exact(Ball(x), Ball(y));
    if (result.isFinite() && (result.isTight(80) || result.isBelow(-1200)))
      break;
  }
  return result;
}

} // namespace xphi::numerics
