// Formulas that others collected because they go wrong: right, or the kernel says that it is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// formulas.tsv has those of the FPBench and Herbie suites that have one or two inputs. Each is
// judged (SilentErrors.h) at random floats that satisfy its condition. None may be wrong in
// silence, but for those of formulas.silent, which must all still be.
//
// XPHI_FORMULA_POINTS: how many floats, 2,000 for the figures of docs/accuracy.md.
// XPHI_FORMULA_LIST=1 names every formula that is not right.
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace xphi::numerics {
namespace {

struct Formula {
  std::string name, inputs, body, condition;

  std::size_t inputCount() const { return 1 + std::size_t(std::ranges::count(inputs, ',')); }
  dsl::ParseResult define(const std::string &expression) const {
    return dsl::analyse({name, text(expression)}, &lib::library());
  }
  std::string text(const std::string &expression) const {
    return "def formula(" + inputs + ") = " + expression;
  }
};

std::vector<Formula> formulas() {
  std::vector<Formula> all;
  std::ifstream file(XPHI_FORMULAS);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#'))
      continue;
    std::istringstream fields(line);
    Formula formula;
    std::string source;
    for (std::string *field : {&source, &formula.name, &formula.inputs, &formula.body})
      std::getline(fields, *field, '\t');
    std::getline(fields, formula.condition, '\t');
    all.push_back(std::move(formula));
  }
  return all;
}

std::set<std::string> knownSilent() {
  std::set<std::string> names;
  std::ifstream file(XPHI_FORMULAS_SILENT);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && !line.starts_with('#'))
      names.insert(line);
  return names;
}

std::size_t pointCount() {
  const char *wanted = std::getenv("XPHI_FORMULA_POINTS");
  return wanted ? std::strtoul(wanted, nullptr, 10) : 50;
}

/// Floats that satisfy the formula's condition.
std::vector<Point> pointsFor(const Formula &formula, std::size_t count) {
  const dsl::ParseResult condition = formula.define(
      "if " + (formula.condition.empty() ? "0 == 0" : formula.condition) + " then 1 else 0");
  EXPECT_TRUE(condition) << condition.render();
  const dsl::Program &program = *condition.program;
  RandomPoints random(formula.inputCount(), numbersIn(program), 5);
  std::vector<Point> found;
  for (std::size_t tries = 0; found.size() < count && tries < 400 * count; ++tries) {
    Point point = random.next();
    const std::vector<double> x(point.begin(), point.end());
    if (dsl::evaluate(program, program.entry(), x, {}) == 1)
      found.push_back(std::move(point));
  }
  return found;
}

TEST(Formulas, AreRightOrSayThatTheyAreNot) {
  JudgementCount counts[3]; // by number of inputs
  std::set<std::string> silent;
  const bool isListed = std::getenv("XPHI_FORMULA_LIST");
  for (const Formula &formula : formulas()) {
    const Judgement judged = judge(formula.text(formula.body), pointsFor(formula, pointCount()));
    counts[formula.inputCount()].add(judged.kind);
    if (judged.kind == Judgement::Kind::Silent)
      silent.insert(formula.name);
    if (isListed && judged.kind != Judgement::Kind::Right)
      std::printf("%s, %s\n", formula.name.c_str(), judged.text().c_str());
  }
  for (const int inputs : {1, 2}) {
    std::printf("%s\n", counts[inputs].text(inputs == 1 ? "one input" : "two inputs").c_str());
    EXPECT_GT(counts[inputs].all, 0);
  }
  const std::set<std::string> known = knownSilent();
  for (const std::string &name : silent)
    EXPECT_TRUE(known.contains(name)) << name << " is wrong and does not say so";
  if (!std::getenv("XPHI_FORMULA_POINTS")) {
    for (const std::string &name : known)
      EXPECT_TRUE(silent.contains(name)) << name << " is silent no more: off formulas.silent";
  }
}

} // namespace
} // namespace xphi::numerics
