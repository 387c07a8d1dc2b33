// A fit as a line of words, floats by their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitProof.h"
#include "approx/OrderedTable.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {
namespace {

constexpr unsigned mostSegments = 64, mostRows = 17;

class Writer {
public:
  std::string text;

  void operator()(unsigned number) { word(std::to_string(number)); }
  void operator()(int number) { word(std::to_string(number)); }
  void operator()(float number) { word(hex(number)); }
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

private:
  void word(const std::string &word) { text += (text.empty() ? "" : " ") + word; }
  static std::string hex(float number) {
    char digits[8];
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (int i = 0; i < 8; ++i)
      digits[i] = "0123456789abcdef"[bits >> (28 - 4 * i) & 15];
    return {digits, sizeof digits};
  }
};

class Reader {
public:
  explicit Reader(std::string_view text) : text(text) {}
  bool good = true;

  void operator()(unsigned &number) { good = good && readAll(word(), number, 10); }
  void operator()(int &number) { good = good && readAll(word(), number, 10); }
  void operator()(float &number) { good = good && readFloat(word(), number); }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void operator()(Enum &value) {
    unsigned number = 0;
    (*this)(number);
    value = Enum(number);
  }
  void operator()(std::vector<float> &numbers) {
    const std::string_view all = word();
    good = good && all.size() % 8 == 0 && all.size() / 8 <= mostSegments * mostRows;
    for (std::size_t i = 0; good && i < all.size(); i += 8)
      good = readFloat(all.substr(i, 8), numbers.emplace_back());
  }
  bool isAtEnd() const { return text.empty(); }

private:
  std::string_view word() {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view result = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return result;
  }
  template <typename Number>
  static bool readAll(std::string_view digits, Number &number, int base) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    return error == std::errc() && end == digits.data() + digits.size();
  }
  static bool readFloat(std::string_view digits, float &number) {
    std::uint32_t bits = 0;
    if (digits.size() != 8 || !readAll(digits, bits, 16))
      return false;
    number = std::bit_cast<float>(bits);
    return std::isfinite(number);
  }

  std::string_view text;
};

void forEachField(auto &fit, auto &&field) {
  field(fit.form);
  field(fit.order);
  field(fit.sum);
  field(fit.segments);
  field(fit.degree);
  field(fit.first);
  field(fit.step);
  field(fit.low);
  field(fit.high);
  field(fit.below);
  field(fit.above);
  field(fit.smallest);
  field(fit.slope);
  field(fit.centres);
  field(fit.table);
}

/// Whether a line is exact.
bool isBesideLine(const Fit &fit) {
  using enum Fit::Form;
  int exponent = 0;
  const float half = std::frexp(std::fabs(fit.slope), &exponent);
  constexpr int most = 100;
  const bool isExact = half == 0.5f && std::abs(exponent) <= most && fit.degree > 0 &&
                       fit.centres[0] == 0 && (fit.order == 0 || fit.coefficient(0, 0) == 0),
             isHeld = fit.above != Fit::Beyond::Power && fit.below != Fit::Beyond::Power;
  switch (fit.form) {
  case Ramp:
  case Fall:
    return isExact && fit.order == 0 && fit.slope == (fit.form == Ramp ? -0.5f : 0.5f);
  case Odd:
    return isExact && isHeld && fit.order == 1;
  case Reflect:
  case TwoSided:
    return isExact && isHeld && fit.order <= 1;
  default:
    return false;
  }
}

/// Whether the formulas of Fit.h and the cells of prove() are meant for it.
bool isWhole(const Fit &fit) {
  using enum Fit::Form;
  const bool isKnown =
      fit.form <= Halves && fit.below <= Fit::Beyond::Power && fit.above <= Fit::Beyond::Power;
  const bool isJoined = fit.form == Ramp || fit.form == Fall,
             fitsForm = fit.form == Reflect ? fit.order == 0
                        : fit.form == Odd   ? fit.order > 0
                                            : fit.order <= (isJoined ? 1u : 4u);
  const bool isTable = fit.segments >= 8 && std::has_single_bit(fit.segments) &&
                       fit.segments <= mostSegments && fit.degree < mostRows &&
                       fit.centres.size() == fit.segments &&
                       fit.table.size() == fit.segments * (fit.degree + 1);
  // Powers of t are numbers, and beyond the table there is none but t.
  constexpr float farthest = 0x1p20f;
  const bool isPower = fit.below == Fit::Beyond::Power || fit.above == Fit::Beyond::Power;
  const float widest = std::min(fit.step * float(fit.segments), farthest);
  const bool isRange = fit.step > 0 && fit.low < 0 && fit.high > 0 && fit.high <= widest &&
                       -fit.low <= widest && (fit.form == TwoSided || fit.low == -fit.high);
  const bool fitsProduct = !fit.isOrderedProduct || (isTable && mayBeOrderedProduct(fit));
  return isKnown && fitsForm && fitsProduct && fit.order <= 4 && (!isPower || fit.order == 1) &&
         isTable && isRange && (fit.slope == 0 || (isTable && isBesideLine(fit))) &&
         std::abs(fit.first) <= int(fit.segments) && fit.smallest >= 0;
}

} // namespace

std::string recordOf(const Fit &fit) {
  Writer writer;
  forEachField(fit, writer);
  if (fit.isOrderedProduct)
    writer(1u);
  return std::move(writer.text);
}

std::optional<Fit> fitOfRecord(std::string_view record) {
  Fit fit;
  Reader reader(record);
  forEachField(fit, reader);
  if (unsigned isOrdered = 0; !reader.isAtEnd()) {
    reader(isOrdered);
    reader.good = reader.good && isOrdered == 1;
    fit.isOrderedProduct = true;
  }
  return reader.good && reader.isAtEnd() && isWhole(fit) ? std::optional(std::move(fit))
                                                         : std::nullopt;
}

} // namespace xphi::compiler
