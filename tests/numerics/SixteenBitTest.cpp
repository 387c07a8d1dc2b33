// Results in f16 and bf16 are the nearest ones: every input there is, of the library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one input, value and gradient, at their defaults, all 65,536 inputs. Functions of a
// sum of two inputs, which is not always an f32, at pairs. XPHI_SIXTEEN_BIT_STRIDE=61 takes one in
// 61, where the first one is another for each function.
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "abi/ElementValues.h"
#include "check/Points.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <random>
#include <sstream>

namespace xphi::numerics {
namespace {

std::uint32_t stride() {
  const char *given = std::getenv("XPHI_SIXTEEN_BIT_STRIDE");
  return given ? std::uint32_t(std::strtoul(given, nullptr, 10)) : 1;
}

bool hasParameters(const std::string &name) {
  const auto read = lib::library().load(name);
  return !read->program->definitions[read->program->entry()].parameters.empty();
}

void expectProducts(const std::string &name, ElementType type, std::size_t count) {
  const auto read = lib::library().load(name);
  const std::shared_ptr<const dsl::Program> program = read->program;
  const dsl::DefinitionIndex entry = program->entry();
  const std::vector<float> parameters = compiler::parameterSets(*program, entry)[0];
  std::mt19937 random(20261126);
  std::normal_distribution<double> normal;
  std::vector<std::uint16_t> x(count), dy(count), dx(count);
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = std::uint16_t(nearestElement(2 * normal(random), type));
    dy[i] =
        std::uint16_t(nearestElement(std::ldexp(normal(random), int(random() % 24) - 12), type));
  }
  const Result<Kernel> kernel = uncachedEngine().compile(name, {.types = {type}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  ASSERT_TRUE(kernel->backward(ConstTensor::bits(x, type), ConstTensor::bits(dy, type),
                               Tensor::bits(dx, type)));
  reference::KernelTruth truth(program, entry, {}, {0}, reference::KernelTruth::For::Doubles);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double at = valueOf(x[i], type), factor = valueOf(dy[i], type);
    const reference::Expected slope = truth.at(std::span(&at, 1), parameters)[1];
    if (!slope.known || std::isnan(slope.truth.high))
      continue;
    const double right = slope.truth.high * factor, got = valueOf(dx[i], type);
    const double error = std::abs(got - right) / ulpOf(right, type);
    if (std::isfinite(got) && !(error <= 0.5 + 0x1p-8) && ++wrong <= 3)
      ADD_FAILURE() << name << ", " << nameOf(type) << ", slope at " << at << " times " << factor
                    << " is " << got << ", not " << right << ": " << error << " ulp";
  }
  EXPECT_EQ(wrong, 0u) << "of " << count;
}

struct SixteenBit : testing::TestWithParam<std::tuple<std::string, ElementType>> {};

TEST_P(SixteenBit, ResultsAreTheNearest) {
  const auto &[name, type] = GetParam();
  const auto first = std::uint32_t(std::hash<std::string>()(name));
  expectPromised(name, {{type}, type}, {everyElement(type, stride(), first)});
}

INSTANTIATE_TEST_SUITE_P(Library, SixteenBit,
                         testing::Combine(testing::ValuesIn(libraryFunctionsOfOneInput()),
                                          testing::Values(ElementType::F16, ElementType::BF16)),
                         [](const auto &tested) {
                           return std::get<0>(tested.param) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param)));
                         });

// Where a vector has fewer lanes tables have fewer segments.
TEST_P(SixteenBit, ResultsAreTheNearestOnAvx2) {
  const auto &[name, type] = GetParam();
  const auto first = std::uint32_t(std::hash<std::string>()(name));
  expectPromised(name, {{type}, type}, {everyElement(type, 61 * stride(), first)},
                 {.target = "x86-64-v3"});
}

// What parameters are by default has code of its own.
TEST_P(SixteenBit, ResultsAreTheNearestWithOtherParameters) {
  const auto &[name, type] = GetParam();
  const auto first = std::uint32_t(std::hash<std::string>()(name));
  if (hasParameters(name))
    expectPromised(name, {{type}, type}, {everyElement(type, 61 * stride(), first)},
                   {.parameterSet = 1});
}

/// What is left to the exact evaluation is asked of many elements at once: each by itself among
/// ones that need none of it gives what it gives in its place.
TEST_P(SixteenBit, ElementsDoNotDependOnTheirNeighbours) {
  const auto &[name, type] = GetParam();
  const Result<Kernel> kernel = uncachedEngine().compile(name, {.types = {type}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  constexpr std::size_t lanes = 32, count = 1 << 16;
  const std::size_t step = stride();
  const auto half = std::uint16_t(nearestElement(0.5, type));
  std::mt19937 random(20261126);
  std::vector<std::uint16_t> x(count), dy(count), y(count), dx(count);
  std::vector<std::uint16_t> alone(count / step * lanes, half), dyAlone(alone.size(), half);
  std::vector<std::uint16_t> yAlone(alone.size()), dxAlone(alone.size());
  std::iota(x.begin(), x.end(), std::uint16_t(0));
  const auto placeOf = [&](std::size_t i) { return i / step * lanes + i % lanes; };
  for (std::size_t i = 0; i + step <= count; i += step) {
    dy[i] = std::uint16_t(random());
    alone[placeOf(i)] = x[i];
    dyAlone[placeOf(i)] = dy[i];
  }
  const auto run = [&](auto &x, auto &dy, auto &y, auto &dx) {
    return bool(kernel->forward(ConstTensor::bits(x, type), Tensor::bits(y, type))) &&
           bool(kernel->backward(ConstTensor::bits(x, type), ConstTensor::bits(dy, type),
                                 Tensor::bits(dx, type)));
  };
  ASSERT_TRUE(run(x, dy, y, dx) && run(alone, dyAlone, yAlone, dxAlone));
  const auto isSame = [&, type = type](std::uint16_t a, std::uint16_t b) {
    return a == b || (std::isnan(valueOf(a, type)) && std::isnan(valueOf(b, type)));
  };
  std::size_t differ = 0;
  for (std::size_t i = 0; i + step <= count; i += step)
    if (!(isSame(y[i], yAlone[placeOf(i)]) && isSame(dx[i], dxAlone[placeOf(i)])) && ++differ < 4)
      ADD_FAILURE() << name << ", " << nameOf(type) << " at " << valueOf(x[i], type);
  EXPECT_EQ(differ, 0u);
}

/// A gradient is a product: dy of any size and sign, exact where f' is 0.
TEST_P(SixteenBit, GradientsAreNextToTheTruthForAnyDy) {
  const auto &[name, type] = GetParam();
  expectProducts(name, type, 3000 / stride() + 50);
}

/// Of elements an element is chosen, which needs no rounding, or a constant that is none.
// In one copy of the function parameters are what they are by default, and elements are tried.
TEST(SixteenBits, WhatIsMadeOfParametersIsAFactor) {
  for (const ElementType type : {ElementType::F16, ElementType::BF16})
    for (const char *text :
         {"tanh(x) * (alpha * beta)", "gelu(x) * (alpha + 1)", "silu(x) / (1 - alpha)",
          "x * ((alpha + 1) * beta)", "x * ((alpha + 1) * beta / (alpha + beta))",
          "mish(x) / (alpha + beta) * (x + alpha)"}) {
      const std::string definition = "def f(x; alpha = 0.3, beta = 0.7) = " + std::string(text);
      for (const std::size_t parameterSet : {0, 1}) {
        SCOPED_TRACE(definition + ", " + std::string(nameOf(type)));
        expectPromised(definition, {{type}, type}, {everyElement(type, parameterSet ? 61 : 5, 4)},
                       {.parameterSet = parameterSet});
      }
    }
}

TEST(SixteenBits, WhatIsChosenIsRightForEveryPattern) {
  const auto least = [](double a, double b) { return a < b ? a : b; };
  const auto most = [](double a, double b) { return a > b ? a : b; };
  const std::pair<const char *, std::function<double(double)>> functions[] = {
      {"relu", [&](double x) { return most(x, 0); }},
      {"-x", [](double x) { return -x; }},
      {"abs(x)", [](double x) { return std::abs(x); }},
      {"min(max(x, 0), 6)", [&](double x) { return least(most(x, 0), 6); }},
      {"if x > -2 and not (x == 1) then x else 3",
       [](double x) { return x > -2 && x != 1 ? x : 3; }},
      {"if x < -1 / 3 or x >= 2 then -x else 0",
       [](double x) { return x < -1.0 / 3 || x >= 2 ? -x : 0; }},
      {"max(x, 0.5)", [&](double x) { return most(x, 0.5); }},
      {"max(x, 0.1)", [&](double x) { return most(x, 0.1); }},
      {"min(max(-x, -3), 1 / 3)", [&](double x) { return least(most(-x, -3), 1.0 / 3); }},
      {"if x > 0.3 then x else -1", [](double x) { return x > 0.3 ? x : -1; }},
      {"if x > 0.3 then x else 0.7", [](double x) { return x > 0.3 ? x : 0.7; }}};
  std::vector<std::uint16_t> x(1 << 16), y(x.size());
  std::iota(x.begin(), x.end(), std::uint16_t(0));
  for (const ElementType type : {ElementType::F16, ElementType::BF16})
    for (const auto &[text, function] : functions) {
      const Result<Kernel> kernel =
          uncachedEngine().compile(text, {.backward = false, .types = {type}});
      ASSERT_TRUE(kernel) << kernel.error().render();
      ASSERT_TRUE(kernel->forward(ConstTensor::bits(x, type), Tensor::bits(y, type)));
      // Next to a constant that is no element LLVM takes an f16 that goes to f32 and back for what
      // it was, and that NaN stays as it is.
      const int quiet = type == ElementType::BF16 ? 1 << (fractionBits(type) - 1) : 0;
      std::size_t wrong = 0;
      for (std::size_t i = 0; i != x.size(); ++i) {
        const double number = valueOf(x[i], type);
        const bool isRight =
            std::isnan(number)
                ? std::isnan(valueOf(y[i], type)) && (y[i] & quiet) == quiet
                : valueOf(y[i], type) == valueOf(nearestElement(function(number), type), type);
        wrong += !isRight;
      }
      EXPECT_EQ(wrong, 0u) << text << ", " << nameOf(type);
    }
}

/// Every comparison, with elements of every kind and what lies beside them.
TEST(SixteenBits, ComparisonsAreRightForEveryPattern) {
  constexpr const char *comparisons[] = {"<", "<=", ">", ">=", "==", "!="};
  std::mt19937 random(20261126);
  std::vector<std::uint16_t> x(1 << 16), y(x.size());
  std::iota(x.begin(), x.end(), std::uint16_t(0));
  for (const ElementType type : {ElementType::F16, ElementType::BF16}) {
    const double largest = largestElement(type), least = valueOf(1, type);
    std::vector<double> numbers = {0, 1, least, 0.25 * least, largest, 1.5 * largest};
    for (int i = 0; i < 4; ++i) {
      const double element = valueOf(random() % nearestElement(largest, type), type);
      numbers.insert(numbers.end(), {element, element * (random() % 2 ? 1.0001 : 0.9999)});
    }
    for (double number : numbers) {
      number = random() % 2 ? number : -number;
      const unsigned which = random() % std::size(comparisons);
      std::ostringstream text;
      text.precision(17);
      const bool isOfSize = random() % 3 == 0;
      text << "if " << (isOfSize ? "abs(x) " : "x ") << comparisons[which] << " " << std::scientific
           << number << " then x else -x";
      const Result<Kernel> kernel =
          uncachedEngine().compile(text.str(), {.backward = false, .types = {type}});
      ASSERT_TRUE(kernel) << text.str() << kernel.error().render();
      ASSERT_TRUE(kernel->forward(ConstTensor::bits(x, type), Tensor::bits(y, type)));
      std::size_t wrong = 0;
      for (std::size_t i = 0; i != x.size(); ++i) {
        const double at = valueOf(x[i], type), size = isOfSize ? std::abs(at) : at;
        const bool holds[] = {size<number, size <= number, size> number, size >= number,
                              size == number, size != number};
        wrong += std::isnan(at) ? !std::isnan(valueOf(y[i], type))
                                : y[i] != (holds[which] ? x[i] : x[i] ^ 0x8000);
      }
      EXPECT_EQ(wrong, 0u) << text.str() << ", " << nameOf(type);
    }
  }
}

/// Pairs whose sum is of any kind: as data are, where derivatives have their zeros, beside the ends
/// of what f32 is used for, cancelling to the last digit, and at the ends of the type.
std::vector<compiler::Column> pairs(ElementType type, std::size_t count) {
  std::mt19937 random(20261126);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::normal_distribution<double> normal;
  const double centres[] = {-0.7518, -1.1925, -3, 3, -7.87, 7.87, -8, -12, -40, -64, 64, -88};
  const auto element = [&](double number) { return valueOf(nearestElement(number, type), type); };
  std::vector<compiler::Column> columns(2);
  for (std::size_t i = 0; i < count; ++i) {
    double x = element(normal(random)), b = element(normal(random));
    switch (i % 5) {
    case 1: // to so many digits as b can add
      b = element(centres[random() % std::size(centres)] * (1 + 0x1p-6 * unit(random)) - x);
      break;
    case 2:
      b = element(-x * (1 + (random() % 2 ? 0 : 0x1p-7 * unit(random))));
      break;
    case 3:
      x = element(std::ldexp(unit(random), int(random() % 24) - 16));
      b = element(std::ldexp(unit(random), int(random() % 24) - 16));
      break;
    case 4:
      if (i % 3 == 0) {
        x = element((random() % 2 ? 1 : -1) * largestElement(type) * (1 - 0.3 * (random() % 3)));
        b = element(x * std::abs(unit(random)));
      } else {
        x = element(std::ldexp(unit(random), type == ElementType::F16 ? -20 : -130));
      }
      break;
    default:
      break;
    }
    columns[0].push_back(x);
    columns[1].push_back(b);
  }
  return columns;
}

struct AfterASum : testing::TestWithParam<std::tuple<const char *, ElementType>> {};

TEST_P(AfterASum, ResultsAreNext) {
  const auto &[text, type] = GetParam();
  const std::size_t count = 6000 / stride() + 100;
  expectPromised(text, {{type, type}, type}, pairs(type, count));
}

INSTANTIATE_TEST_SUITE_P(
    SixteenBit, AfterASum,
    testing::Combine(testing::Values("def f(x, b) = exp(x + b)", "def f(x, b) = expm1(x - b)",
                                     "def f(x, b) = sigmoid(x + b)",
                                     "def f(x, b) = softplus(x + b)", "def f(x, b) = tanh(x + b)",
                                     "def f(x, b) = silu(x + b)", "def f(x, b) = mish(x + b)",
                                     "def f(x, b) = gelu(x + b)", "def f(x, b) = Phi(x - b)",
                                     "def f(x, b) = phi(x + b)", "def f(x, b) = relu(x + b)",
                                     "def f(x, b) = hard_swish(x + b)", "def f(x, b) = elu(x + b)",
                                     "def f(x, b) = silu(x + b) * (x - b)",
                                     "def f(x, b) = (x + b) * gelu(b)",
                                     "def f(x, b) = sigmoid(x + b) / (1 + x * x)"),
                     testing::Values(ElementType::F16, ElementType::BF16)),
    [](const auto &tested) {
      return std::to_string(tested.index) + "_" + std::string(nameOf(std::get<1>(tested.param)));
    });

} // namespace
} // namespace xphi::numerics
