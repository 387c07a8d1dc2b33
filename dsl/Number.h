// Numbers: exact constants of the language, kept as text until a type is known.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xphi::dsl {

/// `0.1` is one tenth: `text` has every digit, `value` is only its nearest double.
struct Number {
  enum class Constant : uint8_t { Decimal, Pi, E, Infinity };
  Constant constant = Constant::Decimal;
  std::string text; ///< canonical spelling; for the named constants their name
  double value = 0;

  static Number pi();
  static Number e();
  static Number infinity();
  /// From digits[.digits][e[+-]digits]. Empty if that is not what it is, or if the nearest double
  /// is infinite, or zero while the number is not.
  static std::optional<Number> decimal(std::string_view spelling);
  /// The shortest decimal that reads back as this non-negative finite value.
  static Number fromDouble(double value);

  friend bool operator==(const Number &a, const Number &b) {
    return a.constant == b.constant && a.text == b.text;
  }
};

} // namespace xphi::dsl
