// f64 beneath all floats: what rounds by a sum there, or divides what neighbours leave, is right or
// said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 1 + x is 1 in the 512 bits of wide numbers from 2^-512 on, which x may be, and what two doubles
// next to each other differ by is so from 2^-460 on.
// XPHI_FAR_DOUBLES: how many programs. XPHI_FAR_DOUBLES_SEED: the first one's seed, the others
// follow.
#include "check/ElementError.h"
#include "check/RunningKernel.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>

namespace xphi::numerics {
namespace {

using compiler::Column;

constexpr std::array rounded = {
    "floor(1 + #)",       "ceil(2 * (1 - #))", "floor((# + 1)^2)", "if 1 + # > 1 then 2 else 3",
    "floor(exp(#))",      "ceil(1 + tanh(#))", "step(exp(#) - 1)", "trunc(1 / (1 + #))",
    "round(# + 0.5) + 3", "sign(log(1 + #))"};
constexpr std::array arounds = {"#", "exp(-(#))", "2 + #", "cos(#)", "1.5 * (#)"};
constexpr std::array arguments = {"x", "(-x)", "(3 * x)", "(x / 3)", "(x * x)"};
constexpr std::array quotients = {
    "(cbrt(1 + #) - 1 - # / 3) / x^2", "(exp(#) - 1 - #) / x^2", "(log(1 + #) - #) / x^2",
    "(sqrt(1 + #) - 1) / x",           "(1 - cos(#)) / x^2",     "(tanh(#) - #) / x^2"};
constexpr std::array differences = {"(x - y)", "(y - x)", "(x - y) / 3", "(x + y)",
                                    "(2 * (x - y))"};

std::string programOf(Dice &dice, bool areTwo) {
  if (areTwo)
    return "def f(x, y) = " + replaced(dice.oneOf(quotients), '#', dice.oneOf(differences));
  const std::string inner = replaced(dice.oneOf(rounded), '#', dice.oneOf(arguments));
  return "def f(x) = " + replaced(dice.oneOf(arounds), '#', "(" + inner + ")");
}

std::vector<Column> pointsFor(Dice &dice, std::size_t inputs) {
  std::vector<Column> columns(inputs);
  for (int i = 0; i < 60; ++i) {
    const double x = (dice() % 2 ? 1 : -1) * std::exp2(-dice.between(90, 1000));
    columns[0].push_back(x);
    if (inputs > 1)
      columns[1].push_back((dice() % 3 ? 1 : -1) * std::nextafter(x, dice() % 2 ? 1 : -1));
  }
  return columns;
}

TEST(FarDoubles, AreRightOrSaid) {
  const std::uint64_t programs = setting("XPHI_FAR_DOUBLES", 40),
                      first = setting("XPHI_FAR_DOUBLES_SEED", 1);
  int right = 0, said = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::size_t inputs = 1 + dice() % 2;
    const std::string text = programOf(dice, inputs > 1);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    const CompileOptions options{.types = {ElementType::F64}};
    const Result<Kernel> whole = uncachedEngine().compile(text, options);
    ASSERT_TRUE(whole) << whole.error().render();
    const Result<std::string> artifact = uncachedEngine().emit(text, "artifact", options);
    ASSERT_TRUE(artifact) << artifact.error().render();
    const dsl::ParseResult parsed = dsl::analyse({"<program>", text}, &lib::library());
    ASSERT_TRUE(parsed) << parsed.render();
    const dsl::DefinitionIndex entry = parsed.program->entry();
    const KernelSpec spec{
        .target = *hostTarget(),
        .types = {std::vector<ElementType>(inputs, ElementType::F64), ElementType::F64},
        .gradients = parsed.program->definitions[entry].inputs};
    const auto kernel = compiler::RunningKernel::load(
        *artifact, spec, std::vector<ElementType>(1 + inputs, ElementType::F64));
    ASSERT_TRUE(kernel);
    const std::vector<Column> columns = pointsFor(dice, inputs);
    const Column got = (*kernel)(columns, {})[0];
    reference::KernelTruth truth(parsed.program, entry, {}, {},
                                 reference::KernelTruth::For::FarDoubles);
    double worst = 0, where = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      Column point;
      for (const Column &column : columns)
        point.push_back(column[i]);
      const reference::Expected expected = truth.at(point, {})[0];
      const double error =
          expected.known ? compiler::elementError(got[i], expected.truth, 0, ElementType::F64) : 0;
      if (error > worst)
        worst = error, where = columns[0][i];
    }
    constexpr double promised = 4;
    EXPECT_TRUE(worst <= promised || !whole->certificate().kept)
        << worst << " ulp at " << where << ", " << whole->certificate().text();
    ++(worst <= promised ? right : said);
  }
  std::printf("%d right, %d said\n", right, said);
}

/// With the defaults the other branch is taken.
TEST(FarDoubles, AreSaidBesideOtherParameters) {
  constexpr std::array conditions = {"phi(x) < a", "1 / (1 + abs(x)) < a", "exp(-abs(x)) < 2 * a",
                                     "tanh(x)^2 + a > 0.5"};
  constexpr std::array lost = {"x * frac(#)", "# - 3 * floor(# / 3)", "frac(#) + 1 / x",
                               "round(#) - #"};
  constexpr std::array quotients = {"x / 0.3", "(x / 7)", "(x * 0.1)", "(3 * x / 11)"};
  Dice dice(setting("XPHI_FAR_DOUBLES_SEED", 1));
  for (int i = 0; i < 4; ++i) {
    const std::string text = "def f(x; a = -6) = if " + dice.oneOf(conditions) + " then " +
                             replaced(dice.oneOf(lost), '#', dice.oneOf(quotients)) + " else 2 * x";
    const Result<Kernel> kernel =
        uncachedEngine().compile(text, {.gradients = {}, .types = {ElementType::F64}});
    ASSERT_TRUE(kernel) << kernel.error().render();
    EXPECT_FALSE(kernel->certificate().kept) << text << "\n" << kernel->certificate().text();
  }
}

} // namespace
} // namespace xphi::numerics
