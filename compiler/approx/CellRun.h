// One run over a cell of floats: a number for each step, without roundings, and what they come to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/BallBounds.h"
#include "approx/CellNumber.h"
#include "approx/LinesCell.h"
#include "approx/StepRange.h"
#include "approx/WordRange.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

namespace xphi::compiler {

template <class Arithmetic> class CellRun {
public:
  using ArbBall = reference::ArbBall;
  using ArbPrecision = reference::ArbPrecision;
  using Primitive = dsl::Primitive;
  using Op = Lines::Op;
  using Type = Lines::Type;
  using Real = typename Arithmetic::Real;
  using Number = CellNumber<Arithmetic>;

  CellRun(const Lines &lines, const LinesTruth &truth, const LinesCell &cell, Arithmetic arithmetic)
      : lines(lines), truth(truth), cell(cell), arithmetic(std::move(arithmetic)),
        numbers(lines.steps.size()), ranges(lines.steps.size()), conditions(lines.steps.size()),
        words(lines.steps.size()) {}

  CellBound bound() {
    unsigned last = chosenAtEnd(unsigned(lines.steps.size() - 1));
    std::vector<Clamp> clamps;
    for (; const std::optional<Clamp> clamp = clampAt(last); last = chosenAtEnd(clamp->of))
      clamps.push_back(*clamp);
    const Number &result = number(last);
    if (!state.isDecided)
      return {{}, isOfAnotherKind, state.open};
    std::vector<Real> inputs, parameters;
    for (unsigned i = 0; i < (truth.hasOther() ? 2 : 1); ++i)
      inputs.push_back(arithmetic.input(i));
    for (float each : truth.parameters)
      parameters.push_back(parameter(each));
    const Real right =
        dsl::evaluateDerivative(*truth.program, truth.definition, std::span<const Real>(inputs),
                                std::span<const Real>(parameters),
                                std::span<const std::uint32_t>(truth.derivative), arithmetic);
    if (arithmetic.undecided())
      return {};
    if (!Arithmetic::isKnown(right))
      return {{}, true};
    std::optional<double> bound = boundOf(result, right);
    for (const Clamp &each : clamps)
      if (bound)
        bound = boundOfClamped(*bound, each, right);
    return {bound};
  }

  /// Between which numbers the result comes out; nothing where that is not told.
  std::optional<StepRange> rangeOfResult() {
    const Number &result = number(chosenAtEnd(unsigned(lines.steps.size() - 1)));
    return state.isDecided ? result.range() : std::nullopt;
  }

private:
  /// max(of, end) or min(of, end).
  struct Clamp {
    unsigned of;
    double end;
    bool isLeast;
  };

  Real parameter(float value) {
    if (!std::isinf(value))
      return arithmetic.number(double(value));
    const Real infinity = arithmetic.infinity();
    return value > 0 ? infinity : arithmetic.apply(Primitive::Neg, std::array{infinity});
  }

  std::optional<double> boundOf(const Number &result, const Real &right) {
    const ArbBall f = arithmetic.valuesOf(right), size = smallest(f);
    if (result.infinite != 0) {
      const ArbBall signed_ = result.infinite > 0 ? f : -f;
      return arb_ge(signed_.get(), ArbBall(0x1p128 - 0x1p103).get()) ? std::optional(0.0)
                                                                     : std::nullopt;
    }
    const ArbBall off = arithmetic.distance(result.exact, right);
    if (result.degree() != 0 || Arithmetic::degreeOf(right) != 0) {
      if (off.isExactZero() && result.lost.isExactZero() &&
          (truth.otherUlps == 0 || f.isExactZero()))
        return 0;
      // An ulp is at least 2^-24 of the result, whatever it is multiplied by. One of the other is
      // as much more of it as what it is multiplied by is more than a power of two, at most.
      const ArbBall own = (off + result.before) / (size * ArbBall::powerOfTwo(-24)),
                    other = ArbBall(truth.otherUlps) * largest(f) /
                            ArbBall::powerOfTwo(exponentOf(size));
      const double before = truth.otherUlps == 0
                                ? roundedUp(own)
                                : roundedUp(own * (ArbBall(1.0) + ArbBall::powerOfTwo(-22))) +
                                      std::min(roundedUp(other), 2 * truth.otherUlps);
      return finite(result.rounding.isExactZero() ? before : before + (before < 1 ? 0.5 : 1));
    }
    const int exponent = size.isExactZero() ? -126 : std::max(exponentOf(size), -126);
    const ArbBall unit = ArbBall::powerOfTwo(exponent - 23);
    const double before = roundedUp((off + result.before) / unit),
                 last = result.rounding.isExactZero() ? 0 : roundedUp(result.rounding / unit);
    // What crosses a power of two has a wider unit, but not before it is a unit off.
    return finite(before + (before < 1 ? std::min(last, 0.5) : last));
  }
  /// What is held on the side where the truth is comes no farther from it, but for as much as the
  /// truth seems to be beyond.
  std::optional<double> boundOfClamped(double bound, const Clamp &clamp, const Real &right) {
    if (Arithmetic::degreeOf(right) != 0)
      return std::nullopt;
    const ArbBall f = arithmetic.valuesOf(right);
    const auto [low, high] =
        endsOf(clamp.isLeast ? ArbBall(clamp.end) - f : f - ArbBall(clamp.end));
    if (!arb_is_positive(high.get()))
      return bound;
    const ArbBall size = smallest(f);
    const int exponent = size.isExactZero() ? -126 : std::max(exponentOf(size), -126);
    return finite(std::max(bound, roundedUp(high / ArbBall::powerOfTwo(exponent - 23))));
  }
  static std::optional<double> finite(double bound) {
    return std::isfinite(bound) ? std::optional(bound) : std::nullopt;
  }

  /// What is not decided is so for good, unless a condition can do without.
  struct State {
    bool isDecided = true;
    std::optional<unsigned> open;
  };
  struct Computed {
    Number number;
    State state;
  };

  const Number &number(unsigned index) {
    if (!numbers[index]) {
      const State before = state;
      state = {};
      Number result = compute(index);
      numbers[index] = {std::move(result), state};
      if (state.isDecided)
        state = before;
    } else if (!numbers[index]->state.isDecided) {
      state = numbers[index]->state;
    }
    return numbers[index]->number;
  }
  /// Null where it is not known, which is forgotten.
  const Number *numberIfKnown(unsigned index) {
    const State before = state;
    const Number &result = number(index);
    state = before;
    return numbers[index]->state.isDecided ? &result : nullptr;
  }

  Number nothing() { return {arithmetic.number(0), 0.0, {}, 0.0, 0.0}; }
  Number undecided() {
    state.isDecided = false;
    return nothing();
  }
  /// For the want of a step that goes one way.
  Number undecidedAt(unsigned step) {
    if (state.isDecided)
      state.open = step;
    return undecided();
  }

  Real apply(Primitive primitive, const Real &a, const Real &b) {
    return arithmetic.apply(primitive, std::array{a, b});
  }

  Number constant(double value) {
    if (std::isnan(value))
      return undecided();
    Number result = nothing();
    if (std::isinf(value)) {
      result.infinite = value > 0 ? 1 : -1;
    } else {
      result.exact = arithmetic.number(value);
      result.values = ArbBall(value);
    }
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    result.grid = coarsest;
    if (value != 0 && std::isfinite(value))
      result.grid = exponent - 53 + __builtin_ctzll(std::uint64_t(std::fabs(fraction) * 0x1p53));
    return result;
  }

  Number compute(unsigned index) {
    const Lines::Step &step = lines.steps[index];
    switch (step.op) {
    case Op::Input: {
      if (step.detail >= (truth.hasOther() ? 2 : 1))
        return undecided();
      Number result = nothing();
      result.exact = arithmetic.input(step.detail);
      result.values = arithmetic.valuesOf(result.exact);
      if (result.degree() == 0)
        result.grid = arithmetic.cellOf(step.detail)->smallestExponent - 23;
      return result;
    }
    case Op::Parameter:
      return step.detail < truth.parameters.size() ? constant(double(truth.parameters[step.detail]))
                                                   : undecided();
    case Op::Number:
      return constant(step.number);
    case Op::Select: {
      const std::optional<bool> chosen = condition(step.operands[0]);
      return chosen ? number(step.operands[*chosen ? 1 : 2]) : undecidedAt(step.operands[0]);
    }
    case Op::Lookup: {
      const std::optional<WordRange> place = word(step.operands[0]);
      return place && place->isOne() ? constant(double(step.table[place->low % step.table.size()]))
                                     : undecidedAt(step.operands[0]);
    }
    case Op::Bits: {
      const std::optional<WordRange> bits = word(step.operands[0]);
      return bits ? numberOf(*bits, step) : undecidedAt(step.operands[0]);
    }
    case Op::Unknown:
    case Op::Truth:
    case Op::Drawn:
      return undecided();
    default:
      break;
    }
    std::array<const Number *, 3> operands = {};
    for (std::size_t i = 0; i < step.operands.size(); ++i)
      operands[i] = &number(step.operands[i]);
    if (!state.isDecided)
      return nothing();
    const bool isSimple =
        step.op == Op::Neg || step.op == Op::Abs || step.op == Op::Widen || step.op == Op::CopySign;
    for (const Number *each : operands)
      if (each && each->infinite != 0 && !isSimple)
        return undecided();
    return calculated(index, *operands[0], operands[1] ? *operands[1] : *operands[0],
                      operands[2] ? *operands[2] : *operands[0]);
  }

  Number negative(const Number &a) {
    Number result = a;
    result.exact = arithmetic.apply(Primitive::Neg, std::array{a.exact});
    result.values = -a.values;
    result.roundings = a.roundings.times(-1.0);
    result.infinite = -a.infinite;
    return result;
  }

  Number calculated(unsigned index, const Number &a, const Number &b, const Number &c) {
    const Lines::Step &step = lines.steps[index];
    switch (step.op) {
    case Op::Neg:
      return negative(a);
    case Op::Abs:
    case Op::CopySign: {
      const std::optional<int> own = a.sign(),
                               wanted = step.op == Op::Abs ? std::optional(1) : b.sign();
      // A zero has a sign that is not told here.
      if (!own || !wanted || (step.op == Op::CopySign && !b.isAwayFromZero()))
        return undecided();
      return *own == *wanted ? a : negative(a);
    }
    case Op::Widen: {
      Number result = a;
      result.before = a.lost;
      result.rounding = 0.0;
      return result;
    }
    case Op::Narrow:
      return rounded(index, a.exact, a.roundings, a.grid);
    case Op::Add:
    case Op::Sub:
      return rounded(index,
                     apply(step.op == Op::Add ? Primitive::Add : Primitive::Sub, a.exact, b.exact),
                     Roundings::sum(1.0, a.roundings, step.op == Op::Add ? 1.0 : -1.0, b.roundings),
                     std::min(a.grid, b.grid));
    case Op::Mul:
      // By a power of two nothing is rounded, but where that underflows.
      return rounded(index, apply(Primitive::Mul, a.exact, b.exact), ofProduct(a, b),
                     gridOfProduct(a, b), a.powerOfTwo() || b.powerOfTwo());
    case Op::Fma: {
      const Real product = apply(Primitive::Mul, a.exact, b.exact);
      return rounded(index, apply(Primitive::Add, product, c.exact),
                     Roundings::sum(1.0, ofProduct(a, b), 1.0, c.roundings),
                     std::min(gridOfProduct(a, b), c.grid));
    }
    case Op::Div: {
      const ArbBall divisor = b.computed();
      if (!b.isAwayFromZero())
        return undecided();
      const Real exact = apply(Primitive::Div, a.exact, b.exact);
      const std::optional<int> power = b.powerOfTwo();
      return rounded(index, exact,
                     Roundings::sum(ArbBall(1.0) / divisor, a.roundings,
                                    -(arithmetic.valuesOf(exact) / divisor), b.roundings),
                     power && a.grid > finest ? a.grid - *power : finest);
    }
    case Op::Sqrt: {
      if (!arb_is_nonnegative(a.values.get()) ||
          (!a.roundings.isNone() && !arb_is_positive(a.computed().get())))
        return undecided();
      // √(a + δ) − √a is δ over the sum of both.
      const ArbBall twice = rootOf(a.values) + rootOf(a.computed());
      return rounded(index, arithmetic.apply(Primitive::Sqrt, std::array{a.exact}),
                     a.roundings.isNone() ? Roundings() : a.roundings.times(ArbBall(1.0) / twice),
                     finest);
    }
    case Op::Round:
    case Op::Floor:
      return toInteger(index, a);
    default:
      return undecided();
    }
  }

  Number toInteger(unsigned index, const Number &a) {
    if (a.degree() != 0)
      return undecided();
    if (a.grid >= 0)
      return a;
    const bool isFloor = lines.steps[index].op == Op::Floor;
    const auto [low, high] = endsOf(a.computed());
    double ends[2];
    for (int i = 0; i < 2; ++i) {
      ArbBall end;
      if (isFloor)
        arf_floor(arb_midref(end.get()), arb_midref((i == 0 ? low : high).get()));
      else
        arf_set_d(arb_midref(end.get()),
                  std::nearbyint(arf_get_d(arb_midref((i == 0 ? low : high).get()), ARF_RND_NEAR)));
      ends[i] = end.nearest();
    }
    return ends[0] == ends[1] && std::fabs(ends[0]) < 0x1p52 ? constant(ends[0])
                                                             : undecidedAt(index);
  }

  /// The bits of a number, in order where all are of one sign.
  std::optional<WordRange> bitsOf(unsigned index, Type type) {
    const Number &a = number(index);
    if (!state.isDecided)
      return std::nullopt;
    const WordRange any{0, type == Type::Word ? 0xffffffff : ~std::uint64_t(0), index};
    if (a.infinite == 0 && !a.isAwayFromZero()) // a zero's sign is told by `Abs` alone
      return lines.steps[index].op == Op::Abs && a.computed().isExactZero() ? WordRange{0, 0} : any;
    const auto of = [&](double value) {
      return type == Type::Word ? std::uint64_t(std::bit_cast<std::uint32_t>(float(value)))
                                : std::bit_cast<std::uint64_t>(value);
    };
    if (a.infinite != 0)
      return WordRange{of(a.infinite * HUGE_VAL), of(a.infinite * HUGE_VAL)};
    // What comes out is a float between what the ends are rounded to.
    auto [low, high] = a.roundedEnds(type == Type::Word ? Type::Float : Type::Double);
    if (!std::isfinite(low) || !std::isfinite(high))
      return any;
    // Negative numbers ascend as their bits descend.
    if (low < 0)
      std::swap(low, high);
    return WordRange{of(low), of(high), index};
  }

  Number numberOf(const WordRange &bits, const Lines::Step &step) {
    const bool isDouble = step.type == Type::Double;
    if (bits.isOne())
      return constant(isDouble ? std::bit_cast<double>(bits.low)
                               : double(std::bit_cast<float>(std::uint32_t(bits.low))));
    const int digits = isDouble ? 52 : 23;
    if (!bits.number || bits.moved % (std::int64_t(1) << digits) != 0)
      return undecidedAt(step.operands[0]);
    // Scaled from normal numbers to normal numbers.
    const auto exponentIn = [&](std::uint64_t word) {
      return std::int64_t(word >> digits & (isDouble ? 0x7ff : 0xff));
    };
    const std::int64_t by = bits.moved >> digits;
    const Number &a = number(*bits.number);
    if (by == 0)
      return bits.isTurned ? negative(a) : a;
    for (std::uint64_t end : {bits.low, bits.high})
      for (std::int64_t exponent : {exponentIn(end), exponentIn(end) - by})
        if (exponent < 1 || exponent > (isDouble ? 0x7fe : 0xfe))
          return undecidedAt(step.operands[0]);
    Number result = bits.isTurned ? negative(a) : a;
    const ArbBall scale = ArbBall::powerOfTwo(by);
    result.exact = apply(Primitive::Mul, result.exact, arithmetic.number(std::ldexp(1.0, int(by))));
    result.values = result.values * scale;
    result.roundings = result.roundings.times(scale);
    result.before = result.before * scale;
    result.lost = result.lost * scale;
    result.rounding = result.rounding * scale;
    if (result.grid > finest && result.grid < coarsest)
      result.grid += int(by);
    return result;
  }

  std::optional<WordRange> word(unsigned index) {
    if (!words[index])
      words[index] = computeWord(index);
    return *words[index];
  }

  std::optional<WordRange> computeWord(unsigned index) {
    const Lines::Step &step = lines.steps[index];
    if (step.op == Op::Number)
      return WordRange{step.bits, step.bits};
    if (step.op == Op::Bits)
      return bitsOf(step.operands[0], step.type);
    if (step.op == Op::Select) {
      const std::optional<bool> chosen = condition(step.operands[0]);
      if (!chosen)
        undecidedAt(step.operands[0]);
      return chosen ? word(step.operands[*chosen ? 1 : 2]) : std::nullopt;
    }
    if (step.op == Op::Unknown)
      return std::nullopt;
    const std::optional<WordRange> a = word(step.operands[0]), b = word(step.operands[1]);
    if (!a || !b)
      return std::nullopt;
    const std::optional<WordRange> result = combined(step, *a, *b);
    if (!result)
      undecidedAt(a->isOne() ? step.operands[1] : step.operands[0]);
    return result;
  }

  Number rounded(unsigned index, const Real &exact, Roundings before, int grid,
                 bool isByPower = false) {
    if (!Arithmetic::isKnown(exact)) {
      isOfAnotherKind = true;
      return undecided();
    }
    const Type type = lines.steps[index].type;
    const int digits = type == Type::Double ? 53 : 24, least = type == Type::Double ? -1074 : -149,
              most = type == Type::Double ? 1024 : 128;
    Number result{exact, arithmetic.valuesOf(exact), std::move(before), 0.0, 0.0};
    result.before = result.lost = result.roundings.most();
    const ArbBall size = largest(result.values) + result.before,
                  small = smallest(result.values) - result.before;
    if (size.isExactZero()) {
      result.grid = coarsest;
      return result;
    }
    if (result.degree() != 0)
      return roundedOfOther(index, std::move(result), size, small, isByPower);
    if (!isAtMost(size, ArbBall::powerOfTwo(most) - ArbBall::powerOfTwo(most - digits))) {
      if (!isAtMost(ArbBall::powerOfTwo(most), small))
        return undecided();
      result.infinite = arb_is_positive(result.values.get()) ? 1 : -1;
      return result;
    }
    const bool isPositive = arb_is_positive(small.get());
    const int normal = least + digits - 1;
    const bool isNormal = isPositive && exponentOf(small) >= normal;
    result.grid = isPositive ? std::max(exponentOf(small) - digits + 1, least) : least;
    if (grid >= least && isAtMost(size, ArbBall::powerOfTwo(std::min(grid, most) + digits))) {
      result.grid = std::max(result.grid, std::min(grid, coarsest));
      return result;
    }
    if (isByPower && isNormal)
      return result;
    if (isNormal) {
      auto [first, last] = result.roundedEnds(type);
      if (last - first <= std::ldexp(std::fabs(last), 2 - digits) && first != last) {
        result.values = arithmetic.valuesByEnds(exact);
        std::tie(first, last) = result.roundedEnds(type);
      }
      if (first == last)
        return constant(first);
    }
    // Half a unit of the largest result.
    result.rounding = ArbBall::powerOfTwo(std::max(ceilingOf(size), least + digits) - 1 - digits);
    result.roundings.add(index, result.rounding);
    result.lost = largest(result.before + result.rounding);
    return result;
  }
  /// With a power of the other input: what is rounded is a part of the number, where all of them
  /// are normal.
  Number roundedOfOther(unsigned index, Number result, const ArbBall &size, const ArbBall &small,
                        bool isByPower) {
    const bool isDouble = lines.steps[index].type == Type::Double;
    const int scale = LinesTruth::mostExponent * std::abs(result.degree());
    if (!isAtMost(ArbBall::powerOfTwo((isDouble ? -1022 : -126) + scale), small) ||
        !isAtMost(size, ArbBall::powerOfTwo((isDouble ? 1023 : 127) - scale)))
      return undecided();
    if (isByPower)
      return result;
    result.rounding = largest(size) * ArbBall::powerOfTwo(isDouble ? -53 : -24);
    result.roundings.add(index, result.rounding);
    result.lost = largest(result.before + result.rounding);
    return result;
  }

  std::optional<bool> condition(unsigned index);
  std::optional<bool> decide(const Lines::Step &step);
  /// Of what comes out, which is never NaN where it is known.
  std::optional<bool> compare(const Lines::Step &step);
  /// Between which numbers what comes out is, whatever a second input is and however choices go:
  /// all that some conditions need. Nothing where it may be infinite or NaN.
  std::optional<StepRange> range(unsigned index);
  std::optional<StepRange> rangeOfOperands(const Lines::Step &step);
  /// The step that a choice has come down to.
  unsigned chosen(unsigned index);
  unsigned chosenAtEnd(unsigned index);
  std::optional<Clamp> clampAt(unsigned index) const;
  static std::optional<bool> isOneOf(unsigned possible, const Lines::Step &step);
  std::optional<bool> compareWords(const Lines::Step &step);

  const Lines &lines;
  const LinesTruth &truth;
  const LinesCell &cell;
  Arithmetic arithmetic;
  std::vector<std::optional<Computed>> numbers;
  std::vector<std::optional<std::optional<StepRange>>> ranges;
  std::vector<std::optional<std::optional<bool>>> conditions;
  std::vector<std::optional<std::optional<WordRange>>> words;
  State state;
  bool isOfAnotherKind = false;
};

} // namespace xphi::compiler

#include "approx/CellChoices.h" // IWYU pragma: keep: the rest of its members
