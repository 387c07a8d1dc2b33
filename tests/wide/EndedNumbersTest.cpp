// Numbers beyond the range of exponents: what is so of every such number is known.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each is tried as two numbers of very different size, in an arithmetic of signs and logarithms.
// Where a result is of one kind however large they are, wide numbers must have it; else they must
// not say that they know.
#include "tests/wide/WideNumbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace xphi::wide;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// ±2^size; zero and infinity have infinite sizes. NaN has sign 0.
struct Sized {
  int sign;
  double size;
};

enum class Kind { Unknown, Zero, Tiny, Number, Huge, Infinite };

struct Outcome {
  Kind kind;
  bool negative; ///< matters of what is tiny, huge or infinite
  bool operator==(const Outcome &) const = default;
};

constexpr double beyond = 1e5;

Outcome outcomeOf(const Sized &x) {
  if (x.sign == 0)
    return {Kind::Unknown, false};
  if (x.size == -infinity)
    return {Kind::Zero, false};
  if (std::fabs(x.size) < beyond)
    return {Kind::Number, false};
  return {x.size < 0 ? Kind::Tiny : std::isinf(x.size) ? Kind::Infinite : Kind::Huge, x.sign < 0};
}

Outcome outcomeOf(const Wide &x) {
  if (x.kind == None || (x.kind != Finite && x.stands == Lost))
    return {Kind::Unknown, false};
  if (x.kind == Finite)
    return {Kind::Number, false};
  if (x.kind == Zero)
    return {x.stands == Ended ? Kind::Tiny : Kind::Zero, x.stands == Ended && x.negative};
  return {x.stands == Ended ? Kind::Huge : Kind::Infinite, bool(x.negative)};
}

Sized product(const Sized &a, const Sized &b) {
  const double size = a.size + b.size;
  return {std::isnan(size) ? 0 : a.sign * b.sign, size};
}
Sized quotient(const Sized &a, const Sized &b) { return product(a, {b.sign, -b.size}); }
Sized sum(const Sized &a, const Sized &b) {
  if (a.size == b.size && a.sign != b.sign && a.size != -infinity)
    return {0, 0};
  return a.size >= b.size ? a : b;
}
Sized difference(const Sized &a, const Sized &b) { return sum(a, {-b.sign, b.size}); }
bool isLess(const Sized &a, const Sized &b) {
  const Sized of = difference(a, b);
  return of.sign < 0 && of.size != -infinity;
}

struct Operand {
  std::string name;
  Wide wide;
  std::vector<Sized> as; ///< any of these
};

Wide exponentialOf(double x) {
  Wide argument, result;
  xphi_wide_from_f64(&argument, x);
  xphi_wide_exp(&result, &argument);
  return result;
}

std::vector<Operand> operands() {
  std::vector<Operand> all;
  const auto add = [&](const char *name, const Wide &wide, std::vector<Sized> as) {
    all.push_back({name, wide, as});
    Wide opposite;
    xphi_wide_neg(&opposite, &wide);
    for (Sized &each : as)
      each.sign = -1;
    all.push_back({std::string("-") + name, opposite, as});
  };
  const auto number = [](double x) {
    Wide result;
    xphi_wide_from_f64(&result, x);
    return result;
  };
  add("0", number(0), {{1, -infinity}});
  add("1", number(1), {{1, 0}});
  add("infinity", number(infinity), {{1, infinity}});
  add("huge", exponentialOf(0x1p400), {{1, 1e6}, {1, 1e9}});
  add("tiny", exponentialOf(-0x1p400), {{1, -1e6}, {1, -1e9}});
  return all;
}

/// What all of these have in common.
template <class Function> auto common(const Operand &a, const Operand &b, Function function) {
  std::optional<decltype(function(a.as[0], b.as[0]))> all;
  bool isSame = true;
  for (const Sized &x : a.as)
    for (const Sized &y : b.as) {
      const auto here = function(x, y);
      isSame &= !all || *all == here;
      all = here;
    }
  return isSame ? all : std::nullopt;
}

TEST(EndedNumbers, AreAddedMultipliedAndDividedAsFarAsThatIsKnown) {
  constexpr Outcome unknown{Kind::Unknown, false};
  struct {
    const char *name;
    void (*wide)(Wide *, const Wide *, const Wide *);
    Sized (*sized)(const Sized &, const Sized &);
  } const operations[] = {{"+", xphi_wide_add, sum},
                          {"-", xphi_wide_sub, difference},
                          {"*", xphi_wide_mul, product},
                          {"/", xphi_wide_div, quotient}};
  int known = 0;
  for (const Operand &a : operands())
    for (const Operand &b : operands())
      for (const auto &[name, wide, sized] : operations) {
        const Outcome right = common(a, b, [&](auto &x, auto &y) {
                                return outcomeOf(sized(x, y));
                              }).value_or(unknown);
        Wide result;
        wide(&result, &a.wide, &b.wide);
        EXPECT_EQ(outcomeOf(result), right) << a.name << " " << name << " " << b.name;
        known += right.kind != Kind::Unknown;
      }
  EXPECT_GT(known, 250);
}

TEST(EndedNumbers, AreComparedAsFarAsThatIsKnown) {
  for (const Operand &a : operands())
    for (const Operand &b : operands())
      if (const auto right = common(a, b, isLess)) {
        EXPECT_EQ(bool(xphi_wide_less(&a.wide, &b.wide)), *right) << a.name << " < " << b.name;
        EXPECT_TRUE(!*right || xphi_wide_less_equal(&a.wide, &b.wide))
            << a.name << " <= " << b.name;
      }
}

TEST(EndedNumbers, HaveASign) {
  for (const Operand &a : operands()) {
    const Sized &x = a.as[0];
    const bool isZero = x.size == -infinity;
    Wide sign, step, root;
    xphi_wide_sign(&sign, &a.wide);
    xphi_wide_step(&step, &a.wide);
    xphi_wide_sqrt(&root, &a.wide);
    EXPECT_EQ(xphi_wide_to_f64(&sign), isZero ? 0 : x.sign) << a.name;
    EXPECT_EQ(xphi_wide_to_f64(&step), isZero || x.sign > 0) << a.name;
    EXPECT_EQ(root.kind == None, !isZero && x.sign < 0) << a.name;
  }
}

} // namespace
