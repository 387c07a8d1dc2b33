// The functions in pairs of doubles that kernels of f64 are made of, held against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The code is the compiler's own, value and bound: at doubles of every binade, beside ends and
// zeros and where functions bend, of exact arguments and of what is made of them. A bound must
// hold, and it must be small where data is.
#include "tests/numerics/BodyInterpreter.h"
#include "tests/numerics/DialectFunction.h"
#include "tests/numerics/FunctionRows.h"

#include "lowering/DoublePairEvaluation.h"
#include "lowering/Evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace xphi::numerics {
namespace {

using Ball = reference::ArbBall;
using reference::ArbPrecision;
using Row = FunctionRow;

/// Whether the function is left to wide numbers in all lanes.
bool isLeft(std::string_view name) { return name == "erfcx_slope"; }

/// Whether it is known to the end of Φ only, so that a part of all arguments is left.
bool endsWithTail(std::string_view name) {
  return name == "erfcx" || name == "log_erfc" || name == "log_normal_cdf";
}

/// The compiler's code of a function: both doubles, their error, what f64 has, and two answers.
class Emitted {
public:
  explicit Emitted(const std::string &text) : code(text) {
    if (!code.module)
      return;
    const compiler::Numbers &f64 = *code.f64;
    mlir::Block &block = *code.body;
    const auto pair = compiler::evaluateInDoublePairs(code.function, f64, block.getArguments());
    isKnown = pair.has_value();
    if (!isKnown)
      return;
    const auto asNumber = [&](compiler::Mask mask) {
      return compiler::select(mask, f64.constant(1), f64.constant(0)).value;
    };
    const compiler::Number inDouble =
        compiler::Evaluation(code.function, f64, block.getArguments()).run();
    interpreter.emplace(block,
                        std::vector{pair->value.high.value, pair->value.low.value,
                                    pair->error.value, inDouble.value, asNumber(pair->isFurther(4)),
                                    asNumber(pair->mayMisround())});
  }

  bool isKnown = false;
  std::optional<BodyInterpreter> interpreter;

private:
  DialectFunction code;
};

struct Found {
  std::size_t looked = 0, told = 0, wrong = 0;
  double most = 0; ///< error, as a part of the bound
};

/// Holds what the code says of one argument against what is true.
void hold(const std::string &what, const std::vector<double> &results, const Ball &exact,
          Found &found) {
  const double high = results[0], low = results[1], bound = results[2];
  const bool isFurther = results[4] != 0, mayMisround = results[5] != 0;
  found.looked += std::fabs(high) >= 0x1p-900 && std::fabs(high) <= 0x1p900;
  found.told += !isFurther;
  const auto fail = [&](const char *why) {
    if (found.wrong++ < 3)
      ADD_FAILURE() << what << " is " << high << " + " << low << ", right is " << exact.decimal(30)
                    << "; " << bound << " is assumed: " << why;
  };
  if (std::isfinite(bound) && std::fabs(high) <= 0x1p1000) {
    const Ball error = abs(Ball(high) + Ball(low) - exact);
    if (!arb_le(error.get(), Ball(bound).get()))
      fail("the bound");
    if (bound > 0)
      found.most = std::max(found.most, (error / Ball(bound)).nearest());
  }
  if (std::fabs(high) > 0x1p-900 && std::isfinite(high) && high + low != high)
    fail("no pair");
  const double nearest = arf_get_d(arb_midref(exact.get()), ARF_RND_NEAR);
  if (!mayMisround && nearest != high)
    fail("the nearest");
  if (!isFurther && !(std::fabs(high - nearest) <= 0x1.8p-51 * std::fabs(nearest)))
    fail("far");
}

struct DoublePairs : testing::TestWithParam<Row> {};

TEST_P(DoublePairs, AreAsNearAsTheirBounds) {
  const Row &row = GetParam();
  Emitted emitted(row.body);
  ASSERT_EQ(emitted.isKnown, !isLeft(row.name));
  if (!emitted.isKnown)
    return;
  ASSERT_EQ(emitted.interpreter->unknown(), "");
  const bool hasTwo = std::string_view(row.body).find("%y") != std::string_view::npos;
  std::vector<double> first = doublesOfEveryBinade(), second(first.size());
  if (hasTwo) {
    second = first;
    std::shuffle(second.begin(), second.end(), std::mt19937_64(2));
    for (std::size_t i = 0; i < first.size(); i += 3) // alike in size, too
      second[i] = first[i] * (1 + std::ldexp(double(i % 64), -int(i % 40)));
  }
  Found found;
  for (std::size_t i = 0; i < first.size(); i += 1 + i % 7) {
    const Ball exact = truth(row, first[i], second[i]);
    const ArbPrecision precision(256);
    const std::vector<double> &results = (*emitted.interpreter)({first[i], second[i]});
    if (exact.isNaN()) // outside the domain, if it is certain
      EXPECT_TRUE(std::isnan(results[0]) || results[4] != 0) << row.name << " of " << first[i];
    if (!exact.isFinite())
      continue;
    EXPECT_FALSE(std::isnan(results[0]) && results[4] == 0) << row.name << " of " << first[i];
    hold(std::string(row.name) + " of " + std::to_string(first[i]), results, exact, found);
    if (results[0] == 0 && results[2] == 0) {
      EXPECT_EQ(std::signbit(results[0]), std::signbit(results[3])) << first[i];
    }
  }
  for (const double x : {HUGE_VAL, -HUGE_VAL, std::nan("")}) // whose place in a table is in it
    (*emitted.interpreter)({x, 0.5});
  const double least = endsWithTail(row.name) ? 0.5 : hasTwo ? 0.7 : 0.8;
  EXPECT_GE(double(found.told), least * double(found.looked));
  if (std::getenv("XPHI_BOUND_LIST"))
    std::printf("%-16s %6zu told of %6zu, most %.4f of the bound\n", row.name, found.told,
                found.looked, found.most);
}

/// What comes before the function, from %x to %u.
struct Inner {
  const char *name, *body;
  Ball (*exact)(const Ball &x);
  double least; ///< the share that is told
};

Ball tenths(int count) { return Ball(count) / Ball(10); }

const Inner inners[] = {
    {"scaled", "%k = xphi.constant \"13/10\"\n%u = xphi.mul %x, %k\n",
     [](const Ball &x) { return x * tenths(13); }, 0.8},
    {"shifted",
     "%k = xphi.constant \"13/10\"\n%s = xphi.mul %x, %k\n%o = xphi.constant \"1/5\"\n"
     "%u = xphi.add %s, %o\n",
     [](const Ball &x) { return x * tenths(13) + tenths(2); }, 0.8},
    {"quotient",
     "%k = xphi.constant \"13/10\"\n%q = xphi.mul %x, %x\n%s = xphi.add %q, %k\n"
     "%u = xphi.div %x, %s\n",
     [](const Ball &x) { return x / (x * x + tenths(13)); }, 0.8},
    {"positive",
     "%k = xphi.constant \"11/10\"\n%q = xphi.mul %x, %x\n%o = xphi.constant \"1\"\n"
     "%t = xphi.mul %q, %k\n%u = xphi.add %t, %o\n",
     [](const Ball &x) { return x * x * tenths(11) + Ball(1); }, 0.8},
    {"exponential", "%s = xphi.neg %x\n%u = xphi.exp %s\n",
     [](const Ball &x) { return reference::smoothFunction(dsl::Primitive::Exp, -x, 0)[0]; }, 0.8},
    {"cancelling", "%t = xphi.tanh %x\n%u = xphi.sub %x, %t\n",
     [](const Ball &x) { return x - reference::smoothFunction(dsl::Primitive::Tanh, x, 0)[0]; },
     0.5},
};

TEST_P(DoublePairs, AreAsNearAsTheirBoundsOfWhatIsComputed) {
  const Row &row = GetParam();
  if (std::string_view(row.body).find("%y") != std::string_view::npos || isLeft(row.name))
    return;
  std::string outer = row.body;
  outer.replace(outer.find("%x"), 2, "%u");
  for (std::size_t at = 0; (at = outer.find("%c", at)) != std::string::npos; at += 2)
    outer.replace(at, 2, "%e");
  std::mt19937_64 random(5);
  const auto unit = [&] { return double(random() >> 11) * 0x1p-53; };
  for (const Inner &inner : inners) {
    Emitted emitted(inner.body + outer);
    ASSERT_TRUE(emitted.interpreter) << inner.name;
    Found found;
    for (int i = 0; i < 240; ++i) {
      const double x = i % 3 == 2 ? std::ldexp(2 * unit() - 1, int(random() % 40) - 20)
                                  : (i % 3 ? 4 : 40) * (2 * unit() - 1);
      const ArbPrecision precision(1200);
      const Ball u = inner.exact(Ball(x)), exact = row.exact(u, u);
      if (!exact.isFinite())
        continue;
      hold(std::string(row.name) + " of " + inner.name + " at " + std::to_string(x),
           (*emitted.interpreter)({x, 0}), exact, found);
    }
    const double least = endsWithTail(row.name) ? 0.5 : inner.least;
    EXPECT_GE(double(found.told), least * double(found.looked)) << row.name << ", " << inner.name;
  }
}

/// An exponential of a whole number is one, and no bound tells on which side of it the pair lies:
/// what is made of that jump stays in doubt.
TEST(DoublePairsOfJumps, AreInDoubtOrRight) {
  for (const std::string jump : {"floor", "ceil", "round", "sign", "step"})
    for (const std::string after :
         {"%r = xphi.add %j, %c", "%r = xphi.sub %c, %j", "%r = xphi.mul %j, %c",
          "%r = xphi.floor %j", "%r = xphi.max %j, %c", "%h = xphi.neg %j\n%r = xphi.add %h, %j",
          "%h = xphi.compare gt, %j, %c\n%r = xphi.select %h, %j, %c"}) {
      // Above whole numbers by as much as the jump needs, and below the same.
      const std::string shift = jump == "round"                    ? "5/2"
                                : jump == "sign" || jump == "step" ? "8"
                                                                   : "0";
      Emitted emitted("%e = xphi.exp2 %x\n%k = xphi.constant \"" + shift +
                      "\"\n%s = xphi.sub %e, %k\n%j = xphi." + jump +
                      " %s\n%c = xphi.constant \"3\"\n" + after);
      ASSERT_TRUE(emitted.interpreter) << jump << ", " << after;
      EXPECT_NE((*emitted.interpreter)({jump == "round" ? 2.0 : 3.0, 0})[4], 0)
          << jump << ", " << after;
      EXPECT_EQ((*emitted.interpreter)({3.3, 0})[4], 0) << jump << ", " << after;
    }
}

INSTANTIATE_TEST_SUITE_P(Functions, DoublePairs, testing::ValuesIn(functionRows()),
                         [](const auto &instance) { return std::string(instance.param.name); });

} // namespace
} // namespace xphi::numerics
