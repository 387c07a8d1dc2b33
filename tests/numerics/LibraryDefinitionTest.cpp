// The library's definitions against another implementation of the same functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The accuracy test measures kernels against the definitions; this one says that the definitions
// are the functions of those names, corners included.
#include "compiler/truth/PartialOracle.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <set>
#include <sstream>
#include <string>

using namespace xphi;

namespace {

reference::PartialOracle oracleFor(const std::string &name) {
  std::shared_ptr<const dsl::ParseResult> parsed = lib::library().load(name);
  EXPECT_TRUE(parsed && *parsed) << name << (parsed ? parsed->render() : " is not in the library");
  const dsl::Definition &definition = parsed->program->definitions[parsed->program->entry()];
  std::vector<uint32_t> variables(definition.inputs.size() + definition.parameters.size());
  std::iota(variables.begin(), variables.end(), 0);
  return reference::PartialOracle(parsed->program, parsed->program->entry(), variables, 1);
}

/// Numbers in text, separated by spaces; `numbers` is the value, then the partial derivatives.
struct KnownValue {
  std::string function, inputs, parameters, numbers;
};

const std::vector<KnownValue> knownValues = {
#define XPHI_VALUE(FUNCTION, INPUTS, PARAMETERS, NUMBERS) {#FUNCTION, INPUTS, PARAMETERS, NUMBERS},
#include "tests/numerics/LibraryValues.def"
#undef XPHI_VALUE
};

std::vector<double> parse(const std::string &text) {
  std::istringstream words(text);
  std::vector<double> numbers;
  for (std::string word; words >> word;) // one of them is "inf"
    numbers.push_back(std::strtod(word.c_str(), nullptr));
  return numbers;
}

void expectNear(double actual, double expected, const std::string &what) {
  EXPECT_NEAR(actual, expected, 1e-12 * std::fmax(1, std::fabs(expected))) << what;
}

TEST(LibraryDefinitions, AreTheTextbookFormulas) {
  for (const KnownValue &known : knownValues) {
    const std::string what = known.function + " at " + known.inputs + " with " + known.parameters;
    const std::vector<double> numbers = parse(known.numbers);
    const reference::PartialAnswer answer =
        oracleFor(known.function).at(parse(known.inputs), parse(known.parameters));
    ASSERT_EQ(numbers.size(), 1 + answer.first.size()) << what;
    expectNear(answer.value.truth.high, numbers[0], what);
    for (std::size_t i = 0; i < answer.first.size(); ++i)
      expectNear(answer.first[i].truth.high, numbers[i + 1],
                 what + ", derivative " + std::to_string(i));
  }
}

TEST(LibraryDefinitions, EveryFunctionIsInTheTable) {
  std::set<std::string> table, library;
  for (const KnownValue &known : knownValues)
    table.insert(known.function);
  for (const dsl::LibraryFile &file : lib::library().entries())
    if (const auto read = lib::library().load(file.name);
        !dsl::draws(*read->program, read->program->entry())) // else tests/draw has it
      library.insert(std::string(file.name));
  EXPECT_EQ(library, table);
}

struct Corner {
  std::string function;
  double x, value, derivative;
};

/// With the defaults, as PyTorch 2.15 answers, in float and in double.
const Corner corners[] = {
    {"relu", 0, 0, 0},
    {"leaky_relu", 0, 0, 0.01f},
    {"prelu", 0, 0, 0.25},
    {"rrelu", 0, 0, (1.0 / 8 + double(1.0f / 3)) / 2},
    {"relu6", 0, 0, 0},
    {"relu6", 6, 6, 0},
    {"clip", -1, -1, 0},
    {"clip", 1, 1, 0},
    {"hard_tanh", -1, -1, 0},
    {"hard_tanh", 1, 1, 0},
    {"threshold", 0, -1, 0},
    {"elu", 0, 0, 1},
    {"selu", 0, 0, 1.7580993408473766},
    {"celu", 0, 0, 1},
    {"abs", 0, 0, 0},
    {"softsign", 0, 0, 1},
    {"hard_sigmoid", -3, 0, 0},
    {"hard_sigmoid", 3, 1, 0},
    {"hard_swish", -3, 0, 0},
    {"hard_swish", 3, 3, 1},
    {"softshrink", -0.5, 0, 0},
    {"softshrink", 0.5, 0, 0},
    {"hardshrink", -0.5, 0, 0},
    {"hardshrink", 0.5, 0, 0},
    {"gelu_10", 10, 10, 0},
};

TEST(LibraryDefinitions, TakePyTorchsSideAtCorners) {
  for (const Corner &corner : corners) {
    const reference::PartialOracle oracle = oracleFor(corner.function);
    const std::vector<double> x = {corner.x};
    const reference::PartialAnswer answer = oracle.at(x, oracle.defaultParameters());
    const std::string what = corner.function + " at " + std::to_string(corner.x);
    expectNear(answer.value.truth.high, corner.value, what);
    expectNear(answer.first[0].truth.high, corner.derivative, what + ", derivative");
  }
}

} // namespace
