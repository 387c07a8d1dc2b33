// Numbers on the command line and in JSON.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Points.h"

#include "Session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace xphi::command {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos)
      return parts;
    begin = end + 1;
  }
}

/// As in a program's text: no number beyond the doubles stands for infinity or zero.
bool isOutOfRange(const std::string &number) {
  errno = 0;
  const double value = std::strtod(number.c_str(), nullptr);
  return errno == ERANGE && (std::isinf(value) || value == 0);
}

Error outOfRange(std::string_view text) {
  return Error(code::numberOutOfRange,
               fmt::format("'{}' is outside the range of a double; write inf for infinity", text));
}

} // namespace

Result<float> readFloat(std::string_view text) {
  // strtof rounds decimals and hex floats once, to nearest; a range error still has the right
  // limit.
  std::string copy(text);
  std::size_t begin = copy.find_first_not_of(' '), end = copy.find_last_not_of(' ');
  if (begin != std::string::npos) {
    copy = copy.substr(begin, end - begin + 1);
    char *rest = nullptr;
    float value = std::strtof(copy.c_str(), &rest);
    // "nan(...)" is strtof's, not ours.
    if (*rest == '\0' && copy.find('(') == std::string::npos)
      return isOutOfRange(copy) ? Result<float>(outOfRange(text)) : value;
  }
  return Error(code::badNumber,
               fmt::format("'{}' is not a number; write a decimal (-5.5), a hex float (0x1.8p-3), "
                           "nan or inf, separated by commas",
                           text));
}

namespace {

constexpr double kMostPoints = 1 << 20;

Error badRange(std::string_view text, std::string_view why) {
  return Error(code::badNumber, fmt::format("the range '{}' {}; write from:to:step, such as "
                                            "-3:3:0.5",
                                            text, why));
}

/// A decimal number of double precision: steps of 0.1 are to meet 0.3.
Result<double> readEnd(std::string_view text) {
  Result<float> single = readFloat(text);
  if (!single)
    return single.error();
  return std::strtod(std::string(text).c_str(), nullptr);
}

Status appendRange(std::string_view text, bool doubles, std::vector<std::vector<double>> &points) {
  std::vector<std::string_view> parts = split(text, ':');
  double ends[3];
  for (std::size_t i = 0; i < 3; ++i) {
    Result<double> end = readEnd(parts[i]);
    if (!end)
      return end.error();
    ends[i] = *end;
  }
  auto [from, to, step] = ends;
  if (!std::isfinite(from) || !std::isfinite(to) || !std::isfinite(step) || step == 0)
    return badRange(text, "needs finite ends and a step that is not 0");
  // A step of 0.1 from 0 to 0.3 takes 2.9999999999999996 of itself.
  double steps = std::floor((to - from) / step * (1 + 0x1p-40));
  if (steps < 0)
    return badRange(text, "leads away from its end");
  if (!(steps < kMostPoints))
    return badRange(text, fmt::format("has more than {} points", kMostPoints));
  for (std::size_t i = 0; i <= std::size_t(steps); ++i) {
    const double point = from + double(i) * step;
    points.push_back({doubles ? point : double(float(point))});
  }
  return {};
}

} // namespace

Result<std::vector<std::vector<double>>> readPoints(std::string_view text, std::size_t inputs,
                                                    bool doubles) {
  std::vector<std::vector<double>> points;
  for (std::string_view part : split(text, ',')) {
    if (inputs == 1 && std::ranges::count(part, ':') == 2) {
      if (Status done = appendRange(part, doubles, points); !done)
        return done.error();
      continue;
    }
    std::vector<double> &point = points.emplace_back();
    for (std::string_view coordinate : split(part, ':')) {
      Result<float> value = readFloat(coordinate);
      if (!value)
        return value.error();
      point.push_back(doubles ? *readEnd(coordinate) : double(*value));
    }
    if (point.size() != inputs)
      return Error(code::badNumber,
                   fmt::format("the function has {} inputs, the point '{}' has {}; write a:b for "
                               "two inputs",
                               inputs, part, point.size()));
  }
  return points;
}

std::string hexFloat(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

std::string shortest(float value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); }
std::string shortest(double value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); }

} // namespace xphi::command
