// The library's definitions against another implementation of the same functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The accuracy test measures kernels against the definitions; this one says that the definitions
// are the functions of those names, corners included.
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/reference/Oracle.h"

#include <gtest/gtest.h>

#include <string>

using namespace xphi;

namespace {

reference::Oracle oracleFor(const std::string &name) {
  std::shared_ptr<const dsl::ParseResult> parsed = lib::library().load(name);
  EXPECT_TRUE(parsed && *parsed) << name << (parsed ? parsed->render() : " is not in the library");
  return reference::Oracle(parsed->program, parsed->program->entry(), 1);
}

struct KnownValue {
  std::string function;
  float x;
  double value, derivative;
};

const std::vector<KnownValue> knownValues = {
#define XPHI_VALUE(FUNCTION, X, VALUE, DERIVATIVE) {#FUNCTION, X, VALUE, DERIVATIVE},
#include "tests/numerics/LibraryValues.def"
#undef XPHI_VALUE
};

/// PyTorch has one sixth as a float, and takes 1 - tanh(x)^2 where it cancels.
constexpr double tolerance = 1e-7;

void expectNear(double actual, double expected, const std::string &what) {
  EXPECT_NEAR(actual, expected, tolerance * std::fabs(expected)) << what;
}

TEST(LibraryDefinitions, MatchPyTorch) {
  for (const KnownValue &known : knownValues) {
    reference::Answer answer = oracleFor(known.function).at(known.x);
    const std::string what = known.function + " at " + std::to_string(known.x);
    expectNear(answer.derivatives[0].high, known.value, what);
    expectNear(answer.derivatives[1].high, known.derivative, what + ", derivative");
  }
}

/// As PyTorch 2.15 answers, in float and in double.
const KnownValue corners[] = {
    {"relu", 0, 0, 0},          {"leaky_relu", 0, 0, 0.01f},
    {"relu6", 0, 0, 0},         {"relu6", 6, 6, 0},
    {"elu", 0, 0, 1},           {"selu", 0, 0, 1.7580993408473766},
    {"celu", 0, 0, 1},          {"softsign", 0, 0, 1},
    {"hard_sigmoid", -3, 0, 0}, {"hard_sigmoid", 3, 1, 0},
    {"hard_swish", -3, 0, 0},   {"hard_swish", 3, 3, 1},
    {"softshrink", -0.5, 0, 0}, {"softshrink", 0.5, 0, 0},
    {"hardshrink", -0.5, 0, 0}, {"hardshrink", 0.5, 0, 0},
};

TEST(LibraryDefinitions, TakePyTorchsSideAtCorners) {
  for (const KnownValue &corner : corners) {
    reference::Answer answer = oracleFor(corner.function).at(corner.x);
    const std::string what = corner.function + " at " + std::to_string(corner.x);
    expectNear(answer.derivatives[0].high, corner.value, what);
    expectNear(answer.derivatives[1].high, corner.derivative, what + ", derivative");
  }
}

} // namespace
