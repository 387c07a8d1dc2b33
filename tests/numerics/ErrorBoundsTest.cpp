// The bounds on the error of each function in f64 that kernels rest on, held against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What watched kernels compute beside their values, of exact arguments: what is left of a bound is
// what the function itself adds, 2^-44 of the result and what ErrorBounds names beside it. The code
// is the compiler's own, value and bound, run at doubles of every binade, beside ends and zeros and
// where functions bend. And what is known by the form alone, of arguments that are rounded before.
// XPHI_BOUND_LIST=1 prints the largest error of each.
#include "tests/numerics/BodyInterpreter.h"
#include "tests/numerics/DialectFunction.h"
#include "tests/numerics/FunctionRows.h"

#include "analysis/Conditioning.h"
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>

namespace xphi::numerics {
namespace {

using dsl::Primitive;
using reference::ArbBall;
using reference::ArbPrecision;
using Ball = ArbBall;
using Row = FunctionRow;

Ball value(Primitive primitive, const Ball &x) {
  return reference::smoothFunction(primitive, x, 0)[0];
}
bool isPositive(const Ball &x) { return arb_is_positive(x.get()); }

/// Floats of every binade, and many where functions are neither 0 nor 1.
std::vector<double> floats() {
  std::mt19937 random(3);
  const auto unit = [&] { return double(random()) * 0x1p-32; };
  std::vector<double> points;
  for (int exponent = -149; exponent < 128; ++exponent)
    for (const double sign : {1.0, -1.0})
      points.push_back(float(sign * std::ldexp(1 + unit(), exponent)));
  for (int i = 0; i < 120; ++i)
    for (const double reach : {0.3, 2.0, 8.0, 40.0, 800.0})
      points.push_back(float(reach * (2 * unit() - 1)));
  // Where 13/10·x + 1/5 and + 1 are next to 0, 11/10·x² − 1/5 and 1/5 − 11/10·|x|, tanh to 1.
  for (int bits = 1; bits < 24; ++bits)
    for (const double centre : {-0.2 / 1.3, -1 / 1.3, 0.4264014327112209, -0.2 / 1.1, 1.0, 14.0})
      points.push_back(float(centre * (1 + std::ldexp(1 + unit(), -bits))));
  return points;
}

/// The compiler's code of a function: its value, and the bound on its error.
class Emitted {
public:
  explicit Emitted(const std::string &text) : code(text) {
    if (!code.module)
      return;
    const compiler::Numbers &numbers = *code.f64;
    mlir::Block &block = *code.body;
    mlir::func::FuncOp function = code.function;
    compiler::Evaluation evaluation(function, numbers, block.getArguments());
    compiler::ErrorBounds bounds(evaluation);
    const compiler::Number result = evaluation.run([&](mlir::Operation &op) { bounds.add(op); });
    const mlir::Value returned = function.front().getTerminator()->getOperand(0);
    const compiler::ErrorBounds::Bound bound = bounds.boundOf(returned);
    const auto all = compiler::conditioningOf(function).known;
    if (const auto found = all.find(returned); found != all.end())
      known = found->second;
    interpreter.emplace(
        block, std::vector{result.value, bound ? bound->value : numbers.constant(0).value});
  }

  /// Not there if the text is not understood.
  std::optional<BodyInterpreter> interpreter;
  std::optional<compiler::Known> known; ///< by the form

private:
  DialectFunction code;
};

struct ErrorBounds : testing::TestWithParam<Row> {};

TEST_P(ErrorBounds, HoldOfExactArguments) {
  const Row &row = GetParam();
  Emitted emitted(row.body);
  ASSERT_TRUE(emitted.interpreter);
  ASSERT_EQ(emitted.interpreter->unknown(), "");
  const bool hasTwo = std::string_view(row.body).find("%y") != std::string_view::npos;
  std::vector<double> first = doublesOfEveryBinade(), second(first.size());
  if (hasTwo) {
    second = first;
    std::shuffle(second.begin(), second.end(), std::mt19937_64(2));
    for (std::size_t i = 0; i < first.size(); i += 3) // alike in size, too
      second[i] = first[i] * (1 + std::ldexp(double(i % 64), -int(i % 40)));
  }
  ASSERT_GE(first.size(), 20'000u);
  std::size_t bounded = 0, wrong = 0;
  double most = 0, mostRelative = 0, where = 0;
  const ArbPrecision precision(256);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::vector<double> &results = (*emitted.interpreter)({first[i], second[i]});
    const double got = results[0], bound = results[1];
    // What is beyond 2^1000 is not trusted, whatever its bound.
    if (!(bound < HUGE_VAL) || !(std::fabs(got) <= 0x1p1000))
      continue;
    const Ball exact = truth(row, first[i], second[i]);
    if (!exact.isFinite()) // outside the domain
      continue;
    ++bounded;
    const Ball error = abs(Ball(got) - exact);
    const double size = arf_get_d(arb_midref(error.get()), ARF_RND_UP);
    if (bound > 0 && size / bound > most) {
      most = size / bound;
      mostRelative = size / std::fabs(got);
      where = first[i];
    }
    if (!arb_le(error.get(), Ball(bound).get()) && wrong++ < 3)
      ADD_FAILURE() << row.name << " of " << first[i] << (hasTwo ? ", " : "")
                    << (hasTwo ? std::to_string(second[i]) : "") << " is " << got << ", right is "
                    << exact.decimal(20) << ": off by " << size << ", " << bound << " are assumed";
  }
  if (std::string_view(row.name) == "erfcx_slope") // left to wide numbers
    EXPECT_EQ(bounded, 0u);
  else
    EXPECT_GE(bounded, first.size() / (hasTwo ? 12 : 5)) << "most arguments have no bound";
  RecordProperty("bounded", int(bounded));
  if (std::getenv("XPHI_BOUND_LIST"))
    std::printf("%-16s %6zu bounded, most %.4f of its bound (2^%.1f of the result) at %.17g\n",
                row.name, bounded, most, std::log2(mostRelative), where);
}

/// Where a function is no number the code gives none, or leaves it to wide numbers.
TEST_P(ErrorBounds, AreSmallForNoNumberOutsideTheDomain) {
  const Row &row = GetParam();
  Emitted emitted(row.body);
  ASSERT_TRUE(emitted.interpreter);
  const bool hasTwo = std::string_view(row.body).find("%y") != std::string_view::npos;
  std::size_t wrong = 0;
  for (const double x : floats())
    for (const double y : hasTwo ? std::vector{0.5, -1.5, 3.0, -2.0, 0.3} : std::vector{0.0}) {
      const ArbPrecision precision(400);
      if (!row.exact(Ball(x), Ball(y)).isNaN())
        continue;
      const std::vector<double> &results = (*emitted.interpreter)({x, y});
      const double got = results[0], bound = results[1];
      if (!std::isnan(got) && bound <= 0x1p-23 * std::fabs(got) && wrong++ < 3)
        ADD_FAILURE() << row.name << " of " << x << ", " << y << " is " << got
                      << " with a bound of " << bound;
    }
}

/// What comes before the function, from %x to %u, rounded once or more.
struct Inner {
  const char *name, *body;
  Ball (*exact)(const Ball &x);
};

Ball tenths(int count) { return Ball(count) / Ball(10); }

const Inner inners[] = {
    {"scaled", "%k = xphi.constant \"13/10\"\n%u = xphi.mul %x, %k\n",
     [](const Ball &x) { return x * tenths(13); }},
    {"shifted",
     "%k = xphi.constant \"13/10\"\n%s = xphi.mul %x, %k\n%o = xphi.constant \"1/5\"\n"
     "%u = xphi.add %s, %o\n",
     [](const Ball &x) { return x * tenths(13) + tenths(2); }},
    {"shifted_by_one",
     "%k = xphi.constant \"13/10\"\n%s = xphi.mul %x, %k\n%o = xphi.constant \"1\"\n"
     "%u = xphi.add %s, %o\n",
     [](const Ball &x) { return x * tenths(13) + Ball(1); }},
    {"negative_square",
     "%k = xphi.constant \"11/10\"\n%q = xphi.mul %x, %x\n%s = xphi.mul %q, %k\n"
     "%u = xphi.neg %s\n",
     [](const Ball &x) { return x * x * tenths(-11); }},
    {"positive",
     "%k = xphi.constant \"11/10\"\n%q = xphi.mul %x, %x\n%s = xphi.mul %q, %k\n"
     "%o = xphi.constant \"1/5\"\n%u = xphi.add %s, %o\n",
     [](const Ball &x) { return x * x * tenths(11) + tenths(2); }},
    {"difference_of_positives",
     "%k = xphi.constant \"11/10\"\n%q = xphi.mul %x, %x\n%s = xphi.mul %q, %k\n"
     "%o = xphi.constant \"1/5\"\n%u = xphi.sub %s, %o\n",
     [](const Ball &x) { return x * x * tenths(11) - tenths(2); }},
    {"difference_from_a_number",
     "%k = xphi.constant \"11/10\"\n%a = xphi.abs %x\n%s = xphi.mul %a, %k\n"
     "%o = xphi.constant \"1/5\"\n%u = xphi.sub %o, %s\n",
     [](const Ball &x) { return tenths(2) - abs(x) * tenths(11); }},
    {"saturated", "%k = xphi.constant \"13/10\"\n%s = xphi.mul %x, %k\n%u = xphi.tanh %s\n",
     [](const Ball &x) { return value(Primitive::Tanh, x * tenths(13)); }},
};

/// The largest term, where the error is measured against it.
Ball largestTerm(std::string_view name, const Ball &u, const Ball &result) {
  const Ball term = name == "gelu_slope"   ? value(Primitive::NormalCdf, u)
                    : name == "mish_slope" ? tanhOfSoftplus(u)
                                           : Ball(0);
  return arb_gt(abs(term).get(), abs(result).get()) ? abs(term) : abs(result);
}

TEST_P(ErrorBounds, ByTheFormHoldOfRoundedArguments) {
  const Row &row = GetParam();
  if (std::string_view(row.body).find("%y") != std::string_view::npos)
    return;
  std::string outer = row.body;
  outer.replace(outer.find("%x"), 2, "%u");
  for (const Inner &inner : inners) {
    Emitted emitted(inner.body + outer);
    ASSERT_TRUE(emitted.interpreter);
    if (!emitted.known)
      continue;
    const compiler::Known &known = *emitted.known;
    std::size_t wrong = 0, counted = 0;
    double most = 0;
    for (const double x : floats()) {
      const double got = (*emitted.interpreter)({x, 0})[0];
      Ball exact, u;
      for (const slong bits : {192, 768, 3000}) {
        const ArbPrecision precision(bits);
        u = inner.exact(Ball(x));
        exact = row.exact(u, u);
        if (exact.isFinite() && (exact.isTight(80) || exact.isBelow(-1200)))
          break;
      }
      // What is beyond the exponents that stay is only ever the last.
      if (!exact.isFinite() || !std::isfinite(got) || !(std::fabs(got) <= 0x1p1000))
        continue;
      ++counted;
      const ArbPrecision precision(256);
      const Ball size = known.ofTerms ? largestTerm(row.name, u, exact) : abs(exact);
      const Ball allowed = size * Ball(known.relative * 0x1p-53) + Ball(known.absolute);
      const Ball error = abs(Ball(got) - exact);
      most = std::max(most, arf_get_d(arb_midref((error / allowed).get()), ARF_RND_UP));
      if (!arb_le(error.get(), allowed.get()) && wrong++ < 2)
        ADD_FAILURE() << row.name << ", " << inner.name << ", at " << x << " is " << got
                      << ", right is " << exact.decimal(20) << "; " << known.relative
                      << " * 2^-53 and " << known.absolute << " are assumed";
      EXPECT_TRUE(exact.isBelow(-1200) || known.negative || isPositive(exact));
      EXPECT_TRUE(exact.isBelow(-1200) || known.positive || !isPositive(exact));
      EXPECT_LE(std::log2(std::fabs(got)), known.most + 0.01);
      if (std::fabs(got) > 0x1p-1000 && known.absolute < std::fabs(got))
        EXPECT_GE(std::log2(std::fabs(got)), known.least - 0.01);
    }
    if (std::string_view(inner.name) != "negative_square") // no logarithm has one
      EXPECT_GE(counted, 300u) << row.name << ", " << inner.name;
    if (std::getenv("XPHI_BOUND_LIST"))
      std::printf("%-16s %-16s %4zu floats, %8.0f * 2^-53 and %8.2g, most %.4f of that\n", row.name,
                  inner.name, counted, known.relative, known.absolute, most);
  }
}

/// So many that the analysis cannot go without notice.
TEST(ErrorBoundsTable, IsKnownByTheFormWhereExponentialsEnd) {
  for (const char *name :
       {"exp", "sigmoid", "tanh", "softplus", "logistic_pdf", "sech2", "tanh_softplus",
        "mish_slope", "erf", "normal_pdf", "gelu", "gelu_slope", "normal_cdf", "erfc", "expm1"})
    for (const Inner &inner : inners)
      EXPECT_TRUE(Emitted(inner.body + ("%r = xphi." + std::string(name) + " %u")).known)
          << name << ", " << inner.name;
}

INSTANTIATE_TEST_SUITE_P(Functions, ErrorBounds, testing::ValuesIn(functionRows()),
                         [](const auto &instance) { return std::string(instance.param.name); });

/// Each function of one operand that is evaluated at all, by the names of the dialect's operations.
TEST(ErrorBoundsTable, HasEveryFunction) {
  std::set<std::string> missing = {
#define UNARY(name) #name,
#include "compiler/wide/WideFunctions.def"
  };
  for (const char *exact : {"neg", "abs", "sign", "step", "floor", "ceil", "round"})
    missing.erase(exact);
  for (const Row &row : functionRows())
    missing.erase(row.name);
  for (const std::string &name : missing)
    ADD_FAILURE() << name << " has no row";
}

} // namespace
} // namespace xphi::numerics
