// The points of a check meet every size of the terms inside a program, also behind a condition.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Points.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::numerics {
namespace {

/// A term of x, and the log2 of its magnitude.
struct Term {
  const char *text;
  double (*size)(double x);
};

constexpr double log2OfE = 1.4426950408889634;

const Term terms[] = {
    {"exp(exp(x))", [](double x) { return std::exp(x) * log2OfE; }},
    {"exp(-exp(x))", [](double x) { return -std::exp(x) * log2OfE; }},
    {"exp(x^2)", [](double x) { return x * x * log2OfE; }},
    {"1 / phi(x)", [](double x) { return x * x * log2OfE / 2; }},
    {"cosh(exp(x))", [](double x) { return std::exp(x) * log2OfE; }},
    {"exp(x) * exp(x)", [](double x) { return 2 * x * log2OfE; }},
    {"(x * x) * (x * x)", [](double x) { return 4 * std::log2(std::fabs(x)); }},
};

/// A condition on two numbers that only some of the plane meets.
struct Gate {
  const char *text;
  bool (*isOpen)(double x, double y);
};

const Gate gates[] = {
    {"x < 1e9", [](double x, double) { return x < 1e9; }},
    {"y > 0", [](double, double y) { return y > 0; }},
    {"(x - y)^2 < x / y", [](double x, double y) { return (x - y) * (x - y) < x / y; }},
    {"abs(y) < 1e-3", [](double, double y) { return std::fabs(y) < 1e-3; }},
    {"x * y > 1 and y < 1", [](double x, double y) { return x * y > 1 && y < 1; }},
};

/// Ends of floats and doubles, and exponents on the way to the last that wide numbers have.
constexpr double ends[] = {126, 1022, 0x1p20, 0x1p64, 0x1p188, 0x1p316, 0x1p512};

std::vector<compiler::Point> allPoints(const std::string &text) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  const compiler::Points points =
      compiler::pointsFor(*parsed.program, parsed.program->entry(), 150);
  std::vector<compiler::Point> all = points.beside;
  for (const std::vector<compiler::Point> &line : points.lines)
    all.insert(all.end(), line.begin(), line.end());
  return all;
}

TEST(InnerTerms, AreMetAtEverySizeBehindConditions) {
  for (const Term &term : terms)
    for (const Gate &gate : gates) {
      const std::string text =
          std::string("def f(x, y) = if ") + gate.text + " then tanh(" + term.text + ") else y";
      const std::vector<compiler::Point> points = allPoints(text);
      for (std::size_t i = 0; i + 1 < std::size(ends); ++i) {
        const auto isThere = [&](double x, double y) {
          const double size = std::fabs(term.size(x));
          return gate.isOpen(x, y) && size > ends[i] && size <= ends[i + 1];
        };
        // Of so many points anywhere, how many are there: some regions are empty, or next to it.
        unsigned chances = 0;
        for (int a = -96; a < 256; ++a)
          for (int b = -300; b < 300; ++b)
            chances +=
                isThere(std::exp2(a / 2.0), std::copysign(std::exp2(b / 2.0), b % 2 ? 1 : -1));
        if (chances < 400)
          continue;
        EXPECT_TRUE(std::ranges::any_of(
            points, [&](const compiler::Point &point) { return isThere(point[0], point[1]); }))
            << text << ": no point with a term of 2^±" << ends[i] << " to 2^±" << ends[i + 1]
            << ", " << chances << " chances";
      }
    }
}

TEST(InnerTerms, AreFewEnough) {
  for (const char *text : {"def f(x, y) = x + y", "def f(x, y) = exp(exp(x)) * y / (x - y)"})
    EXPECT_LE(allPoints(text).size(), 150u * 2) << text;
}

/// A difference, and how many bits of its terms cancel.
const Term differences[] = {
    {"exp(x) + 1 - exp(x)", [](double x) { return log2OfE * x; }},
    {"exp(x)^2 - (exp(x) + 0.5)^2", [](double x) { return log2OfE * x; }},
    {"x + exp(-x) - x", [](double x) { return log2OfE * x + std::log2(x); }},
    {"erfcx(softplus(x)) - 1", [](double x) { return -log2OfE * x; }},
    {"exp(exp(x)) - 1", [](double x) { return -log2OfE * x; }},
    {"1 - tanh(x)", [](double x) { return 2 * log2OfE * x; }},
    {"2 * cosh(x) - exp(x)", [](double x) { return 2 * log2OfE * x; }},
    {"Phi(x) - 1", [](double x) { return log2OfE * x * x / 2; }},
    {"sqrt(1 + exp(x)) - 1", [](double x) { return -log2OfE * x; }},
    {"mish(x) - silu(x)", [](double x) { return -log2OfE * x; }},
    {"tanh(exp(x)) - exp(x)", [](double x) { return -2 * log2OfE * x; }},
    {"softplus(x) - exp(x)", [](double x) { return -log2OfE * x; }},
};

/// More than wide numbers have, fewer than the truth is told from: both signs of another term are
/// met there.
TEST(InnerTerms, WhereBitsRunOutAreMetWithEverySign) {
  for (const Term &difference : differences) {
    const std::vector<compiler::Point> points =
        allPoints("def f(x) = sin(x) * (" + std::string(difference.text) + ")");
    for (const bool negative : {false, true})
      EXPECT_TRUE(std::ranges::any_of(points,
                                      [&](const compiler::Point &point) {
                                        const double bits = difference.size(point[0]);
                                        return bits > 472 && bits < 722 &&
                                               std::signbit(std::sin(point[0])) == negative;
                                      }))
          << difference.text << ", sin " << (negative ? "negative" : "positive");
  }
}

/// A sum of three inputs, and the larger of its terms.
struct Sum {
  const char *text;
  double (*value)(double x, double y, double z), (*largest)(double x, double y, double z);
};

const Sum sums[] = {
    {"x * y + z", [](double x, double y, double z) { return x * y + z; },
     [](double, double, double z) { return z; }},
    {"x - 2 * z", [](double x, double, double z) { return x - 2 * z; },
     [](double x, double, double) { return x; }},
    {"(x - y) * y - z", [](double x, double y, double z) { return (x - y) * y - z; },
     [](double, double, double z) { return z; }},
    {"z / x - y^2", [](double x, double y, double z) { return z / x - y * y; },
     [](double, double y, double) { return y * y; }},
    {"0.1 - x * y", [](double x, double y, double) { return 0.1 - x * y; },
     [](double, double, double) { return 0.1; }},
};

// Where the other terms are of ordinary size, and where they are large, what a float drops is all
// that is left of a sum.
TEST(InnerTerms, SumsCancelAtSomePoints) {
  for (const Sum &sum : sums)
    for (const char *around : {"exp(-(#)^2)", "if y > 0 then x * tanh(#) else z * sigmoid(#)"}) {
      const std::string text = "def f(x, y, z) = " + replaced(around, '#', sum.text);
      const std::vector<compiler::Point> points = allPoints(text);
      const auto cancels = [&](const compiler::Point &point, double least) {
        const double largest = std::fabs(sum.largest(point[0], point[1], point[2]));
        return largest > least &&
               std::fabs(sum.value(point[0], point[1], point[2])) <= 0x1p-20 * largest;
      };
      const auto count = [&](double least) {
        return std::ranges::count_if(
            points, [&](const compiler::Point &point) { return cancels(point, least); });
      };
      EXPECT_GE(count(0), 8) << text;
      if (std::string_view(sum.text) != "0.1 - x * y") {
        EXPECT_GE(count(0x1p20), 2) << text;
      }
    }
}

} // namespace
} // namespace xphi::numerics
