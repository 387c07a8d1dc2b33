// Beside a zero that parameters make, values of the library have their digits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// gamma * tanh(alpha * x) + beta cancels beside its zero, of which the defaults tell nothing; so do
// sums that a condition chooses. It is found by halving, by the sign of what Arb says.
// XPHI_ZERO_SETS: how many sets of parameters of each function. XPHI_ZERO_SEED: the first one's
// seed, the others follow.
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/Ulp.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

namespace xphi::numerics {
namespace {

constexpr float infinite = std::numeric_limits<float>::infinity();

/// Values of a function of one input as they truly are.
class Truth {
public:
  explicit Truth(const dsl::ParseResult &parsed)
      : truth(parsed.program, parsed.program->entry(), {}, {}) {}

  reference::Expected at(float x, const std::vector<float> &parameters) {
    const std::array point = {double(x)};
    return truth.at(point, parameters)[0];
  }
  bool isNegative(float x, const std::vector<float> &parameters) {
    return at(x, parameters).truth.high < 0;
  }

  /// The float beside a change of sign between these, if there is one.
  std::optional<float> zeroBetween(float low, float high, const std::vector<float> &parameters) {
    const bool below = isNegative(low, parameters);
    if (isNegative(high, parameters) == below)
      return std::nullopt;
    while (std::nextafter(low, infinite) < high) {
      const float middle = low + (high - low) / 2;
      (isNegative(middle, parameters) == below ? low : high) = middle;
    }
    return low;
  }

private:
  reference::KernelTruth truth;
};

std::vector<float> setOf(const dsl::Definition &definition, Dice &dice) {
  std::vector<float> parameters;
  for (const dsl::Parameter &each : definition.parameters)
    parameters.push_back(each.value == 0 || dice() % 3 == 0
                             ? float(dice.normal())
                             : float(each.value * dice.between(0.25, 4)));
  return parameters;
}

void expectDigitsBesideZeros(const std::string &name, const dsl::ParseResult &parsed, Dice &dice,
                             std::uint64_t sets, int &zeros) {
  constexpr std::array stations = {-30.0f, -8.0f, -3.0f, -1.0f, -0.3f, -0.01f,
                                   0.01f,  0.3f,  1.0f,  3.0f,  8.0f,  30.0f};
  constexpr int reach = 4;
  constexpr double promised = 4;
  const Result<Kernel> kernel = uncachedEngine().compile(name, {.gradients = {}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  ASSERT_TRUE(kernel->certificate().kept) << kernel->certificate().text();
  Truth truth(parsed);
  for (std::uint64_t set = 0; set < sets; ++set) {
    const std::vector<float> parameters =
        setOf(parsed.program->definitions[parsed.program->entry()], dice);
    std::vector<float> x;
    for (std::size_t i = 1; i < stations.size(); ++i)
      if (const auto zero = truth.zeroBetween(stations[i - 1], stations[i], parameters)) {
        ++zeros;
        float at = *zero;
        for (int step = 0; step < reach; ++step)
          at = std::nextafter(at, -infinite);
        for (int step = 0; step < 2 * reach; ++step, at = std::nextafter(at, infinite))
          x.push_back(at);
      }
    std::vector<float> y(x.size());
    ASSERT_TRUE(kernel->forward(x, y, parameters));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const reference::Expected right = truth.at(x[i], parameters);
      EXPECT_TRUE(!right.known || reference::ulpError(y[i], right.truth, 0) <= promised)
          << name << " at " << x[i] << " with " << testing::PrintToString(parameters) << ": got "
          << y[i] << ", not " << right.truth.high;
    }
  }
}

TEST(ZeroOfParameters, ValuesHaveTheirDigitsBesideIt) {
  const std::uint64_t first = setting("XPHI_ZERO_SEED", 1), sets = setting("XPHI_ZERO_SETS", 60);
  int zeros = 0;
  Dice dice(first);
  for (const dsl::LibraryFile &file : lib::files()) {
    const auto read = lib::library().load(file.name);
    if (!*read || dsl::draws(*read->program, read->program->entry()))
      continue;
    const dsl::Definition &definition = read->program->definitions[read->program->entry()];
    if (definition.inputs.size() == 1 && !definition.parameters.empty())
      expectDigitsBesideZeros(std::string(file.name), *read, dice, sets, zeros);
  }
  std::printf("%d zeros\n", zeros);
  EXPECT_GE(zeros, int(sets));
}

} // namespace
} // namespace xphi::numerics
