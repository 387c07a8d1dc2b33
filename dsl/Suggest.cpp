// Edit distances.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Suggest.h"

#include <algorithm>
#include <array>

namespace xphi::dsl {
namespace {

/// Longer names are not compared: the table below is quadratic.
constexpr size_t kLongestName = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The Damerau-Levenshtein distance (optimal string alignment), regardless of letter case.
size_t editDistance(std::string_view a, std::string_view b) {
  std::array<std::array<size_t, kLongestName + 1>, kLongestName + 1> table;
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      bool same = lower(a[i - 1]) == lower(b[j - 1]);
      size_t best = std::min(
          {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (same ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                     lower(a[i - 2]) == lower(b[j - 1]);
      table[i][j] = swapped ? std::min(best, table[i - 2][j - 2] + 1) : best;
    }
  }
  return table[a.size()][b.size()];
}

} // namespace

std::string_view closestName(std::string_view written,
                             std::span<const std::string_view> candidates) {
  std::string_view closest;
  if (written.size() > kLongestName)
    return closest;
  // One edit in a name of two letters leaves nothing of it; one in three letters is a typing error.
  size_t near = written.size() < 3 ? 1 : (written.size() + 2) / 3 + 1;
  auto lengthDifference = [written](std::string_view name) {
    return std::max(written.size(), name.size()) - std::min(written.size(), name.size());
  };
  for (std::string_view candidate : candidates) {
    if (candidate.size() > kLongestName)
      continue;
    size_t distance = editDistance(written, candidate);
    bool related = distance < std::max(written.size(), candidate.size());
    bool sameButBetterFit = distance == near && !closest.empty() &&
                            lengthDifference(candidate) < lengthDifference(closest);
    if (related && (distance < near || sameButBetterFit)) {
      near = distance;
      closest = candidate;
    }
  }
  return closest;
}

std::string_view foreignFunction(std::string_view written) {
  struct Alias {
    std::string_view foreign, name;
  };
  constexpr Alias aliases[] = {
      {"ln", "log"},        {"fabs", "abs"},         {"arctan", "atan"},   {"arcsin", "asin"},
      {"arccos", "acos"},   {"arcsinh", "asinh"},    {"arccosh", "acosh"}, {"arctanh", "atanh"},
      {"expit", "sigmoid"}, {"logistic", "sigmoid"}, {"normcdf", "Phi"},   {"ndtr", "Phi"},
      {"cdf", "Phi"},       {"normpdf", "phi"},      {"pdf", "phi"},       {"heaviside", "step"},
      {"sgn", "sign"},      {"power", "pow"},        {"clip", "clamp"},    {"minimum", "min"},
      {"maximum", "max"},   {"fmin", "min"},         {"fmax", "max"},      {"rint", "round"},
      {"sigma", "sigmoid"}};
  auto found = std::find_if(std::begin(aliases), std::end(aliases),
                            [written](const Alias &row) { return row.foreign == written; });
  return found == std::end(aliases) ? std::string_view() : found->name;
}

} // namespace xphi::dsl
