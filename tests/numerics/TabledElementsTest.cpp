// Functions of one input of 8 bits, which kernels look up: every element of random programs against
// Arb, and of fractions against whole numbers. There are 40 programs unless XPHI_TABLED_PROGRAMS
// says otherwise.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Dice.h"
#include "ParsedProgram.h"
#include "UncachedEngine.h"
#include "WrittenProgram.h"
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "compiler/truth/Oracle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr std::size_t elements = 256;
constexpr ElementType inputTypes[] = {ElementType::INT8, ElementType::UINT8, ElementType::FP8_E4M3,
                                      ElementType::FP8_E5M2};
constexpr ElementType outputTypes[] = {
    ElementType::INT8, ElementType::UINT8, ElementType::FP8_E4M3, ElementType::FP8_E5M2,
    ElementType::F16,  ElementType::BF16,  ElementType::F32};

using Numbers = std::vector<double>;

Numbers valuesOf(const std::vector<std::uint8_t> &bytes, ElementType type) {
  Numbers values;
  for (std::size_t at = 0; at < bytes.size(); at += sizeOf(type)) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes.data() + at, sizeOf(type));
    values.push_back(valueOf(bits, type));
  }
  return values;
}

std::vector<std::uint8_t> everyElement() {
  std::vector<std::uint8_t> all(elements);
  for (std::size_t i = 0; i < elements; ++i)
    all[i] = std::uint8_t(i);
  return all;
}

class Looked {
public:
  Looked(const std::string &text, ElementType input, ElementType output)
      : input(input), output(output),
        kernel(uncachedEngine().compile(text, {.types = {input, output}})) {
    if (!kernel)
      ADD_FAILURE() << text << ": " << kernel.error().render();
  }

  bool wasMade() const { return bool(kernel); }

  Numbers values(const std::vector<std::uint8_t> &x) const {
    std::vector<std::uint8_t> y(x.size() * sizeOf(output));
    const std::int64_t n = std::ssize(x);
    EXPECT_TRUE(kernel->forward(ConstTensor::bits(x.data(), input, {n}),
                                Tensor::bits(y.data(), output, {n})));
    return valuesOf(y, output);
  }

  /// With this dy, of the output's type.
  Numbers gradients(const std::vector<std::uint8_t> &x, double incoming) const {
    return gradientsOfBits(x, nearestElement(incoming, gradientType(output)));
  }
  Numbers gradientsOfBits(const std::vector<std::uint8_t> &x, std::uint64_t bits) const {
    const ElementType of = gradientType(output), to = gradientType(input);
    std::vector<std::uint8_t> dy(x.size() * sizeOf(of)), dx(x.size() * sizeOf(to));
    for (std::size_t i = 0; i < x.size(); ++i)
      std::memcpy(dy.data() + i * sizeOf(of), &bits, sizeOf(of));
    const std::int64_t n = std::ssize(x);
    EXPECT_TRUE(kernel->backward(ConstTensor::bits(x.data(), input, {n}),
                                 ConstTensor::bits(dy.data(), of, {n}),
                                 Tensor::bits(dx.data(), to, {n})));
    return valuesOf(dx, to);
  }

private:
  const ElementType input, output;
  const Result<Kernel> kernel;
};

bool isLookedUp(const std::string &text, ElementType input, ElementType output) {
  const Result<std::string> stage =
      uncachedEngine().emit(text, "stage:approx", {.types = {input, output}});
  return stage && stage->starts_with("// looked up");
}

/// The nearest element, of a truth that is not in the middle between two.
std::optional<double> nearestTo(const reference::Enclosure &truth, ElementType type) {
  const double around = 4 * (std::fabs(truth.low) + truth.radius) + 0x1p-50 * std::fabs(truth.high),
               below = valueOf(nearestElement(truth.high - around, type), type),
               above = valueOf(nearestElement(truth.high + around, type), type);
  if (below != above)
    return std::nullopt;
  return below;
}

TEST(TabledElements, OfRandomProgramsAreTheNearest) {
  const char *given = std::getenv("XPHI_TABLED_PROGRAMS");
  const std::uint64_t programs = given ? std::strtoull(given, nullptr, 10) : 40;
  std::size_t lookedUp = 0, compared = 0;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    Dice dice(seed);
    const ElementType input = inputTypes[dice() % std::size(inputTypes)],
                      output = outputTypes[dice() % std::size(outputTypes)];
    const std::string text = writtenProgram(seed, {.inputs = 1});
    SCOPED_TRACE(text + " of " + std::string(nameOf(input)) + " to " + std::string(nameOf(output)));
    if (!isLookedUp(text, input, output))
      continue;
    ++lookedUp;
    const Looked kernel(text, input, output);
    ASSERT_TRUE(kernel.wasMade());
    const auto program = parsed(text);
    const reference::Oracle oracle(program, program->entry(), 1);
    const Numbers y = kernel.values(everyElement()), dx = kernel.gradients(everyElement(), 1);
    for (std::size_t bits = 0; bits < elements; ++bits) {
      const double x = valueOf(bits, input);
      if (std::isnan(x)) {
        EXPECT_TRUE(isInteger(output) ? y[bits] == 0 : std::isnan(y[bits]));
        continue;
      }
      const reference::Answer answer = oracle.at(float(x));
      const auto check = [&](const reference::Enclosure &truth, double got, ElementType type,
                             double ulps) {
        if (truth.isNaN() || truth.radius > 0x1p-60 * std::fabs(truth.high))
          return;
        const std::optional<double> nearest = nearestTo(truth, type);
        if (!nearest)
          return;
        ++compared;
        if (got != *nearest && !(std::fabs(got - *nearest) <= ulps * ulpOf(*nearest, type)))
          ADD_FAILURE() << x << " gives " << got << ", not " << *nearest;
      };
      check(answer.derivatives[0], y[bits], output, 0);
      const ElementType to = gradientType(input);
      check(answer.derivatives[1], dx[bits], to, to == ElementType::F32 ? 4 : 0);
    }
  }
  EXPECT_GT(lookedUp, programs / 2);
  EXPECT_GT(compared, programs / 2 * elements);
}

// Not where no bits tell how far a function of e5m2 is from a line with ties on it.
TEST(TabledElements, OfQuantisedFunctionsAreFound) {
  const auto expectFound = [](const std::string &name, ElementType type) {
    EXPECT_TRUE(isLookedUp(name + "(x * 0.05) / 0.02", type, type))
        << name << " of " << nameOf(type);
  };
  for (const ElementType type : inputTypes)
    for (const std::string name : {"relu", "tanh", "sigmoid", "elu", "hard_swish"})
      expectFound(name, type);
  for (const ElementType type : {ElementType::INT8, ElementType::UINT8, ElementType::FP8_E4M3})
    for (const std::string name : {"gelu", "silu", "mish", "softplus"})
      expectFound(name, type);
}

// By whole numbers only: x·p/q to the nearest, ties to even.
TEST(TabledElements, OfFractionsRoundTiesToEven) {
  Dice dice(1);
  for (int count = 0; count < 12; ++count) {
    const int p = 1 + int(dice() % 40), q = 2 * (1 + int(dice() % 20));
    const std::string text = "x * " + std::to_string(p) + " / " + std::to_string(q);
    SCOPED_TRACE(text);
    ASSERT_TRUE(isLookedUp(text, ElementType::INT8, ElementType::INT8));
    const Looked kernel(text, ElementType::INT8, ElementType::INT8);
    ASSERT_TRUE(kernel.wasMade());
    const Numbers y = kernel.values(everyElement());
    for (int x = -128; x < 128; ++x) {
      const int size = std::abs(x) * p, whole = size / q, rest = 2 * (size % q);
      const int rounded = whole + (rest > q || (rest == q && whole % 2 == 1));
      EXPECT_EQ(y[std::uint8_t(x)], std::clamp(x < 0 ? -rounded : rounded, -128, 127)) << x;
    }
  }
}

// Bounds, rows in registers and words in memory, at the ends of arrays, too.
TEST(TabledElements, OfAnyLengthAndPlaceAreTheSame) {
  for (const std::string text : {"clamp(x, -5, 90)", "if x > 3 then x else -7", "20 * sin(x)"})
    for (const ElementType output : {ElementType::INT8, ElementType::BF16, ElementType::F32}) {
      const Looked kernel(text, ElementType::INT8, output);
      ASSERT_TRUE(kernel.wasMade());
      const Numbers all = kernel.values(everyElement());
      Dice dice(7);
      for (std::size_t n = 0; n < 200; n += 1 + n / 9) {
        std::vector<std::uint8_t> x(n);
        std::ranges::generate(x, [&] { return std::uint8_t(dice()); });
        const Numbers y = kernel.values(x);
        for (std::size_t i = 0; i < n; ++i)
          EXPECT_EQ(y[i], all[x[i]]) << text << " of " << n << ", " << i;
      }
    }
}

// As the same functions of f32 have it.
TEST(TabledElements, WhereZeroWasChosenNothingPasses) {
  constexpr float infinity = std::numeric_limits<float>::infinity(),
                  nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<std::uint8_t> x = {0xfb, 0, 5}; // -5, 0, 5
  for (const std::string text :
       {"max(x, 0)", "x^2", "3 * x", "clamp(x, -1, 1)", "if x > 0 then x else -x"}) {
    const Looked kernel(text, ElementType::INT8, ElementType::F32);
    const Result<Kernel> ofFloats = uncachedEngine().compile(text);
    ASSERT_TRUE(kernel.wasMade() && ofFloats);
    for (const float incoming : {infinity, -infinity, nan, 2.f}) {
      const std::vector<float> same = {-5, 0, 5}, dy(3, incoming);
      std::vector<float> wanted(3);
      ASSERT_TRUE(ofFloats->backward(same, dy, wanted));
      const Numbers got = kernel.gradients(x, double(incoming));
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_TRUE(got[i] == double(wanted[i]) || (std::isnan(got[i]) && std::isnan(wanted[i])))
            << text << " at " << same[i] << " with " << incoming << ": " << got[i] << ", not "
            << wanted[i];
    }
  }
}

struct WithSlope {
  std::string text;
  double (*slope)(double x);
};

// Each with each: bytes that choose between others are told by comparisons where those are few.
TEST(TabledElements, GradientsOfPiecewiseLinesAreTheNearestForEveryPair) {
  const WithSlope all[] = {
      {"max(x, 0)", [](double x) { return x > 0 ? 1. : 0.; }},
      {"clamp(x, -2.1, 9)", [](double x) { return x > -2.1 && x < 9 ? 1. : 0.; }},
      {"if x > 0.3 then x else x / 3", [](double x) { return x > 0.3 ? 1. : double(1.f / 3); }},
      {"if abs(x) < 1.1 then 0 else -2 * x",
       [](double x) { return std::fabs(x) < 1.1 ? 0. : -2.; }},
      {"abs(x + 0.7)", [](double x) { return x > -0.7 ? 1. : -1.; }},
      {"if x < -4 then 2 * x else if x < 4.4 then x else 3 * x", [](double x) {
         return x < -4 ? 2. : x < 4.4 ? 1. : 3.;
       }}};
  std::size_t compared = 0, lookedUp = 0;
  for (const WithSlope &each : all)
    for (const ElementType type : {ElementType::FP8_E4M3, ElementType::FP8_E5M2}) {
      SCOPED_TRACE(each.text + " of " + std::string(nameOf(type)));
      lookedUp += isLookedUp(each.text, type, type);
      const Looked kernel(each.text, type, type);
      ASSERT_TRUE(kernel.wasMade());
      const Numbers x = valuesOf(everyElement(), type);
      for (std::size_t bits = 0; bits < elements; ++bits) {
        const double dy = x[bits];
        const Numbers dx = kernel.gradientsOfBits(everyElement(), bits);
        for (std::size_t i = 0; i < elements; ++i) {
          if (x[i] == 0 && each.slope(-1e-9) != each.slope(1e-9))
            continue; // a corner
          const double slope = std::isnan(x[i]) ? x[i] : each.slope(x[i]);
          const double product = slope == 0 && std::isinf(dy) ? 0 : float(slope * dy);
          const double wanted = valueOf(nearestElement(product, type), type);
          ++compared;
          EXPECT_TRUE(
              (std::isnan(wanted) && std::isnan(dx[i])) ||
              (dx[i] == wanted && (slope == 0 || std::signbit(dx[i]) == std::signbit(wanted))))
              << "at " << x[i] << " with " << dy << ": " << dx[i] << ", not " << wanted;
        }
      }
    }
  EXPECT_GE(lookedUp, std::size(all));
  EXPECT_GT(compared, std::size(all) * 2 * elements * (elements - 1));
}

TEST(TabledElements, ZerosKeepTheirSign) {
  for (const ElementType type : {ElementType::FP8_E4M3, ElementType::FP8_E5M2})
    for (const std::string text : {"x", "2 * x", "tanh(x)", "x * Phi(x)", "-x"}) {
      const Looked kernel(text, type, type);
      ASSERT_TRUE(kernel.wasMade());
      const Numbers y = kernel.values({0x00, 0x80});
      const bool turns = text == "-x";
      EXPECT_EQ(y[0], 0);
      EXPECT_EQ(y[1], 0);
      EXPECT_EQ(std::signbit(y[0]), turns) << text;
      EXPECT_EQ(std::signbit(y[1]), !turns) << text;
    }
}

} // namespace
} // namespace xphi::numerics
