// Inputs whose results are in doubt are few: those are compared with the truth.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/NearestFit.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "approx/FittedValue.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <vector>

namespace xphi::compiler {
namespace {

class Nearest {
public:
  Nearest(Fit &fit, const SmoothFunction &function, const FitLimits::Elements &elements)
      : fit(fit), derived(fit), function(function), output(elements.output) {
    const unsigned bits = 8 * unsigned(sizeOf(elements.input));
    for (std::uint64_t pattern = 0; pattern < std::uint64_t(1) << bits; ++pattern) {
      const double x = valueOf(pattern, elements.input);
      if (std::isfinite(x) && x != 0)
        inputs[fittedPlace(fit, float(x)).entry].push_back(float(x));
    }
  }

  bool run() {
    float largestWrong = 0;
    for (auto &[entry, column] : inputs) {
      std::vector<float> wrong = wrongOnes(column);
      if (!wrong.empty() && !moved(entry, column))
        for (float x : wrong)
          largestWrong = std::max(largestWrong, std::fabs(x));
    }
    constexpr float small = 0x1p-9f;
    if (largestWrong > small)
      return false;
    fit.firstNearest = largestWrong == 0 ? 0 : std::nextafter(largestWrong, HUGE_VALF);
    return true;
  }

private:
  /// Other coefficients that do no wrong.
  bool moved(unsigned entry, const std::vector<float> &column) {
    constexpr int most = 3; // units in the last place
    for (int distance = 1; distance <= most; ++distance)
      for (int sign : {1, -1})
        for (unsigned power = 0; power <= std::min(fit.degree, 1u); ++power) {
          float &each = fit.table[power * fit.segments + entry];
          const float kept = each;
          for (int i = 0; i < distance; ++i)
            each = std::nextafter(each, float(sign) * HUGE_VALF);
          if (wrongOnes(column).empty())
            return true;
          each = kept;
        }
    return false;
  }

  std::vector<float> wrongOnes(const std::vector<float> &column) {
    std::vector<float> wrong;
    for (float x : column) {
      const std::optional<float> value = fittedValue(fit, x), before = fittedValue(derived, x);
      if (!value || !isDoubtful(*value, *before))
        continue;
      const std::optional<std::uint64_t> truth = truthOf(x);
      if (!truth || nearestElement(double(*value), output) != *truth)
        wrong.push_back(x);
    }
    return wrong;
  }

  /// Whether an error may decide: what the bound of the fit allows, and what it was moved by.
  bool isDoubtful(float value, float before) const {
    const double width =
        (std::max(derived.ulps, derived.ulpsAtZero) + 1) * 0x1p-24 * std::fabs(double(before)) +
        0x1p-149 + std::fabs(double(value) - double(before));
    return nearestElement(double(value) - width, output) !=
           nearestElement(double(value) + width, output);
  }

  std::optional<std::uint64_t> truthOf(float x) {
    const auto known = truths.find(x);
    if (known != truths.end())
      return known->second;
    std::optional<std::uint64_t> result;
    if (const std::optional<reference::ArbBall> ball = function.value(x)) {
      const double truth = ball->nearest(), width = 0x1p-50 * std::fabs(truth);
      if (nearestElement(truth - width, output) == nearestElement(truth + width, output))
        result = nearestElement(truth, output);
    }
    truths[x] = result;
    return result;
  }

  Fit &fit;
  const Fit derived; ///< that the bound is of
  const SmoothFunction &function;
  const ElementType output;
  std::map<unsigned, std::vector<float>> inputs; ///< by entry
  std::map<float, std::optional<std::uint64_t>> truths;
};

} // namespace

bool makeNearest(Fit &fit, const SmoothFunction &function, const FitLimits::Elements &elements) {
  return Nearest(fit, function, elements).run();
}

} // namespace xphi::compiler
