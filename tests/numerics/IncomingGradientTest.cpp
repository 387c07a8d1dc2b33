// dx = dy·f′(x) for dy of every size: a slope that is no normal number may make a product that is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Texts of every way of evaluation, and powers and scales put together by dice; the truth is the
// product's, over Arb. XPHI_INCOMING_POINTS: at how many points each. XPHI_INCOMING_PROGRAMS: how
// many programs are made by dice.
#include "UncachedEngine.h"
#include "abi/ElementValues.h"
#include "check/ElementError.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>

namespace xphi::numerics {
namespace {

std::shared_ptr<const dsl::Program> analysed(const std::string &text) {
  dsl::ParseResult parsed = dsl::analyse({"<program>", text});
  EXPECT_TRUE(parsed) << parsed.render();
  return parsed.program;
}

/// An array as kernels take it, and what its elements stand for.
class Elements {
public:
  Elements(ElementType type, std::size_t count)
      : type(type), size(sizeOf(type)), count(std::int64_t(count)), bytes(size * count) {}

  double operator[](std::size_t i) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &bytes[i * size], size);
    return valueOf(bits, type);
  }
  void set(std::size_t i, double value) {
    const std::uint64_t bits = nearestElement(value, type);
    std::memcpy(&bytes[i * size], &bits, size);
  }
  ConstTensor read() const { return ConstTensor::bits(bytes.data(), type, {count}); }
  Tensor written() { return Tensor::bits(bytes.data(), type, {count}); }

private:
  ElementType type;
  std::size_t size;
  std::int64_t count;
  std::vector<std::uint8_t> bytes;
};

/// Of one type: inputs where functions bend and of every size, and what comes back.
class Draws {
public:
  Draws(std::uint64_t seed, ElementType type)
      : random(seed), most(std::ilogb(largestElement(type))), least(std::ilogb(ulpOf(0, type))),
        farthest(type == ElementType::F64 ? 800 : 130) {}

  double input() {
    switch (random() % 4) {
    case 0:
      return normal(random);
    case 1:
      return farthest * (2 * unit(random) - 1);
    default:
      return ofAnySize();
    }
  }
  /// Most often such that a small slope becomes a number that is none, and a large one small.
  double incoming(double slope) {
    if (random() % 4 == 0 || !std::isfinite(slope) || slope == 0)
      return ofAnySize();
    const int wanted = random() % 3 == 0 ? 0 : int(random() % std::uint64_t(most)) - most / 2;
    const double size =
        std::ldexp(1 + unit(random), std::clamp(wanted - std::ilogb(slope), least, most - 1));
    return random() % 2 ? size : -size;
  }

private:
  double ofAnySize() {
    const int exponent = least + int(random() % std::uint64_t(most - least));
    return std::ldexp(random() % 2 ? 1 + unit(random) : -1 - unit(random), exponent);
  }

  std::mt19937_64 random;
  const int most, least; ///< exponents
  const double farthest;
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit;
};

/// Of all gradients at once, each is the product of its slope with dy.
void expectProducts(const std::string &text, ElementType type, const std::string &target) {
  SCOPED_TRACE(text + ", " + std::string(nameOf(type)) + ", " + target);
  const Result<std::string> canonical = uncachedEngine().emit(text, "stage:ast", {});
  ASSERT_TRUE(canonical) << canonical.error().render();
  const std::shared_ptr<const dsl::Program> program = analysed(*canonical);
  const dsl::Definition &definition = program->definitions[program->entry()];
  std::vector<std::uint32_t> variables;
  std::vector<float> defaults;
  std::string names, arguments;
  for (const std::string &name : definition.inputs) {
    variables.push_back(std::uint32_t(variables.size()));
    names += (names.empty() ? "" : ", ") + name;
  }
  arguments = names;
  for (const dsl::Parameter &parameter : definition.parameters) {
    defaults.push_back(float(parameter.value));
    std::array<char, 200> digits; // all there are
    std::snprintf(digits.data(), digits.size(), "%.150g", double(defaults.back()));
    arguments += (defaults.size() == 1 ? "; " : ", ") + parameter.name + " = " + digits.data();
  }
  const auto use = reference::KernelTruth::For::Doubles;
  reference::KernelTruth slopes(program, program->entry(), {}, variables, use);

  const std::size_t count = setting("XPHI_INCOMING_POINTS", 120);
  Draws draws(std::hash<std::string>()(text), type);
  std::vector<Elements> inputs(variables.size(), Elements(type, count)), results = inputs;
  Elements incoming(type, count);
  std::vector<std::vector<double>> points(count);
  std::vector<std::vector<reference::Expected>> expected(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (Elements &each : inputs) {
      each.set(i, draws.input());
      points[i].push_back(each[i]);
    }
    expected[i] = slopes.at(points[i], defaults);
    incoming.set(i, draws.incoming(expected[i][1].truth.high));
    points[i].push_back(incoming[i]);
  }
  const Result<Kernel> kernel = uncachedEngine().compile(text, {.types = {type}, .target = target});
  ASSERT_TRUE(kernel) << kernel.error().render();
  if (!kernel->certificate().kept) // where more bits cancel than there are
    return;
  std::vector<ConstTensor> read;
  std::vector<Tensor> written;
  for (const Elements &each : inputs)
    read.push_back(each.read());
  for (Elements &each : results)
    written.push_back(each.written());
  const Status ran = kernel->gradients(read, incoming.read(), written);
  ASSERT_TRUE(ran) << ran.error().render();

  // Of shorter elements within 2^-8 ulp of the nearest; a double's enclosure ends at 2^±1000, and
  // there is no sine of such.
  const double most = sizeOf(type) < sizeof(float) ? 0.5 + 0x1p-8 : 4;
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < variables.size(); ++k) {
    std::string body = *canonical + "\ndef product(" + names + ", incoming) = incoming * diff(" +
                       definition.name + "(" + arguments + "), " + definition.inputs[k] + ")\n";
    const std::shared_ptr<const dsl::Program> whole = analysed(body);
    reference::KernelTruth products(whole, whole->entry(), {}, {}, use);
    for (std::size_t i = 0; i < count; ++i) {
      const reference::Expected product = products.at(points[i], {})[0],
                                &slope = expected[i][1 + k];
      const double size = std::abs(product.truth.high);
      if (!product.known || !slope.known || product.truth.isNaN() ||
          (type == ElementType::F64 &&
           (size > 0x1p990 || size < 0x1p-900 || std::abs(points[i][0]) > 0x1p990)))
        continue;
      const double error = compiler::elementError(results[k][i], product.truth,
                                                  slope.largestTerm * std::abs(incoming[i]), type);
      if (error > most && ++wrong <= 3)
        ADD_FAILURE() << "gradient in " << definition.inputs[k] << " at " << std::hexfloat
                      << testing::PrintToString(points[i]) << " is " << results[k][i] << ", not "
                      << product.truth.high << std::defaultfloat << ": " << error << " ulp";
    }
  }
  EXPECT_EQ(wrong, 0u) << "of " << count << " points";
}

const char *const texts[] = {
    // Arithmetic in f32
    "x^3 / 3", "x^2", "0.1 * x^2", "x^4", "1 / x", "x / (1 + abs(x))", "x / sqrt(1 + x^2)",
    "if x > 0 then x^3 else 0.01 * x", "max(x, 0)^3", "min(x^3, 1)", "1 / (1 + x^2)", "x * abs(x)",
    "1e-20 * x^2", "1e15 * x^5", "star_relu", "smelu", "hard_swish",
    // Fits, and what is around them
    "gelu", "silu", "mish", "tanh", "erf", "sigmoid", "exp(-x^2)", "softplus", "sech(x)",
    "tanh(x)^3", "x^2 * gelu(x)", "gelu(x)^2", "sigmoid(x)^4", "1e-10 * tanh(x)", "cos", "sin(x)^3",
    "tanhshrink", "lisht", "max(x, 0) * sigmoid(x)",
    // Elementary functions of pairs
    "exp", "exp(5 * x)", "sigmoid(20 * x)", "exp(-50 * x^2)", "x * sigmoid(3 * x)",
    "exp(0.3 * x) - x", "log(1 + exp(2 * x))", "x * exp(-x)", "sqrt", "log", "x * log(x)",
    // Sums that cancel
    "gelu(x) - 0.5 * x", "gelu(x) * silu(x) + x", "tanh(x) * 0.3 + x^2",
    // Several inputs
    "swiglu", "geglu", "bilinear", "relu_squared_glu", "tanh_gate", "def f(x, a) = a * x^2",
    "def f(x, b) = gelu(x + b)", "def f(x, a) = x / (1 + a^2)", "def f(x, a) = silu(a * x)"};

struct Incoming : testing::TestWithParam<const char *> {};

TEST_P(Incoming, GradientsOfFloatsAreProducts) {
  for (const char *target : {"x86-64-v4", "x86-64-v3"})
    if (std::string_view(target) != "x86-64-v4" || *hostTarget() == target)
      expectProducts(GetParam(), ElementType::F32, target);
}

TEST_P(Incoming, GradientsOfShorterElementsAreProducts) {
  for (const ElementType type : {ElementType::F16, ElementType::BF16})
    expectProducts(GetParam(), type, *hostTarget());
}

TEST_P(Incoming, GradientsOfDoublesAreProducts) {
  expectProducts(GetParam(), ElementType::F64, *hostTarget());
}

INSTANTIATE_TEST_SUITE_P(Texts, Incoming, testing::ValuesIn(texts));

/// Products of factors, scales of any size, and choices between such. (Of doubles more bits cancel
/// in quotients than there are.)
TEST(IncomingDice, GradientsAreProducts) {
  // A divisor that is 0 in a range, as the last is, has no slope there.
  constexpr const char *factors[] = {"x",       "x^2",     "abs(x)", "min(x, 1)", "(1 + x^2)",
                                     "(x + 1)", "(1 - x)", "x^3",    "tanh(x)",   "sigmoid(x)",
                                     "gelu(x)", "exp(-x)", "cos(x)", "erf(x)",    "max(x, 0)"};
  const std::size_t programs = setting("XPHI_INCOMING_PROGRAMS", 8);
  for (std::size_t seed = 1; seed <= programs; ++seed) {
    std::mt19937_64 random(seed);
    const auto oneOf = [&](std::size_t first) { return std::string(factors[random() % first]); };
    const auto term = [&] {
      std::array<char, 32> scale;
      std::snprintf(scale.data(), scale.size(), "%.3g",
                    std::exp2(double(random() % 1200) / 10 - 60));
      std::string text = scale.data() + (" * " + oneOf(std::size(factors)));
      if (random() % 2)
        text += random() % 2 ? " * " + oneOf(std::size(factors))
                             : " / " + oneOf(std::size(factors) - 1);
      return text;
    };
    const std::string text = random() % 3 ? term()
                                          : "if x > " + std::to_string(random() % 3) + " then " +
                                                term() + " else " + term();
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (const ElementType type : {ElementType::F32, ElementType::F16, ElementType::BF16})
      expectProducts(text, type, *hostTarget());
  }
}

} // namespace
} // namespace xphi::numerics
