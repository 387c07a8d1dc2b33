// How far polynomials of fits are from their functions, as Sollya's supnorm proves it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sollya (Chevillard, Joldes, Lauter) shares neither code nor method with approx/FitProof: of each
// segment it encloses sup |p/f − 1| between two numbers, which a proof has to lie between. Left out
// where the program `sollya` is not there.
#include "approx/FitProof.h"
#include "approx/FittedValue.h"
#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::FittedTruth;

struct Pair {
  const char *text, *inSollya;
};

const Pair pairs[] = {
    {"x * Phi(x)", "x * (1 + erf(x / sqrt(2))) / 2"},
    {"diff(x * Phi(x), x)", "(1 + erf(x / sqrt(2))) / 2 + x * exp(-x^2 / 2) / sqrt(2 * pi)"},
    {"sigmoid(x)", "1 / (1 + exp(-x))"},
    {"x * sigmoid(x)", "x / (1 + exp(-x))"},
    {"tanh(x)", "tanh(x)"},
    {"softplus(x)", "log1p(exp(x))"},
    {"erf(x)", "erf(x)"},
    {"atan(x)", "atan(x)"},
    {"x * tanh(exp(x))", "x * tanh(exp(x))"},
    {"exp(-x^2)", "exp(-x^2)"},
};

constexpr FitLimits tables[] = {{32, 8, 4, 4}, {32, 8, 64, 64}};

bool hasSollya() { return std::system("command -v sollya > /dev/null 2>&1") == 0; }

/// Exact, in words that Sollya reads.
std::string exactly(double number) {
  if (number == 0)
    return "0";
  int exponent;
  const double whole = std::ldexp(std::frexp(number, &exponent), 53);
  char text[64];
  std::snprintf(text, sizeof text, "(%.0f*2^(%d))", whole, exponent - 53);
  return text;
}

/// What the fit is on one segment, in x on one side of zero.
std::string polynomialOf(const Fit &fit, float x) {
  using enum Fit::Form;
  const bool isNegative = x < 0;
  const std::string t = isNegative && fit.form != TwoSided ? "(-x)" : "x";
  const unsigned entry = fittedPlace(fit, x).entry;
  std::string p = exactly(double(fit.coefficient(fit.degree, entry)));
  const std::string d = "(" + t + " - " + exactly(double(fit.centres[entry])) + ")";
  for (unsigned power = fit.degree; power-- > 0;)
    p = "(" + p + " * " + d + " + " + exactly(double(fit.coefficient(power, entry))) + ")";
  if (fit.slope != 0 && entry == 0)
    p = "(" + exactly(double(fit.slope)) + " * " + t + " + " + p + ")";
  for (unsigned i = 0; i < fit.order && fit.slope == 0; ++i)
    p = t + " * " + p;
  if (fit.form == Odd && isNegative)
    p = "-(" + p + ")";
  if ((fit.form == Ramp && !isNegative) || (fit.form == Fall && isNegative))
    p = "x + " + p;
  if (fit.form == Reflect && !isNegative)
    p = exactly(double(fit.sum)) + " - " + p;
  return p;
}

struct Case {
  std::string text;
  std::size_t fit;
  float low, high;
};

TEST(Sollya, EnclosesTheErrorsThatAreProved) {
  if (!hasSollya())
    GTEST_SKIP() << "there is no sollya here (Debian's package of that name)";
  std::vector<std::unique_ptr<Fit>> fits;
  std::vector<FittedTruth> truths;
  std::vector<Case> cases;
  std::string script = "prec = 200!;\ndisplay = decimal!;\n";
  for (const FitLimits &limits : tables)
    for (const Pair &pair : pairs) {
      const dsl::ParseResult parsed = dsl::analyse({"<test>", pair.text});
      ASSERT_TRUE(parsed) << parsed.render();
      std::optional<Fit> fit = findFit(parsed.program, parsed.program->entry(), limits);
      ASSERT_TRUE(fit) << pair.text;
      fits.push_back(std::make_unique<Fit>(std::move(*fit)));
      truths.emplace_back(parsed.program, parsed.program->entry());
      const Fit &one = *fits.back();
      for (float x : {-4.1f, -2.6f, -1.05f, -0.3f, 0.3f, 1.4f, 2.9f, 3.7f}) {
        if (x < one.low || x > one.high)
          continue;
        // The part of its segment that begins there, away from a zero.
        float high = x + 0.25f * one.step;
        while (fittedPlace(one, high).entry != fittedPlace(one, x).entry)
          high = 0.5f * (x + high);
        cases.push_back({pair.text, fits.size() - 1, x, high});
        script += "s = supnorm(" + polynomialOf(one, x) + ", " + pair.inSollya + ", [" +
                  exactly(double(x)) + ";" + exactly(double(high)) +
                  "], relative, 2^(-12));\nprint(inf(s)); print(sup(s));\n";
      }
    }
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("xphi-sollya-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "script") << script << "quit;\n";
  ASSERT_EQ(std::system(("sollya " + (folder / "script").string() + " > " +
                         (folder / "out").string() + " 2>&1")
                            .c_str()),
            0);
  std::ifstream out(folder / "out");
  for (const Case &each : cases) {
    double least = 0, most = 0;
    ASSERT_TRUE(out >> least >> most) << each.text << " at " << each.low;
    const Fit &fit = *fits[each.fit];
    const auto isProved = [&](double ulps) {
      return prove(fit, truths[each.fit], {each.low, each.high, ulps, 0, false}).holds;
    };
    constexpr double unit = 0x1p-24, slack = 1e-3;
    EXPECT_TRUE(isProved(most / unit * (1 + slack) + 1e-9))
        << each.text << " from " << each.low << ": Sollya has " << most / unit;
    EXPECT_FALSE(isProved(least / unit * (1 - slack)))
        << each.text << " from " << each.low << ": Sollya has " << least / unit;
  }
  EXPECT_GE(cases.size(), 120u);
  std::filesystem::remove_all(folder);
}

} // namespace
} // namespace xphi::numerics
