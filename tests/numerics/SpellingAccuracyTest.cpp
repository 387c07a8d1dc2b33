// What people really write is as accurate as the form that a numerical analyst would choose.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each plain spelling loses digits, overflows or gives NaN if it is computed as it stands;
// compiled, its value and derivative are as close to the truth as those of the stable spelling.
#include "tests/numerics/Accuracy.h"
#include "tests/numerics/FloatSpread.h"
#include "tests/numerics/RuleSpellings.h"
#include "tests/numerics/UncachedEngine.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::compiler {
static std::ostream &operator<<(std::ostream &out, const Rule &rule) { return out << rule.name; }
} // namespace xphi::compiler

namespace xphi::numerics {
namespace {

struct PlainAndStable {
  const char *name, *plain, *stable;
};

const PlainAndStable spellings[] = {
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
    {"gelu_factored", "x * (0.5 * erf(x / sqrt(2)) + 0.5)", "x * Phi(x)"},
    {"gelu_distributed", "0.5 * x + 0.5 * x * erf(x / sqrt(2))", "x * Phi(x)"},
    {"gelu_less", "x - x * Phi(-x)", "x * Phi(x)"},
    {"gelu_decimal", "0.5 * x * (1 + erf(x * 0.7071067811865475))", "x * Phi(x)"},
    {"gelu_tanh_let", "let h = 0.5 * x in h * tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) + h",
     "x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x^3))"},
    {"sigmoid_minus_one", "sigmoid(x) - 1", "-sigmoid(-x)"},
    {"tanh_minus_one", "tanh(x) - 1", "-2 * sigmoid(-2 * x)"},
    {"erf_minus_one", "erf(x) - 1", "-erfc(x)"},
    {"phi_minus_one", "Phi(x) - 1", "-Phi(-x)"},
    {"phi_minus_half", "Phi(x) - 0.5", "erf(x / sqrt(2)) / 2"},
    {"twice_phi_minus_one", "2 * Phi(x) - 1", "erf(x / sqrt(2))"},
    {"cos_minus_one", "cos(x) - 1", "-2 * sin(x / 2)^2"},
    {"one_minus_root", "1 - sqrt(1 - x)", "x / (1 + sqrt(1 - x))"},
    {"tanh_square_minus_one", "tanh(x)^2 - 1", "-(1 / cosh(x))^2"},
    {"tanh_less", "tanh(x) - x",
     "if abs(x) < 0.01 then -(x^3 / 3) * (1 - 2 / 5 * x^2 * (1 - 17 / 42 * x^2)) else tanh(x) - x"},
    {"log_one_minus_sigmoid", "log(1 - sigmoid(x))", "-softplus(x)"},
    {"log_one_minus_phi", "log(1 - Phi(x))", "log_Phi(-x)"},
    {"log_one_minus_exp", "log(1 - exp(-x))", "log1mexp(-x)"},
    {"log_phi", "log(Phi(x))", "log_Phi(x)"},
    {"log_exp_minus_one", "log(exp(x) - 1)", "x + log1mexp(-x)"},
    {"log_two_plus_exp", "log(2 + exp(x))", "log(2) + softplus(x - log(2))"},
    {"scaled_erfc", "exp(x^2) * erfc(x)", "erfcx(x)"},
    {"swish", "x * exp(x) / (exp(x) + 1)", "x * sigmoid(x)"},
    {"sech_square", "1 / cosh(x)^2", "4 * sigmoid(2 * x) * sigmoid(-2 * x)"},
    {"logistic_density", "exp(-x) / (1 + exp(-x))^2", "sigmoid(x) * sigmoid(-x)"},
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
                     const std::vector<reference::PartialAnswer> &truth,
                     ZeroSigns signs = ZeroSigns::Count) {
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
  return {measure(points, y, values, signs), measure(points, dx, derivatives, signs)};
}

void expectAsGood(const std::string &what, const Accuracy &plain, const Accuracy &stable) {
  EXPECT_LE(plain.againstTerms.ulp, 4) << what << " at " << plain.againstTerms.input;
  // Without AVX-512 the plain one may be composed where the other is a table.
  const double mostAnyhow = *hostTarget() == "x86-64-v3" ? 2.6 : 2.1;
  EXPECT_LE(plain.againstTerms.ulp, std::max(stable.againstTerms.ulp + 0.5, mostAnyhow))
      << what << " at " << plain.againstTerms.input;
  if (plain.faults.size() > stable.faults.size())
    for (const std::string &fault : plain.faults)
      ADD_FAILURE() << what << " " << fault;
}

struct SpellingAccuracy : testing::TestWithParam<PlainAndStable> {};

TEST_P(SpellingAccuracy, PlainIsAsGoodAsStable) {
  const PlainAndStable &spelling = GetParam();
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

std::vector<compiler::Rule> rulesOfOneVariable() {
  std::vector<compiler::Rule> rules;
  for (auto table : {compiler::stabiliseRules(), compiler::lastStabiliseRules()})
    for (const compiler::Rule &rule : table)
      // What is not the language's is checked where it comes from. The slopes are held against
      // their terms, and a sum of corners that is smooth has the derivative of corners.
      if (rule.variables == "u" && rule.from.find("sech2") == std::string_view::npos &&
          rule.from.find("tanh_softplus") == std::string_view::npos &&
          rule.from.find("logistic_pdf") == std::string_view::npos && rule.name != "gelu-slope" &&
          rule.from.find("max(") == std::string_view::npos)
        rules.push_back(rule);
  return rules;
}

// Where f64 has room and the oracle's bits suffice, and the limits. Sines have none, and those of
// quotients are no matter of spelling.
Columns pointsFor(const compiler::Rule &rule) {
  std::vector<float> points = floatSpread(4'000);
  auto has = [&](const char *part) { return rule.from.find(part) != std::string_view::npos; };
  const bool withLimits = !has("cos(") && !has("sin(") && !has(" / ");
  const float most = has("erf") || has("Phi") ? 25 : 300;
  std::erase_if(points, [&](float x) { return std::isinf(x) ? !withLimits : std::abs(x) > most; });
  return {points};
}

// Keeps the points at which the function has a value; where it has none is checked by RuleTest.
std::pair<Columns, std::vector<reference::PartialAnswer>>
withValue(const Columns &points, const std::vector<reference::PartialAnswer> &answers) {
  Columns kept(1);
  std::vector<reference::PartialAnswer> keptAnswers;
  for (size_t i = 0; i < answers.size(); ++i)
    if (std::isnan(points[0][i]) ||
        (!answers[i].value.truth.isNaN() && !answers[i].first[0].truth.isNaN())) {
      kept[0].push_back(points[0][i]);
      keptAnswers.push_back(answers[i]);
    }
  return {kept, keptAnswers};
}

struct RuleAccuracy : testing::TestWithParam<compiler::Rule> {};

TEST_P(RuleAccuracy, EverySpellingIsWithinFourUlp) {
  const Columns all = pointsFor(GetParam());
  for (const Spelling &spelling : spellingsOf(GetParam())) {
    dsl::ParseResult parsed = dsl::analyse({"<test>", spelling.text});
    ASSERT_TRUE(parsed) << spelling.text << "\n" << parsed.render();
    const reference::PartialOracle oracle(parsed.program, parsed.program->entry(), {0}, 1);
    const auto [points, truth] = withValue(all, answersAt(oracle, all, {}));
    EXPECT_GE(points[0].size(), all[0].size() / 3) << spelling.text;
    const Measured measured = measureText(spelling.text, points, truth, ZeroSigns::Ignore);
    for (const auto &[what, accuracy] :
         {std::pair("the value", &measured.value), {"the derivative", &measured.derivative}}) {
      EXPECT_LE(accuracy->againstTerms.ulp, 4)
          << what << " of " << spelling.text << " at " << accuracy->againstTerms.input;
      for (const std::string &fault : accuracy->faults)
        ADD_FAILURE() << what << " of " << spelling.text << " " << fault;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleAccuracy, testing::ValuesIn(rulesOfOneVariable()),
                         [](const auto &instance) {
                           const std::string name = compiler::fromName(instance.param);
                           return name.substr(0, name.size() - std::string_view("_from").size());
                         });

struct OfTwoInputs {
  const char *name, *text;
};

struct TwoInputs : testing::TestWithParam<OfTwoInputs> {};

TEST_P(TwoInputs, ValueAndGradientsAreWithinFourUlp) {
  static const Columns points = pairSpread(6'000);
  const std::string text = std::string("def f(a, b) = ") + GetParam().text;
  dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  ASSERT_TRUE(parsed) << parsed.render();
  const reference::PartialOracle oracle(parsed.program, parsed.program->entry(), {0, 1}, 1);
  const std::vector<reference::PartialAnswer> truth = answersAt(oracle, points, {});
  CompileOptions options;
  options.gradients = {"a", "b"};
  Result<Kernel> kernel = uncachedEngine().compile(text, options);
  ASSERT_TRUE(kernel) << kernel.error().render();
  std::vector<float> y(points[0].size()), da(y.size()), db(y.size());
  const std::vector<float> ones(y.size(), 1.0f);
  ASSERT_TRUE(kernel->forward({points[0], points[1]}, y));
  ASSERT_TRUE(kernel->gradients({points[0], points[1]}, ones, {da, db}));
  const std::vector<float> *results[] = {&y, &da, &db};
  for (int k = 0; k < 3; ++k) {
    std::vector<reference::Entry> entries;
    for (const reference::PartialAnswer &answer : truth)
      entries.push_back(k == 0 ? answer.value : answer.first[size_t(k) - 1]);
    const Accuracy accuracy = measure(points, *results[k], entries, ZeroSigns::Ignore);
    EXPECT_LE(accuracy.againstTerms.ulp, 4) << k << " at " << points[0][accuracy.againstTerms.point]
                                            << ", " << points[1][accuracy.againstTerms.point];
    for (const std::string &fault : accuracy.faults)
      ADD_FAILURE() << k << " " << fault;
  }
}

constexpr OfTwoInputs ofTwoInputs[] = {
    {"logaddexp", "logaddexp(a, b)"},
    {"log_sum_of_exponentials", "log(exp(a) + exp(b))"},
    {"softmax", "exp(a) / (exp(a) + exp(b))"},
    {"softmax_times", "a * exp(b) / (exp(a) + exp(b))"},
};

INSTANTIATE_TEST_SUITE_P(Language, TwoInputs, testing::ValuesIn(ofTwoInputs),
                         [](const auto &instance) { return std::string(instance.param.name); });

} // namespace
} // namespace xphi::numerics
