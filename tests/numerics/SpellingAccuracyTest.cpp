// What people really write is as accurate as the form that a numerical analyst would choose.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each plain spelling loses digits, overflows or gives NaN if it is computed as it stands;
// compiled, its value and derivative are as close to the truth as those of the stable spelling.
#include "tests/numerics/Accuracy.h"
#include "tests/numerics/FloatSpread.h"
#include "tests/numerics/UncachedEngine.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::numerics {
namespace {

struct Spelling {
  const char *name, *plain, *stable;
};

const Spelling spellings[] = {
    {"gelu", "0.5 * x * (1 + erf(x / sqrt(2)))", "x * Phi(x)"},
    {"gelu_times", "x * 0.5 * (1 + erf(x * 0.70710678118654752440))", "x * Phi(x)"},
    {"gelu_tanh", "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
     "x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x^3))"},
    {"softplus", "log(1 + exp(x))", "softplus(x)"},
    {"silu", "x / (1 + exp(-x))", "x * sigmoid(x)"},
    {"sigmoid", "1 / (1 + exp(-x))", "sigmoid(x)"},
    {"tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)"},
    {"mish", "x * tanh(log(1 + exp(x)))", "x * tanh(softplus(x))"},
    {"expm1", "exp(x) - 1", "expm1(x)"},
    {"elu", "if x > 0 then x else exp(x) - 1", "if x > 0 then x else expm1(x)"},
    {"one_minus_sigmoid", "1 - sigmoid(x)", "sigmoid(-x)"},
    {"one_minus_erf", "1 - erf(x)", "erfc(x)"},
    {"bent", "sqrt(x^2 + 1) - 1", "x^2 / (sqrt(x^2 + 1) + 1)"},
    {"logsigmoid", "log(sigmoid(x))", "logsigmoid(x)"},
    {"squareplus", "(x + sqrt(x^2 + 4)) / 2",
     "if x < 0 then 2 / (hypot(x, 2) - x) else (x + hypot(x, 2)) / 2"},
    {"tanhshrink", "x - tanh(x)",
     "if abs(x) < 0.01 then x^3 / 3 * (1 - 2 / 5 * x^2 * (1 - 17 / 42 * x^2)) else x - tanh(x)"},
};

struct Measured {
  Accuracy value, derivative;
};

Measured measureText(const std::string &text, const Columns &points,
                     const std::vector<reference::PartialAnswer> &truth) {
  Result<Kernel> kernel = uncachedEngine().compile(text);
  EXPECT_TRUE(kernel) << kernel.error().render();
  std::vector<float> y(points[0].size()), dx(y.size());
  const std::vector<float> ones(y.size(), 1.0f);
  EXPECT_TRUE(kernel->forward(points[0], y));
  EXPECT_TRUE(kernel->backward(points[0], ones, dx));
  std::vector<reference::Entry> values, derivatives;
  for (const reference::PartialAnswer &answer : truth) {
    values.push_back(answer.value);
    derivatives.push_back(answer.first[0]);
  }
  return {measure(points, y, values, ZeroSigns::Count),
          measure(points, dx, derivatives, ZeroSigns::Count)};
}

void expectAsGood(const std::string &what, const Accuracy &plain, const Accuracy &stable) {
  EXPECT_LE(plain.againstTerms.ulp, 4) << what << " at " << plain.againstTerms.input;
  EXPECT_LE(plain.againstTerms.ulp, stable.againstTerms.ulp + 0.5)
      << what << " at " << plain.againstTerms.input;
  if (plain.faults.size() > stable.faults.size())
    for (const std::string &fault : plain.faults)
      ADD_FAILURE() << what << " " << fault;
}

struct SpellingAccuracy : testing::TestWithParam<Spelling> {};

TEST_P(SpellingAccuracy, PlainIsAsGoodAsStable) {
  const Spelling &spelling = GetParam();
  static const Columns points = {floatSpread(20'000)};
  // Terms are those of the stable form: what cancels in the plain one excuses nothing.
  dsl::ParseResult parsed = dsl::analyse({"<test>", spelling.stable});
  ASSERT_TRUE(parsed) << parsed.render();
  const reference::PartialOracle oracle(parsed.program, parsed.program->entry(), {0}, 1);
  const std::vector<reference::PartialAnswer> truth = answersAt(oracle, points, {});
  const Measured plain = measureText(spelling.plain, points, truth);
  const Measured stable = measureText(spelling.stable, points, truth);
  std::printf("%-18s value %.2f and %.2f, derivative %.2f and %.2f\n", spelling.name,
              plain.value.againstTerms.ulp, stable.value.againstTerms.ulp,
              plain.derivative.againstTerms.ulp, stable.derivative.againstTerms.ulp);
  expectAsGood("the value", plain.value, stable.value);
  expectAsGood("the derivative", plain.derivative, stable.derivative);
}

/// Numbers that are nearly those of a rule are others: the rule would be off by many ulp.
TEST(SpellingAccuracy, NearlyIsNotEqual) {
  static const Columns points = {floatSpread(3'000)};
  for (const char *text :
       {"0.5 * x * (1 + erf(x * 0.7071068))", "0.5 * x * (1 + erf(x / 1.414))",
        "x * 0.5 * (1 + tanh(x * 0.5000001))", "log(1.0000001 + x^2)", "exp(x) - 1.0000001",
        "sqrt(x^2 + 1) - 1.0000001", "1.0000001 - sigmoid(x)"}) {
    dsl::ParseResult parsed = dsl::analyse({"<test>", text});
    ASSERT_TRUE(parsed) << parsed.render();
    const reference::PartialOracle oracle(parsed.program, parsed.program->entry(), {0}, 1);
    const Measured measured = measureText(text, points, answersAt(oracle, points, {}));
    EXPECT_LE(measured.value.againstTerms.ulp, 4)
        << text << " at " << measured.value.againstTerms.input;
    EXPECT_LE(measured.derivative.againstTerms.ulp, 4)
        << text << " at " << measured.derivative.againstTerms.input;
  }
}

INSTANTIATE_TEST_SUITE_P(Language, SpellingAccuracy, testing::ValuesIn(spellings),
                         [](const auto &instance) { return std::string(instance.param.name); });

} // namespace
} // namespace xphi::numerics
