// Remez's exchange on the gates alone: each deviation from the middle counts as a part of the gate.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/WithinBounds.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xphi::compiler {
namespace {

/// Rows of n + 1 numbers, the last of each the right side. Nothing where there is no single answer.
std::optional<std::vector<double>> solved(std::vector<std::vector<double>> rows) {
  const std::size_t n = rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    const auto pivot =
        std::max_element(rows.begin() + long(i), rows.end(), [i](const auto &a, const auto &b) {
          return std::fabs(a[i]) < std::fabs(b[i]);
        });
    std::swap(rows[i], *pivot);
    if (!(std::fabs(rows[i][i]) > 0))
      return std::nullopt;
    for (std::size_t j = i + 1; j < n; ++j) {
      const double factor = rows[j][i] / rows[i][i];
      for (std::size_t k = i; k <= n; ++k)
        rows[j][k] -= factor * rows[i][k];
    }
  }
  std::vector<double> result(n);
  for (std::size_t i = n; i-- > 0;) {
    double sum = rows[i][n];
    for (std::size_t k = i + 1; k < n; ++k)
      sum -= rows[i][k] * result[k];
    result[i] = sum / rows[i][i];
  }
  return result;
}

class Exchange {
public:
  Exchange(std::span<const Gate> gates, unsigned degree)
      : gates(gates),
        scale(std::max({std::fabs(gates.front().place), std::fabs(gates.back().place), 0x1p-100})),
        unknowns(std::min<std::size_t>(degree + 1, gates.size())) {
    for (const Gate &gate : gates) {
      places.push_back(gate.place / scale);
      middles.push_back(0.5 * (gate.low + gate.high));
      perHalf.push_back(2 / (gate.high - gate.low));
    }
    deviations.resize(gates.size());
  }

  /// From what does for every eighth gate, where they are many.
  std::optional<std::vector<double>> run() {
    constexpr std::size_t many = 256, part = 8;
    if (gates.size() <= many) {
      start();
      return exchanged();
    }
    std::vector<Gate> few;
    for (std::size_t i = 0; i < gates.size(); i += part)
      few.push_back(gates[i]);
    Exchange first(few, unsigned(unknowns - 1));
    if (!first.run())
      return std::nullopt;
    for (std::size_t i : first.chosen)
      chosen.push_back(i * part);
    return exchanged();
  }

private:
  std::optional<std::vector<double>> exchanged() {
    constexpr int most = 40;
    for (int i = 0; i < most; ++i) {
      const std::optional<double> level = levelled();
      if (!level || std::fabs(*level) >= 1)
        return std::nullopt;
      const auto [worst, deviation] = furthest();
      constexpr double enough = 0.9, near = 1.01;
      if (std::fabs(deviation) < std::max(enough, std::min(1.0, near * std::fabs(*level))))
        return unscaled();
      if (!exchange(worst, deviation))
        return std::nullopt;
    }
    return std::nullopt;
  }

  // Where Chebyshev's polynomial is extreme.
  void start() {
    const std::size_t count = std::min(unknowns + 1, gates.size());
    const double first = gates.front().place, width = gates.back().place - first;
    for (std::size_t i = 0; i < count; ++i) {
      const double part =
          count == 1 ? 0 : 0.5 * (1 - std::cos(M_PI * double(i) / double(count - 1)));
      const auto found =
          std::lower_bound(gates.begin(), gates.end(), first + part * width,
                           [](const Gate &gate, double place) { return gate.place < place; });
      const std::size_t least = chosen.empty() ? 0 : chosen.back() + 1,
                        most = gates.size() - (count - i);
      chosen.push_back(std::clamp(std::size_t(found - gates.begin()), least, most));
    }
  }

  /// By how much of their gates the polynomial misses the middles of the chosen ones by turns.
  std::optional<double> levelled() {
    const bool hasLevel = chosen.size() > unknowns;
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const std::size_t gate = chosen[i];
      std::vector<double> &row = rows.emplace_back();
      double power = 1;
      for (std::size_t k = 0; k < unknowns; ++k, power *= places[gate])
        row.push_back(power);
      if (hasLevel)
        row.push_back((i % 2 ? -1 : 1) / perHalf[gate]);
      row.push_back(middles[gate]);
    }
    std::optional<std::vector<double>> result = solved(std::move(rows));
    if (!result)
      return std::nullopt;
    double level = 0;
    if (hasLevel) {
      level = result->back();
      result->pop_back();
    }
    coefficients = std::move(*result);
    return level;
  }

  /// Of all gates, as parts of them, power by power, which is done for several at once.
  std::pair<std::size_t, double> furthest() {
    const std::size_t count = gates.size();
    std::fill(deviations.begin(), deviations.end(), 0);
    for (std::size_t k = unknowns; k-- > 0;)
      for (std::size_t i = 0; i < count; ++i)
        deviations[i] = deviations[i] * places[i] + coefficients[k];
    for (std::size_t i = 0; i < count; ++i)
      deviations[i] = (deviations[i] - middles[i]) * perHalf[i];
    const auto worst =
        std::max_element(deviations.begin(), deviations.end(),
                         [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    return {std::size_t(worst - deviations.begin()), *worst};
  }

  /// In place of a neighbour that deviates to the same side, so that the sides go on by turns.
  bool exchange(std::size_t worst, double deviation) {
    const auto next = std::lower_bound(chosen.begin(), chosen.end(), worst);
    if (next != chosen.end() && *next == worst)
      return false;
    const auto isSame = [&](std::size_t i) { return (deviations[i] < 0) == (deviation < 0); };
    if (next == chosen.end()) {
      if (!isSame(chosen.back()))
        chosen.erase(chosen.begin());
      else
        chosen.pop_back();
      chosen.push_back(worst);
    } else if (next == chosen.begin()) {
      if (!isSame(chosen.front()))
        chosen.pop_back();
      else
        chosen.erase(chosen.begin());
      chosen.insert(chosen.begin(), worst);
    } else {
      *(isSame(*next) ? next : std::prev(next)) = worst;
    }
    return true;
  }

  std::vector<double> unscaled() const {
    std::vector<double> result = coefficients;
    double power = 1;
    for (double &each : result) {
      each /= power;
      power *= scale;
    }
    return result;
  }

  const std::span<const Gate> gates;
  const double scale;
  const std::size_t unknowns;
  std::vector<double> places, middles, perHalf, deviations; ///< by gate; places of at most 1
  std::vector<std::size_t> chosen;
  std::vector<double> coefficients;
};

} // namespace

std::optional<std::vector<double>> polynomialWithin(std::span<const Gate> gates, unsigned degree) {
  std::optional<std::vector<double>> result = std::vector<double>();
  if (!gates.empty())
    result = Exchange(gates, degree).run();
  if (result)
    result->resize(degree + 1);
  return result;
}

} // namespace xphi::compiler
