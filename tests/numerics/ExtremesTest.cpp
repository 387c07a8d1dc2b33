// Parameters at the ends of what they may be, at inputs where that matters, against Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The texts are the library's and such as are put together by dice. XPHI_EXTREME_PROGRAMS: how many
// of either. XPHI_EXTREME_SEED: the first one's seed, the others follow.
#include "check/Extremes.h"
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::Column;

class Dice {
public:
  explicit Dice(std::uint64_t seed) : random(seed) {}

  template <class Table> auto oneOf(const Table &table) {
    return table[random() % std::size(table)];
  }
  double unit() { return double(random() >> 11) * 0x1p-53; }
  double signedPower(double low, double high) {
    const double size = std::exp2(low + (high - low) * unit());
    return random() % 2 ? size : -size;
  }
  std::uint64_t operator()() { return random(); }

private:
  std::mt19937_64 random;
};

float parameterFor(Dice &dice) {
  constexpr std::array ends = {0.0f, -0.0f, 1e-45f, -1e-40f, 1e-20f, 3e38f, -1e38f, 1e20f, 1.0f};
  switch (dice() % 3) {
  case 0:
    return dice.oneOf(ends);
  case 1:
    return float(dice.signedPower(-149, 127.9));
  default:
    return float(dice.signedPower(-12, 6));
  }
}

/// Around a number of the parameters, or any.
float inputFor(Dice &dice, const std::vector<float> &parameters) {
  const double a = dice.oneOf(parameters), near = dice.signedPower(-5, 5);
  double x = near;
  switch (dice() % 6) {
  case 0:
    x = near / a;
    break;
  case 1:
    x = near * a;
    break;
  case 2:
    x = near / std::sqrt(std::fabs(a));
    break;
  case 3:
    x = a * (1 + dice.signedPower(-24, -2));
    break;
  case 4:
    x = dice.signedPower(-149, 127.9);
    break;
  default:
    break;
  }
  return std::isfinite(float(x)) ? float(x) : float(near);
}

void expectAtEnds(const std::string &what, std::size_t inputs, std::size_t parameterCount,
                  Dice &dice) {
  for (int set = 0; set < 6; ++set) {
    std::vector<float> parameters;
    for (std::size_t k = 0; k < parameterCount; ++k)
      parameters.push_back(parameterFor(dice));
    std::vector<Column> columns(inputs);
    for (int i = 0; i < 40; ++i)
      for (Column &column : columns)
        column.push_back(inputFor(dice, parameters));
    SCOPED_TRACE(testing::PrintToString(parameters));
    expectPromised(what, {std::vector(inputs, ElementType::F32), ElementType::F32}, columns,
                   {.parameters = parameters, .allGradients = true});
  }
}

TEST(Extremes, TextsKeepThePromise) {
  constexpr std::array texts = {
      "abs(x)^#",           "x^#",
      "x * abs(x)^(# - 1)", "x^(# - 3) * x",
      "expm1(# * x) / #",   "(softplus(# * x) - softplus(# * (x - 1))) / #",
      "log1p(# * x^2) / #", "x + sin(# * x)^2 / #",
      "x * sigmoid(# * x)", "sqrt(x^2 + #)",
      "x / (1 + abs(#*x))", "x / sqrt(1 + # * x^2)",
      "tanh(# * x) / #",    "if x > # then x else # * expm1(x / #)",
      "max(x, #) * x",      "# * x^2 + x",
      "exp(-# * x^2)",      "clamp(x, -#, 2 * #)",
      "Phi((x - #) / b)",   "softplus(# * x) / #"};
  const std::uint64_t first = setting("XPHI_EXTREME_SEED", 1),
                      programs = setting("XPHI_EXTREME_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string text = "def f(x; a = 1.25, b = 0.5) = " +
                             replaced(dice.oneOf(texts), '#', dice() % 4 ? "a" : "(a * b)");
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    expectAtEnds(text, 1, 2, dice);
  }
}

TEST(Extremes, TheLibraryKeepsThePromise) {
  std::vector<std::pair<std::string, const dsl::Definition *>> functions;
  std::vector<std::shared_ptr<const dsl::ParseResult>> alive;
  for (const dsl::LibraryFile &file : lib::files())
    if (const auto read = lib::library().load(file.name);
        *read && !dsl::draws(*read->program, read->program->entry())) {
      const dsl::Definition &definition = read->program->definitions[read->program->entry()];
      if (!definition.parameters.empty())
        functions.emplace_back(file.name, &definition);
      alive.push_back(read);
    }
  const std::uint64_t first = setting("XPHI_EXTREME_SEED", 1),
                      programs = setting("XPHI_EXTREME_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    // Those that were wrong there, before they were watched, and any.
    constexpr std::array<std::string_view, 3> always = {"power", "soft_clipping",
                                                        "soft_exponential"};
    const auto known = std::ranges::find_if(functions, [&](const auto &each) {
      return seed - first < always.size() && each.first == always[seed - first];
    });
    const auto &[name, definition] = known != functions.end() ? *known : dice.oneOf(functions);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + name);
    expectAtEnds(name, definition->inputs.size(), definition->parameters.size(), dice);
  }
}

/// For a parameter of any end there are inputs at which it matters.
TEST(Extremes, AreMetWhereTheyMatter) {
  for (const char *text : {"tanh(a * x)", "a * x / (1 + abs(a * x))", "exp(-a * x^2) + x",
                           "x * sigmoid(a * x)", "log(1 + exp(a * x))"}) {
    const dsl::ParseResult parsed =
        dsl::analyse({"<test>", std::string("def f(x; a = 1) = ") + text}, &lib::library());
    ASSERT_TRUE(parsed) << parsed.render();
    int zero = 0, tiny = 0, huge = 0, negative = 0, points = 0;
    for (const compiler::Extreme &each :
         compiler::extremesFor(*parsed.program, parsed.program->entry(), 100)) {
      const double a = each.parameters[0];
      points += int(each.points.size());
      const bool matters = std::ranges::any_of(each.points, [&](const compiler::Point &point) {
        const double product = std::fabs(a * point[0]);
        return a == 0 || (product > 0x1p-8 && product < 0x1p8);
      });
      zero += matters && a == 0;
      tiny += matters && a != 0 && std::fabs(a) < 1e-15;
      huge += matters && std::fabs(a) > 1e15;
      negative += matters && a < 0;
    }
    EXPECT_TRUE(zero && tiny && huge && negative)
        << text << ": " << zero << ", " << tiny << ", " << huge << ", " << negative;
    EXPECT_LE(points, 110) << text;
  }
}

} // namespace
} // namespace xphi::numerics
