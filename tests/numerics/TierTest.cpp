// What the tiers promise is kept, at floats that no check has seen, of texts of every kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UncachedEngine.h"
#include "check/Points.h"
#include "check/RunningKernel.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::Column;
using reference::Expected;

/// Most between -20 and 20, some anywhere, and what is special.
float anyFloat(std::mt19937 &random) {
  const unsigned kind = random() % 8;
  if (kind == 0)
    return std::bit_cast<float>(std::uint32_t(random()));
  if (kind == 1) // next to 0
    return std::ldexp(float(random()) - 0x1p31f, -32 - int(random() % 60));
  const float width = kind < 5 ? 3 : 20;
  return std::uniform_real_distribution<float>(-width, width)(random);
}

struct Measured {
  std::string what;
  std::vector<Column> inputs, got; ///< value, then gradients
  std::vector<std::vector<Expected>> truth;
  Certificate certificate;
};

/// With the parameters' defaults, or the other numbers that the check would try.
Measured measure(const std::string &what, Accuracy accuracy, std::size_t points,
                 std::size_t parameterSet = 0) {
  CompileOptions options{.accuracy = accuracy};
  Measured all{what, {}, {}, {}, {}};
  const Result<std::string> program = uncachedEngine().emit(what, "stage:ast", options);
  const Result<std::string> artifact = uncachedEngine().emit(what, "artifact", options);
  const Result<Kernel> compiled = uncachedEngine().compile(what, options);
  EXPECT_TRUE(program && artifact && compiled) << what;
  if (!program || !artifact || !compiled)
    return all;
  all.certificate = compiled->certificate();
  const dsl::ParseResult parsed = dsl::analyse({"<program>", *program});
  const dsl::DefinitionIndex entry = parsed.program->entry();
  const dsl::Definition &definition = parsed.program->definitions[entry];
  KernelSpec spec{.target = *hostTarget(), .gradients = definition.inputs};
  spec.types.inputs.resize(definition.inputs.size());
  const auto kernel = compiler::RunningKernel::load(
      *artifact, spec, std::vector<ElementType>(1 + definition.inputs.size(), ElementType::F32));
  EXPECT_TRUE(kernel) << what;
  std::mt19937 random(5);
  all.inputs.resize(definition.inputs.size());
  for (Column &column : all.inputs)
    for (std::size_t i = 0; i < points; ++i)
      column.push_back(i < 2 ? (i ? 0.0 : -0.0) : anyFloat(random));
  const std::vector<float> parameters =
      compiler::parameterSets(*parsed.program, entry)[parameterSet];
  all.got = (*kernel)(all.inputs, parameters);
  std::vector<std::uint32_t> gradients(definition.inputs.size());
  for (std::size_t i = 0; i < gradients.size(); ++i)
    gradients[i] = std::uint32_t(i);
  reference::KernelTruth truth(parsed.program, entry, {}, gradients,
                               reference::KernelTruth::For::Doubles);
  for (std::size_t i = 0; i < points; ++i) {
    std::vector<double> x;
    for (const Column &column : all.inputs)
      x.push_back(column[i]);
    all.truth.push_back(truth.at(x, parameters));
  }
  return all;
}

/// Of results that are numbers of f32.
template <class Most> void expectWithin(const Measured &all, Most most) {
  int wrong = 0, known = 0;
  for (std::size_t output = 0; output < all.got.size(); ++output)
    for (std::size_t i = 0; i < all.truth.size(); ++i) {
      const Expected &expected = all.truth[i][output];
      const double truth = expected.truth.high;
      if (!expected.known || !(std::fabs(truth) < 0x1.fffffep127))
        continue;
      ++known;
      const double error = std::fabs((all.got[output][i] - truth) - expected.truth.low);
      if (!(error <= most(std::fabs(truth), expected.largestTerm)) && ++wrong <= 3)
        ADD_FAILURE() << all.what << (output ? "'" : "") << " at " << std::hexfloat
                      << all.inputs[0][i] << " is " << all.got[output][i] << ", not " << truth;
    }
  EXPECT_EQ(wrong, 0) << all.what;
  EXPECT_GT(known, int(all.truth.size()) / 4) << all.what;
}

double ulpOf(double size) { return std::ldexp(1.0, std::max(std::ilogb(size), -126) - 23); }

const char *const texts[] = {"gelu",
                             "silu",
                             "mish",
                             "gelu_tanh",
                             "softplus",
                             "sigmoid",
                             "tanh",
                             "erf(x)",
                             "elu",
                             "selu",
                             "swiglu",
                             "geglu",
                             "snake",
                             "hard_swish",
                             "x * sigmoid(1.3 * x + 0.2)",
                             "x * erf(softplus(x))",
                             "x - tanh(x)",
                             "sin(x) / (1 + x^2)",
                             "exp(-x^2 / 2)",
                             "log(1 + x^2)",
                             "sqrt(x + 1) - sqrt(x)",
                             "x^3 * exp(-x^2)",
                             "x^2 * sigmoid(x)",
                             "Phi(x)",
                             "log(cosh(x))",
                             "abs(x) * tanh(x)",
                             "(x + 0.1) * 0.3",
                             "swish"};

struct Tiers : testing::TestWithParam<const char *> {};

TEST_P(Tiers, FastIsWithinAPartOfTheResult) {
  const Measured all = measure(GetParam(), Accuracy::fast(), 1500);
  expectWithin(
      all, [](double truth, double term) { return 0x1p-14 * std::max({truth, term, 0x1p-14}); });
  EXPECT_EQ(all.certificate.tier, Tier::Fast);
  EXPECT_EQ(all.certificate.unit, Certificate::Unit::Relative);
  EXPECT_EQ(all.certificate.bound, 0x1p-14);
  EXPECT_TRUE(all.certificate.kept) << all.certificate.text();
}

TEST_P(Tiers, UlpsAreWithinAsManyAsWereAskedFor) {
  for (double most : {1.0, 2.0, 3.0, 64.0, 4096.0}) {
    const Measured all = measure(GetParam(), Accuracy::ulp(most), 500);
    expectWithin(all,
                 [&](double truth, double term) { return most * ulpOf(std::max(truth, term)); });
    EXPECT_EQ(all.certificate.bound, most);
    EXPECT_TRUE(all.certificate.kept) << all.certificate.text();
  }
}

bool isNearest(double got, double high, double low) {
  const auto distance = [&](float y) { return std::fabs((double(y) - high) - low); };
  const float y = float(got);
  return distance(y) <= distance(std::nextafter(y, HUGE_VALF)) &&
         distance(y) <= distance(std::nextafter(y, -HUGE_VALF));
}

void expectNearest(const Measured &all) {
  EXPECT_TRUE(all.certificate.kept) << all.what << all.certificate.text();
  EXPECT_EQ(all.certificate.bound, 0.5);
  int wrong = 0;
  for (std::size_t output = 0; output < all.got.size(); ++output)
    for (std::size_t i = 0; i < all.truth.size(); ++i) {
      const Expected &expected = all.truth[i][output];
      if (!expected.known || !(std::fabs(expected.truth.high) < 0x1p127) ||
          isNearest(all.got[output][i], expected.truth.high, expected.truth.low))
        continue;
      if (++wrong <= 3)
        ADD_FAILURE() << all.what << (output ? "'" : "") << " at " << std::hexfloat
                      << all.inputs[0][i] << " is " << all.got[output][i] << ", not "
                      << expected.truth.high;
    }
  EXPECT_EQ(wrong, 0) << all.what;
}

TEST_P(Tiers, ExactIsTheNearestFloat) {
  const Measured all = measure(GetParam(), Accuracy::exact(), 1500);
  EXPECT_EQ(all.certificate.tier, Tier::Exact);
  if (all.inputs.size() == 1)
    return expectNearest(all);
  EXPECT_TRUE(all.certificate.kept) << all.certificate.text();
  EXPECT_EQ(all.certificate.bound, 1);
  expectWithin(all, [](double truth, double term) { return ulpOf(std::max(truth, term)); });
}

// Functions of two sides, which meet at 0 or do not, with a slope that does or not; with a number
// in them, or a parameter in its place, at its default and elsewhere.
TEST(Exact, IsTheNearestFloatBesideCornersAndJumps) {
  const char *const sides[] = {"x",
                               "2 * x",
                               "a * expm1(x)",
                               "a * tanh(x)",
                               "x * sigmoid(a * x)",
                               "a * x * exp(-x^2)",
                               "softplus(x) - a / 3",
                               "a * exp(-abs(x))",
                               "1 + a * x^2 * sigmoid(-x)"};
  std::mt19937 random(11);
  constexpr int made = 12;
  for (int i = 0; i < made; ++i) {
    const auto side = [&] { return std::string(sides[random() % std::size(sides)]); };
    const std::string comparison = random() % 2 ? "x > 0" : "x >= 0",
                      body = "if " + comparison + " then " + side() + " else " + side(),
                      number = random() % 2 ? "1" : "1.7";
    for (std::size_t parameters : {0, 1})
      expectNearest(
          measure("def f(x; a = " + number + ") = " + body, Accuracy::exact(), 300, parameters));
    expectNearest(measure("def f(x) = let a = " + number + " in " + body, Accuracy::exact(), 300));
  }
}

TEST(Exact, ZerosKeepTheirSigns) {
  for (const char *target : {"x86-64-v3", "x86-64-v4"})
    for (const char *what : {"elu", "selu", "tanh", "erf(x)", "silu", "gelu", "mish", "gelu_tanh",
                             "if x > 0 then 2 * x else expm1(x)", "x * sigmoid(x / 2 + 1)"}) {
      const Result<Kernel> kernel =
          uncachedEngine().compile(what, {.target = target, .accuracy = Accuracy::exact()});
      if (!kernel) {
        EXPECT_EQ(kernel.error().code(), "X2005"); // this machine does not run it
        continue;
      }
      std::vector<float> x(64), y(64);
      for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = i % 2 ? -0.0f : 0.0f;
      ASSERT_TRUE(kernel->forward(x, y));
      for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_EQ(std::bit_cast<std::uint32_t>(y[i]), std::bit_cast<std::uint32_t>(x[i])) << what;
    }
}

// That of an incoming gradient, or the other where the slope is below zero.
TEST(Exact, ProductsWithZeroHaveTheirSigns) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 3);
  constexpr std::size_t count = 512;
  std::vector<float> x(count), ones(count, 1), zeros(count), slopes(count), products(count);
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = i % 8 ? normal(random) : i % 16 ? -0.0f : 0.0f;
    zeros[i] = random() % 2 ? -0.0f : 0.0f;
  }
  for (const char *target : {"x86-64-v3", "x86-64-v4"})
    for (const char *what : {"elu", "selu", "tanh", "erf", "sigmoid", "softplus", "Phi", "silu",
                             "gelu", "mish", "gelu_tanh"}) {
      const Result<Kernel> kernel =
          uncachedEngine().compile(what, {.target = target, .accuracy = Accuracy::exact()});
      if (!kernel) {
        EXPECT_EQ(kernel.error().code(), "X2005"); // this machine does not run it
        continue;
      }
      ASSERT_TRUE(kernel->backward(x, ones, slopes) && kernel->backward(x, zeros, products));
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(std::bit_cast<std::uint32_t>(products[i]),
                  std::bit_cast<std::uint32_t>(slopes[i] * zeros[i]))
            << what << " at " << x[i] << " on " << target;
    }
}

// Where a function has settled, or is x, as for most floats there are: its code there is no slower
// way than elsewhere.
TEST(Exact, IsNotSlowerByOrdersFarOut) {
  for (const char *what : {"gelu", "silu", "Phi(x)", "tanh(x)", "Phi(3 * x - 1)",
                           "gelu(2 * x + 0.1)", "x * erfc(-x)"}) {
    const Result<Kernel> kernel = uncachedEngine().compile(what, {.accuracy = Accuracy::exact()});
    ASSERT_TRUE(kernel);
    std::vector<float> near(4096), far(4096), dy(4096, 1), y(4096);
    for (std::size_t i = 0; i < near.size(); ++i) {
      near[i] = float(i) / 4096 + 0.25f;
      far[i] = std::ldexp(1 + near[i] / 2, int(14 + i % 100));
    }
    const auto seconds = [&](const std::vector<float> &x) {
      double least = HUGE_VAL;
      for (int round = 0; round < 3; ++round) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_TRUE(kernel->forward(x, y) && kernel->backward(x, dy, y));
        least = std::min(
            least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      }
      return least;
    };
    EXPECT_LT(seconds(far), 200 * seconds(near)) << what; // of wide numbers it is 10,000
  }
}

// Two vectors at a time, and what is left over; in place, too.
TEST(Exact, HasTheSameBitsForEveryLength) {
  std::mt19937 random(4);
  constexpr std::size_t most = 100;
  std::vector<float> x, dy;
  for (std::size_t i = 0; i < most; ++i) {
    x.push_back(anyFloat(random));
    dy.push_back(anyFloat(random));
  }
  const auto bits = [](const std::vector<float> &numbers) {
    std::vector<std::uint32_t> all;
    for (float number : numbers)
      all.push_back(std::isnan(number) ? 0x7fc00000 : std::bit_cast<std::uint32_t>(number));
    return all;
  };
  for (const char *what : {"gelu", "selu", "elu", "tanh(x)"}) {
    const Result<Kernel> kernel = uncachedEngine().compile(what, {.accuracy = Accuracy::exact()});
    ASSERT_TRUE(kernel);
    std::vector<float> y(most), dx(most);
    for (std::size_t i = 0; i < most; ++i)
      ASSERT_TRUE(kernel->forward({&x[i], 1}, {&y[i], 1}) &&
                  kernel->backward({&x[i], 1}, {&dy[i], 1}, {&dx[i], 1}));
    for (std::size_t n = 0; n <= most; ++n) {
      std::vector<float> own(x.begin(), x.begin() + long(n)),
          slopes(dy.begin(), dy.begin() + long(n));
      ASSERT_TRUE(kernel->backward(own, slopes, slopes));
      ASSERT_TRUE(kernel->forward(own, own));
      EXPECT_EQ(bits(own), bits({y.begin(), y.begin() + long(n)})) << what << ", " << n;
      EXPECT_EQ(bits(slopes), bits({dx.begin(), dx.begin() + long(n)})) << what << "', " << n;
    }
  }
}

// What is nearest is not a matter of the machine.
TEST(Exact, HasTheSameBitsOnEveryTarget) {
  std::mt19937 random(9);
  std::vector<float> x, dy;
  for (int i = 0; i < 20'000; ++i) {
    x.push_back(anyFloat(random));
    dy.push_back(anyFloat(random));
  }
  for (const char *what : {"gelu", "silu", "mish", "tanh(x)", "selu", "x * erf(softplus(x))"}) {
    std::vector<std::vector<float>> all;
    for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
      const Result<Kernel> kernel =
          uncachedEngine().compile(what, {.target = target, .accuracy = Accuracy::exact()});
      if (!kernel) {
        EXPECT_EQ(kernel.error().code(), "X2005"); // this machine does not run it
        continue;
      }
      std::vector<float> y(x.size()), dx(x.size());
      ASSERT_TRUE(kernel->forward(x, y) && kernel->backward(x, dy, dx));
      y.insert(y.end(), dx.begin(), dx.end());
      all.push_back(std::move(y));
    }
    for (std::size_t i = 0; all.size() > 1 && i < all[0].size(); ++i)
      if (!std::isnan(all[0][i]))
        ASSERT_EQ(std::bit_cast<std::uint32_t>(all[0][i]), std::bit_cast<std::uint32_t>(all[1][i]))
            << what << " at " << x[i % x.size()];
  }
}

/// The floats around which a slope changes its sign, between -6 and 6 but for 0.
std::vector<float> zerosOf(const Kernel &slopes) {
  const auto at = [&](float x) {
    const float one = 1;
    float slope = 0;
    EXPECT_TRUE(slopes.backward({&x, 1}, {&one, 1}, {&slope, 1}));
    return slope;
  };
  std::vector<float> zeros;
  for (int i = -96; i < 96; ++i) {
    float low = (float(i) + 0.01f) / 16, high = (float(i) + 1.01f) / 16;
    if ((at(low) < 0) == (at(high) < 0) || (low < 0) != (high < 0))
      continue;
    const bool isNegativeBelow = at(low) < 0;
    for (float middle; (middle = 0.5f * (low + high)) != low && middle != high;)
      ((at(middle) < 0) == isNegativeBelow ? low : high) = middle;
    zeros.push_back(low);
  }
  return zeros;
}

// Not of the largest term, which is far larger there.
TEST(Accurate, SlopesAreWithinFourUlpsOfThemselvesNextToTheirZeros) {
  std::mt19937 random(4);
  for (const char *target : {"x86-64-v3", "x86-64-v4"})
    for (const char *what :
         {"gelu", "silu", "mish", "gelu_tanh", "gelu_quick", "swish", "x * erf(softplus(x))",
          "x * tanh(exp(x))", "x * sigmoid(1.3 * x + 0.2)", "log(1 + x^2 + x)"}) {
      const Result<Kernel> exact = uncachedEngine().compile(what, {.accuracy = Accuracy::exact()}),
                           kernel = uncachedEngine().compile(what, {.target = target});
      if (!kernel) {
        EXPECT_EQ(kernel.error().code(), "X2005"); // this machine does not run it
        continue;
      }
      ASSERT_TRUE(exact) << what;
      const std::vector<float> zeros = zerosOf(*exact);
      EXPECT_EQ(zeros.size(), 1u) << what;
      std::vector<float> x;
      for (float zero : zeros)
        for (int i = -500; i < 500; ++i)
          x.push_back(zero * (1 + std::ldexp(float(i), -int(8 + random() % 16))));
      const std::vector<float> dy(x.size(), 1.0f);
      std::vector<float> truth(x.size()), got(x.size());
      ASSERT_TRUE(exact->backward(x, dy, truth) && kernel->backward(x, dy, got));
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        worst = std::max(worst, std::fabs(double(got[i]) - double(truth[i])) /
                                    ulpOf(std::max(std::fabs(double(truth[i])), 0x1p-120)));
      EXPECT_LE(worst, 4.5) << what << "' for " << target;
    }
}

// A product in the middle may have few digits, or none: what is made large again of it is right.
TEST(Accurate, ProductsThatLeaveTheNormalNumbersKeepTheirDigits) {
  const Result<Kernel> kernel = uncachedEngine().compile("def f(x, y, z) = x * y * z");
  ASSERT_TRUE(kernel);
  std::mt19937 random(6);
  std::vector<float> x, y, z;
  for (int i = 0; i < 4000; ++i) {
    x.push_back(std::ldexp(float(random()), -32 - 100 - int(random() % 50)));
    y.push_back(i % 3 ? 1 + std::ldexp(float(random()), -32) : std::ldexp(1.0f, int(random() % 3)));
    z.push_back(std::ldexp(1 + std::ldexp(float(random()), -32), 100 + int(random() % 20)));
  }
  std::vector<float> got(x.size());
  ASSERT_TRUE(kernel->forward({x, y, z}, got));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double truth = double(x[i]) * double(y[i]) * double(z[i]);
    ASSERT_LE(std::fabs(got[i] - truth), 4 * ulpOf(std::max(std::fabs(truth), 0x1p-126)))
        << x[i] << " * " << y[i] << " * " << z[i];
  }
}

// What is told from the defaults of parameters, or gathered of them, is right for others, too.
TEST(Accurate, ParametersMayHaveAnySignAndSize) {
  struct Case {
    const char *text;
    double (*truth)(double x, double a);
  };
  const Case cases[] = {
      {"def f(x; a = 1) = x / sqrt(1 + a * x^2)",
       [](double x, double a) { return x / std::sqrt(1 + a * x * x); }},
      {"def f(x; a = 0.01) = sqrt(x^2 + a)",
       [](double x, double a) { return std::sqrt(x * x + a); }},
      {"def f(x; a = 1) = a * x * sigmoid(x) / 3",
       [](double x, double a) { return a * x / (1 + std::exp(-x)) / 3; }},
      {"def f(x; a = 2) = x * a * (a * tanh(x))",
       [](double x, double a) { return x * a * a * std::tanh(x); }},
      {"def f(x; a = 2) = sin(a * x)", [](double x, double a) { return std::sin(a * x); }},
      {"def f(x; a = 2) = a * x * cos(a * x)",
       [](double x, double a) { return a * x * std::cos(a * x); }},
      {"def f(x; a = 2) = if x < 0.1 then a * x else log(x + 0.9) * a / 3",
       [](double x, double a) { return x < 0.1 ? a * x : std::log(x + 0.9) * a / 3; }}};
  std::mt19937 random(8);
  for (const Case &each : cases) {
    const Result<Kernel> kernel = uncachedEngine().compile(each.text);
    ASSERT_TRUE(kernel) << each.text;
    for (float a : {1.0f, -1.0f, 0.25f, -0.9f, 300.0f, 1e-30f, 1e30f, -1e38f, 0.0f}) {
      std::vector<float> x, y(2000);
      for (std::size_t i = 0; i < y.size(); ++i)
        x.push_back(std::uniform_real_distribution<float>(-3, 3)(random));
      ASSERT_TRUE(kernel->forward(x, y, Kernel::Parameters(&a, 1)));
      for (std::size_t i = 0; i < y.size(); ++i) {
        const double truth = each.truth(x[i], a);
        // The doubles here may know a large angle, or 1 − x², to fewer digits.
        if (!(std::fabs(truth) < 1e37) || std::fabs(double(a) * x[i]) > 1e6)
          continue;
        ASSERT_LE(std::fabs(y[i] - truth),
                  4.1 * ulpOf(std::max(std::fabs(truth), 0x1p-126)) + 1e-13 * std::fabs(truth))
            << each.text << " at " << x[i] << ", " << a;
      }
    }
  }
}

// The incoming gradient is a factor of what is rounded, once.
TEST(Exact, BackwardRoundsTheProduct) {
  for (const char *what : {"gelu", "silu", "tanh(x)", "x * erf(softplus(x))", "hard_swish"}) {
    const Measured all = measure(what, Accuracy::exact(), 600);
    const Result<Kernel> kernel = uncachedEngine().compile(what, {.accuracy = Accuracy::exact()});
    ASSERT_TRUE(kernel);
    std::mt19937 random(3);
    std::vector<float> x(all.inputs[0].begin(), all.inputs[0].end()), dy, dx(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      dy.push_back(anyFloat(random));
    ASSERT_TRUE(kernel->backward(x, dy, dx));
    int wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Expected &slope = all.truth[i][1];
      const double high = slope.truth.high * double(dy[i]),
                   low = std::fma(slope.truth.high, double(dy[i]), -high) +
                         slope.truth.low * double(dy[i]);
      if (slope.known && std::fabs(high) < 0x1p127 && !isNearest(dx[i], high, low) && ++wrong <= 3)
        ADD_FAILURE() << what << " at " << std::hexfloat << x[i] << " by " << dy[i] << " is "
                      << dx[i] << ", not " << high;
    }
    EXPECT_EQ(wrong, 0) << what;
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, Tiers, testing::ValuesIn(texts));

} // namespace
} // namespace xphi::numerics
