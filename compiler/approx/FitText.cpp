// A fit in a line, for people.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Fit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace xphi::compiler {
namespace {

const char *nameOf(Fit::Form form) {
  switch (form) {
  case Fit::Form::Ramp:
    return "ramp";
  case Fit::Form::Fall:
    return "falling ramp";
  case Fit::Form::Reflect:
    return "reflected";
  case Fit::Form::Odd:
    return "odd";
  case Fit::Form::Even:
    return "even";
  case Fit::Form::TwoSided:
    return "two-sided";
  case Fit::Form::Halves:
    return "in halves";
  case Fit::Form::LeftOfLine:
    return "left of a line";
  }
  return "";
}

} // namespace

// A centre lies in its segment, or next to it.
std::optional<double> Fit::most() const {
  // Of t, beyond an end as well.
  const bool isJoined =
      form == Form::Ramp || form == Form::Fall || (form == Form::LeftOfLine && order != 0);
  const auto reached = [&](Beyond beyond, float end, float last) {
    return std::fabs(isJoined || beyond == Beyond::Power ? last : end);
  };
  double reach = 1;
  if (order != 0 || isJoined)
    reach = std::max(
        {reach, double(reached(below, low, lowest())), double(reached(above, high, highest()))});
  if (!std::isfinite(reach))
    return std::nullopt;
  const double distance = isPlain           ? std::max(std::fabs(low), std::fabs(high))
                          : centres.empty() ? 0.5
                                            : step;
  double largest = 0;
  for (unsigned entry = 0; entry < segments; ++entry) {
    double sum = std::fabs(slope) * distance;
    for (unsigned power = 0; power <= degree; ++power)
      sum += std::fabs(coefficient(power, entry)) * std::pow(distance, power);
    largest = std::max(largest, sum);
  }
  largest = largest * std::pow(reach, order) + (form == Form::Reflect ? std::fabs(sum)
                                                : isJoined            ? reach
                                                                      : 0);
  constexpr double tooLarge = 1e30; // for anything to follow from it
  return largest < tooLarge ? std::optional(largest) : std::nullopt;
}

bool Fit::hasSecond(unsigned power) const {
  const auto row = std::span(lows).subspan(std::size_t(power) * segments, segments);
  return std::ranges::any_of(row, [](float low) { return low != 0; });
}

double Fit::slopeAtZero() const {
  const double slope = this->slope != 0 ? std::fabs(double(this->slope) + double(coefficient(1, 0)))
                                        : std::fabs(double(coefficient(0, 0)));
  return form == Form::Halves ? std::min(slope, std::fabs(double(coefficient(0, segments / 2))))
                              : slope;
}

bool Fit::hasLineAtZeroOnly() const {
  if (form != Form::Odd)
    return false;
  for (unsigned i = 1; i < segments; ++i) {
    const double end = (i + 0.5) * double(step) * (1 + 0x1p-18),
                 line = double(slope) * (end - double(centres[i]));
    if (!(double(coefficient(0, i)) / line > 1))
      return false;
  }
  return true;
}

std::string Fit::text() const {
  char text[160];
  const int length =
      std::snprintf(text, sizeof text, "%s, order %u, %u segments of %g, degree %u, on [%g, %g], ",
                    nameOf(form), order, segments, double(step), degree, double(low), double(high));
  if (pairs > 0) {
    const std::string kept = std::string(text) + std::to_string(pairs) +
                             (pairs == 1 ? " coefficient in a pair" : " coefficients in pairs") +
                             " of floats, " + (isOfRows ? "a table in memory, " : "");
    if (!isTerm)
      return kept + "the nearest float";
    const auto [least, most] = std::ranges::minmax(errors);
    std::snprintf(text, sizeof text, "a term of a sum, off by at most 2^%.1f to 2^%.1f of it",
                  std::log2(double(least)), std::log2(double(most)));
    return kept + text;
  }
  if (isNearest) {
    std::string nearest = std::string(text) + "every result the nearest element";
    for (std::size_t i = 0; i < exceptions.size(); ++i) {
      std::snprintf(text, sizeof text, "%s%g", i == 0 ? ", but at ±" : " and ±",
                    double(exceptions[i]));
      nearest += text;
    }
    return nearest;
  }
  const double most = std::max(ulps, ulpsAtZero);
  const char *back = steps == Steps::OneWay    ? isOfPair ? "" : ", no step back"
                     : steps == Steps::Unknown ? ", steps back not excluded"
                                               : "";
  if (sampledUlps > 0)
    std::snprintf(text + length, sizeof text - std::size_t(length),
                  "some %.2f ulp, %.2f of them by a sample", most, sampledUlps);
  else
    std::snprintf(text + length, sizeof text - std::size_t(length), "at most %.2f ulp", most);
  return std::string(text) + back;
}

} // namespace xphi::compiler
