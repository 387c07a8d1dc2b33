// Where a branch is used, by conditions made by chance: no input that leads there is left out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"

#include "analysis/Domains.h"

#include <gtest/gtest.h>

#include <random>

namespace xphi::analysis {
namespace {

using compiler::Domains;
using compiler::Interval;

using Point = std::array<double, 2>;

/// Its text, and whether it holds.
struct Condition {
  std::string text;
  std::function<bool(const Point &)> holds;
};

/// Its text, and the name of the leaf that a point leads to.
struct Choice {
  std::string text;
  std::function<std::string(const Point &)> leaf;
};

class Generator {
public:
  explicit Generator(std::uint64_t seed) : random(seed) {}

  Condition condition(int depth) {
    if (depth == 0)
      return comparison();
    const Condition a = condition(depth - 1), b = condition(int(random() % unsigned(depth)));
    switch (random() % 3) {
    case 0:
      return {"(" + a.text + " and " + b.text + ")",
              [a, b](const Point &p) { return a.holds(p) && b.holds(p); }};
    case 1:
      return {"(" + a.text + " or " + b.text + ")",
              [a, b](const Point &p) { return a.holds(p) || b.holds(p); }};
    default:
      return {"not (" + a.text + ")", [a](const Point &p) { return !a.holds(p); }};
    }
  }

  Choice choice(int depth) {
    static const char *leaves[] = {"sin", "cos", "tanh", "exp", "atan", "erf", "sinh", "asinh"};
    if (depth == 0) {
      const std::string name = leaves[used++ % std::size(leaves)];
      return {name + "(x + y)", [name](const Point &) { return name; }};
    }
    const Condition c = condition(int(random() % 3));
    const Choice a = choice(depth - 1), b = choice(int(random() % unsigned(depth)));
    return {"(if " + c.text + " then " + a.text + " else " + b.text + ")",
            [c, a, b](const Point &p) { return c.holds(p) ? a.leaf(p) : b.leaf(p); }};
  }

private:
  Condition comparison() {
    const unsigned input = unsigned(random() % 2);
    const double bound = double(int(random() % 9)) - 4;
    const std::string number = bound < 0 ? "(" + std::to_string(int(bound)) + ")"
                                         : std::to_string(int(bound)),
                      variable = input ? "y" : "x";
    static constexpr std::pair<const char *, bool (*)(double, double)> predicates[] = {
        {" < ", [](double a, double b) { return a < b; }},
        {" <= ", [](double a, double b) { return a <= b; }},
        {" > ", [](double a, double b) { return a > b; }},
        {" >= ", [](double a, double b) { return a >= b; }},
        {" == ", [](double a, double b) { return a == b; }},
        {" != ", [](double a, double b) { return a != b; }}};
    const auto [sign, predicate] = predicates[random() % std::size(predicates)];
    if (random() % 2)
      return {variable + sign + number, [=](const Point &p) { return predicate(p[input], bound); }};
    return {number + sign + variable, [=](const Point &p) { return predicate(bound, p[input]); }};
  }

  std::mt19937_64 random;
  unsigned used = 0;
};

mlir::Operation *operationOf(mlir::func::FuncOp function, const std::string &name) {
  for (mlir::Operation &op : function.front())
    if (op.getName().stripDialect() == name)
      return &op;
  return nullptr;
}

TEST(Domains, HoldEveryInputThatLeadsThere) {
  const Seeds seeds(400);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    const Choice choice = Generator(seed).choice(1 + int(seed % 3));
    const Imported imported("def f(x, y) = " + choice.text);
    mlir::func::FuncOp function = imported.function();
    const Domains domains(function);
    for (double x = -5; x <= 5; x += 0.5)
      for (double y = -5; y <= 5; y += 0.5) {
        const Point point = {x, y};
        mlir::Operation *op = operationOf(function, choice.leaf(point));
        ASSERT_TRUE(op) << choice.text;
        for (unsigned i = 0; i < 2; ++i) {
          const Interval found = domains.of(op, function.getArgument(i));
          ASSERT_TRUE(found.low <= point[i] && point[i] <= found.high)
              << choice.text << " at " << x << ", " << y << ": " << choice.leaf(point)
              << " is used from " << found.low << " to " << found.high;
        }
      }
  }
}

/// By hand: where sin(x) is used.
TEST(Domains, AreAsNarrowAsComparisonsSay) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Row {
    const char *text;
    double low, high;
  };
  for (const Row &row : std::vector<Row>{
           {"if x < 2 then sin(x) else 0", -infinity, 2},
           {"if x < 2 then 0 else sin(x)", 2, infinity},
           {"if x <= 2 then sin(x) else 0", -infinity, 2},
           {"if x <= 2 then 0 else sin(x)", 2, infinity},
           {"if x > 2 then sin(x) else 0", 2, infinity},
           {"if x >= 2 then 0 else sin(x)", -infinity, 2},
           {"if 2 < x then sin(x) else 0", 2, infinity},
           {"if 2 <= x then sin(x) else 0", 2, infinity},
           {"if 2 > x then sin(x) else 0", -infinity, 2},
           {"if 2 >= x then 0 else sin(x)", 2, infinity},
           {"if x == 2 then sin(x) else 0", 2, 2},
           {"if x != 2 then 0 else sin(x)", 2, 2},
           {"if x > -1 and x < 1 then sin(x) else 0", -1, 1},
           {"if x < -1 or 1 < x then 0 else sin(x)", -1, 1},
           {"if not (x < -1 or x > 1) then sin(x) else 0", -1, 1},
           {"if x < -1 then 0 else if x > 1 then 1 else sin(x)", -1, 1},
           {"if x < -1 or x > 1 then sin(x) else 0", -infinity, infinity},
           {"if x > -1 and x < 1 then 0 else sin(x)", -infinity, infinity},
           {"if x > 3 then sin(x) else if x < 1 then 0 else sin(x)", 1, infinity},
       }) {
    const Imported imported(row.text);
    mlir::func::FuncOp function = imported.function();
    const Domains domains(function);
    Interval all{infinity, -infinity};
    for (mlir::Operation &op : function.front())
      if (op.getName().stripDialect() == "sin") {
        const Interval found = domains.of(&op, function.getArgument(0));
        all = {std::min(all.low, found.low), std::max(all.high, found.high)};
      }
    EXPECT_EQ(all.low, row.low) << row.text;
    EXPECT_EQ(all.high, row.high) << row.text;
  }
}

} // namespace
} // namespace xphi::analysis
