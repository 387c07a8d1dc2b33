// A certificate as JSON, and in words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Certificate.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;

namespace xphi::compiler {
namespace {

std::string hexFloat(float number) {
  if (std::isnan(number))
    return "nan";
  if (std::isinf(number))
    return number > 0 ? "inf" : "-inf";
  char text[40];
  std::snprintf(text, sizeof text, "%a", double(number));
  return text;
}

std::string joined(const std::vector<float> &numbers) {
  std::string text;
  for (float number : numbers)
    text += (text.empty() ? "" : ":") + hexFloat(number);
  return text;
}

/// JSON has no infinities and no NaN, and readers take -0 for 0: these are strings.
json::Value number(double value) {
  if (value == 0 && std::signbit(value))
    return "-0";
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value > 0 ? "inf" : "-inf";
  return value;
}

std::string print(json::Object object) {
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(object));
  return text;
}

const char *unitName(Certificate::Unit unit) {
  using enum Certificate::Unit;
  return unit == Ulp ? "ulp" : unit == Terms ? "terms" : "relative";
}

} // namespace

std::string Certificate::json(std::size_t most) const {
  json::Object object{{"tier", StringRef(nameOf(tier))},
                      {"unit", unitName(unit)},
                      {"bound", bound},
                      {"method", method == Method::Checked ? "checked" : "none"},
                      {"points", std::int64_t(points)},
                      {"skipped", std::int64_t(skipped)},
                      {"kept", kept}};
  const std::string brief = print(object);
  const auto place = [](const auto &where) {
    json::Object at{
        {"x", joined(where.inputs)}, {"output", where.output}, {"got", hexFloat(where.got)}};
    if (!where.parameters.empty())
      at["parameters"] = joined(where.parameters);
    return at;
  };
  if (!worst.inputs.empty()) {
    json::Object at = place(worst);
    at["error"] = number(worst.error);
    at["right"] = number(worst.right);
    object["worst"] = std::move(at);
  }
  if (!zero.inputs.empty())
    object["zero"] = place(zero);
  std::string text = print(std::move(object));
  return text.size() <= most ? text : brief;
}

std::string Certificate::text() const {
  if (method == Method::None)
    return "Nothing was checked: this was made on a machine that does not run it.";
  std::string text;
  raw_string_ostream stream(text);
  const char *name = unit == Unit::Ulp     ? "ulp"
                     : unit == Unit::Terms ? "ulp of the largest term"
                                           : "of the result";
  const std::string at =
      worst.output + " at " + joined(worst.inputs) +
      (worst.parameters.empty() ? "" : " with parameters " + joined(worst.parameters));
  if (!kept)
    stream << "Not within " << format("%g", bound) << " " << name << " everywhere: " << at
           << " is off by " << format("%.3g", worst.error) << ".";
  else
    stream << "Within " << format("%g", bound) << " " << name << ", checked at " << points
           << " points";
  if (kept && !worst.inputs.empty())
    stream << "; the worst is " << format("%.3g", worst.error) << ", " << at;
  if (kept)
    stream << ".";
  return text;
}

} // namespace xphi::compiler
