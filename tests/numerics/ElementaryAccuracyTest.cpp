// Every elementary function of the language, compiled, keeps its promise at floats of all kinds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of lib/ use a dozen of them; here is each alone, value and first derivative.
#include "tests/numerics/Accuracy.h"
#include "tests/numerics/FloatSpread.h"
#include "tests/numerics/UncachedEngine.h"

#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <set>

namespace xphi::numerics {
namespace {

// Where these end, IEEE 754 has an infinity or a signed zero, and the oracle has no value.
const std::set<dsl::Primitive> withAnEnd = {
    dsl::Primitive::Sqrt,  dsl::Primitive::Rsqrt, dsl::Primitive::Log,   dsl::Primitive::Log2,
    dsl::Primitive::Log1p, dsl::Primitive::Acosh, dsl::Primitive::Atanh, dsl::Primitive::Asin,
    dsl::Primitive::Acos,  dsl::Primitive::Log10, dsl::Primitive::Logit, dsl::Primitive::Log1mexp};

std::vector<float> pointsFor(dsl::Primitive function) {
  std::vector<float> points = floatSpread();
  if (withAnEnd.count(function))
    std::erase_if(points, [](float x) { return x == 0 || std::abs(x) == 1; });
  return points;
}

struct ElementaryAccuracy : testing::TestWithParam<dsl::Primitive> {};

TEST_P(ElementaryAccuracy, ValueAndDerivativeAreWithinFourUlp) {
  const std::string text = std::string(dsl::info(GetParam()).spelling) + "(x)";
  Result<Kernel> kernel = uncachedEngine().compile(text);
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<float> points = pointsFor(GetParam());
  std::vector<float> values(points.size()), derivatives(points.size());
  const std::vector<float> ones(points.size(), 1.0f);
  ASSERT_TRUE(kernel->forward(points, values));
  ASSERT_TRUE(kernel->backward(points, ones, derivatives));

  dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  const reference::Oracle oracle(parsed.program, parsed.program->entry(), 1);
  const std::vector<reference::Answer> answers = answersAt(oracle, points);
  for (int order : {0, 1}) {
    const Accuracy accuracy = measure(oracle, order, points, order ? derivatives : values, answers);
    const char *what = order ? "the derivative" : "the value";
    EXPECT_LE(accuracy.againstTerms.ulp, 4.0) << what << " at " << accuracy.againstTerms.input;
    for (const std::string &fault : accuracy.faults)
      ADD_FAILURE() << what << " " << fault;
  }
}

/// docs/accuracy.md has figures of runs at every float, and where each was met. A change of what is
/// computed there is seen at once.
TEST(Figure, IsMetWhereItWasMeasured) {
  struct Figure {
    const char *text;
    int order;
    float where;
    double ulp;
    const char *target = ""; // with the forms of it alone
  };
  const Figure figures[] = {{"sigmoid(x)", 0, -1.9738469f, 2.57, "x86-64-v3"},
                            {"tanh(x)", 0, -4.5050907f, 2.50, "x86-64-v3"},
                            {"sigmoid(x)", 0, -16.6425343f, 2.45},
                            {"tanh(x)", 0, -0.394637614f, 2.16},
                            {"softplus(x)", 0, 0.020989925f, 1.85},
                            {"x * tanh(softplus(x))", 0, -13.802855f, 3.93},
                            {"x * tanh(softplus(x))", 1, -2.0633013f, 3.47}};
  constexpr int neighbours = 1024;
  for (const Figure &figure : figures) {
    std::vector<float> points{figure.where};
    for (float direction : {-HUGE_VALF, HUGE_VALF})
      for (int i = 0; i < neighbours; ++i)
        points.push_back(std::nextafter(i == 0 ? figure.where : points.back(), direction));
    CompileOptions options;
    options.order = unsigned(figure.order);
    options.target = figure.target;
    if (options.target.empty())
      options.accuracy = xphi::Accuracy::reproducible(); // by elementary functions
    options.backward = false;
    const Result<Kernel> kernel = uncachedEngine().compile(figure.text, options);
    ASSERT_TRUE(kernel) << kernel.error().render();
    std::vector<float> results(points.size());
    ASSERT_TRUE(kernel->forward(points, results));
    dsl::ParseResult parsed = dsl::analyse({"<test>", figure.text});
    const reference::Oracle oracle(parsed.program, parsed.program->entry(), 1);
    const Accuracy accuracy =
        measure(oracle, figure.order, points, results, answersAt(oracle, points));
    const double ulp = accuracy.againstTerms.ulp;
    EXPECT_TRUE(ulp <= figure.ulp && ulp > figure.ulp - 0.01) // figures are rounded up
        << figure.text << ", order " << figure.order << ": " << ulp << ", not " << figure.ulp;
  }
}

std::vector<dsl::Primitive> elementaryFunctions() {
  std::vector<dsl::Primitive> functions;
  for (const dsl::PrimitiveInfo &info : dsl::primitives())
    if (info.form == dsl::Form::Function && info.arity == 1 && info.result == dsl::Type::Number)
      functions.push_back(info.primitive);
  return functions;
}

INSTANTIATE_TEST_SUITE_P(Language, ElementaryAccuracy, testing::ValuesIn(elementaryFunctions()),
                         [](const auto &instance) {
                           // Phi and phi differ in case only, which some tools do not see.
                           std::string name(dsl::info(instance.param).spelling);
                           return std::isupper(name[0]) ? "normal_cdf" : name;
                         });

} // namespace
} // namespace xphi::numerics
