// Numbers on the command line and in JSON.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Points.h"

#include "Session.h"

#include <fmt/format.h>

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
      return value;
  }
  return Error(code::badNumber,
               fmt::format("'{}' is not a number; write a decimal (-5.5), a hex float (0x1.8p-3), "
                           "nan or inf, separated by commas",
                           text));
}

Result<std::vector<std::vector<float>>> readPoints(std::string_view text, std::size_t inputs) {
  std::vector<std::vector<float>> points;
  for (std::string_view part : split(text, ',')) {
    std::vector<float> &point = points.emplace_back();
    for (std::string_view coordinate : split(part, ':')) {
      Result<float> value = readFloat(coordinate);
      if (!value)
        return value.error();
      point.push_back(*value);
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

} // namespace xphi::command
