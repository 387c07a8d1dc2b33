// Every primitive on jets: sums, Leibniz's rule, the chain rule, choices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/JetArithmetic.h"

#include <algorithm>

namespace xphi::reference {

using dsl::Primitive;

double Magnitude::toDouble() const {
  if (mag_is_zero(bound))
    return 0;
  if (mag_cmp_2exp_si(bound, 1000) > 0)
    return 0x1p1000;
  if (mag_cmp_2exp_si(bound, -1000) < 0)
    return 0x1p-1000;
  return mag_get_d(bound);
}

Magnitude operator*(const Magnitude &a, const Magnitude &b) {
  Magnitude result;
  mag_mul(result.bound, a.bound, b.bound);
  return result;
}

Magnitude larger(const Magnitude &a, const Magnitude &b) {
  return mag_cmp(a.bound, b.bound) >= 0 ? a : b;
}

ArbJet ArbJet::constant(ArbBall value) {
  ArbJet jet;
  jet.value = std::move(value);
  return jet;
}

ArbJet ArbJet::variable(ArbBall value, std::size_t position, std::size_t count) {
  ArbJet jet = constant(std::move(value));
  jet.first.resize(count);
  jet.first[position] = {1.0, ArbBall(1.0)};
  return jet;
}

const ArbBall &ArbJet::derivative(int k) const {
  static const ArbBall zero;
  if (k == 0)
    return value;
  const std::vector<Partial> &partials = k == 1 ? first : second;
  return partials.empty() ? zero : partials[0].value;
}

const Magnitude &ArbJet::largestTerm(int k) const {
  static const Magnitude zero;
  const std::vector<Partial> &partials = k == 1 ? first : second;
  return k == 0 || partials.empty() ? zero : partials[0].largestTerm;
}

namespace {

bool isZero(const Partial &partial) { return partial.value.isExactZero(); }

void accumulate(Partial &sum, ArbBall term, const Magnitude &magnitude) {
  sum.value = sum.value.isExactZero() ? std::move(term) : sum.value + term;
  sum.largestTerm = larger(sum.largestTerm, magnitude);
}

/// Adds factor times each of `partials`; a factor that is infinite where nothing varies adds
/// nothing, as in the square root of a constant zero.
void accumulate(std::vector<Partial> &sums, const ArbBall &factor,
                const std::vector<Partial> &partials) {
  if (partials.empty())
    return;
  sums.resize(partials.size());
  const Magnitude magnitude(factor);
  for (std::size_t i = 0; i < partials.size(); ++i)
    if (!isZero(partials[i]))
      accumulate(sums[i], factor * partials[i].value, magnitude * partials[i].largestTerm);
}

/// Adds factor (a_i b_j + a_j b_i) / 2 to each pair.
void accumulateProducts(std::vector<Partial> &sums, const ArbBall &factor,
                        const std::vector<Partial> &a, const std::vector<Partial> &b) {
  if (a.empty() || b.empty())
    return;
  const std::size_t count = a.size();
  sums.resize(count * (count + 1) / 2);
  const ArbBall half = factor / 2.0;
  auto add = [&](Partial &sum, const ArbBall &by, const Partial &u, const Partial &v) {
    if (!isZero(u) && !isZero(v))
      accumulate(sum, by * u.value * v.value, Magnitude(by) * u.largestTerm * v.largestTerm);
  };
  std::size_t pair = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i; j < count; ++j, ++pair)
      if (i == j) {
        add(sums[pair], factor, a[i], b[i]);
      } else {
        add(sums[pair], half, a[i], b[j]);
        add(sums[pair], half, a[j], b[i]);
      }
}

} // namespace

ArbJet JetArithmetic::negate(const ArbJet &a) const {
  ArbJet result = a;
  result.value = -a.value;
  for (std::vector<Partial> *partials : {&result.first, &result.second})
    for (Partial &partial : *partials)
      partial.value = -partial.value;
  return result;
}

ArbJet JetArithmetic::add(const ArbJet &a, const ArbJet &b) const {
  ArbJet result = a;
  result.value = a.value + b.value;
  auto addAll = [](std::vector<Partial> &sums, const std::vector<Partial> &partials) {
    if (sums.empty())
      sums = partials;
    else
      for (std::size_t i = 0; i < partials.size(); ++i)
        accumulate(sums[i], partials[i].value, partials[i].largestTerm);
  };
  addAll(result.first, b.first);
  addAll(result.second, b.second);
  return result;
}

ArbJet JetArithmetic::multiply(const ArbJet &a, const ArbJet &b) const {
  ArbJet result = ArbJet::constant(a.value * b.value);
  accumulate(result.first, b.value, a.first);
  accumulate(result.first, a.value, b.first);
  if (order >= 2) {
    accumulate(result.second, b.value, a.second);
    accumulateProducts(result.second, 2.0, a.first, b.first);
    accumulate(result.second, a.value, b.second);
  }
  return result;
}

ArbJet JetArithmetic::compose(const Derivatives &outer, const ArbJet &inner) const {
  ArbJet result = ArbJet::constant(outer[0]);
  accumulate(result.first, outer[1], inner.first);
  if (order >= 2) {
    accumulateProducts(result.second, outer[2], inner.first, inner.first);
    accumulate(result.second, outer[1], inner.second);
  }
  return result;
}

ArbJet JetArithmetic::smooth(Primitive primitive, const ArbJet &a) const {
  return compose(smoothFunction(primitive, a.value, a.isConstant() ? 0 : order), a);
}

ArbJet JetArithmetic::divide(const ArbJet &a, const ArbJet &b) const {
  ArbBall quotient = a.value / b.value;
  if (a.isConstant() && b.isConstant())
    return ArbJet::constant(quotient);
  ArbJet result = multiply(a, compose(power(b.value, -1.0, b.isConstant() ? 0 : order), b));
  result.value = quotient; // an exact quotient stays exact
  return result;
}

/// With f = a^b: f_a = b a^(b-1), f_b = f log(a), f_aa = b (b-1) a^(b-2),
/// f_ab = a^(b-1) (1 + b log(a)), f_bb = f log(a)^2.
ArbJet JetArithmetic::raise(const ArbJet &a, const ArbJet &b) const {
  Derivatives inBase = power(a.value, b.value, a.isConstant() ? 0 : order);
  ArbJet result = compose(inBase, a);
  if (b.isConstant())
    return result;
  if (a.value.isExactZero() && arb_is_nonnegative(b.value.get()))
    return result; // 0^y is flat in y
  const ArbBall &f = inBase[0], log = smoothFunction(Primitive::Log, a.value, 0)[0];
  const ArbJet viaExponent = compose({f, f * log, f * log * log}, b);
  accumulate(result.first, 1.0, viaExponent.first);
  if (order >= 2) {
    accumulate(result.second, 1.0, viaExponent.second);
    const ArbBall lower = power(a.value, b.value - 1.0, 0)[0];
    accumulateProducts(result.second, lower * 2.0, a.first, b.first);
    accumulateProducts(result.second, lower * b.value * log * 2.0, a.first, b.first);
  }
  return result;
}

ArbJet JetArithmetic::hypotenuse(const ArbJet &a, const ArbJet &b) {
  ArbJet result = smooth(Primitive::Sqrt, add(multiply(a, a), multiply(b, b)));
  const std::array legs = {a.value, b.value};
  result.value = balls.apply(Primitive::Hypot, legs);
  return result;
}

// NOLINTBEGIN(bugprone-return-const-ref-from-parameter): one of the operands, like std::min
const ArbJet &JetArithmetic::smaller(const ArbJet &a, const ArbJet &b) {
  return balls.order(a.value, b.value) < 0 ? a : b;
}

const ArbJet &JetArithmetic::larger(const ArbJet &a, const ArbJet &b) {
  return balls.order(a.value, b.value) > 0 ? a : b;
}
// NOLINTEND(bugprone-return-const-ref-from-parameter)

ArbJet JetArithmetic::extreme(const ArbJet &a, const ArbJet &b, int sign) {
  const int order = sign * balls.order(a.value, b.value);
  if (order != 0)
    return order > 0 ? a : b;
  ArbJet half = multiply(ArbJet::constant(0.5), add(a, b));
  half.value = b.value;
  return half;
}

static ArbJet noNumber(std::span<const ArbJet> operands) {
  ArbJet result = ArbJet::constant(ArbBall::noNumber());
  const Partial none{ArbBall::noNumber(), Magnitude()};
  for (const ArbJet &operand : operands) {
    result.first.resize(std::max(result.first.size(), operand.first.size()), none);
    result.second.resize(std::max(result.second.size(), operand.second.size()), none);
  }
  return result;
}

ArbJet JetArithmetic::apply(Primitive primitive, std::span<const ArbJet> operands) {
  const auto isNoNumber = [](const ArbJet &each) { return each.value.isNoNumber(); };
  ArbJet result;
  if (std::ranges::none_of(operands, isNoNumber)) {
    result = applyToNumbers(primitive, operands);
  } else if (goesByOrder(primitive)) {
    return noNumber(operands);
  } else {
    std::vector<ArbJet> forArb(operands.begin(), operands.end());
    for (ArbJet &operand : forArb)
      if (isNoNumber(operand))
        operand.value = ArbBall::unknown();
    result = applyToNumbers(primitive, forArb);
  }
  if (result.value.isNaN()) {
    std::vector<ArbBall> values;
    for (const ArbJet &operand : operands)
      values.push_back(operand.value);
    result.value = BallArithmetic::noNumberFor(primitive, values);
  }
  return result;
}

ArbJet JetArithmetic::applyToNumbers(Primitive primitive, std::span<const ArbJet> operands) {
  const ArbJet &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return negate(x);
  case Primitive::Add:
    return add(x, operands[1]);
  case Primitive::Sub:
    return add(x, negate(operands[1]));
  case Primitive::Mul:
    return multiply(x, operands[1]);
  case Primitive::Div:
    return divide(x, operands[1]);
  case Primitive::Pow:
    return raise(x, operands[1]);
  case Primitive::Hypot:
    return hypotenuse(x, operands[1]);
  case Primitive::Min:
    return extreme(x, operands[1], -1);
  case Primitive::Max:
    return extreme(x, operands[1], 1);
  case Primitive::Clamp:
    return smaller(larger(x, operands[1]), operands[2]);
  case Primitive::Abs: {
    const int sign = balls.order(x.value, 0.0);
    return sign > 0 ? x : sign < 0 ? negate(x) : ArbJet::constant(0.0);
  }
  case Primitive::Frac: {
    ArbJet result = x;
    result.value = balls.apply(primitive, std::span(&x.value, 1));
    return result;
  }
  case Primitive::LogAddExp: {
    const std::array values = {x.value, operands[1].value};
    const bool leads = arf_cmp(arb_midref(values[0].get()), arb_midref(values[1].get())) >= 0;
    const ArbJet &high = leads ? x : operands[1], &low = leads ? operands[1] : x;
    ArbJet result = add(high, smooth(Primitive::Softplus, add(low, negate(high))));
    result.value = balls.apply(primitive, values);
    return result;
  }
  case Primitive::Sign:
  case Primitive::Trunc:
  case Primitive::Step:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
    return ArbJet::constant(balls.apply(primitive, std::span(&x.value, 1)));
  default:
    return smooth(primitive, x);
  }
}

} // namespace xphi::reference
