// Fits in doubles against the truth: their bounds hold, and what is not smooth has none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/DoubleFit.h"
#include "approx/TaylorModel.h"
#include "tests/numerics/ParsedProgram.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::DoubleFit;
using reference::ArbBall;

/// What the compiler's code does; nothing where it is left to the exact evaluation.
std::optional<double> fitted(const DoubleFit &fit, double x) {
  if (std::fabs(x) > DoubleFit::furthest)
    return std::nullopt;
  for (const DoubleFit::Gap &gap : fit.gaps)
    if (gap.from < x && x < gap.to && x != 0)
      return std::nullopt;
  if (x == 0 && fit.atZero)
    return fit.atZero;
  if (x < fit.below.end || x >= fit.above.end) {
    const DoubleFit::Side &side = x < fit.below.end ? fit.below : fit.above;
    if (side.beyond == DoubleFit::Beyond::Constant)
      return side.limit;
    if (side.beyond == DoubleFit::Beyond::Line)
      return side.limit * x;
    if (std::fabs(x) >= std::fabs(side.zeroFrom))
      return side.limit;
    return std::nullopt;
  }
  const double *row =
      &fit.rows[std::size_t(int(std::floor(x / fit.step)) - fit.first) * fit.columns()];
  const double d = x - row[0];
  double sum = row[1 + fit.degree];
  for (unsigned i = fit.degree; i-- > 0;)
    sum = std::fma(sum, d, row[1 + i]);
  return sum;
}

std::vector<double> pointsFor(const DoubleFit &fit, std::mt19937_64 &random) {
  std::vector<double> points = {0.0, -0.0, 1e-310, -1e-310, 1e-160, -1e-160, DBL_MAX, -DBL_MAX};
  std::uniform_real_distribution<double> inside(fit.below.end, fit.above.end);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 400; ++i) {
    points.push_back(inside(random));
    points.push_back(normal(random));
    points.push_back(std::bit_cast<double>(random()));
    points.push_back(std::ldexp(normal(random), -int(random() % 60)));
  }
  for (const DoubleFit::Gap &gap : fit.gaps)
    for (double end : {gap.from, gap.to})
      for (int i = 0; i < 100; ++i)
        points.push_back(end * (1 + std::ldexp(normal(random), -int(random() % 50))));
  // The ends of cells.
  for (unsigned k = 0; k <= fit.cells(); ++k) {
    const double end = (fit.first + int(k)) * fit.step;
    for (double x : {end, std::nextafter(end, HUGE_VAL), std::nextafter(end, -HUGE_VAL)})
      points.push_back(x);
  }
  std::erase_if(points, [](double x) { return !std::isfinite(x); });
  return points;
}

const char *smooth[] = {"gelu(x)",
                        "diff(gelu(x), x)",
                        "diff(diff(gelu(x), x), x)",
                        "gelu_tanh(x)",
                        "silu(x)",
                        "diff(silu(x), x)",
                        "mish(x)",
                        "diff(mish(x), x)",
                        "tanh(x)",
                        "diff(tanh(x), x)",
                        "sigmoid(x)",
                        "softplus(x)",
                        "logsigmoid(x)",
                        "elu(x)",
                        "selu(x)",
                        "diff(selu(x), x)",
                        "if x <= 0 then exp(x) else 1/2",
                        "erf(x)",
                        "Phi(x)",
                        "phi(x)",
                        "serf(x)",
                        "atan(x)",
                        "asinh(x)",
                        "x*exp(-x^2)",
                        "sin(x)*sigmoid(x)",
                        "x/(1+abs(x))*exp(-abs(x))",
                        "tanh(x)-x/2",
                        "exp(-x^2/2)-1/2",
                        "cosh(x)",
                        "exp(x)"};

TEST(DoubleFit, KeepsItsBound) {
  std::mt19937_64 random(7);
  for (const char *text : smooth) {
    const auto program = parsed(std::string("def f(x) = ") + text);
    const std::optional<DoubleFit> fit = compiler::findDoubleFit(program, program->entry(), 3.875);
    ASSERT_TRUE(fit) << text;
    const compiler::SmoothFunction f(program, program->entry());
    double worst = 0, at = 0;
    for (double x : pointsFor(*fit, random)) {
      const std::optional<double> y = fitted(*fit, x);
      const std::optional<ArbBall> truth = y ? f.value(x) : std::nullopt;
      if (!truth)
        continue;
      const reference::ArbPrecision precision(200);
      const double exact = truth->nearest();
      if (std::isinf(exact)) {
        EXPECT_EQ(*y, exact) << text << " at " << x;
        continue;
      }
      if (std::fabs(exact) < DBL_MIN) {
        EXPECT_LE(std::fabs(*y - exact), 0x1p-1074) << text << " at " << x;
        continue;
      }
      const double error = std::fabs(((ArbBall(*y) - *truth) / *truth).nearest()) * 0x1p53;
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    EXPECT_LE(worst, fit->error) << text << " at " << at;
  }
}

TEST(DoubleFit, IsOfSmoothFunctionsOnly) {
  for (const char *text : {"floor(x)", "if x > 1 then x else sigmoid(x)", "step(x)*exp(x)", "1/x",
                           "abs(x-1/2)*exp(x)", "sqrt(x)", "log(x)"}) {
    const auto program = parsed(std::string("def f(x) = ") + text);
    EXPECT_FALSE(compiler::findDoubleFit(program, program->entry(), 3.875)) << text;
  }
}

} // namespace
} // namespace xphi::numerics
