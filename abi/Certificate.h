// A certificate as the JSON that artifacts carry, and back: the one place that writes and reads it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Certificate.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

/// The leaves of a JSON object by their path, in order: {"a": [1, {"b": true}]} is "a": {"1"} and
/// "a.b": {"true"}.
using JsonLeaves = std::map<std::string, std::vector<std::string>, std::less<>>;

/// A JSON object of at most so many bytes; where need be, without places. All but the reason.
std::string printCertificate(const Certificate &certificate, std::size_t most);

/// From "promise" in what an artifact says of itself, and the reasons there; Method::None where it
/// says nothing of the kind.
Certificate readCertificate(const JsonLeaves &info);

/// "value at -10.5 is -0, not -4.06e-25 (1.65e+07 ulp, 4 are promised)"; for a certificate that is
/// not kept.
std::string worstOf(const Certificate &certificate);

/// "checked", ...
std::string_view nameOf(Certificate::Method method);
/// "ulp", "terms", "relative"
std::string_view nameOf(Certificate::Unit unit);

/// Where the certificate stands in an artifact's bytes, with the blanks behind it.
struct CertificatePlace {
  std::size_t begin, end;
};
/// What precedes it in the artifact's description.
inline constexpr std::string_view certificateKey = ",\"promise\":";
/// Nothing if there is none, or more than one.
std::optional<CertificatePlace> certificatePlace(std::string_view artifact);
/// All that an artifact says of itself, with it; empty if there is none.
std::string_view descriptionOf(std::string_view artifact);

} // namespace xphi
