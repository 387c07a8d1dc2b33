// Values as a line of words, numbers by their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace xphi::compiler {

template <typename Number>
using BitsOf = std::conditional_t<sizeof(Number) == 8, std::uint64_t, std::uint32_t>;

class WordWriter {
public:
  std::string text;

  void operator()(bool flag) { word(flag ? "1" : "0"); }
  void operator()(unsigned number) { word(std::to_string(number)); }
  void operator()(int number) { word(std::to_string(number)); }
  void operator()(float number) { word(hex(number)); }
  void operator()(double number) { word(hex(number)); }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void operator()(Enum value) {
    (*this)(unsigned(value));
  }
  void operator()(const std::vector<float> &numbers) {
    std::string all;
    for (float number : numbers)
      all += hex(number);
    word(all);
  }
  template <typename One, typename Other> void operator()(const std::pair<One, Other> &both) {
    (*this)(both.first);
    (*this)(both.second);
  }
  template <typename Value> void operator()(const std::optional<Value> &value) {
    (*this)(value.has_value());
    if (value)
      (*this)(*value);
  }

private:
  void word(const std::string &word) {
    if (!std::exchange(isFirst, false))
      text += " ";
    text += word;
  }
  template <typename Number> static std::string hex(Number number) {
    std::string digits(2 * sizeof number, '0');
    auto bits = std::bit_cast<BitsOf<Number>>(number);
    for (std::size_t i = digits.size(); i-- != 0; bits >>= 4)
      digits[i] = "0123456789abcdef"[bits & 15];
    return digits;
  }

  bool isFirst = true;
};

/// What a WordWriter wrote, in the same order. Trusts no word.
class WordReader {
public:
  explicit WordReader(std::string_view text) : text(text) {}
  bool good = true;
  std::size_t mostNumbers = std::size_t(1) << 16; ///< of a vector

  void operator()(bool &flag) {
    unsigned number = 0;
    (*this)(number);
    good = good && number <= 1;
    flag = number == 1;
  }
  void operator()(unsigned &number) { good = good && readAll(word(), number, 10); }
  void operator()(int &number) { good = good && readAll(word(), number, 10); }
  void operator()(float &number) { good = good && readBits(word(), number); }
  void operator()(double &number) { good = good && readBits(word(), number); }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void operator()(Enum &value) {
    unsigned number = 0;
    (*this)(number);
    value = Enum(number);
  }
  void operator()(std::vector<float> &numbers) {
    const std::string_view all = word();
    good = good && all.size() % 8 == 0 && all.size() / 8 <= mostNumbers;
    for (std::size_t i = 0; good && i < all.size(); i += 8)
      good = readBits(all.substr(i, 8), numbers.emplace_back());
  }
  template <typename One, typename Other> void operator()(std::pair<One, Other> &both) {
    (*this)(both.first);
    (*this)(both.second);
  }
  template <typename Value> void operator()(std::optional<Value> &value) {
    bool has = false;
    (*this)(has);
    if (has)
      (*this)(value.emplace());
  }
  bool isAtEnd() const { return isOver; }
  /// What no word was read of.
  std::string_view rest() const { return text; }

private:
  std::string_view word() {
    const std::size_t end = text.find(' ');
    isOver = end == text.npos;
    const std::string_view result = text.substr(0, end);
    text.remove_prefix(isOver ? text.size() : end + 1);
    return result;
  }
  template <typename Number>
  static bool readAll(std::string_view digits, Number &number, int base) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    return error == std::errc() && end == digits.data() + digits.size();
  }
  template <typename Number> static bool readBits(std::string_view digits, Number &number) {
    BitsOf<Number> bits = 0;
    if (digits.size() != 2 * sizeof number || !readAll(digits, bits, 16))
      return false;
    number = std::bit_cast<Number>(bits);
    return true;
  }

  std::string_view text;
  bool isOver = false;
};

} // namespace xphi::compiler
