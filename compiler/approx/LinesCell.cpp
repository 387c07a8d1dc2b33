// Roundings bounded one after another, over quotients of polynomials or Taylor's series.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LinesCell.h"

#include "compiler/truth/RationalArithmetic.h"
#include "compiler/truth/Series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace xphi::compiler {

using namespace reference;
using dsl::Primitive;

namespace {

using Op = Lines::Op;
using Type = Lines::Type;

constexpr slong bits = 128;
/// A grid of which only zero is known.
constexpr int finest = -100'000, coarsest = 100'000;

/// The largest magnitude in a ball, rounded up; and the smallest, rounded down.
ArbBall largest(const ArbBall &ball) {
  ArbBall result;
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  arf_set_mag(arb_midref(result.get()), bound);
  mag_clear(bound);
  return result;
}
ArbBall smallest(const ArbBall &ball) {
  ArbBall result;
  arb_get_abs_lbound_arf(arb_midref(result.get()), ball.get(), bits);
  return result;
}
double roundedUp(const ArbBall &ball) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  const double result = mag_get_d(bound);
  mag_clear(bound);
  return result * (1 + 0x1p-40);
}
bool isAtMost(const ArbBall &a, const ArbBall &b) { return arb_le(a.get(), b.get()); }
/// ⌊log₂⌋ of a positive number, or below it where there is a radius.
int exponentOf(const ArbBall &ball) {
  ArbBall least = smallest(ball);
  fmpz_t exponent;
  fmpz_init(exponent);
  arf_abs_bound_le_2exp_fmpz(exponent, arb_midref(least.get()));
  if (arf_cmpabs_2exp_si(arb_midref(least.get()), fmpz_get_si(exponent)) < 0)
    fmpz_sub_ui(exponent, exponent, 1);
  const auto result = int(fmpz_get_si(exponent));
  fmpz_clear(exponent);
  return result;
}

/// Taylor's series at the middle, and over the cell what encloses the rest.
class TaylorArithmetic {
public:
  struct Real {
    ArbSeries at, over;
  };

  explicit TaylorArithmetic(const LinesCell &cell)
      : cell(cell), points(length), balls(length + 1) {}

  Real variable() const {
    return {ArbSeries::variable(cell.middle, 1, cell.side),
            ArbSeries::variable(cell.all, 1, cell.side)};
  }
  Real number(double value) const { return both(ArbBall(value)); }
  Real decimal(std::string_view text) { return both(ArbBall::fromDecimal(text)); }
  Real pi() { return both(ArbBall::pi()); }
  Real e() { return both(ArbBall::e()); }
  Real infinity() { return both(ArbBall::infinity()); }
  Real apply(Primitive primitive, std::span<const Real> operands) {
    std::vector<ArbSeries> at, over;
    for (const Real &each : operands) {
      at.push_back(each.at);
      over.push_back(each.over);
    }
    return {points.apply(primitive, at), balls.apply(primitive, over)};
  }
  bool compare(Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.over, b.over);
  }
  double nearest(const Real &a) { return balls.nearest(a.over); }

  bool undecided() const { return balls.undecided() || points.undecided(); }
  static bool isKnown(const Real &a) {
    return a.over.coefficient(0).isFinite() && a.at.coefficient(0).isFinite();
  }
  /// Terms that cancel are not seen to in a ball, but in a series.
  ArbBall valuesOf(const Real &a) const {
    ArbBall rest = largest(a.over.coefficient(length)), values = a.at.coefficient(0);
    for (slong i = length; i-- > 0;)
      rest = largest(rest * cell.radius) + (i > 0 ? largest(a.at.coefficient(i)) : ArbBall(0.0));
    arb_add_error(values.get(), rest.get());
    return values;
  }
  ArbBall distance(const Real &a, const Real &b) const {
    ArbBall sum(0.0), power(1.0);
    for (slong i = 0; i <= length; ++i) {
      const ArbBall difference = i < length ? a.at.coefficient(i) - b.at.coefficient(i)
                                            : a.over.coefficient(i) - b.over.coefficient(i);
      sum = sum + largest(difference) * power;
      power = largest(power * cell.radius);
    }
    return sum;
  }

private:
  static constexpr slong length = 8;
  static Real both(const ArbBall &constant) { return {constant, constant}; }

  const LinesCell &cell;
  SeriesArithmetic<ArbSeries> points, balls;
};

class QuotientArithmetic : public RationalArithmetic {
public:
  explicit QuotientArithmetic(const LinesCell &cell) : RationalArithmetic(cell.all) {}
  static bool isKnown(const Real &a) { return a.isKnown; }
  static const ArbBall &valuesOf(const Real &a) { return a.over; }
};

template <class Arithmetic> class CellRun {
public:
  using Real = typename Arithmetic::Real;

  CellRun(const Lines &lines, const LinesTruth &truth, const LinesCell &cell)
      : lines(lines), truth(truth), cell(cell), arithmetic(cell), numbers(lines.steps.size()),
        conditions(lines.steps.size()) {}

  CellBound bound() {
    const Number &result = number(unsigned(lines.steps.size() - 1));
    if (!isDecided)
      return {};
    if (isOfAnotherKind)
      return {{}, true};
    const std::vector<Real> inputs = {arithmetic.variable()};
    std::vector<Real> parameters;
    for (float each : truth.parameters)
      parameters.push_back(arithmetic.number(double(each)));
    const Real right =
        dsl::evaluateDerivative(*truth.program, truth.definition, std::span<const Real>(inputs),
                                std::span<const Real>(parameters),
                                std::span<const std::uint32_t>(truth.derivative), arithmetic);
    if (arithmetic.undecided())
      return {};
    if (!Arithmetic::isKnown(right))
      return {{}, true};
    return {boundOf(result, right)};
  }

private:
  struct Number {
    Real exact;           ///< without any rounding
    ArbBall before, lost; ///< what roundings come to; without the last
    bool isRounded = false;
    int grid = finest; ///< a multiple of 2^this
    int infinite = 0;  ///< above 0 it is +∞, below −∞, for all of the cell
  };

  std::optional<double> boundOf(const Number &result, const Real &right) {
    const ArbBall f = arithmetic.valuesOf(right), size = smallest(f);
    if (result.infinite != 0) {
      const ArbBall signed_ = result.infinite > 0 ? f : -f;
      return arb_ge(signed_.get(), ArbBall(0x1p128 - 0x1p103).get()) ? std::optional(0.0)
                                                                     : std::nullopt;
    }
    const ArbBall off = arithmetic.distance(result.exact, right);
    const int exponent = size.isExactZero() ? -126 : std::max(exponentOf(size), -126);
    const ArbBall unit = ArbBall::powerOfTwo(exponent - 23);
    if (!result.isRounded)
      return finite(roundedUp((off + result.lost) / unit));
    const double before = roundedUp((off + result.before) / unit);
    // What crosses a power of two has a wider unit, but not before it is a unit off.
    return finite(before + (before < 1 ? 0.5 : 1));
  }
  static std::optional<double> finite(double bound) {
    return std::isfinite(bound) ? std::optional(bound) : std::nullopt;
  }

  const Number &number(unsigned index) {
    if (!numbers[index])
      numbers[index] = compute(lines.steps[index]);
    return *numbers[index];
  }

  Number undecided() {
    isDecided = false;
    return {arithmetic.number(0), 0.0, 0.0};
  }

  Real apply(Primitive primitive, const Real &a, const Real &b) {
    return arithmetic.apply(primitive, std::array{a, b});
  }

  Number constant(double value) {
    Number result{arithmetic.number(std::isfinite(value) ? value : 0), 0.0, 0.0};
    if (std::isnan(value))
      return undecided();
    if (std::isinf(value))
      result.infinite = value > 0 ? 1 : -1;
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    result.grid = coarsest;
    if (value != 0 && std::isfinite(value))
      result.grid = exponent - 53 + __builtin_ctzll(std::uint64_t(std::fabs(fraction) * 0x1p53));
    return result;
  }

  Number compute(const Lines::Step &step) {
    if (!isDecided || isOfAnotherKind)
      return {arithmetic.number(0), 0.0, 0.0};
    switch (step.op) {
    case Op::Input:
      return {arithmetic.variable(), 0.0, 0.0, false, cell.smallestExponent - 23};
    case Op::Parameter:
      return step.detail < truth.parameters.size() ? constant(double(truth.parameters[step.detail]))
                                                   : undecided();
    case Op::Number:
      return constant(step.number);
    case Op::Select: {
      const std::optional<bool> chosen = condition(step.operands[0]);
      return chosen ? number(step.operands[*chosen ? 1 : 2]) : undecided();
    }
    case Op::Unknown:
    case Op::Truth:
      return undecided();
    default:
      break;
    }
    std::array<const Number *, 3> operands = {};
    for (std::size_t i = 0; i < step.operands.size(); ++i)
      operands[i] = &number(step.operands[i]);
    if (!isDecided || isOfAnotherKind)
      return *operands[0];
    const bool isSimple = step.op == Op::Neg || step.op == Op::Abs || step.op == Op::Widen;
    for (const Number *each : operands)
      if (each && each->infinite != 0 && !isSimple)
        return undecided();
    return calculated(step, *operands[0], operands[1] ? *operands[1] : *operands[0],
                      operands[2] ? *operands[2] : *operands[0]);
  }

  Number calculated(const Lines::Step &step, const Number &a, const Number &b, const Number &c) {
    switch (step.op) {
    case Op::Neg: {
      Number result = a;
      result.exact = arithmetic.apply(Primitive::Neg, std::array{a.exact});
      result.infinite = -a.infinite;
      return result;
    }
    case Op::Abs: {
      const ArbBall values = computed(a);
      if (a.infinite == 0 && !arb_is_nonnegative(values.get()) && !arb_is_nonpositive(values.get()))
        return undecided();
      const bool isNegative =
          a.infinite < 0 || (a.infinite == 0 && !arb_is_nonnegative(values.get()));
      return isNegative ? calculated({Op::Neg, step.type}, a, a, a) : a;
    }
    case Op::Widen: {
      Number result = a;
      result.before = a.lost;
      result.isRounded = false;
      return result;
    }
    case Op::Narrow:
      return rounded(a.exact, a.lost, Type::Float, a.grid);
    case Op::Add:
    case Op::Sub:
      return rounded(apply(step.op == Op::Add ? Primitive::Add : Primitive::Sub, a.exact, b.exact),
                     a.lost + b.lost, step.type, std::min(a.grid, b.grid));
    case Op::Mul:
      return product(step.type, a, b);
    case Op::Fma: {
      const Real product = apply(Primitive::Mul, a.exact, b.exact);
      return rounded(apply(Primitive::Add, product, c.exact), lostInProduct(a, b) + c.lost,
                     step.type, std::min(gridOfProduct(a, b), c.grid));
    }
    case Op::Div: {
      const ArbBall least = smallest(valuesOf(b)) - b.lost;
      if (!arb_is_positive(least.get()))
        return undecided();
      const Real exact = apply(Primitive::Div, a.exact, b.exact);
      const ArbBall size = largest(arithmetic.valuesOf(exact));
      const std::optional<int> power = powerOfTwo(b);
      return rounded(exact, largest((a.lost + size * b.lost) / least), step.type,
                     power && a.grid > finest ? a.grid - *power : finest);
    }
    case Op::Sqrt: {
      const ArbBall least = smallest(valuesOf(a)) - a.lost;
      const bool isZeroLost = a.lost.isExactZero();
      if (!arb_is_nonnegative(valuesOf(a).get()) || (!isZeroLost && !arb_is_positive(least.get())))
        return undecided();
      ArbBall root;
      arb_sqrt(root.get(), least.get(), bits);
      return rounded(arithmetic.apply(Primitive::Sqrt, std::array{a.exact}),
                     isZeroLost ? ArbBall(0.0) : largest(a.lost / root), step.type, finest);
    }
    default:
      return undecided();
    }
  }

  /// By a power of two nothing is rounded, but where that underflows.
  Number product(Type type, const Number &a, const Number &b) {
    const Real exact = apply(Primitive::Mul, a.exact, b.exact);
    Number result = rounded(exact, lostInProduct(a, b), type, gridOfProduct(a, b));
    const bool isPower = powerOfTwo(a) || powerOfTwo(b);
    if (isPower && result.infinite == 0 && result.isRounded &&
        isNormal(exact, result.before, type)) {
      result.isRounded = false;
      result.lost = result.before;
    }
    return result;
  }

  bool isNormal(const Real &exact, const ArbBall &lost, Type type) const {
    const ArbBall least = smallest(arithmetic.valuesOf(exact)) - lost;
    return arb_ge(least.get(), ArbBall::powerOfTwo(type == Type::Double ? -1022 : -126).get());
  }

  ArbBall lostInProduct(const Number &a, const Number &b) const {
    return largest(valuesOf(a)) * b.lost + largest(valuesOf(b)) * a.lost + a.lost * b.lost;
  }
  static int gridOfProduct(const Number &a, const Number &b) {
    return a.grid == coarsest || b.grid == coarsest ? coarsest
           : a.grid == finest || b.grid == finest   ? finest
                                                    : a.grid + b.grid;
  }
  std::optional<int> powerOfTwo(const Number &a) const {
    const ArbBall values = valuesOf(a);
    if (!values.isExact() || values.isExactZero() || !a.lost.isExactZero() ||
        arf_cmpabs_2exp_si(arb_midref(values.get()), exponentOf(abs(values))) != 0)
      return std::nullopt;
    return exponentOf(abs(values));
  }

  ArbBall valuesOf(const Number &a) const { return arithmetic.valuesOf(a.exact); }
  /// What comes out, roundings included.
  ArbBall computed(const Number &a) const {
    ArbBall values = valuesOf(a);
    arb_add_error(values.get(), a.lost.get());
    return values;
  }

  Number rounded(const Real &exact, const ArbBall &before, Type type, int grid) {
    if (!Arithmetic::isKnown(exact)) {
      isOfAnotherKind = true;
      return {exact, 0.0, 0.0};
    }
    const int digits = type == Type::Double ? 53 : 24, least = type == Type::Double ? -1074 : -149,
              most = type == Type::Double ? 1024 : 128;
    const ArbBall values = arithmetic.valuesOf(exact), size = largest(values) + before,
                  small = smallest(values) - before;
    Number result{exact, before, before};
    if (!isAtMost(size, ArbBall::powerOfTwo(most) - ArbBall::powerOfTwo(most - digits))) {
      if (!isAtMost(ArbBall::powerOfTwo(most), small))
        return undecided();
      result.infinite = arb_is_positive(values.get()) ? 1 : -1;
      return result;
    }
    const bool isPositive = arb_is_positive(small.get());
    const int normal = least + digits - 1;
    result.grid = isPositive ? std::max(exponentOf(small) - digits + 1, least) : least;
    if (grid >= least && isAtMost(size, ArbBall::powerOfTwo(std::min(grid, most) + digits))) {
      result.grid = std::max(result.grid, std::min(grid, coarsest));
      return result;
    }
    ArbBall rounding = size * ArbBall::powerOfTwo(-digits);
    if (!isPositive || exponentOf(small) < normal)
      rounding = rounding + ArbBall::powerOfTwo(least - 1);
    result.lost = largest(before + rounding);
    result.isRounded = true;
    return result;
  }

  std::optional<bool> condition(unsigned index) {
    if (!conditions[index])
      conditions[index] = decide(lines.steps[index]);
    return *conditions[index];
  }

  std::optional<bool> decide(const Lines::Step &step) {
    if (step.op == Op::Truth)
      return step.number != 0;
    if (step.op == Op::Compare)
      return compare(step);
    if (step.op == Op::Select) {
      const std::optional<bool> chosen = condition(step.operands[0]);
      return chosen ? condition(step.operands[*chosen ? 1 : 2]) : std::nullopt;
    }
    if (step.op != Op::And && step.op != Op::Or && step.op != Op::Xor)
      return std::nullopt;
    const std::optional<bool> a = condition(step.operands[0]);
    const bool ending = step.op == Op::Or;
    if (step.op != Op::Xor && a == ending)
      return ending;
    const std::optional<bool> b = condition(step.operands[1]);
    if (step.op != Op::Xor && b == ending)
      return ending;
    if (!a || !b)
      return std::nullopt;
    return step.op == Op::And ? *a && *b : step.op == Op::Or ? *a || *b : *a != *b;
  }

  /// Of what comes out, which is never NaN where it is known.
  std::optional<bool> compare(const Lines::Step &step) {
    const Number &a = number(step.operands[0]), &b = number(step.operands[1]);
    if (!isDecided || isOfAnotherKind)
      return std::nullopt;
    if (step.detail == Lines::unordered)
      return false;
    if (step.detail == (Lines::lessThan | Lines::equal | Lines::greaterThan))
      return true;
    const ArbBall x = computed(a), y = computed(b);
    unsigned possible = 0;
    if (a.infinite != 0 || b.infinite != 0) {
      possible = a.infinite < b.infinite   ? Lines::lessThan
                 : a.infinite > b.infinite ? Lines::greaterThan
                                           : Lines::equal;
    } else {
      possible |= arb_ge(x.get(), y.get()) ? 0 : Lines::lessThan;
      possible |= arb_le(x.get(), y.get()) ? 0 : Lines::greaterThan;
      possible |= arb_lt(x.get(), y.get()) || arb_gt(x.get(), y.get()) ? 0 : Lines::equal;
      if (step.operands[0] == step.operands[1])
        possible = Lines::equal;
    }
    if ((possible & ~step.detail) == 0)
      return true;
    if ((possible & step.detail) == 0)
      return false;
    return std::nullopt;
  }

  const Lines &lines;
  const LinesTruth &truth;
  const LinesCell &cell;
  Arithmetic arithmetic;
  std::vector<std::optional<Number>> numbers;
  std::vector<std::optional<std::optional<bool>>> conditions;
  bool isDecided = true, isOfAnotherKind = false;
};

} // namespace

LinesCell::LinesCell(float low, float high)
    : middle(0.5 * (double(low) + double(high))),
      radius(std::max(double(high) - middle, middle - double(low)) * (1 + 0x1p-40)),
      side(middle < 0 ? -1 : 1),
      smallestExponent(std::max(std::ilogb(std::min(std::fabs(low), std::fabs(high))), -126)) {
  arb_set_d(all.get(), middle);
  mag_set_d(arb_radref(all.get()), radius);
}

CellBound boundByQuotients(const Lines &lines, const LinesTruth &truth, const LinesCell &cell) {
  const ArbPrecision precision(bits);
  return CellRun<QuotientArithmetic>(lines, truth, cell).bound();
}

CellBound boundBySeries(const Lines &lines, const LinesTruth &truth, const LinesCell &cell) {
  const ArbPrecision precision(2 * bits);
  return CellRun<TaylorArithmetic>(lines, truth, cell).bound();
}

} // namespace xphi::compiler
