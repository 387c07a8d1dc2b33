// What is said to be enough for the backward pass is, and all else is refused: random functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The gradient from x is the reference. A mask, and y of a function that only chooses, must give
// the very same; y of a smooth function to 2^-20 of the larger of the gradient and the slope at 0.
// XPHI_PROPERTY_PROGRAMS and XPHI_PROPERTY_SEED as in tests/property.
#include "tests/Generated.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <stdexcept>

namespace xphi::numerics {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

class Generator {
public:
  explicit Generator(std::uint64_t seed) : random(seed) {}

  /// Pieces of lines: every value and every condition is exact.
  std::string choice(int depth) {
    if (depth == 0)
      return one({"x", "x", "x", "-x", "abs(x)", number()});
    const std::string a = choice(depth - 1), b = choice(depth - 1), c = number();
    switch (random() % 7) {
    case 0:
      return "max(" + a + ", " + c + ")";
    case 1:
      return "min(" + c + ", " + a + ")";
    case 2:
      return "clamp(" + a + ", " + one({"-inf", "-1", "0", "0.1", "-0.3"}) + ", " +
             one({"inf", "1", "0.7", "6"}) + ")";
    case 3:
      return "relu(" + a + ")";
    case 4:
      return "(if " + condition(depth) + " then " + a + " else " + b + ")";
    case 5:
      return "(" + one({"2", "0.5", "-1", "1e-30", "1.05"}) + " * " + a + ")";
    default:
      return "(if x > 0 then " + a + " else " + c + ")";
    }
  }

  /// Choices within choices between two slopes, for which one bit is enough.
  std::string pieces(int depth) {
    if (depth == 0)
      return one({"x", "0.25 * x"});
    return "(if " + condition(depth) + " then " + pieces(random() % 3 ? depth - 1 : 0) + " else " +
           pieces(random() % 3 ? depth - 1 : 0) + ")";
  }

  std::string smooth(int depth) {
    if (depth == 0)
      return "x";
    const std::string a = smooth(depth - 1);
    switch (random() % 6) {
    case 0:
      return one({"tanh", "sigmoid", "expm1", "softplus", "sinh", "exp"}) + "(" +
             one({"x", "x", "-x"}) + ")";
    case 1:
      return "(" + a + " + " + one({"1", "-0.5", "3", "100000000", "1e-9"}) + ")";
    case 2:
      return "(" + one({"2", "-3", "0.001", "1e-42", "1e30"}) + " * " + a + ")";
    case 3:
      return "(" + one({"1", "0.5", "1000"}) + " - " + a + ")";
    case 4:
      return "(if x " + one({">", ">=", "<"}) + " 0 then " + a + " else " + smooth(depth - 1) + ")";
    default:
      return "(" + a + ") / " + one({"2", "0.25", "-7"});
    }
  }

  /// Multiples of two pieces that meet at 0: y says which one it is, unless it has become 0.
  std::string scaledPieces(int depth) {
    const std::string above =
                          one({"x", "2 * x", "tanh(x)", "x / 3", "sinh(x)", "1e-30 * x", "exp(x)"}),
                      below = one({"0", "3 * x", "expm1(x)", "0.25 * x", "-1", "x", "tanh(x) / 2"});
    std::string text = "(if x " + one({">", ">="}) + " 0 then " + above + " else " + below + ")";
    for (int i = 0; i < depth; ++i)
      text = random() % 3
                 ? "(" + one({"0.5", "0.001", "1.0001", "2", "1e-42", "-0.75", "0.9999999"}) +
                       " * " + text + ")"
                 : "(" + text + " / " + one({"2", "0.5", "-7", "1.0000001"}) + ")";
    return text;
  }

private:
  std::string one(std::initializer_list<std::string> choices) {
    return choices.begin()[random() % choices.size()];
  }
  std::string number() { return one({"0", "0", "1", "-1", "0.1", "0.7", "-0.3", "0.5", "6"}); }
  std::string condition(int depth) {
    const std::string compared =
        one({"x", "abs(x)", "-x"}) + one({" < ", " <= ", " > ", " >= "}) + number();
    switch (depth > 1 ? random() % 4 : 3) {
    case 0:
      return "(" + compared + " and " + condition(depth - 1) + ")";
    case 1:
      return "(" + compared + " or " + condition(depth - 1) + ")";
    case 2:
      return "not (" + compared + ")";
    default:
      return compared;
    }
  }

  std::mt19937_64 random;
};

/// Both zeros, powers of two down to the least float, what stands in the programs with its
/// neighbours, the ends of the range.
std::vector<float> structuredFloats() {
  std::vector<float> numbers = {0, infinity, std::numeric_limits<float>::max(), 104.0f, 3e5f};
  for (int exponent = -149; exponent < 128; exponent += exponent < -8 || exponent > 8 ? 9 : 1)
    numbers.push_back(std::ldexp(1.0f, exponent));
  for (float number : {0.1f, 0.7f, 0.3f, 0.5f, 1.0f, 6.0f, 88.0f, 1e-30f, 17.0f})
    numbers.insert(numbers.end(),
                   {number, std::nextafter(number, 0.0f), std::nextafter(number, infinity)});
  const std::size_t positive = numbers.size();
  for (std::size_t i = 0; i != positive; ++i)
    numbers.push_back(-numbers[i]);
  return numbers;
}

struct Campaign {
  std::vector<float> x = structuredFloats(), dy = std::vector<float>(x.size(), 1.0f);
  std::size_t allowed = 0, refused = 0;

  Kernel compile(const std::string &text, Keep keep) {
    CompileOptions options;
    options.keep = keep;
    Result<Kernel> kernel = uncachedEngine().compile(text, options);
    if (!kernel)
      throw std::runtime_error(text + ": " + kernel.error().render());
    return *kernel;
  }

  std::vector<float> gradient(const std::string &text, Keep keep) {
    const Kernel kernel = compile(text, keep);
    std::vector<float> y(x.size()), dx(x.size());
    if (keep == Keep::Mask) {
      std::vector<std::uint8_t> mask(Kernel::maskSize(x.size()));
      EXPECT_TRUE(kernel.forward(x, y, Kernel::Mask(mask)));
      EXPECT_TRUE(kernel.backward(std::span<const std::uint8_t>(mask), dy, dx));
    } else if (keep == Keep::Nothing) {
      EXPECT_TRUE(kernel.backward(std::span<const Kernel::Input>(), dy, dx));
    } else {
      EXPECT_TRUE(kernel.forward(x, y));
      EXPECT_TRUE(kernel.backward(keep == Keep::Output ? y : x, dy, dx));
    }
    return dx;
  }

  void examine(const std::string &text, bool isChoice) {
    const Result<std::vector<Keep>> enough = uncachedEngine().enoughToKeep(text);
    ASSERT_TRUE(enough) << text << ": " << enough.error().render();
    ASSERT_TRUE(std::ranges::count(*enough, Keep::Input)) << text;
    const std::vector<float> expected = gradient(text, Keep::Input);
    for (const Keep keep : {Keep::Output, Keep::Mask, Keep::Nothing}) {
      if (!std::ranges::count(*enough, keep)) {
        CompileOptions options;
        options.keep = keep;
        const Result<Kernel> kernel = uncachedEngine().compile(text, options);
        ASSERT_FALSE(kernel) << text << ": not enough, and not refused: " << int(keep);
        EXPECT_EQ(kernel.error().code(), "X1008") << text;
        ++refused;
        continue;
      }
      ++allowed;
      const std::vector<float> got = gradient(text, keep);
      const bool exactly = isChoice || keep != Keep::Output;
      for (std::size_t i = 0; i != x.size(); ++i)
        ASSERT_TRUE(agree(got[i], expected[i], exactly ? 0 : std::fabs(expected[0])))
            << text << " keeping " << int(keep) << " at " << x[i] << ": " << got[i] << ", not "
            << expected[i];
    }
  }

  /// The sign of a zero does not count: dy * -0 and a zero that is chosen are the same gradient.
  static bool agree(float got, float expected, float scale) {
    if (got == expected || (std::isnan(got) && std::isnan(expected)))
      return true;
    return scale != 0 &&
           std::fabs(got - expected) <= 0x1p-20f * std::max(scale, std::fabs(expected));
  }
};

void examineMany(std::string (Generator::*function)(int), bool isChoice, std::size_t &allowed,
                 std::size_t &refused) {
  Campaign campaign;
  const std::uint64_t first = setting("XPHI_PROPERTY_SEED", 1);
  for (std::uint64_t i = 0; i < setting("XPHI_PROPERTY_PROGRAMS", 40); ++i) {
    Generator generator(first + i);
    campaign.examine((generator.*function)(1 + int(i % 3)), isChoice);
    if (testing::Test::HasFatalFailure())
      FAIL() << "seed " << first + i;
  }
  allowed = campaign.allowed;
  refused = campaign.refused;
}

TEST(KeepProperty, ChoicesKeepTheVeryGradient) {
  std::size_t allowed = 0, refused = 0;
  examineMany(&Generator::choice, true, allowed, refused);
  if (!std::getenv("XPHI_PROPERTY_PROGRAMS")) {
    EXPECT_GE(allowed, 15u);
    EXPECT_GE(refused, 15u);
  }
}

TEST(KeepProperty, ChoicesWithinChoicesKeepOneBit) {
  std::size_t allowed = 0, refused = 0;
  examineMany(&Generator::pieces, true, allowed, refused);
  if (!std::getenv("XPHI_PROPERTY_PROGRAMS"))
    EXPECT_GE(allowed, 30u);
}

TEST(KeepProperty, SmoothFunctionsKeepTheirGradientToYsRounding) {
  std::size_t allowed = 0, refused = 0;
  examineMany(&Generator::smooth, false, allowed, refused);
  if (!std::getenv("XPHI_PROPERTY_PROGRAMS")) {
    EXPECT_GE(allowed, 15u);
    EXPECT_GE(refused, 15u);
  }
}

TEST(KeepProperty, MultiplesOfPiecesKeepTheirGradientToYsRounding) {
  std::size_t allowed = 0, refused = 0;
  examineMany(&Generator::scaledPieces, false, allowed, refused);
  if (!std::getenv("XPHI_PROPERTY_PROGRAMS")) {
    EXPECT_GE(allowed, 5u);
    EXPECT_GE(refused, 40u);
  }
}

/// The derivative of two inputs' function needs both, whatever it is.
TEST(KeepProperty, SeveralInputsKeepThemselves) {
  for (const char *text : {"def f(x, y) = x * y", "def f(x, y) = x + y", "def f(x, y) = max(x, y)",
                           "def f(x, y) = tanh(x) + y", "def f(x, y) = if x > 0 then x else 0",
                           "def f(x, y) = 3 * x"}) {
    const Result<std::vector<Keep>> enough = uncachedEngine().enoughToKeep(text);
    ASSERT_TRUE(enough) << text;
    EXPECT_EQ(*enough, std::vector{Keep::Input}) << text;
    for (const Keep keep : {Keep::Output, Keep::Mask, Keep::Nothing}) {
      CompileOptions options;
      options.keep = keep;
      EXPECT_FALSE(uncachedEngine().compile(text, options)) << text << ' ' << int(keep);
    }
  }
}

} // namespace
} // namespace xphi::numerics
