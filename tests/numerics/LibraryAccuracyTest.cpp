// Every function of the library, compiled and run, against the oracle at 20,000 points.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The promise: the value within 4 ulp; each derivative, in inputs and parameters, within 4 ulp of
// the larger of itself and the largest term it sums; the second derivative of smooth functions
// likewise; NaN gives NaN, an infinity the limit, a zero the sign of the function beside it. And
// the same bits from both kernels that compute a derivative, on both targets, and for any place of
// an element in its array. KnownExcess.def lists what breaks it.
//
// XPHI_ACCURACY_REPORT=docs/accuracy.md writes the figures there once all functions were measured.
#include "compiler/truth/Ulp.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/AccuracyReport.h"
#include "tests/numerics/FloatSpread.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>

namespace xphi::numerics {
namespace {

using Floats = std::vector<float>;

constexpr double promisedUlp = 4;
constexpr std::size_t pointCount = 20'000, secondPointCount = 2'000;

std::vector<std::string> targets() {
  Result<std::string> host = hostTarget();
  if (host && *host == "x86-64-v4")
    return {"x86-64-v4", "x86-64-v3"};
  return {"x86-64-v3"};
}

Kernel compile(const std::string &what, std::vector<std::string> derivative,
               const std::string &target, xphi::Accuracy accuracy = xphi::Accuracy::accurate()) {
  CompileOptions options;
  options.accuracy = accuracy;
  options.backward = derivative.empty();
  options.derivative = std::move(derivative);
  options.gradients = options.backward ? CompileOptions::allGradients() : options.gradients;
  options.target = target;
  Result<Kernel> kernel = uncachedEngine().compile(what, options);
  if (!kernel)
    throw std::runtime_error(what + " does not compile: " + kernel.error().render());
  return *kernel;
}

std::vector<Kernel::Input> slice(const Columns &points, std::size_t from, std::size_t count) {
  std::vector<Kernel::Input> inputs;
  for (const Floats &column : points)
    inputs.push_back(std::span(column).subspan(from, count));
  return inputs;
}

/// In two pieces of odd length, so that the tail of the loop takes part.
Floats forward(const Kernel &kernel, const Columns &points) {
  const std::size_t size = points[0].size(), cut = size / 3 | 1;
  Floats y(size);
  std::span<float> out(y);
  EXPECT_TRUE(kernel.forward(slice(points, 0, cut), out.first(cut)));
  EXPECT_TRUE(kernel.forward(slice(points, cut, size - cut), out.subspan(cut)));
  return y;
}

/// Every gradient with dy = 1, element by element: those of parameters are sums, so they are asked
/// for one element at a time.
std::vector<Floats> gradients(const Kernel &kernel, const Columns &points) {
  const std::size_t size = points[0].size(), count = kernel.gradientNames().size();
  const Floats ones(size, 1.0f);
  std::vector<Floats> all(count, Floats(size));
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<Kernel::Output> outputs;
    for (Floats &gradient : all)
      outputs.push_back(std::span(gradient).subspan(i, 1));
    EXPECT_TRUE(kernel.gradients(slice(points, i, 1), std::span(ones).first(1), outputs));
  }
  return all;
}

/// The gradients of the inputs from one call on whole arrays.
std::vector<Floats> inputGradients(const Kernel &kernel, const Columns &points) {
  const std::size_t size = points[0].size(), count = kernel.gradientNames().size();
  const Floats ones(size, 1.0f);
  std::vector<Floats> all(points.size(), Floats(size)), sums(count - points.size(), Floats(1));
  std::vector<Kernel::Output> outputs(all.begin(), all.end());
  outputs.insert(outputs.end(), sums.begin(), sums.end());
  EXPECT_TRUE(kernel.gradients(slice(points, 0, size), ones, outputs));
  return all;
}

/// Neighbours far apart, so that one vector holds elements of every kind.
Floats shuffled(const Floats &x) {
  Floats result(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    result[i * 7919 % x.size()] = x[i];
  return result;
}

Columns shuffled(const Columns &points) {
  Columns result;
  for (const Floats &column : points)
    result.push_back(shuffled(column));
  return result;
}

/// All NaNs count as the same.
void expectSameBits(const Floats &a, const Floats &b, const std::string &what) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<uint32_t>(a[i]) != std::bit_cast<uint32_t>(b[i]) &&
        !(std::isnan(a[i]) && std::isnan(b[i]))) {
      ADD_FAILURE() << what << " differ, first at point " << i << ": " << a[i] << " and " << b[i];
      return;
    }
}

/// Twice differentiable in the first input.
const std::set<std::string> smooth = {"identity",      "linear",
                                      "square",        "squareplus",
                                      "isru",          "bent_identity",
                                      "sigmoid",       "tanh",
                                      "logsigmoid",    "scaled_tanh",
                                      "tanhshrink",    "softplus",
                                      "soft_relu",     "exp",
                                      "log",           "power",
                                      "sqrt",          "softabs",
                                      "gelu",          "silu",
                                      "gelu_tanh",     "gelu_quick",
                                      "swish",         "e_swish",
                                      "mish",          "phish",
                                      "serf",          "smish",
                                      "logish",        "tanhexp",
                                      "gish",          "lisht",
                                      "erf",           "Phi",
                                      "laplace",       "atan",
                                      "asinh",         "gaussian",
                                      "gcu",           "sinc",
                                      "siren",         "cos",
                                      "snake",         "dyt",
                                      "snake_beta",    "soft_exponential",
                                      "soft_clipping", "derf",
                                      "acon_c",        "glu",
                                      "bilinear",      "geglu",
                                      "geglu_tanh",    "geglu_quick",
                                      "swiglu",        "mish_glu",
                                      "tanh_gate"};

struct Excess {
  std::string function, what;
  double ulp;
  std::size_t faults;
  std::string reason;
};

const std::vector<Excess> knownExcess = {
#define XPHI_EXCESS(FUNCTION, WHAT, ULP, FAULTS, REASON) {#FUNCTION, WHAT, ULP, FAULTS, REASON},
#include "compiler/check/KnownExcess.def"
#undef XPHI_EXCESS
};

void expectPromise(const std::string &function, const std::string &what, const Accuracy &accuracy) {
  Excess allowed = {function, what, promisedUlp, 0, ""};
  for (const Excess &excess : knownExcess)
    if (excess.function == function && excess.what == what)
      allowed = excess;
  const WorstError &worst = accuracy.againstTerms;
  EXPECT_LE(worst.ulp, allowed.ulp * (1 + 1e-3))
      << what << " at " << worst.input << ": " << worst.result;
  if (accuracy.faults.size() > allowed.faults)
    for (const std::string &fault : accuracy.faults)
      ADD_FAILURE() << what << " " << fault;
  // Not every machine has fits.
  const bool isListed = (allowed.ulp > promisedUlp || allowed.faults > 0) &&
                        allowed.reason.find("not fitted") == std::string::npos;
  EXPECT_TRUE(!isListed || worst.ulp > promisedUlp || !accuracy.faults.empty())
      << what << " keeps the promise now: remove it from KnownExcess.def";
}

TEST(KnownExcess, IsOfWhatIsMeasured) {
  for (const Excess &excess : knownExcess) {
    std::shared_ptr<const dsl::ParseResult> file = lib::library().load(excess.function);
    ASSERT_TRUE(file && *file) << excess.function;
    const dsl::Definition &definition = file->program->definitions[file->program->entry()];
    bool known =
        excess.what == "value" || (excess.what == "second" && smooth.count(excess.function));
    for (uint32_t i = 0; i < definition.inputs.size() + definition.parameters.size(); ++i)
      known |= excess.what == definition.variableName(i);
    EXPECT_TRUE(known) << excess.function << ' ' << excess.what;
  }
}

std::vector<reference::Entry> column(const std::vector<reference::PartialAnswer> &answers,
                                     std::size_t position) {
  std::vector<reference::Entry> entries;
  for (const reference::PartialAnswer &answer : answers)
    entries.push_back(position == 0 ? answer.value : answer.first[position - 1]);
  return entries;
}

Columns pointsFor(const std::string &name, std::size_t inputs) {
  static const Columns one = {floatSpread(pointCount)}, two = pairSpread(pointCount);
  Columns points = inputs == 1 ? one : two;
  // Where these end, IEEE 754 has an infinity or a signed zero, and the oracle has no value.
  if (name == "log" || name == "sqrt")
    std::erase(points[0], 0.0f);
  return points;
}

std::vector<std::string> libraryNames() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::library().entries())
    if (const auto read = lib::library().load(file.name);
        !dsl::draws(*read->program, read->program->entry())) // else tests/draw has it
      names.emplace_back(file.name);
  return names;
}

std::vector<MeasuredFunction> measured;

class LibraryAccuracy : public testing::TestWithParam<std::string> {
protected:
  static void TearDownTestSuite() {
    const char *path = std::getenv("XPHI_ACCURACY_REPORT");
    if (!path)
      return;
    if (measured.size() < libraryNames().size())
      ADD_FAILURE() << "the report wants every function measured";
    else
      EXPECT_TRUE(replaceFigures(path, markdownTable(measured))) << path;
  }
};

/// The zeros and the floats beside them, which say what sign a zero has.
bool isAtZero(const Columns &points, std::size_t k) {
  return points.size() == 1 && std::fabs(points[0][k]) <= FLT_TRUE_MIN;
}

std::optional<Accuracy> measureSecond(const std::string &name, const Columns &all,
                                      std::shared_ptr<const dsl::Program> program) {
  if (!smooth.count(name))
    return std::nullopt;
  Columns points(all.size());
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t k = 0; k < all[i].size(); ++k)
      if (k % (pointCount / secondPointCount) == 0 || isAtZero(all, k))
        points[i].push_back(all[i][k]);
  const reference::PartialOracle oracle(program, program->entry(), {0}, 2);
  std::vector<reference::Entry> truths;
  for (const reference::PartialAnswer &answer :
       answersAt(oracle, points, oracle.defaultParameters()))
    truths.push_back(answer.second[0]);
  const std::string input = program->definitions[program->entry()].inputs[0];
  return measure(points, forward(compile(name, {input, input}, ""), points), truths,
                 ZeroSigns::Count);
}

TEST_P(LibraryAccuracy, KeepsThePromise) {
  const std::string name = GetParam();
  std::shared_ptr<const dsl::Program> program = lib::library().load(name)->program;
  ASSERT_TRUE(program);
  const dsl::Definition &definition = program->definitions[program->entry()];
  const Columns points = pointsFor(name, definition.inputs.size());
  const Kernel kernel = compile(name, {}, targets().front());
  const Floats values = forward(kernel, points);
  const std::vector<Floats> derivatives = gradients(kernel, points);

  std::vector<uint32_t> variables(derivatives.size());
  std::iota(variables.begin(), variables.end(), 0);
  const reference::PartialOracle oracle(program, program->entry(), variables, 1);
  const std::vector<reference::PartialAnswer> answers =
      answersAt(oracle, points, oracle.defaultParameters());
  MeasuredFunction function = {
      name, points, measure(points, values, column(answers, 0), ZeroSigns::Count), {}, {}};
  for (std::size_t i = 0; i < derivatives.size(); ++i)
    function.derivatives.push_back(
        {kernel.gradientNames()[i],
         measure(points, derivatives[i], column(answers, i + 1),
                 i < points.size() ? ZeroSigns::Count : ZeroSigns::Ignore)}); // sums have no -0
  function.second = measureSecond(name, points, program);
  std::puts(summary(function).c_str());
  expectPromise(name, "value", function.value);
  for (const auto &[variable, accuracy] : function.derivatives)
    expectPromise(name, variable, accuracy);
  if (function.second)
    expectPromise(name, "second", *function.second);
  measured.push_back(std::move(function));

  const std::vector<Floats> together = inputGradients(kernel, points);
  for (std::size_t i = 0; i < together.size(); ++i)
    expectSameBits(derivatives[i], together[i], "gradients of one element and of all");
  expectSameBits(shuffled(values), forward(kernel, shuffled(points)), "values in another order");

  // The ways to evaluate that other targets take, and the one that all can take.
  auto expectPromises = [&](const Kernel &other) {
    expectPromise(name, "value",
                  measure(points, forward(other, points), column(answers, 0), ZeroSigns::Count));
    const std::vector<Floats> there = gradients(other, points);
    for (std::size_t i = 0; i < there.size(); ++i)
      expectPromise(name, kernel.gradientNames()[i],
                    measure(points, there[i], column(answers, i + 1),
                            i < points.size() ? ZeroSigns::Count : ZeroSigns::Ignore));
    return there;
  };
  const Kernel reproducible = compile(name, {}, targets().front(), xphi::Accuracy::reproducible());
  const std::vector<Floats> reproduced = expectPromises(reproducible);
  expectSameBits(
      reproduced[0],
      forward(compile(name, {definition.inputs[0]}, "", xphi::Accuracy::reproducible()), points),
      "the backward kernel and the forward kernel of order 1");
  for (std::size_t t = 1; t < targets().size(); ++t) {
    expectPromises(compile(name, {}, targets()[t]));
    const Kernel there = compile(name, {}, targets()[t], xphi::Accuracy::reproducible());
    expectSameBits(forward(reproducible, points), forward(there, points),
                   "reproducible values on two targets");
    const std::vector<Floats> derivativesThere = gradients(there, points);
    for (std::size_t i = 0; i < derivativesThere.size(); ++i)
      expectSameBits(reproduced[i], derivativesThere[i], "reproducible derivatives on two targets");
  }
}

INSTANTIATE_TEST_SUITE_P(Library, LibraryAccuracy, testing::ValuesIn(libraryNames()),
                         [](const auto &instance) { return instance.param; });

TEST(GeluAccuracy, ListedPointsInEveryOrder) {
  dsl::ParseResult parsed = dsl::analyse({"<test>", "x * Phi(x)"});
  const reference::Oracle oracle(parsed.program, parsed.program->entry(), 2);
  const Columns points = {{-13, -5.5, -1, 0, 3}};
  for (unsigned order = 0; order <= 2; ++order) {
    const std::vector<std::string> derivative(order, "x");
    const Floats results = forward(compile("x * Phi(x)", derivative, ""), points);
    for (std::size_t i = 0; i < results.size(); ++i)
      EXPECT_LE(reference::ulpError(results[i], oracle.at(points[0][i]).derivatives[order]),
                promisedUlp)
          << "derivative " << order << " at " << points[0][i] << " is " << results[i];
  }
}

} // namespace
} // namespace xphi::numerics
