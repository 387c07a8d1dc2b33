// The interpreter over doubles: every primitive in the form that keeps its digits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Interpreter.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace xphi::dsl {
namespace {

constexpr double kSqrtHalf = 0.70710678118654752440;    // 1 / sqrt(2), rounded
constexpr double kSqrtHalfLow = -4.833646656726457e-17; // what the rounding lost
constexpr double kTwoOverSqrtPi = 1.12837916709551257390;
constexpr double kInverseSqrtTwoPi = 0.39894228040143267794;

double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return a > b || (a == b && !std::signbit(a)) ? a : b;
}

double minimum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return a < b || (a == b && std::signbit(a)) ? a : b;
}

double sign(double x) { return x == 0 || std::isnan(x) ? x : std::copysign(1.0, x); }

double step(double x) { return std::isnan(x) ? x : x >= 0 ? 1 : 0; }

/// erfc(-x / sqrt(2)) / 2. In the left tail the rounding of the argument t would cost t^2 ulp, so
/// it is corrected to first order with erfc's derivative.
double normalCdf(double x) {
  double t = -x * kSqrtHalf;
  double value = std::erfc(t);
  if (x < 0 && std::isfinite(x)) {
    double lost = std::fma(-x, kSqrtHalf, -t) - x * kSqrtHalfLow;
    value -= kTwoOverSqrtPi * std::exp(-t * t) * lost;
  }
  return 0.5 * value;
}

/// exp(-x^2 / 2) / sqrt(2 pi), with the square split so that its rounding is not magnified.
double normalPdf(double x) {
  double square = x * x;
  if (!std::isfinite(square))
    return std::isnan(x) ? x : 0;
  double lost = std::fma(x, x, -square);
  return kInverseSqrtTwoPi * std::exp(-0.5 * square) * (1 - 0.5 * lost);
}

/// Beyond 25 erfc underflows, and three terms of the series are exact.
double erfcx(double x) {
  if (x < 25)
    return std::exp(x * x) * std::erfc(x);
  double w = 1 / (2 * x * x);
  return 0.5 * kTwoOverSqrtPi / x * (1 - w * (1 - 3 * w * (1 - 5 * w)));
}

double logNormalCdf(double x) {
  if (x > 0)
    return std::log1p(-normalCdf(-x));
  return std::log(0.5 * erfcx(-x * kSqrtHalf)) - 0.5 * x * x;
}

double log1mexp(double x) { return x > -1 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x)); }

double logAddExp(double x, double y) {
  double high = x > y || std::isnan(x) ? x : y, difference = x == y ? 0 : x - y;
  return high + std::log1p(std::exp(-std::fabs(difference)));
}

/// std::pow's of -inf is a number, as if every exponent so far out were an even one.
double powerOf(double x, double y) {
  const bool isNone = std::isinf(x) && x < 0 && std::isfinite(y) && y != std::floor(y);
  return isNone ? std::numeric_limits<double>::quiet_NaN() : std::pow(x, y);
}

double sigmoid(double x) {
  if (x >= 0)
    return 1 / (1 + std::exp(-x));
  double power = std::exp(x);
  return power / (1 + power);
}

double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double logSigmoid(double x) {
  return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x));
}

} // namespace

double DoubleArithmetic::decimal(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double DoubleArithmetic::pi() { return Number::pi().value; }

double DoubleArithmetic::e() { return Number::e().value; }

double DoubleArithmetic::infinity() { return std::numeric_limits<double>::infinity(); }

bool DoubleArithmetic::compare(Primitive primitive, double a, double b) {
  switch (primitive) {
  case Primitive::Lt:
    return a < b;
  case Primitive::Le:
    return a <= b;
  case Primitive::Gt:
    return a > b;
  case Primitive::Ge:
    return a >= b;
  case Primitive::Eq:
    return a == b;
  default:
    return a != b;
  }
}

double DoubleArithmetic::apply(Primitive primitive, std::span<const double> operands) {
  double x = operands[0];
  double y = operands.size() > 1 ? operands[1] : 0;
  switch (primitive) {
  case Primitive::Neg:
    return -x;
  case Primitive::Add:
    return x + y;
  case Primitive::Sub:
    return x - y;
  case Primitive::Mul:
    return x * y;
  case Primitive::Div:
    return x / y;
  case Primitive::Pow:
    return powerOf(x, y);
  case Primitive::Abs:
    return std::fabs(x);
  case Primitive::Sign:
    return sign(x);
  case Primitive::Min:
    return minimum(x, y);
  case Primitive::Max:
    return maximum(x, y);
  case Primitive::Clamp:
    return minimum(maximum(x, y), operands[2]);
  case Primitive::Floor:
    return std::floor(x);
  case Primitive::Ceil:
    return std::ceil(x);
  case Primitive::Round:
    return std::nearbyint(x);
  case Primitive::Trunc:
    return std::trunc(x);
  case Primitive::Frac:
    return std::fabs(x) < 1 ? x : x - std::trunc(x);
  case Primitive::Step:
    return step(x);
  case Primitive::Sqrt:
    return std::sqrt(x);
  case Primitive::Rsqrt:
    return 1 / std::sqrt(x);
  case Primitive::Cbrt:
    return std::cbrt(x);
  case Primitive::Hypot:
    return std::hypot(x, y);
  case Primitive::Exp:
    return std::exp(x);
  case Primitive::Exp2:
    return std::exp2(x);
  case Primitive::Exp10:
    return std::pow(10, x);
  case Primitive::Expm1:
    return std::expm1(x);
  case Primitive::Log:
    return std::log(x);
  case Primitive::Log2:
    return std::log2(x);
  case Primitive::Log10:
    return std::log10(x);
  case Primitive::Log1mexp:
    return log1mexp(x);
  case Primitive::LogAddExp:
    return logAddExp(x, y);
  case Primitive::Log1p:
    return std::log1p(x);
  case Primitive::Sinh:
    return std::sinh(x);
  case Primitive::Cosh:
    return std::cosh(x);
  case Primitive::Tanh:
    return std::tanh(x);
  case Primitive::Sech:
    return 1 / std::cosh(x);
  case Primitive::Asinh:
    return std::asinh(x);
  case Primitive::Acosh:
    return std::acosh(x);
  case Primitive::Atanh:
    return std::atanh(x);
  case Primitive::Erf:
    return std::erf(x);
  case Primitive::Erfc:
    return std::erfc(x);
  case Primitive::Erfcx:
    return erfcx(x);
  case Primitive::LogNormalCdf:
    return logNormalCdf(x);
  case Primitive::NormalCdf:
    return normalCdf(x);
  case Primitive::NormalPdf:
    return normalPdf(x);
  case Primitive::Sigmoid:
    return sigmoid(x);
  case Primitive::LogSigmoid:
    return logSigmoid(x);
  case Primitive::Logit:
    return std::log(x) - std::log1p(-x);
  case Primitive::Softplus:
    return softplus(x);
  case Primitive::Sin:
    return std::sin(x);
  case Primitive::Cos:
    return std::cos(x);
  case Primitive::Tan:
    return std::tan(x);
  case Primitive::Asin:
    return std::asin(x);
  case Primitive::Acos:
    return std::acos(x);
  case Primitive::Atan:
    return std::atan(x);
  case Primitive::Lt:
  case Primitive::Le:
  case Primitive::Gt:
  case Primitive::Ge:
  case Primitive::Eq:
  case Primitive::Ne:
  case Primitive::IsNan:
  case Primitive::And:
  case Primitive::Or:
  case Primitive::Not:
  case Primitive::Dropped:
    break; // conditions: the interpreter decides them itself
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double evaluate(const Program &program, DefinitionIndex definition, std::span<const double> inputs,
                std::span<const double> parameters) {
  DoubleArithmetic doubles;
  return evaluate(program, definition, inputs, parameters, doubles);
}

double evaluateConstant(const Program &program, ExprId constant) {
  if (program.expr(constant).kind == ExprKind::Number)
    return program.number(constant).value;
  std::vector<double> operands;
  for (ExprId operand : program.operands(constant))
    operands.push_back(evaluateConstant(program, operand));
  return DoubleArithmetic().apply(program.expr(constant).primitive, operands);
}

std::vector<double> defaultParameters(const Program &program, DefinitionIndex definition) {
  std::vector<double> values;
  for (const Parameter &parameter : program.definitions[definition].parameters)
    values.push_back(parameter.value);
  return values;
}

} // namespace xphi::dsl
