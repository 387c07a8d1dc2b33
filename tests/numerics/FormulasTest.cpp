// Formulas that others collected because they go wrong: right, or the kernel says that it is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// formulas.tsv has those of the FPBench and Herbie suites that have one or two inputs. Value and
// gradients of each are compared with the truth at random floats that satisfy its condition. A
// formula is right where all are within 4 ulp (of their terms, for derivatives), said where they
// are not and its certificate says so, and silent where it does not: none may be, but for those of
// formulas.silent, which must all still be.
//
// XPHI_FORMULA_POINTS: how many floats, 2,000 for the figures of docs/accuracy.md.
// XPHI_FORMULA_LIST=1 names every formula that is not right.
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/Ulp.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

namespace xphi::numerics {
namespace {

constexpr double promisedUlp = 4;

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

using Point = std::vector<float>;

/// Floats that satisfy the condition: of all bit patterns, of common magnitudes, and between the
/// numbers that the condition names.
class Sampler {
public:
  explicit Sampler(const Formula &formula)
      : condition(formula.define(
            "if " + (formula.condition.empty() ? "0 == 0" : formula.condition) + " then 1 else 0")),
        inputs(formula.inputCount()) {
    EXPECT_TRUE(condition) << condition.render();
    for (dsl::ExprId id = 0; id < condition.program->size(); ++id)
      if (condition.program->expr(id).kind == dsl::ExprKind::Number)
        for (double sign : {1.0, -1.0})
          numbers.push_back(sign * condition.program->number(id).value);
  }

  std::vector<Point> points(std::size_t count) {
    std::vector<Point> found;
    for (std::size_t tries = 0; found.size() < count && tries < 400 * count; ++tries) {
      Point point;
      for (std::size_t i = 0; i < inputs; ++i)
        point.push_back(next(tries));
      if (holds(point))
        found.push_back(std::move(point));
    }
    return found;
  }

private:
  float next(std::size_t kind) {
    if (kind % 3 == 0)
      for (;;)
        if (const float x = std::bit_cast<float>(std::uint32_t(random())); std::isfinite(x))
          return x;
    const double unit = double(random() >> 11) * 0x1p-53;
    if (kind % 3 == 1)
      return float(std::ldexp(random() % 2 ? 1 + unit : -1 - unit, int(random() % 40) - 30));
    const double a = numbers[random() % numbers.size()], b = numbers[random() % numbers.size()];
    return float(a + (b - a) * unit);
  }
  bool holds(const Point &point) const {
    const std::vector<double> x(point.begin(), point.end());
    return dsl::evaluate(*condition.program, condition.program->entry(), x, {}) == 1;
  }

  dsl::ParseResult condition;
  std::size_t inputs;
  std::vector<double> numbers;
  std::mt19937_64 random{5};
};

struct Worst {
  double ulp = 0;
  std::string where;
};

Worst measure(const dsl::Program &program, const Kernel &kernel, const std::vector<Point> &points) {
  Worst worst;
  const std::size_t inputs = kernel.inputs().size(), size = points.size();
  std::vector<std::uint32_t> variables(inputs);
  for (std::uint32_t i = 0; i < inputs; ++i)
    variables[i] = i;
  reference::KernelTruth truth(std::make_shared<const dsl::Program>(program), program.entry(), {},
                               variables);

  std::vector<std::vector<float>> columns(inputs), results(1 + inputs, std::vector<float>(size));
  for (const Point &point : points)
    for (std::size_t i = 0; i < inputs; ++i)
      columns[i].push_back(point[i]);
  const std::vector<Kernel::Input> in(columns.begin(), columns.end());
  const std::vector<Kernel::Output> out(results.begin() + 1, results.end());
  const std::vector<float> ones(size, 1.0f);
  EXPECT_TRUE(kernel.forward(in, results[0]));
  EXPECT_TRUE(kernel.gradients(in, ones, out));

  for (std::size_t i = 0; i < size; ++i) {
    const std::vector<reference::Expected> expected = truth.at(points[i], {});
    for (std::size_t k = 0; k < results.size(); ++k) {
      if (!expected[k].known)
        continue;
      const double ulp =
          reference::ulpError(results[k][i], expected[k].truth, expected[k].largestTerm);
      const auto isArguable = [&] {
        return truth.isTie(points[i], {}, k) ||
               (k > 0 && !truth.byChainRule(points[i], {}, k).known);
      };
      if (ulp <= worst.ulp || (ulp > promisedUlp && isArguable()))
        continue;
      char text[160];
      std::snprintf(text, sizeof text, "%s at %a%s%a: got %a, not %.9g",
                    k == 0 ? "value" : k == 1 ? "gradient" : "second gradient", points[i][0],
                    inputs > 1 ? ":" : " ", points[i].back(), results[k][i],
                    expected[k].truth.high);
      worst = {ulp, text};
    }
  }
  return worst;
}

TEST(Formulas, AreRightOrSayThatTheyAreNot) {
  struct Count {
    int all = 0, right = 0, said = 0, silent = 0;
  };
  Count counts[3]; // by number of inputs
  std::set<std::string> silent;
  const bool isListed = std::getenv("XPHI_FORMULA_LIST");
  for (const Formula &formula : formulas()) {
    const dsl::ParseResult parsed = formula.define(formula.body);
    ASSERT_TRUE(parsed) << parsed.render();
    CompileOptions options;
    options.gradients = CompileOptions::allGradients();
    const Result<Kernel> kernel = uncachedEngine().compile(formula.text(formula.body), options);
    ASSERT_TRUE(kernel) << formula.name << ": " << kernel.error().render();
    const Worst worst =
        measure(*parsed.program, *kernel, Sampler(formula).points(pointCount()));
    const bool isSaid = !kernel->certificate().kept;
    Count &count = counts[formula.inputCount()];
    ++count.all;
    ++(worst.ulp <= promisedUlp ? count.right : isSaid ? count.said : count.silent);
    if (worst.ulp > promisedUlp && !isSaid)
      silent.insert(formula.name);
    if (isListed && worst.ulp > promisedUlp)
      std::printf("%s %s: %.3g ulp, %s\n    %s\n", isSaid ? "said  " : "SILENT", formula.name.c_str(),
                  worst.ulp, worst.where.c_str(), kernel->certificate().text().c_str());
    uncachedEngine().clearCache();
  }
  for (const int inputs : {1, 2}) {
    const Count &count = counts[inputs];
    std::printf("of %d input%s: %d formulas, %d right (%.1f %%), %d said, %d silent\n", inputs,
                inputs > 1 ? "s" : "", count.all, count.right, 100.0 * count.right / count.all,
                count.said, count.silent);
    EXPECT_GT(count.all, 0);
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
