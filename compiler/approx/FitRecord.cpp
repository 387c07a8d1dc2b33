// A fit as a line of words, floats by their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitProof.h"
#include "approx/OrderedTable.h"
#include "approx/Words.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace xphi::compiler {
namespace {

constexpr unsigned mostSegments = 64, mostRows = 17;

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

bool areNumbers(const Fit &fit) {
  bool are = true;
  const auto isNumber = [](float x) { return std::isfinite(x); };
  forEachField(fit, [&]<typename Field>(const Field &field) {
    if constexpr (std::is_same_v<Field, float>)
      are = are && isNumber(field);
    else if constexpr (std::is_same_v<Field, std::vector<float>>)
      are = are && std::ranges::all_of(field, isNumber);
  });
  return are;
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
  WordWriter writer;
  forEachField(fit, writer);
  if (fit.isOrderedProduct)
    writer(1u);
  return std::move(writer.text);
}

std::optional<Fit> fitOfRecord(std::string_view record) {
  Fit fit;
  WordReader reader(record);
  reader.mostNumbers = mostSegments * mostRows;
  forEachField(fit, reader);
  if (unsigned isOrdered = 0; !reader.isAtEnd()) {
    reader(isOrdered);
    reader.good = reader.good && isOrdered == 1;
    fit.isOrderedProduct = true;
  }
  return reader.good && reader.isAtEnd() && areNumbers(fit) && isWhole(fit)
             ? std::optional(std::move(fit))
             : std::nullopt;
}

} // namespace xphi::compiler
