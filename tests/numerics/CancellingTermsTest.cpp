// Sums of products of fitted parts, at inputs where they cancel to every degree, against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice; one input is solved for, so that the sum is all but zero, then
// moved away. XPHI_CANCELLING_TERMS: how many programs of each type and target.
// XPHI_CANCELLING_SEED: the first one's seed, the others follow.
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "abi/ElementValues.h"
#include "check/Points.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <set>

namespace xphi::numerics {
namespace {

using compiler::Column;

constexpr std::array functions = {
    "gelu(#)",          "silu(#)",      "tanh(#)",           "erf(#)",
    "sigmoid(#)",       "softplus(#)",  "mish(#)",           "atan(#)",
    "Phi(#)",           "#^2 * Phi(#)", "tanh(#)^2",         "# * tanh(#)",
    "exp(-(#)^2)",      "expm1(#)",     "gelu_tanh(#)",      "log(1 + (#)^2)",
    "tanh(#) * erf(#)", "asinh(#)",     "(#) / (1 + (#)^2)", "phi(#)",
    "exp(#)",           "exp(-exp(#))", "exp(-(#))",         "expm1(-exp(#))"};
constexpr std::array arguments = {"x",       "x",           "(x + b)",        "(x - b)",
                                  "(b * x)", "(alpha * x)", "(alpha * x + b)"};
constexpr std::array factors = {
    "", "", "m * ", "gamma * ", "1.7159 * ", "-0.1 * m * ", "gamma * m * ", "b * "};
constexpr std::array ends = {"", "", "", " / alpha", " * m / gamma", " * x"};

/// The last input is a term alone, with this sign.
struct Drawn {
  std::string text;
  double sign;
};

Drawn drawn(std::mt19937_64 &random) {
  const auto oneOf = [&](const auto &table) { return std::string(table[random() % table.size()]); };
  std::string sum;
  for (std::size_t terms = 1 + random() % 3; terms-- > 0;) {
    const std::string argument = oneOf(arguments),
                      function = replaced(oneOf(functions), '#', argument);
    sum += (sum.empty()    ? ""
            : random() % 2 ? " + "
                           : " - ") +
           oneOf(factors) + "(" + function + ")" + oneOf(ends);
  }
  const double sign = random() % 2 ? 1 : -1;
  const std::string body = sign > 0 && random() % 2
                               ? "r + (" + sum + ")"
                               : "(" + sum + ")" + (sign > 0 ? " + r" : " - r"),
                    parameters = "; alpha = 0.75, gamma = 1.3";
  const bool isChosen = random() % 6 == 0;
  return {"def f(x, b, m, r" + parameters +
              ") = " + (isChosen ? "if x > 0.25 then " + body + " else r" : body),
          sign};
}

double element(double number, ElementType type) {
  return valueOf(nearestElement(number, type), type);
}

/// Where terms cancel by some bits, by all that the last input has, and by a few of its steps less.
std::vector<Column> pointsOf(const dsl::Program &program, double sign, ElementType type,
                             std::size_t parameterSet, std::mt19937_64 &random) {
  constexpr std::size_t count = 250;
  const std::vector<float> parameters =
      compiler::parameterSets(program, program.entry())[parameterSet];
  reference::KernelTruth truth(std::make_shared<const dsl::Program>(program), program.entry(), {},
                               {});
  std::normal_distribution<double> normal;
  std::vector<Column> columns(4);
  for (std::size_t i = 0; i < count; ++i) {
    Column point;
    for (int input = 0; input < 4; ++input)
      point.push_back(element(normal(random) * (i % 7 == 0 ? std::ldexp(1, int(random() % 24) - 18)
                                                : i % 7 == 1 ? 4
                                                             : 1),
                              type));
    if (i % 11 == 0)
      point[random() % 4] = 0;
    if (i % 4) {
      point[3] = 0;
      const reference::Expected rest = truth.at(point, parameters)[0];
      const double digits = i % 4 == 1 ? std::ldexp(1, -int(random() % 26))
                            : i % 4 == 2
                                ? std::ldexp(double(int(random() % 9)) - 4, -fractionBits(type))
                                : 0;
      if (rest.known && std::fabs(rest.truth.high) < 0.5 * largestElement(type))
        point[3] = element(-sign * rest.truth.high * (1 + (random() % 2 ? digits : -digits)), type);
    }
    for (int input = 0; input < 4; ++input)
      columns[input].push_back(point[input]);
  }
  return columns;
}

struct CancellingTerms : testing::TestWithParam<std::tuple<ElementType, const char *>> {};

TEST_P(CancellingTerms, AreRightWhateverIsLeft) {
  const auto &[type, target] = GetParam();
  const std::uint64_t first = setting("XPHI_CANCELLING_SEED", 1),
                      programs = setting("XPHI_CANCELLING_TERMS", 12);
  if (std::string_view(target) == "x86-64-v4" && *hostTarget() != target)
    GTEST_SKIP() << "this machine has no " << target;
  std::uint64_t inPairs = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    const auto [text, sign] = drawn(random);
    const dsl::ParseResult parsed = dsl::analyse({"<program>", text}, &lib::library());
    ASSERT_TRUE(parsed) << text << "\n" << parsed.render();
    const ArrayTypes types{{type, type, type, type}, type};
    const std::size_t parameterSet = random() % 2;
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + target);
    expectPromised(text, types, pointsOf(*parsed.program, sign, type, parameterSet, random),
                   {.target = target, .parameterSet = parameterSet});
    CompileOptions options{.types = {type, type, type, type, type}, .target = target};
    const Result<std::string> stage = uncachedEngine().emit(text, "stage:approx", options);
    inPairs += stage && stage->find("numbers = pairs") != std::string::npos;
  }
  std::printf("%llu of %llu programs have sums in pairs\n",
              static_cast<unsigned long long>(inPairs), static_cast<unsigned long long>(programs));
  EXPECT_GT(inPairs, 0u);
}

// Where the factor that is a sum cancels to a few bits, overflows, or is tiny, too; and where it is
// made of parameters.
TEST(ProductsOfFits, AreRightWhateverTheFactorIs) {
  constexpr std::array fitted = {"silu(#)", "gelu(#)", "sigmoid(#)",
                                 "mish(#)", "tanh(#)", "elu(#)"};
  std::uint64_t inF32 = 0;
  for (const char *target : {"x86-64-v4", "x86-64-v3"}) {
    if (std::string_view(target) == "x86-64-v4" && *hostTarget() != target)
      continue;
    std::uint64_t seed = setting("XPHI_CANCELLING_SEED", 1);
    for (const std::string function : fitted)
      for (const std::string argument : {"x", "x + b"}) {
        std::mt19937_64 random(seed++);
        std::normal_distribution<float> normal;
        const auto size = [&] { return std::ldexp(normal(random), int(random() % 60) - 40); };
        std::vector<Column> columns(4);
        for (int i = 0; i < 120; ++i) {
          const float v = i % 5    ? normal(random)
                          : i % 25 ? size()
                                   : 1e38f * normal(random),
                      c = i % 3 == 0   ? -v * (1 + std::ldexp(normal(random), -int(random() % 24)))
                          : i % 3 == 1 ? size()
                                       : normal(random);
          for (const auto [column, value] :
               {std::pair(0, 2 * normal(random)), std::pair(1, normal(random)), std::pair(2, v),
                std::pair(3, c)})
            columns[std::size_t(column)].push_back(value);
        }
        constexpr std::array factors = {" * (v + c)", " * (v - c)", " * (alpha + 1)",
                                        " / (1 - alpha)", " * (v + c) / (1 - alpha)"};
        const std::string text =
            "def f(x, b, v, c; alpha = 0.1) = " + replaced(function, '#', argument) +
            factors[seed % factors.size()];
        constexpr ElementType type = ElementType::F32;
        SCOPED_TRACE(text + ", " + target);
        expectPromised(text, {{type, type, type, type}, type}, columns,
                       {.target = target, .parameterSet = random() % 2});
        const CompileOptions options{.target = target};
        const Result<std::string> stage = uncachedEngine().emit(text, "stage:approx", options);
        inF32 += stage && stage->find("numbers = guarded") != std::string::npos;
      }
  }
  EXPECT_GT(inF32, 0u);
}

// A sum of which no term has such a table is several times as slow, and no other test sees it.
TEST(SumsOfTerms, HaveTablesOfPairs) {
  constexpr std::array fitted = {"gelu(#)",       "silu(#)",  "mish(#)",      "softplus(#)",
                                 "tanh(#)",       "erf(#)",   "elu(#)",       "selu(#)",
                                 "sigmoid(#)",    "atan(#)",  "gelu_tanh(#)", "Phi(#)",
                                 "(#) * tanh(#)", "asinh(#)", "expm1(#)"};
  constexpr std::array sums = {"@ + r", "m * @ - r", "dropout(@; p = 0.25) + r"};
  // Sixteen coefficients in a look-up are not enough of these.
  const std::set<std::string> notInAvx2 = {"atan(x + b)", "asinh(x + b)", "gelu_tanh(x + b)"};
  std::size_t next = 0;
  for (const char *target : {"x86-64-v4", "x86-64-v3"})
    for (const ElementType type : {ElementType::BF16, ElementType::F16, ElementType::F32})
      for (const std::string function : fitted)
        for (const std::string argument : {"x", "x + b", "b * x"}) {
          const std::string term = replaced(function, '#', argument);
          const bool isAvx2 = std::string_view(target) == "x86-64-v3";
          if ((isAvx2 && (type == ElementType::F32 || notInAvx2.contains(term))) ||
              (argument != "x + b" && type != ElementType::BF16))
            continue;
          const std::string text =
              "def f(x, b, m, r) = " + replaced(sums[next++ % sums.size()], '@', term);
          const CompileOptions options{.types = {type, type, type, type, type}, .target = target};
          const Result<std::string> stage = uncachedEngine().emit(text, "stage:approx", options);
          ASSERT_TRUE(stage) << text << "\n" << stage.error().render();
          EXPECT_NE(stage->find("numbers = pairs"), std::string::npos)
              << text << ", " << nameOf(type) << ", " << target << "\n"
              << *stage;
        }
}

INSTANTIATE_TEST_SUITE_P(Sums, CancellingTerms,
                         testing::Combine(testing::Values(ElementType::F32, ElementType::BF16,
                                                          ElementType::F16),
                                          testing::Values("x86-64-v4", "x86-64-v3")),
                         [](const auto &tested) {
                           return std::string(nameOf(std::get<0>(tested.param))) + "_" +
                                  std::string(std::get<1>(tested.param)).substr(7);
                         });

} // namespace
} // namespace xphi::numerics
