// Points, the worst error at them, and what the certificate says of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/SilentErrors.h"

#include "compiler/truth/JetArithmetic.h"
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/Ulp.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

namespace xphi::numerics {
namespace {

constexpr double promisedUlp = 4;

struct Worst {
  double ulp = 0;
  std::string where;
};

/// Value and gradients by jets of ever more bits; a value that is no number for certain is known.
std::vector<reference::Expected> deepTruth(const dsl::Program &program,
                                           const std::vector<double> &point) {
  using reference::ArbJet;
  std::vector<reference::Expected> expected(1 + point.size());
  for (const slong bits : {1024, 8192}) {
    const reference::ArbPrecision precision(bits);
    std::vector<ArbJet> jets;
    for (std::size_t i = 0; i < point.size(); ++i)
      jets.push_back(ArbJet::variable(point[i], i, point.size()));
    reference::JetArithmetic arithmetic(1);
    const ArbJet jet =
        dsl::evaluate(program, program.entry(), std::span<const ArbJet>(jets), {}, arithmetic);
    if (arithmetic.undecided())
      continue;
    constexpr slong tight = 40, negligible = -200;
    const auto isKnown = [](const reference::ArbBall &ball) {
      return ball.isTight(tight) || ball.isBelow(negligible);
    };
    expected[0] = {jet.value.enclosure(), 0, isKnown(jet.value) || jet.value.isNoNumber()};
    for (std::size_t i = 0; i < jet.first.size(); ++i)
      expected[1 + i] = {jet.first[i].value.enclosure(), jet.first[i].largestTerm.toDouble(),
                         isKnown(jet.first[i].value)};
    if (expected[0].known && std::ranges::all_of(expected, &reference::Expected::known))
      break;
  }
  return expected;
}

Worst measure(const dsl::Program &program, const Kernel &kernel, const std::vector<Point> &points,
              Depth depth) {
  Worst worst;
  const std::size_t inputs = kernel.inputs().size(), size = points.size();
  std::vector<std::uint32_t> variables(inputs);
  for (std::uint32_t i = 0; i < inputs; ++i)
    variables[i] = i;
  using reference::KernelTruth;
  KernelTruth truth(std::make_shared<const dsl::Program>(program), program.entry(), {}, variables,
                    depth == Depth::AsTheCheck ? KernelTruth::For::Floats
                                               : KernelTruth::For::FarDoubles);

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
    const std::vector<double> point(points[i].begin(), points[i].end());
    const std::vector<reference::Expected> expected =
        depth == Depth::Deep && !reference::hasOwnRules(program, program.entry())
            ? deepTruth(program, point)
            : truth.at(point, {});
    for (std::size_t k = 0; k < results.size(); ++k) {
      if (!expected[k].known)
        continue;
      const double ulp =
          expected[k].truth.isNaN()
              ? (std::isnan(results[k][i]) ? 0 : std::numeric_limits<double>::infinity())
              : reference::ulpError(results[k][i], expected[k].truth, expected[k].largestTerm);
      const auto isArguable = [&] {
        return truth.isTie(point, {}, k) || (k > 0 && !truth.byChainRule(point, {}, k).known);
      };
      if (ulp <= worst.ulp || (ulp > promisedUlp && isArguable()))
        continue;
      char text[160];
      std::snprintf(text, sizeof text, "%s at %a%s%a: got %a, not %.9g",
                    k == 0   ? "value"
                    : k == 1 ? "gradient"
                             : "second gradient",
                    points[i][0], inputs > 1 ? ":" : " ", points[i].back(), results[k][i],
                    expected[k].truth.high);
      worst = {ulp, text};
    }
  }
  return worst;
}

} // namespace

Point RandomPoints::next() {
  Point point;
  for (std::size_t i = 0; i < inputs; ++i)
    point.push_back(number());
  ++made;
  return point;
}

float RandomPoints::number() {
  if (made % 3 == 0)
    for (;;)
      if (const float x = std::bit_cast<float>(std::uint32_t(random())); std::isfinite(x))
        return x;
  const double unit = double(random() >> 11) * 0x1p-53;
  if (made % 3 == 1 || numbers.empty()) {
    const double digits = random() % 2 ? 1 + unit : -1 - unit;
    return float(std::ldexp(digits, int(random() % 40) - 30));
  }
  const double a = numbers[random() % numbers.size()], b = numbers[random() % numbers.size()];
  return float(a + (b - a) * unit);
}

std::vector<double> numbersIn(const dsl::Program &program) {
  std::vector<double> numbers;
  for (dsl::ExprId id = 0; id < program.size(); ++id)
    if (program.expr(id).kind == dsl::ExprKind::Number)
      for (double sign : {1.0, -1.0})
        numbers.push_back(sign * program.number(id).value);
  return numbers;
}

std::string Judgement::text() const {
  if (kind == Kind::Right)
    return "right: " + certificate;
  char error[32];
  std::snprintf(error, sizeof error, "%.3g ulp, ", ulp);
  return (kind == Kind::Said ? "said: " : "SILENT: ") + std::string(error) + where + "\n    " +
         certificate;
}

Judgement judge(const std::string &text, const std::vector<Point> &points, Depth depth) {
  using Kind = Judgement::Kind;
  const dsl::ParseResult parsed = dsl::analyse({"<program>", text}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  const Result<Kernel> kernel = uncachedEngine().compile(text, options);
  EXPECT_TRUE(kernel) << text << "\n" << kernel.error().render();
  if (!parsed || !kernel)
    return {Kind::Silent, std::numeric_limits<double>::infinity(), "it does not compile", ""};
  Worst worst = measure(*parsed.program, *kernel, points, depth);
  const Kind kind = worst.ulp <= promisedUlp      ? Kind::Right
                    : !kernel->certificate().kept ? Kind::Said
                                                  : Kind::Silent;
  Judgement result{kind, worst.ulp, std::move(worst.where), kernel->certificate().text()};
  uncachedEngine().clearCache();
  return result;
}

void JudgementCount::expectSaid(const Judgement &judged, std::uint64_t seed,
                                const std::string &text, bool isListed) {
  add(judged.kind);
  EXPECT_NE(judged.kind, Judgement::Kind::Silent) << "seed " << seed << ": " << text << "\n"
                                                  << judged.text();
  if (isListed && judged.kind != Judgement::Kind::Right)
    std::printf("seed %llu: %s\n  %s\n", static_cast<unsigned long long>(seed), text.c_str(),
                judged.text().c_str());
  std::fflush(stdout);
}

void JudgementCount::add(Judgement::Kind kind) {
  ++all;
  ++(kind == Judgement::Kind::Right ? right : kind == Judgement::Kind::Said ? said : silent);
}

std::string JudgementCount::text(const std::string &subject) const {
  char text[160];
  std::snprintf(text, sizeof text, "%s: %d, %d right (%.1f %%), %d said, %d silent",
                subject.c_str(), all, right, all ? 100.0 * right / all : 0, said, silent);
  return text;
}

} // namespace xphi::numerics
