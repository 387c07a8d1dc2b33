// A certificate from the artifact's description, and in words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Certificate.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {
namespace {

/// As artifacts write it, whatever the locale: decimal, hexadecimal, "inf", "-inf" or "nan".
template <typename Number> Number number(std::string_view text) {
  const bool isNegative = text.starts_with('-');
  text.remove_prefix(isNegative);
  const bool isHexadecimal = text.starts_with("0x");
  text.remove_prefix(isHexadecimal ? 2 : 0);
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value,
                  isHexadecimal ? std::chars_format::hex : std::chars_format::general);
  return isNegative ? -value : value;
}

/// Between colons.
std::vector<float> numbers(std::string_view text) {
  std::vector<float> result;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    result.push_back(number<float>(text.substr(0, colon)));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return result;
}

const char *unitName(Certificate::Unit unit) {
  using enum Certificate::Unit;
  return unit == Ulp ? "ulp" : unit == Terms ? "ulp of the largest term" : "of the result";
}

/// Of a worst result or a zero.
std::string place(const auto &where) {
  const std::string at = fmt::format("{} at {}", where.output, fmt::join(where.inputs, ":"));
  return where.parameters.empty()
             ? at
             : fmt::format("{} with parameters {}", at, fmt::join(where.parameters, ":"));
}

/// What keeps the kernels from a faster evaluation, each reason once.
std::string reasonsOf(const ArtifactInfo &info) {
  std::vector<std::string> all;
  for (const char *kernel : {"reasons.forward", "reasons.backward"})
    if (const auto found = info.find(std::string_view(kernel)); found != info.end())
      for (const std::string &reason : found->second)
        if (!reason.empty() && std::ranges::find(all, reason) == all.end())
          all.push_back(reason);
  return fmt::format("{}", fmt::join(all, "; "));
}

} // namespace

Certificate readCertificate(const ArtifactInfo &info) {
  const auto text = [&](const std::string &key) {
    const auto found = info.find("promise." + key);
    return found == info.end() || found->second.empty() ? std::string() : found->second.front();
  };
  Certificate certificate;
  for (Tier tier : everyTier)
    if (nameOf(tier) == text("tier"))
      certificate.tier = tier;
  if (text("method") != "checked")
    return certificate;
  certificate.method = Certificate::Method::Checked;
  const std::string unit = text("unit");
  certificate.unit = unit == "terms"      ? Certificate::Unit::Terms
                     : unit == "relative" ? Certificate::Unit::Relative
                                          : Certificate::Unit::Ulp;
  certificate.bound = number<double>(text("bound"));
  certificate.points = std::size_t(number<double>(text("points")));
  certificate.skipped = std::size_t(number<double>(text("skipped")));
  certificate.kept = text("kept") != "false";
  certificate.worst.inputs = numbers(text("worst.x"));
  certificate.worst.parameters = numbers(text("worst.parameters"));
  certificate.worst.output = text("worst.output");
  certificate.worst.error = number<double>(text("worst.error"));
  certificate.worst.got = number<float>(text("worst.got"));
  certificate.worst.right = number<double>(text("worst.right"));
  certificate.zero.inputs = numbers(text("zero.x"));
  certificate.zero.parameters = numbers(text("zero.parameters"));
  certificate.zero.output = text("zero.output");
  certificate.zero.got = number<float>(text("zero.got"));
  if (!certificate.kept)
    certificate.reason = reasonsOf(info);
  return certificate;
}

std::string worstOf(const Certificate &certificate) {
  const Certificate::Worst &worst = certificate.worst;
  if (worst.inputs.empty())
    return fmt::format("more than {:g} {} off somewhere", certificate.bound,
                       unitName(certificate.unit));
  const std::string error = std::isinf(worst.error)
                                ? "a number in place of none, or the reverse"
                                : fmt::format("{:.3g} {}, {:g} are promised", worst.error,
                                              unitName(certificate.unit), certificate.bound);
  const std::string all =
      fmt::format("{} is {}, not {:.9g} ({})", place(worst), worst.got, worst.right, error);
  return certificate.reason.empty() ? all : fmt::format("{}; {}", all, certificate.reason);
}

std::string Certificate::text() const {
  if (method == Method::None)
    return "not checked: this machine's processor does not run the kernel";
  std::string sentence =
      fmt::format("within {:g} {}, checked at {} points", bound, unitName(unit), points);
  if (!kept)
    sentence += ": not kept, " + worstOf(*this);
  else if (!worst.inputs.empty())
    sentence += fmt::format("; the worst is {:.3g}, {}", worst.error, place(worst));
  if (!zero.inputs.empty())
    sentence += fmt::format("; {} is {}, where the function beside it has the other sign",
                            place(zero), zero.got);
  return sentence;
}

} // namespace xphi
