// What f64 loses in terms made by chance is within the bounds, told by the form and computed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler's own code of a term, value and bound, is run at floats of every size and held
// against Arb.
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"
#include "tests/numerics/BodyInterpreter.h"

#include "analysis/Conditioning.h"
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::analysis {
namespace {

using reference::ArbBall;

/// A term in f64.
class Emitted {
public:
  explicit Emitted(const Imported &term) {
    mlir::func::FuncOp function = term.function();
    mlir::OpBuilder builder(function.getContext());
    const mlir::Type type = builder.getF64Type();
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      block.addArgument(type, builder.getUnknownLoc());
    builder.setInsertionPointToEnd(&block);
    const compiler::Numbers numbers(builder, builder.getUnknownLoc(), builder.getF64Type(), 1);
    compiler::Evaluation evaluation(function, numbers, block.getArguments());
    compiler::ErrorBounds bounds(evaluation);
    const compiler::Number value = evaluation.run([&](mlir::Operation &op) { bounds.add(op); });
    const compiler::ErrorBounds::Bound bound = bounds.boundOf(term.result());
    hasBound = bool(bound);
    interpreter.emplace(block,
                        std::vector{value.value, bound ? bound->value : numbers.constant(0).value});
    const auto all = compiler::conditioningOf(function).known;
    if (const auto found = all.find(term.result()); found != all.end())
      known = found->second;
  }

  std::optional<numerics::BodyInterpreter> interpreter;
  bool hasBound = false;
  std::optional<compiler::Known> known; ///< by the form

private:
  mlir::Block block;
};

class Floats {
public:
  explicit Floats(std::uint64_t seed) : random(seed) {}

  /// Of ordinary sizes, of any size, and what programs name.
  double next() {
    static constexpr double named[] = {0, 1, -1, 3, -3, 1.0 / 3, 0.5, 2, -0.2 / 1.3, 2.1};
    const double unit = double(random() >> 11) * 0x1p-53, sign = random() % 2 ? 1 : -1;
    switch (random() % 5) {
    case 0:
      return float(named[random() % std::size(named)]);
    case 1:
      return float(sign * std::ldexp(1 + unit, int(random() % 277) - 149));
    case 2:
      return float(named[random() % std::size(named)] *
                   (1 + std::ldexp(sign * unit, -int(random() % 24))));
    default:
      return float(sign * std::ldexp(unit, int(random() % 8)));
    }
  }

private:
  std::mt19937_64 random;
};

/// To some 60 bits; not finite where it is none or needs too many.
ArbBall truth(const Imported &term, std::span<const double> point) {
  for (slong bits : {192, 1000, 4000}) {
    ArbBall value = term.at(point, bits);
    if (value.isTight(60) || value.isBelow(-1300))
      return value;
  }
  return ArbBall::unknown();
}

void expectSigns(const compiler::Known &known, double got, const ArbBall &exact,
                 const std::string &what) {
  if (exact.isBelow(-1000))
    return;
  EXPECT_TRUE(known.positive || !arb_is_positive(exact.get())) << what;
  EXPECT_TRUE(known.negative || !arb_is_negative(exact.get())) << what;
  if (known.absolute < 0x1p-10 * std::fabs(got)) {
    EXPECT_LE(std::log2(std::fabs(got)), known.most + 0.01) << what;
    EXPECT_GE(std::log2(std::fabs(got)), known.least - 0.01) << what;
  }
}

struct Count {
  std::size_t byForm = 0, computed = 0; ///< terms known by the form; points with a computed bound
};

void expectBounds(const std::string &text, std::uint64_t seed, Count &count) {
  const Imported term(text, Imported::Form::Simplified);
  Emitted emitted(term);
  if (emitted.interpreter->unknown() != "" || (!emitted.known && !emitted.hasBound))
    return;
  count.byForm += emitted.known.has_value();
  Floats floats(seed);
  for (int i = 0; i < 24; ++i) {
    const std::array point = {floats.next(), floats.next()};
    const std::vector<double> &results = (*emitted.interpreter)({point[0], point[1]});
    const double got = results[0], bound = results[1];
    const ArbBall exact = truth(term, point);
    // What is beyond 2^1000 is not trusted, whatever its bound.
    if (!exact.isFinite() || !(std::fabs(got) <= 0x1p1000))
      continue;
    const reference::ArbPrecision precision(256);
    const ArbBall error = abs(ArbBall(got) - exact), least = ArbBall(0x1p-1060);
    const std::string what = text + " at " + std::to_string(point[0]) + ", " +
                             std::to_string(point[1]) + " is " + exact.decimal(17) + ", not " +
                             std::to_string(got);
    if (emitted.known && !emitted.known->ofTerms) {
      const compiler::Known &known = *emitted.known;
      const ArbBall allowed =
          abs(exact) * ArbBall(known.relative * 0x1p-53) + ArbBall(known.absolute) + least;
      EXPECT_FALSE(arb_gt(error.get(), allowed.get()))
          << what << ": by the form " << known.relative << " * 2^-53 and " << known.absolute;
      expectSigns(known, got, exact, what);
    }
    if (emitted.hasBound && bound < HUGE_VAL) {
      ++count.computed;
      EXPECT_FALSE(arb_gt(error.get(), (ArbBall(bound) + least).get()))
          << what << ": the bound is " << bound;
    }
  }
}

TEST(Errors, AreWithinTheirBoundsInSamples) {
  Count count;
  for (const char *text :
       {"rsqrt(2) * rsqrt(2) + x", "y - log1p(2) * log1p(2)", "x + sqrt(3) * sqrt(1/3)"})
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
      expectBounds("def f(x, y) = " + std::string(text), seed, count);
}

TEST(Errors, AreWithinTheirBoundsForTermsMadeByChance) {
  Count count;
  const Seeds seeds(1200);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed)
    expectBounds("def f(x, y) = " + TermGenerator(seed).term(1 + int(seed % 4)), seed, count);
  if (seeds.areUsual) {
    EXPECT_GE(count.byForm, 300u);
    EXPECT_GE(count.computed, 5000u);
  }
}

} // namespace
} // namespace xphi::analysis
