// The points of a check lie at the numbers that a program names, wherever it names them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Points.h"
#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace xphi::numerics {
namespace {

/// The program's numbers are 0.37, 5.3 and 71.9; f is its last definition.
const std::string programs[] = {
    "def f(x) = if x > 0.37 then min(x, 5.3) else x / 71.9",
    "def f(x; a = 0.37, b = 5.3) = clamp(x, a, b) * 71.9",
    "def f(x) = clamp(x, 0.37, 5.3)\n  kink x = 71.9: 1",
    "def g(x) = abs(x - 0.37) + min(x, 5.3) * 71.9\ndef f(x) = g(x)",
    "def g(x) = max(x, 0.37)\ndef h(x) = g(x) + min(x, 5.3)\ndef f(x) = h(x) * 71.9",
    "def g(x) = if x < 0.37 then 5.3 else x\ndef f(x) = g(g(x)) + 71.9 * g(x)",
    "def g(x) = max(x, 0)\n  kink x = 0.37: 1\ndef h(x) = g(x)\n  kink x = 5.3: 0.5\n"
    "def f(x) = sin(h(x)) + 71.9",
    "def k(x) = x - 0.37\ndef h(x) = k(x) * 5.3\ndef g(x) = h(x)\ndef f(x) = let t = g(x) in t / "
    "71.9",
};

void expectPoints(const std::string &text, std::size_t inputs) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  ASSERT_TRUE(parsed) << parsed.render();
  const compiler::Points points =
      compiler::pointsFor(*parsed.program, parsed.program->entry(), 400);
  for (double constant : {0.37, 5.3, 71.9})
    for (double wanted : {constant, -constant})
      for (std::size_t input = 0; input < inputs; ++input)
        for (float x : {float(wanted), std::nextafter(float(wanted), HUGE_VALF),
                        std::nextafter(float(wanted), -HUGE_VALF)}) {
          bool isThere = false;
          for (const std::vector<compiler::Point> &line : points.lines)
            for (const compiler::Point &point : line)
              isThere |= point[input] == x;
          EXPECT_TRUE(isThere) << text << ": input " << input << " is never " << x;
        }
}

TEST(ConstantPoints, AreWhereAProgramNamesANumber) {
  for (const std::string &text : programs) {
    expectPoints(text, 1);
    std::string ofTwo = text; // f of a second input, too
    const std::size_t at = ofTwo.rfind("def f(x");
    ofTwo.insert(at + 7, ", y");
    const std::size_t body = ofTwo.find(" = ", ofTwo.find(')', at)) + 3;
    ofTwo.insert(body, "y + ");
    if (ofTwo.compare(body + 4, 2, "if") == 0 || ofTwo.compare(body + 4, 3, "let") == 0)
      ofTwo.erase(body, 4);
    expectPoints(ofTwo, 2);
  }
}

} // namespace
} // namespace xphi::numerics
