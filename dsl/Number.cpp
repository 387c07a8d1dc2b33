// Canonical spelling of exact decimals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Number.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace xphi::dsl {
namespace {

/// Up to this many digits before the point, a number is spelled without an exponent.
constexpr int64_t kMaxPlainDigits = 21;
/// Up to this many zeros after the point, too.
constexpr int64_t kMaxLeadingZeros = 6;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// 0.digits × 10^point, where digits has no zero at either end; zero has no digits.
struct Decimal {
  std::string digits;
  int64_t point = 0;
};

std::optional<Decimal> readDecimal(std::string_view spelling) {
  Decimal decimal;
  size_t at = 0, digitCount = 0;
  auto readDigits = [&](int64_t pointStep) {
    for (; at < spelling.size() && isDigit(spelling[at]); ++at, ++digitCount) {
      bool leading = decimal.digits.empty() && spelling[at] == '0';
      if (!leading)
        decimal.digits += spelling[at];
      decimal.point += leading ? pointStep - 1 : pointStep;
    }
  };
  readDigits(1);
  if (at < spelling.size() && spelling[at] == '.') {
    ++at;
    readDigits(0);
  }
  if (digitCount == 0)
    return std::nullopt;
  if (at < spelling.size() && (spelling[at] == 'e' || spelling[at] == 'E')) {
    ++at;
    bool negative = at < spelling.size() && spelling[at] == '-';
    if (at < spelling.size() && (spelling[at] == '-' || spelling[at] == '+'))
      ++at;
    if (at == spelling.size())
      return std::nullopt;
    int64_t exponent = 0;
    for (; at < spelling.size() && isDigit(spelling[at]); ++at)
      exponent = std::min<int64_t>(exponent * 10 + (spelling[at] - '0'), 1'000'000'000);
    decimal.point += negative ? -exponent : exponent;
  }
  if (at != spelling.size())
    return std::nullopt;
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

std::string spell(const Decimal &decimal) {
  const std::string &digits = decimal.digits;
  int64_t count = static_cast<int64_t>(digits.size());
  int64_t point = decimal.point;
  if (digits.empty())
    return "0";
  if (count <= point && point <= kMaxPlainDigits)
    return digits + std::string(point - count, '0');
  if (0 < point && point <= kMaxPlainDigits)
    return digits.substr(0, point) + "." + digits.substr(point);
  if (-kMaxLeadingZeros < point && point <= 0)
    return "0." + std::string(-point, '0') + digits;
  std::string fraction = count > 1 ? "." + digits.substr(1) : "";
  return digits.substr(0, 1) + fraction + "e" + std::to_string(point - 1);
}

} // namespace

Number Number::pi() { return {Constant::Pi, "pi", 3.141592653589793238462643}; }

Number Number::e() { return {Constant::E, "e", 2.718281828459045235360287}; }

Number Number::infinity() {
  return {Constant::Infinity, "inf", std::numeric_limits<double>::infinity()};
}

std::optional<Number> Number::decimal(std::string_view spelling) {
  std::optional<Decimal> decimal = readDecimal(spelling);
  if (!decimal)
    return std::nullopt;
  Number number{Constant::Decimal, spell(*decimal), 0};
  const char *end = number.text.data() + number.text.size();
  auto [rest, error] = std::from_chars(number.text.data(), end, number.value);
  if (error != std::errc() || rest != end)
    return std::nullopt;
  return number;
}

Number Number::fromDouble(double value) {
  char digits[32];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  return decimal({digits, end}).value_or(infinity());
}

} // namespace xphi::dsl
