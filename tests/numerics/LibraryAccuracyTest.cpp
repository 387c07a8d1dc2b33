// Every function of the library, compiled and run, against the oracle at 100,000 floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The promise: the value within 4 ulp; the derivative within 4 ulp, of the larger of itself and the
// largest term it sums where it has an interior zero; NaN gives NaN, an infinity the limit, a zero
// the sign of the function beside it. And the same bits from both kernels that compute
// a derivative, on both targets, in any order of the elements.
//
// XPHI_ACCURACY_REPORT=docs/accuracy.md writes the figures there once all functions were measured.
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/AccuracyReport.h"
#include "tests/numerics/FloatSpread.h"
#include "tests/reference/Ulp.h"

#include <xphi/xphi.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>

namespace xphi::numerics {
namespace {

constexpr double promisedUlp = 4;

/// Nothing on disk: a kernel of an earlier build must not be measured.
Engine &engine() {
  static Engine engine([] {
    Options options = Options::fromEnvironment();
    options.cacheDirectory.clear();
    return options;
  }());
  return engine;
}

std::vector<std::string> targets() {
  Result<std::string> host = hostTarget();
  if (host && *host == "x86-64-v4")
    return {"x86-64-v4", "x86-64-v3"};
  return {"x86-64-v3"};
}

Kernel compile(const std::string &what, unsigned order, const std::string &target) {
  CompileOptions options;
  options.order = order;
  options.backward = order == 0;
  options.target = target;
  Result<Kernel> kernel = engine().compile(what, options);
  if (!kernel)
    throw std::runtime_error(what + " does not compile: " + kernel.error().render());
  return *kernel;
}

using Floats = std::vector<float>;

/// In two pieces of odd length, so that the tail of the loop takes part.
Floats forward(const Kernel &kernel, const Floats &x) {
  Floats y(x.size());
  const std::size_t cut = x.size() / 3 | 1;
  std::span<const float> in(x);
  std::span<float> out(y);
  EXPECT_TRUE(kernel.forward(in.first(cut), out.first(cut)));
  EXPECT_TRUE(kernel.forward(in.subspan(cut), out.subspan(cut)));
  return y;
}

Floats backward(const Kernel &kernel, const Floats &x) {
  Floats ones(x.size(), 1.0f), dx(x.size());
  EXPECT_TRUE(kernel.backward(x, ones, dx));
  return dx;
}

/// Neighbours far apart, so that one vector holds elements of every kind.
Floats shuffled(const Floats &x) {
  Floats result(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    result[i * 7919 % x.size()] = x[i];
  return result;
}

/// All NaNs count as the same.
void expectSameBits(const Floats &inputs, const Floats &a, const Floats &b, const char *what) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<uint32_t>(a[i]) != std::bit_cast<uint32_t>(b[i]) &&
        !(std::isnan(a[i]) && std::isnan(b[i]))) {
      ADD_FAILURE() << what << " differ, first at " << inputs[i] << ": " << a[i] << " and " << b[i];
      return;
    }
}

std::shared_ptr<const dsl::Program> libraryProgram(const std::string &name) {
  return lib::library().load(name)->program;
}

/// Those whose derivative is zero between floats, where the terms of a sum cancel.
const std::set<std::string> withInteriorZero = {"gelu", "gelu_quick", "gelu_tanh",
                                                "mish", "silu",       "swish"};

std::vector<MeasuredFunction> measured;

class LibraryAccuracy : public testing::TestWithParam<std::string> {
protected:
  static void TearDownTestSuite() {
    const char *path = std::getenv("XPHI_ACCURACY_REPORT");
    if (!path)
      return;
    if (measured.size() < lib::library().entries().size())
      ADD_FAILURE() << "the report wants every function measured";
    else
      EXPECT_TRUE(replaceFigures(path, markdownTable(measured))) << path;
  }
};

TEST_P(LibraryAccuracy, KeepsThePromise) {
  const std::string name = GetParam();
  static const Floats points = floatSpread();
  std::shared_ptr<const dsl::Program> program = libraryProgram(name);
  ASSERT_TRUE(program);
  const std::string target = targets().front();
  const Kernel kernel = compile(name, 0, target);
  const Floats values = forward(kernel, points);
  const Floats derivatives = backward(kernel, points);

  const reference::Oracle oracle(program, program->entry(), 1);
  const std::vector<reference::Answer> answers = answersAt(oracle, points);
  const MeasuredFunction function = {name, measure(oracle, 0, points, values, answers),
                                     measure(oracle, 1, points, derivatives, answers)};
  measured.push_back(function);
  std::puts(summary(function).c_str());

  EXPECT_LE(function.value.againstTerms.ulp, promisedUlp) << "the value";
  EXPECT_LE(function.derivative.againstTerms.ulp, promisedUlp) << "the derivative, of its terms";
  if (!withInteriorZero.count(name)) {
    EXPECT_LE(function.derivative.regular.ulp, promisedUlp) << "the derivative";
    EXPECT_LE(function.derivative.subnormal.ulp, promisedUlp) << "the derivative where subnormal";
  }
  for (const std::string &fault : function.value.faults)
    ADD_FAILURE() << "the value " << fault;
  for (const std::string &fault : function.derivative.faults)
    ADD_FAILURE() << "the derivative " << fault;

  expectSameBits(points, derivatives, forward(compile(name, 1, target), points),
                 "the backward kernel and the forward kernel of order 1");
  expectSameBits(shuffled(points), shuffled(values), forward(kernel, shuffled(points)),
                 "values in another order");
  expectSameBits(shuffled(points), shuffled(derivatives), backward(kernel, shuffled(points)),
                 "derivatives in another order");
  for (const std::string &other : targets()) { // the first is the one measured, and costs nothing
    const Kernel kernelThere = compile(name, 0, other);
    expectSameBits(points, values, forward(kernelThere, points), "values on the two targets");
    expectSameBits(points, derivatives, backward(kernelThere, points),
                   "derivatives on the two targets");
  }
}

std::vector<std::string> libraryNames() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::library().entries())
    if (libraryProgram(std::string(file.name))->definitions.back().inputs.size() == 1)
      names.emplace_back(file.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Library, LibraryAccuracy, testing::ValuesIn(libraryNames()),
                         [](const auto &instance) { return instance.param; });

TEST(GeluAccuracy, SecondDerivativeAtAThousandFloats) {
  const Floats all = floatSpread();
  Floats points;
  for (std::size_t i = 0; i < all.size(); i += 100)
    points.push_back(all[i]);
  std::shared_ptr<const dsl::Program> program = libraryProgram("gelu");
  const reference::Oracle oracle(program, program->entry(), 2);
  const Accuracy accuracy = measure(oracle, 2, points, forward(compile("gelu", 2, ""), points),
                                    answersAt(oracle, points));
  EXPECT_LE(accuracy.againstTerms.ulp, promisedUlp) << "at " << accuracy.againstTerms.input;
  EXPECT_TRUE(accuracy.faults.empty()) << accuracy.faults.front();
}

TEST(GeluAccuracy, ListedPointsInEveryOrder) {
  dsl::ParseResult parsed = dsl::analyse({"<test>", "x * Phi(x)"});
  const reference::Oracle oracle(parsed.program, parsed.program->entry(), 2);
  const Floats points = {-13, -5.5, -1, 0, 3};
  for (unsigned order = 0; order <= 2; ++order) {
    const Floats results = forward(compile("x * Phi(x)", order, ""), points);
    for (std::size_t i = 0; i < points.size(); ++i)
      EXPECT_LE(reference::ulpError(results[i], oracle.at(points[i]).derivatives[order]),
                promisedUlp)
          << "derivative " << order << " at " << points[i] << " is " << results[i];
  }
}

} // namespace
} // namespace xphi::numerics
