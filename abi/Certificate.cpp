// Certificates as JSON, from JSON, and in words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Certificate.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace xphi {
namespace {

using Method = Certificate::Method;
using Unit = Certificate::Unit;

constexpr std::string_view methods[] = {"none", "checked", "exhaustive", "proved"};
constexpr std::string_view units[] = {"ulp", "terms", "relative"};

// ---- numbers, whatever the locale

template <typename... Format> std::string digits(Format... format) {
  char text[64];
  return {text, std::to_chars(text, std::end(text), format...).ptr};
}

/// As %g has it.
std::string brief(double number, int precision = 6) {
  return digits(number, std::chars_format::general, precision);
}

/// The fewest digits that tell it from its neighbours, with an exponent where it is far from 1.
template <typename Number> std::string shortest(Number number) {
  const Number size = std::fabs(number);
  const bool isNear =
      size == 0 || (size >= Number(1e-4) && size < Number(1e16)) || !std::isfinite(number);
  return digits(number, isNear ? std::chars_format::fixed : std::chars_format::scientific);
}

/// As a float where it is one.
std::string exactly(double number) {
  const auto nearest = float(number);
  return nearest == number || std::isnan(number) ? shortest(nearest) : shortest(number);
}

std::string hexadecimal(double number) {
  if (std::isnan(number))
    return "nan";
  const std::string sign = std::signbit(number) ? "-" : "";
  const double size = std::fabs(number);
  return sign + (std::isinf(size) ? "inf" : "0x" + digits(size, std::chars_format::hex));
}

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
template <typename Number> std::vector<Number> numbers(std::string_view text) {
  std::vector<Number> result;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    result.push_back(number<Number>(text.substr(0, colon)));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return result;
}

template <typename Number>
std::string joined(const std::vector<Number> &numbers, std::string (*show)(double)) {
  std::string text;
  for (const Number number : numbers)
    text += (text.empty() ? "" : ":") + show(number);
  return text;
}

// ---- JSON; texts are names and digits, in which nothing needs escaping

class Object {
public:
  std::string take() { return "{" + std::move(text) + "}"; }

  void raw(std::string_view key, std::string_view value) {
    text += (text.empty() ? "\"" : ",\"");
    text.append(key).append("\":").append(value);
  }
  void word(std::string_view key, std::string_view value) {
    raw(key, "\"" + std::string(value) + "\"");
  }
  /// JSON has no infinities and no NaN, and readers take -0 for 0: these are strings.
  void real(std::string_view key, double value) {
    if (std::isfinite(value) && !(value == 0 && std::signbit(value)))
      raw(key, digits(value));
    else
      word(key, std::isnan(value) ? "nan" : value == 0 ? "-0" : value > 0 ? "inf" : "-inf");
  }
  void count(std::string_view key, std::size_t value) { raw(key, digits(value)); }

private:
  std::string text;
};

Object place(const auto &where) {
  Object at;
  at.word("x", joined(where.inputs, hexadecimal));
  if (!where.parameters.empty())
    at.word("parameters", joined(where.parameters, hexadecimal));
  at.word("output", where.output);
  at.word("got", hexadecimal(where.got));
  return at;
}

std::string print(const Certificate::Piece &piece, bool hasInputs) {
  Object object;
  object.word("output", piece.output);
  object.word("low", hexadecimal(piece.low));
  object.word("high", hexadecimal(piece.high));
  object.real("bound", piece.bound);
  object.word("unit", nameOf(piece.unit));
  object.word("method", nameOf(piece.method));
  object.count("points", piece.points);
  object.raw("defaults", piece.isOfDefaults ? "true" : "false");
  if (hasInputs) {
    object.word("input", piece.input);
    object.word("other", hexadecimal(piece.mostOther));
  }
  object.word("fit", piece.fit);
  return object.take();
}

template <typename Enum, std::size_t count>
Enum named(std::string_view name, const std::string_view (&names)[count]) {
  const auto found = std::ranges::find(names, name);
  return Enum(found == std::end(names) ? 0 : found - std::begin(names));
}

/// What keeps the kernels from a faster evaluation, each reason once.
std::string reasonsOf(const JsonLeaves &info) {
  std::vector<std::string> all;
  for (const char *kernel : {"reasons.forward", "reasons.backward"})
    if (const auto found = info.find(std::string_view(kernel)); found != info.end())
      for (const std::string &reason : found->second)
        if (!reason.empty() && std::ranges::find(all, reason) == all.end())
          all.push_back(reason);
  std::string text;
  for (const std::string &reason : all)
    text += (text.empty() ? "" : "; ") + reason;
  return text;
}

/// Each a leaf of every piece.
std::vector<Certificate::Piece> readPieces(const JsonLeaves &info) {
  std::vector<Certificate::Piece> pieces;
  const auto column = [&](std::string_view key) {
    const auto found = info.find("promise.pieces." + std::string(key));
    return found == info.end() ? std::vector<std::string>() : found->second;
  };
  const std::vector<std::string> output = column("output"), low = column("low"),
                                 high = column("high"), bound = column("bound"),
                                 unit = column("unit"), method = column("method"),
                                 points = column("points"), fit = column("fit"),
                                 defaults = column("defaults"), input = column("input"),
                                 other = column("other");
  const bool hasInputs = !input.empty();
  for (const auto *each : {&low, &high, &bound, &unit, &method, &points, &fit, &defaults,
                           hasInputs ? &input : &output, hasInputs ? &other : &output})
    if (each->size() != output.size())
      return pieces;
  for (std::size_t i = 0; i < output.size(); ++i)
    pieces.push_back({output[i], number<float>(low[i]), number<float>(high[i]),
                      number<double>(bound[i]), named<Unit>(unit[i], units),
                      named<Method>(method[i], methods), std::size_t(number<double>(points[i])),
                      fit[i], defaults[i] == "true", hasInputs ? input[i] : std::string(),
                      hasInputs ? number<float>(other[i]) : 0});
  return pieces;
}

// ---- words

std::string inWords(Unit unit) {
  return unit == Unit::Ulp     ? "ulp"
         : unit == Unit::Terms ? "ulp of the largest term"
                               : "of the result";
}

/// Of a worst result or a zero.
std::string inWords(const auto &where) {
  const std::string at = where.output + " at " + joined(where.inputs, exactly);
  return where.parameters.empty() ? at
                                  : at + " with parameters " + joined(where.parameters, exactly);
}

/// ", with 2^-32 to 2^32 or its negative for the other input"
std::string whereOther(float most) {
  const std::string exponent = digits(std::ilogb(most));
  return ", with 2^-" + exponent + " to 2^" + exponent + " or its negative for the other input";
}

std::string inWords(const Certificate::Piece &piece) {
  const bool isOpen = piece.low < -1e38f, isOpenAbove = piece.high > 1e38f;
  std::string range =
      isOpen && isOpenAbove ? " for every number"
      : isOpen              ? " up to " + brief(double(piece.high))
      : isOpenAbove ? " from " + brief(double(piece.low)) + " on"
                    : " from " + brief(double(piece.low)) + " to " + brief(double(piece.high));
  return piece.output +
         (piece.method == Method::Proved ? " proved within " : " run at each within ") +
         brief(piece.bound) + " " + inWords(piece.unit) + range +
         (piece.input.empty() ? "" : " of " + piece.input + whereOther(piece.mostOther)) +
         (piece.isOfDefaults ? " with the parameters' defaults" : "");
}

} // namespace

std::string_view nameOf(Method method) { return methods[int(method)]; }
std::string_view nameOf(Unit unit) { return units[int(unit)]; }

std::string printCertificate(const Certificate &certificate, std::size_t most) {
  Object object;
  object.word("tier", nameOf(certificate.tier));
  object.word("unit", nameOf(certificate.unit));
  object.real("bound", certificate.bound);
  object.word("method", nameOf(certificate.method));
  object.count("points", certificate.points);
  object.count("skipped", certificate.skipped);
  object.raw("kept", certificate.kept ? "true" : "false");
  object.word("code", certificate.code);
  const bool hasInputs = std::ranges::any_of(
      certificate.pieces, [](const Certificate::Piece &piece) { return !piece.input.empty(); });
  std::string pieces;
  for (const Certificate::Piece &piece : certificate.pieces)
    pieces += (pieces.empty() ? "" : ",") + print(piece, hasInputs);
  object.raw("pieces", "[" + pieces + "]");
  const std::string withoutPlaces = Object(object).take();
  if (!certificate.worst.inputs.empty()) {
    Object at = place(certificate.worst);
    at.real("error", certificate.worst.error);
    at.real("right", certificate.worst.right);
    object.raw("worst", at.take());
  }
  if (!certificate.zero.inputs.empty())
    object.raw("zero", place(certificate.zero).take());
  std::string text = object.take();
  return text.size() <= most ? text : withoutPlaces;
}

Certificate readCertificate(const JsonLeaves &info) {
  const auto text = [&](const std::string &key) {
    const auto found = info.find("promise." + key);
    return found == info.end() || found->second.empty() ? std::string() : found->second.front();
  };
  Certificate certificate;
  for (Tier tier : everyTier)
    if (nameOf(tier) == text("tier"))
      certificate.tier = tier;
  certificate.method = named<Method>(text("method"), methods);
  certificate.code = text("code");
  certificate.pieces = readPieces(info);
  if (certificate.method == Method::None)
    return certificate;
  certificate.unit = named<Unit>(text("unit"), units);
  certificate.bound = number<double>(text("bound"));
  certificate.points = std::size_t(number<double>(text("points")));
  certificate.skipped = std::size_t(number<double>(text("skipped")));
  certificate.kept = text("kept") != "false";
  certificate.worst.inputs = numbers<double>(text("worst.x"));
  certificate.worst.parameters = numbers<float>(text("worst.parameters"));
  certificate.worst.output = text("worst.output");
  certificate.worst.error = number<double>(text("worst.error"));
  certificate.worst.got = number<double>(text("worst.got"));
  certificate.worst.right = number<double>(text("worst.right"));
  certificate.zero.inputs = numbers<float>(text("zero.x"));
  certificate.zero.parameters = numbers<float>(text("zero.parameters"));
  certificate.zero.output = text("zero.output");
  certificate.zero.got = number<float>(text("zero.got"));
  if (!certificate.kept)
    certificate.reason = reasonsOf(info);
  return certificate;
}

std::optional<CertificatePlace> certificatePlace(std::string_view artifact) {
  const std::size_t found = artifact.find(certificateKey);
  if (found == artifact.npos || artifact.find(certificateKey, found + 1) != artifact.npos)
    return std::nullopt;
  // The description is a text that ends with a zero, and the certificate the last thing in it.
  const std::size_t begin = found + certificateKey.size(), end = artifact.find('\0', begin);
  if (end == artifact.npos || end == begin || artifact[end - 1] != '}')
    return std::nullopt;
  return CertificatePlace{begin, end - 1};
}

std::string_view descriptionOf(std::string_view artifact) {
  const std::optional<CertificatePlace> place = certificatePlace(artifact);
  const std::size_t begin = place ? artifact.rfind("{\"abi\":", place->begin) : artifact.npos;
  return begin == artifact.npos ? std::string_view()
                                : artifact.substr(begin, place->end + 1 - begin);
}

std::string worstOf(const Certificate &certificate) {
  const Certificate::Worst &worst = certificate.worst;
  if (worst.inputs.empty())
    return "more than " + brief(certificate.bound) + " " + inWords(certificate.unit) +
           " off somewhere";
  const std::string error = std::isinf(worst.error)
                                ? "a number in place of none, or the reverse"
                                : brief(worst.error, 3) + " " + inWords(certificate.unit) + ", " +
                                      brief(certificate.bound) + " are promised";
  const bool isOpen = std::isnan(worst.got) && std::isnan(worst.right);
  const std::string all = inWords(worst) + " is " + exactly(worst.got) +
                          (isOpen ? ", where there may be a number"
                                  : ", not " + brief(worst.right, 9) + " (" + error + ")");
  return certificate.reason.empty() ? all : all + "; " + certificate.reason;
}

std::string Certificate::text() const {
  if (method == Method::None)
    return "not checked: this machine's processor does not run the kernel";
  std::string sentence = "within " + brief(bound) + " " + inWords(unit) + ", " +
                         (method == Method::Exhaustive ? "run at all of " : "checked at ") +
                         digits(points) + " points";
  if (!kept)
    sentence += ": not kept, " + worstOf(*this);
  else if (!worst.inputs.empty())
    sentence += "; the worst is " + brief(worst.error, 3) + ", " + inWords(worst);
  for (const Piece &piece : pieces)
    if (piece.method == Method::Proved ||
        (piece.method == Method::Exhaustive && method != piece.method))
      sentence += "; " + inWords(piece);
  if (!zero.inputs.empty())
    sentence += "; " + inWords(zero) + " is " + exactly(zero.got) +
                ", where the function beside it has the other sign";
  return sentence;
}

} // namespace xphi
