// The facts of every function of one number, as its row in XphiOps.td states them, held against
// Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rows are those of the dialect itself, so a new one is tested without a line here. Each
// operation is written as text of the language and evaluated by the reference interpreter.
#include "compiler/truth/BallArithmetic.h"
#include "dsl/Frontend.h"

#include "dialect/XphiDialect.h"
#include "import/RaiseToText.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::FunctionFacts;
using compiler::FunctionOfOne;
using reference::ArbBall;
using reference::ArbPrecision;

struct Function {
  std::string name, text;
  FunctionFacts facts;
  std::shared_ptr<const dsl::Program> program;

  ArbBall at(double x) const {
    const ArbPrecision precision(400);
    reference::BallArithmetic balls;
    const ArbBall input(x);
    return dsl::evaluate(*program, program->entry(), std::span(&input, 1), {}, balls);
  }
};

std::vector<Function> functions() {
  mlir::MLIRContext context;
  context.loadDialect<compiler::XphiDialect, mlir::func::FuncDialect>();
  std::vector<Function> all;
  for (mlir::RegisteredOperationName operation : context.getRegisteredOperationsByDialect("xphi")) {
    if (!operation.hasInterface<FunctionOfOne>())
      continue;
    const std::string name = operation.stripDialect().str();
    auto module = mlir::parseSourceString<mlir::ModuleOp>(
        "func.func @f(%x: !xphi.real {xphi.input = \"x\"}) -> !xphi.real {\n  %r = xphi." + name +
            " %x\n  return %r : !xphi.real\n}",
        &context);
    auto function = *module->getOps<mlir::func::FuncOp>().begin();
    const std::string text = compiler::raiseToText(function);
    const dsl::ParseResult parsed = dsl::analyse({name, text});
    EXPECT_TRUE(parsed) << text << "\n" << parsed.render();
    if (parsed)
      all.push_back({name, text, mlir::cast<FunctionOfOne>(function.front().front()).facts(),
                     parsed.program});
  }
  return all;
}

/// Both signs of 80 binades, zeros, and where functions bend.
std::vector<double> arguments() {
  std::mt19937_64 random(4);
  std::vector<double> points = {0.0, 0.5, 1.0, 2.0};
  for (int exponent = -40; exponent < 40; ++exponent)
    for (int i = 0; i < 3; ++i)
      points.push_back(std::ldexp(1 + double(random() >> 11) * 0x1p-53, exponent));
  for (int i = 0; i < 200; ++i)
    points.push_back(double(random() >> 11) * 0x1p-53 * 8);
  for (std::size_t i = 0, count = points.size(); i < count; ++i)
    points.push_back(-points[i]);
  return points;
}

bool isNegative(const ArbBall &y) { return arb_is_negative(y.get()); }
bool isPositive(const ArbBall &y) { return arb_is_positive(y.get()); }
double size(const ArbBall &y) { return std::fabs(y.nearest()); }

TEST(FunctionFacts, EveryFunctionOfOneNumberHasThem) { EXPECT_GE(functions().size(), 45u); }

TEST(FunctionFacts, SignsAreThoseOfValues) {
  for (const Function &f : functions())
    for (double x : arguments()) {
      const ArbBall y = f.at(x);
      if (!y.isFinite())
        continue;
      const auto what = [&] { return f.text + " at " + std::to_string(x) + ": " + y.decimal(9); };
      switch (f.facts.sign) {
      case FunctionFacts::Sign::Any:
        break;
      case FunctionFacts::Sign::NotNegative:
        EXPECT_FALSE(isNegative(y)) << what();
        break;
      case FunctionFacts::Sign::Positive:
        EXPECT_FALSE(isNegative(y) || y.isExactZero()) << what();
        break;
      case FunctionFacts::Sign::OfArgument:
        EXPECT_FALSE(x > 0 ? isNegative(y) || y.isExactZero() : x < 0 && isPositive(y)) << what();
        EXPECT_TRUE(x != 0 || arb_contains_zero(y.get())) << what();
      }
    }
}

TEST(FunctionFacts, DomainsHaveNumbersAndNoMore) {
  for (const Function &f : functions()) {
    bool isMissing = false;
    for (double x : arguments()) {
      const bool none = f.at(x).isNoNumber() || (x == 0 && !f.at(x).isFinite());
      isMissing |= none;
      const bool inside = f.facts.domain == FunctionFacts::Domain::All ||
                          (f.facts.domain == FunctionFacts::Domain::NotNegative && x >= 0) ||
                          (f.facts.domain == FunctionFacts::Domain::Positive && x > 0);
      EXPECT_FALSE(inside && none) << f.text << " at " << x;
      EXPECT_TRUE(inside || none || f.facts.domain == FunctionFacts::Domain::Part)
          << f.text << " at " << x << " is a number after all";
    }
    // The tangent's poles are no doubles.
    EXPECT_TRUE(isMissing || f.facts.domain != FunctionFacts::Domain::Part || f.name == "tan")
        << f.text << " is a number everywhere";
  }
}

TEST(FunctionFacts, GrowthBoundsValuesAndSlopes) {
  using enum FunctionFacts::Growth;
  for (const Function &f : functions())
    for (double x : arguments()) {
      const ArbBall y = f.at(x);
      if (!y.isFinite())
        continue;
      const double value = size(y), argument = std::fabs(x);
      const std::string what = f.text + " at " + std::to_string(x) + ": " + y.decimal(9);
      const auto isPower = [&](double exponent) {
        if (argument > 1)
          EXPECT_NEAR(value, std::pow(argument, exponent), 1e-9 * value) << what;
      };
      const auto hasSlope = [&](double most) {
        const double step = std::fmax(argument * 0x1p-30, 0x1p-60);
        EXPECT_LE(size(f.at(x + step) - y), most * step * 1.001) << what;
      };
      switch (f.facts.growth) {
      case Wild:
        break;
      case Logarithm:
        EXPECT_LE(argument > 2 ? value : 0, 3 * std::log2(argument + 2)) << what;
        break;
      case Bounded:
        EXPECT_LE(value, 2) << what;
        hasSlope(2);
        break;
      case Linear:
        EXPECT_LE(value, argument + 1) << what;
        hasSlope(2);
        break;
      case Line:
        EXPECT_EQ(value, argument) << what;
        break;
      case SquareRoot:
        isPower(0.5);
        break;
      case InverseRoot:
        isPower(-0.5);
        break;
      case CubeRoot:
        isPower(1.0 / 3);
        break;
      case Stairs:
        EXPECT_LE(size(y - ArbBall(x)), 1) << what;
        break;
      case Sign:
      case Waves:
        EXPECT_LE(value, 1) << what;
        break;
      case Poles:
        EXPECT_EQ(f.name, "tan");
      }
    }
}

TEST(FunctionFacts, ConditionsBoundWhatAnErrorBecomes) {
  using enum FunctionFacts::Condition;
  constexpr double error = 0x1p-30;
  for (const Function &f : functions())
    for (double x : arguments()) {
      const bool isTame = f.facts.condition == Tame || f.facts.condition == LikeArgument ||
                          (f.facts.condition == TameAboveZero && x > 0);
      if (!isTame || x == 0)
        continue;
      const ArbBall y = f.at(x);
      const std::string what = f.text + " at " + std::to_string(x) + ": " + y.decimal(9);
      EXPECT_LE(size(f.at(x * (1 + error)) - y), 3.001 * error * size(y)) << what;
      if (f.facts.condition == LikeArgument) {
        EXPECT_LE(size(y), 2 * std::fabs(x)) << what;
        EXPECT_LE(size(y), 0x1p10) << what;
        if (std::fabs(x) < 0.25)
          EXPECT_GE(size(y), std::fabs(x) / 2) << what;
      }
    }
}

} // namespace
} // namespace xphi::numerics
