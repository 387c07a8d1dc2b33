// Rules are identities: both sides agree in high precision, at random points and at every bfloat16,
// and where one side is no number the other is none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RuleProgram.h"
#include "compiler/truth/BallArithmetic.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace xphi::rules {
namespace {

using reference::ArbBall;
using reference::ArbPrecision;
using reference::BallArithmetic;

struct Verdict {
  enum { NoNumber, Unsure, Equal, Different } kind;
  std::string sides; ///< where they differ
};

ArbBall side(const std::string &name, const std::vector<ArbBall> &point, bool &sure) {
  const dsl::Program &program = ruleProgram();
  BallArithmetic balls;
  ArbBall value =
      dsl::evaluate(program, *program.find(name), std::span<const ArbBall>(point), {}, balls);
  sure = sure && !balls.undecided();
  return value;
}

Verdict compareOnce(const compiler::Rule &rule, const std::vector<double> &numbers) {
  std::vector<ArbBall> point(numbers.begin(), numbers.end());
  bool sure = true;
  const ArbBall from = side(compiler::fromName(rule), point, sure);
  const ArbBall to = side(compiler::toName(rule), point, sure);
  if (!sure)
    return {Verdict::Unsure, {}};
  if (!from.isFinite() && !to.isFinite())
    return {Verdict::NoNumber, {}};
  if (from.isFinite() != to.isFinite() || !arb_overlaps(from.get(), to.get()))
    return {Verdict::Different, from.decimal(20) + " and " + to.decimal(20)};
  return {from.isTight(60) && to.isTight(60) ? Verdict::Equal : Verdict::Unsure, {}};
}

// What looks like no number may only lack bits, as log(1 - Phi(20)) does.
Verdict compare(const compiler::Rule &rule, const std::vector<double> &numbers) {
  const Verdict verdict = compareOnce(rule, numbers);
  if (verdict.kind != Verdict::Different)
    return verdict;
  const ArbPrecision precision(4096);
  return compareOnce(rule, numbers);
}

// What stands for a `p` is never negative.
bool isAllowed(const compiler::Rule &rule, const std::vector<double> &point) {
  const auto &inputs =
      ruleProgram().definitions[*ruleProgram().find(compiler::fromName(rule))].inputs;
  for (size_t i = 0; i < point.size(); ++i)
    if (inputs[i].front() == 'p' && point[i] < 0)
      return false;
  const auto condition = conditionOf(rule);
  return !condition || dsl::evaluate(ruleProgram(), *condition, point, {}) == 1;
}

class Identity : public testing::TestWithParam<compiler::Rule> {};

TEST_P(Identity, HoldsAtRandomPointsTo60Bits) {
  const compiler::Rule &rule = GetParam();
  const ArbPrecision precision(640); // erfc(16) is 2^-372, and 1 - erf(16) loses as many bits
  const size_t variables =
      ruleProgram().definitions[*ruleProgram().find(compiler::fromName(rule))].inputs.size();
  std::mt19937_64 random(20240229);
  const double special[] = {0, 1, -1, 0.5, 2, -3};
  int equal = 0;
  for (int i = 0; i < 600; ++i) {
    std::vector<double> point;
    for (size_t v = 0; v < variables; ++v) {
      const double magnitude = std::ldexp(double(random() >> 11), -53 - 12 + int(random() % 17));
      point.push_back(random() % 8 == 0 ? special[random() % std::size(special)]
                                        : (random() % 2 ? magnitude : -magnitude));
    }
    if (!isAllowed(rule, point))
      continue;
    const Verdict verdict = compare(rule, point);
    ASSERT_NE(verdict.kind, Verdict::Different)
        << testing::PrintToString(point) << ": " << verdict.sides;
    equal += verdict.kind == Verdict::Equal;
  }
  EXPECT_GE(equal, 100) << "too few points where both sides are known";
}

INSTANTIATE_TEST_SUITE_P(Rules, Identity, testing::ValuesIn(allRules()),
                         [](const auto &info) { return testName(info.param); });

std::vector<compiler::Rule> rulesOfOneVariable() {
  std::vector<compiler::Rule> rules = allRules();
  std::erase_if(rules, [](const compiler::Rule &rule) {
    return rule.variables.find(',') != std::string_view::npos;
  });
  return rules;
}

class Bfloat16 : public testing::TestWithParam<compiler::Rule> {};

// Every finite bfloat16 of magnitude up to 128, the rest being beyond all of the exponentials; up
// to 48 where 1 - erf(x) would need more than 4096 bits not to be 0.
TEST_P(Bfloat16, HoldsAtEveryNumber) {
  const compiler::Rule &rule = GetParam();
  const ArbPrecision precision(320);
  const float end = rule.from.starts_with("log1p(") ? 48 : 128;
  const uint32_t last = std::bit_cast<uint32_t>(end) >> 16;
  int known = 0;
  for (uint32_t bits = 0; bits <= last; ++bits)
    for (uint32_t sign : {0u, 0x8000u}) {
      const double x = std::bit_cast<float>((bits | sign) << 16);
      if (!isAllowed(rule, {x}))
        continue;
      const Verdict verdict = compare(rule, {x});
      ASSERT_NE(verdict.kind, Verdict::Different) << x << ": " << verdict.sides;
      known += verdict.kind == Verdict::Equal;
    }
  EXPECT_GE(known, 15000) << "of " << 2 * (last + 1);
}

INSTANTIATE_TEST_SUITE_P(Rules, Bfloat16, testing::ValuesIn(rulesOfOneVariable()),
                         [](const auto &info) { return testName(info.param); });

// A rule says why it is there, and has a name of its own.
TEST(RuleTable, EveryRuleHasAReasonAndItsOwnName) {
  std::vector<std::string_view> names;
  for (const compiler::Rule &rule : allRules()) {
    EXPECT_FALSE(rule.reason.empty()) << rule.name;
    EXPECT_EQ(std::ranges::count(names, rule.name), 0) << rule.name;
    names.push_back(rule.name);
  }
}

} // namespace
} // namespace xphi::rules
