// Recurrences over balls of doubles. Each bound counts what the operands leave open, the roundings
// of the middle, and, as a factor, the roundings of the bound itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/DoubleSeries.h"

#include "compiler/truth/SmoothFunctions.h"

#include <algorithm>
#include <charconv>

namespace xphi::reference {
namespace {

constexpr double unit = 0x1p-53, least = 0x1p-1074;
/// More than some hundred roundings of a bound come to.
constexpr double outwards = 1 + 0x1p-44;

double magnitude(const DoubleBall &a) { return std::fabs(a.middle) + a.radius; }

DoubleBall sum(const DoubleBall &a, const DoubleBall &b) {
  const double middle = a.middle + b.middle;
  return {middle, (a.radius + b.radius + std::fabs(middle) * unit) * outwards};
}

DoubleBall negative(const DoubleBall &a) { return {-a.middle, a.radius}; }

/// A sum of products: n of them err by n units of the sum of their magnitudes at most (Higham,
/// Accuracy and Stability of Numerical Algorithms, 3.1), and by what products lose to underflow.
class SumOfProducts {
public:
  void add(const DoubleBall &a, const DoubleBall &b) {
    addUncounted(a, b);
    ++count;
  }
  /// a[i] times b[n - i], for i in [begin, end).
  void add(const std::vector<DoubleBall> &a, const std::vector<DoubleBall> &b, slong n, slong begin,
           slong end) {
    const DoubleBall *ofA = a.data(), *ofB = b.data();
    for (slong i = begin; i < end; ++i)
      addUncounted(ofA[i], ofB[n - i]);
    count += double(std::max(slong(0), end - begin));
  }
  DoubleBall result() const {
    return {middle, (open + (count + 1) * unit * size) * outwards + 8 * count * least};
  }

private:
  void addUncounted(const DoubleBall &a, const DoubleBall &b) {
    const double product = a.middle * b.middle;
    middle += product;
    size += std::fabs(product);
    open += std::fabs(a.middle) * b.radius + a.radius * magnitude(b);
  }

  double middle = 0, size = 0, open = 0, count = 0;
};

DoubleBall product(const DoubleBall &a, const DoubleBall &b) {
  SumOfProducts sum;
  sum.add(a, b);
  return sum.result();
}

/// No number where b may be zero.
DoubleBall quotient(const DoubleBall &a, const DoubleBall &b) {
  const double middle = a.middle / b.middle, divisor = std::fabs(b.middle) - b.radius;
  if (!(divisor > 0))
    return {middle, HUGE_VAL};
  return {middle, ((a.radius + std::fabs(middle) * b.radius) / divisor + std::fabs(middle) * unit) *
                          outwards * outwards +
                      8 * least};
}

DoubleBall quotient(const DoubleBall &a, double divisor) {
  return quotient(a, DoubleBall(divisor, 0));
}

DoubleBall functionAt(dsl::Primitive primitive, const DoubleBall &x) {
  return DoubleBall(smoothFunction(primitive, x.toArb(), 0)[0]);
}

} // namespace

DoubleBall::DoubleBall(const ArbBall &ball)
    : middle(ball.nearest()), radius(mag_get_d(arb_radref(ball.get()))) {
  if (!ball.isExact() || arf_cmp_d(arb_midref(ball.get()), middle) != 0)
    radius = (radius + std::fabs(middle) * unit) * outwards + least;
}

// from_chars gives the nearest double.
DoubleSeries DoubleSeries::decimal(std::string_view text) {
  DoubleSeries result;
  DoubleBall &ball = result.coefficients.emplace_back();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ball.middle);
  const bool isInteger = text.find_first_not_of("0123456789") == text.npos;
  if (error != std::errc() || end != text.data() + text.size())
    ball.radius = HUGE_VAL;
  else if (!isInteger || ball.middle > 1 / unit)
    ball.radius = ball.middle * unit * outwards + least;
  return result;
}

ArbBall DoubleBall::toArb() const {
  if (std::isinf(middle) && radius == 0)
    return middle > 0 ? ArbBall::infinity() : -ArbBall::infinity();
  if (!std::isfinite(middle) || !std::isfinite(radius))
    return ArbBall::unknown();
  ArbBall result(middle);
  mag_set_d(arb_radref(result.get()), radius);
  return result;
}

DoubleSeries DoubleSeries::variable(const ArbBall &c, int slope, int side) {
  DoubleSeries result(c);
  result.coefficients.emplace_back(slope, 0);
  result.side = side;
  return result;
}

DoubleSeries DoubleSeries::withRoom(slong length) {
  DoubleSeries result;
  result.coefficients.reserve(std::size_t(length));
  return result;
}

DoubleSeries DoubleSeries::derivative() const {
  DoubleSeries result = withRoom(slong(coefficients.size()));
  for (std::size_t i = 1; i < coefficients.size(); ++i)
    result.coefficients.push_back(product(coefficients[i], DoubleBall(double(i), 0)));
  return result;
}

DoubleSeries add(const DoubleSeries &a, const DoubleSeries &b, slong length) {
  const std::size_t most = std::max(a.coefficients.size(), b.coefficients.size());
  DoubleSeries result = DoubleSeries::withRoom(slong(most));
  for (slong i = 0; i < std::min(slong(most), length); ++i)
    result.coefficients.push_back(sum(a.ball(i), b.ball(i)));
  return result;
}

DoubleSeries subtract(const DoubleSeries &a, const DoubleSeries &b, slong length) {
  return add(a, negative(b), length);
}

DoubleSeries negative(const DoubleSeries &a) {
  DoubleSeries result = a;
  for (DoubleBall &ball : result.coefficients)
    ball = negative(ball);
  result.side = -a.side;
  return result;
}

DoubleSeries multiply(const DoubleSeries &a, const DoubleSeries &b, slong length) {
  DoubleSeries result = DoubleSeries::withRoom(length);
  const slong ofA = slong(a.coefficients.size()), ofB = slong(b.coefficients.size());
  for (slong n = 0; n < std::min(ofA + ofB - 1, length); ++n) {
    SumOfProducts sum;
    sum.add(a.coefficients, b.coefficients, n, std::max(slong(0), n - ofB + 1),
            std::min(ofA, n + 1));
    result.coefficients.push_back(sum.result());
  }
  return result;
}

DoubleSeries divide(const DoubleSeries &a, const DoubleSeries &b, slong length) {
  DoubleSeries result = DoubleSeries::withRoom(length);
  const slong ofB = slong(b.coefficients.size());
  const slong most = b.isConstant() ? std::min(slong(a.coefficients.size()), length) : length;
  for (slong n = 0; n < most; ++n) {
    SumOfProducts sum;
    sum.add(b.coefficients, result.coefficients, n, 1, std::min(ofB, n + 1));
    result.coefficients.push_back(
        quotient(reference::sum(a.ball(n), negative(sum.result())), b.ball(0)));
  }
  return result;
}

DoubleSeries scaled(const DoubleSeries &a, const ArbBall &factor) {
  DoubleSeries result = DoubleSeries::withRoom(slong(a.coefficients.size()));
  const DoubleBall by(factor);
  for (const DoubleBall &ball : a.coefficients)
    result.coefficients.push_back(product(ball, by));
  return result;
}

DoubleSeries withConstant(DoubleSeries a, const ArbBall &constant) {
  if (a.coefficients.empty())
    a.coefficients.emplace_back();
  a.coefficients[0] = DoubleBall(constant);
  return a;
}

DoubleSeries integral(const ArbBall &constant, const DoubleSeries &slope, const DoubleSeries &x,
                      slong length) {
  const DoubleSeries derivative = multiply(slope, x.derivative(), length - 1);
  DoubleSeries result = DoubleSeries::withRoom(length);
  result.coefficients.emplace_back(constant);
  for (std::size_t i = 0; i < derivative.coefficients.size(); ++i)
    result.coefficients.push_back(quotient(derivative.coefficients[i], double(i + 1)));
  return result;
}

// y' = x'y
DoubleSeries exponential(const DoubleSeries &x, slong length) {
  DoubleSeries result = DoubleSeries::withRoom(length);
  result.coefficients.push_back(functionAt(dsl::Primitive::Exp, x.ball(0)));
  const DoubleSeries slope = x.derivative();
  const slong slopes = slong(slope.coefficients.size());
  if (slopes == 0)
    return result;
  for (slong n = 1; n < length; ++n) {
    SumOfProducts sum;
    sum.add(slope.coefficients, result.coefficients, n - 1, 0, std::min(slopes, n));
    result.coefficients.push_back(quotient(sum.result(), double(n)));
  }
  return result;
}

// x y' = exponent x' y
DoubleSeries power(const DoubleSeries &x, const ArbBall &exponent, slong length) {
  DoubleSeries result = DoubleSeries::withRoom(length);
  result.coefficients.emplace_back(reference::power(x.coefficient(0), exponent, 0)[0]);
  const slong ofX = slong(x.coefficients.size());
  if (ofX <= 1)
    return result;
  const DoubleBall by(exponent);
  for (slong n = 1; n < length; ++n) {
    SumOfProducts sum;
    for (slong i = 1; i < std::min(ofX, n + 1); ++i)
      sum.add(product(reference::sum(product(by, {double(i), 0}), {double(i - n), 0}), x.ball(i)),
              result.ball(n - i));
    result.coefficients.push_back(quotient(sum.result(), product(x.ball(0), {double(n), 0})));
  }
  return result;
}

// s' = x'c, c' = ±x's
std::pair<DoubleSeries, DoubleSeries> sineAndCosine(const DoubleSeries &x, int sign, slong length) {
  using enum dsl::Primitive;
  DoubleSeries sine = DoubleSeries::withRoom(length), cosine = DoubleSeries::withRoom(length);
  sine.coefficients.push_back(functionAt(sign < 0 ? Sin : Sinh, x.ball(0)));
  cosine.coefficients.push_back(functionAt(sign < 0 ? Cos : Cosh, x.ball(0)));
  const DoubleSeries slope = x.derivative();
  const slong slopes = slong(slope.coefficients.size());
  for (slong n = 1; n < (slopes == 0 ? 1 : length); ++n) {
    SumOfProducts ofSine, ofCosine;
    for (slong i = 0; i < std::min(slopes, n); ++i) {
      ofSine.add(slope.ball(i), cosine.ball(n - 1 - i));
      ofCosine.add(slope.ball(i), sine.ball(n - 1 - i));
    }
    sine.coefficients.push_back(quotient(ofSine.result(), double(n)));
    const DoubleBall change = quotient(ofCosine.result(), double(n));
    cosine.coefficients.push_back(sign < 0 ? negative(change) : change);
  }
  return {std::move(sine), std::move(cosine)};
}

} // namespace xphi::reference
