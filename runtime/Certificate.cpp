// A certificate from the artifact's description, and in words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Certificate.h"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace xphi {
namespace {

using Json = nlohmann::json;

/// A number, or one of the strings "inf", "-inf", "nan".
double number(const Json &json) {
  if (json.is_number())
    return json.get<double>();
  return json.is_string() ? std::strtod(json.get_ref<const std::string &>().c_str(), nullptr) : 0;
}

/// Hexadecimal floats between colons.
std::vector<float> floats(const Json &json) {
  std::vector<float> result;
  if (!json.is_string())
    return result;
  const auto &text = json.get_ref<const std::string &>();
  for (const char *rest = text.c_str(); *rest;) {
    char *end = nullptr;
    result.push_back(std::strtof(rest, &end));
    if (end == rest)
      break;
    rest = *end ? end + 1 : end;
  }
  return result;
}

const char *unitName(Certificate::Unit unit) {
  return unit == Certificate::Unit::Ulp ? "ulp" : "ulp of the largest term";
}

std::string place(const Certificate::Worst &worst) {
  const std::string at = fmt::format("{} at {}", worst.output, fmt::join(worst.inputs, ":"));
  return worst.parameters.empty()
             ? at
             : fmt::format("{} with parameters {}", at, fmt::join(worst.parameters, ":"));
}

} // namespace

Certificate readCertificate(const Json &promise) {
  Certificate certificate;
  if (!promise.is_object())
    return certificate;
  const auto text = [&](const char *key) { return promise.value(key, Json()); };
  certificate.unit = text("unit") == "terms" ? Certificate::Unit::Terms : Certificate::Unit::Ulp;
  certificate.bound = number(text("bound"));
  certificate.method =
      text("method") == "checked" ? Certificate::Method::Checked : Certificate::Method::None;
  certificate.points = std::size_t(number(text("points")));
  certificate.skipped = std::size_t(number(text("skipped")));
  certificate.kept = text("kept") != false;
  if (const Json worst = text("worst"); worst.is_object()) {
    const auto of = [&](const char *key) { return worst.value(key, Json()); };
    certificate.worst.inputs = floats(of("x"));
    certificate.worst.parameters = floats(of("parameters"));
    certificate.worst.output = of("output").is_string() ? of("output").get<std::string>() : "";
    certificate.worst.error = number(of("error"));
    certificate.worst.got = floats(of("got")).empty() ? 0 : floats(of("got"))[0];
    certificate.worst.right = number(of("right"));
  }
  return certificate;
}

std::string worstOf(const Certificate &certificate) {
  const Certificate::Worst &worst = certificate.worst;
  if (worst.inputs.empty())
    return fmt::format("more than {:g} {} off somewhere", certificate.bound,
                       unitName(certificate.unit));
  const std::string error =
      std::isinf(worst.error) ? "a number in place of none, or the reverse"
      : worst.error == 0      ? "the sign of the function beside it"
                              : fmt::format("{:.3g} {}, {:g} are promised", worst.error,
                                            unitName(certificate.unit), certificate.bound);
  return fmt::format("{} is {}, not {:.9g} ({})", place(worst), worst.got, worst.right, error);
}

std::string Certificate::text() const {
  if (method == Method::None)
    return "not checked: this machine's processor does not run the kernel";
  const std::string sentence =
      fmt::format("within {:g} {}, checked at {} points", bound, unitName(unit), points);
  if (!kept)
    return fmt::format("{}: not kept, {}", sentence, worstOf(*this));
  if (worst.inputs.empty())
    return sentence;
  return fmt::format("{}; the worst is {:.2f}, {}", sentence, worst.error, place(worst));
}

} // namespace xphi
