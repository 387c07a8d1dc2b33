// A function on wide numbers, applied to lanes of floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Lanes.h"

#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

constexpr int mostArguments = 64;

// Exponents of the numbers that stand for infinity. Nearer ones serve where an exponential of the
// distant ones is beyond all wide numbers.
constexpr int distanceCount = 6;
constexpr int64_t distant[distanceCount] = {200, 400, 401, 402, 403, 404};
constexpr int64_t near[distanceCount] = {52, 56, 57, 58, 59, 60};

Wide limitOf(XphiWideFunction function, Wide *arguments, int count, uint64_t infinite,
             const int64_t *distances) {
  Wide values[distanceCount], limit;
#pragma clang loop unroll(disable)
  for (int i = 0; i < distanceCount; ++i) {
    for (int k = 0; k < count; ++k)
      if (infinite >> k & 1)
        arguments[k] = withSign(powerOfTwo(distances[i]), arguments[k].negative);
    function(&values[i], arguments);
  }
  xphi_wide_limit(&limit, values);
  return limit;
}

// Where an argument is infinite, the limit.
Wide valueOf(XphiWideFunction function, Wide *arguments, int count, uint64_t growing) {
  uint64_t infinite = 0;
  for (int k = 0; k < count; ++k)
    if (growing >> k & 1 && arguments[k].kind == Infinite)
      infinite |= uint64_t(1) << k;
  Wide value;
  if (!infinite) {
    function(&value, arguments);
    return value;
  }
  value = limitOf(function, arguments, count, infinite, distant);
  if (value.kind == None)
    value = limitOf(function, arguments, count, infinite, near);
  return value;
}

} // namespace

extern "C" XPHI_WIDE_CALL void xphi_wide_lanes(XphiWideFunction function, float *values,
                                               const uint8_t *flags, const float *arguments,
                                               int32_t lanes, int32_t count, int64_t growing,
                                               int32_t cotangent) {
  Wide row[mostArguments];
#pragma clang loop unroll(disable)
  for (int lane = 0; lane < lanes; ++lane) {
    if (!flags[lane])
      continue;
    for (int k = 0; k < count; ++k)
      xphi_wide_from_f32(&row[k], arguments[k * lanes + lane]);
    Wide value = valueOf(function, row, count, uint64_t(growing));
    if (cotangent >= 0)
      value = value * row[cotangent];
    values[lane] = xphi_wide_to_f32(&value);
  }
}

extern "C" XPHI_WIDE_CALL void xphi_wide_constant(Wide *result, uint64_t word0, uint64_t word1,
                                                  uint64_t word2, uint64_t word3, int64_t exponent,
                                                  int32_t negative) {
  const uint64_t words[] = {word0, word1, word2, word3};
  xphi_wide_from_bits(result, words, exponent, negative);
}

extern "C" XPHI_WIDE_CALL void xphi_wide_select(Wide *result, int32_t condition, const Wide *a,
                                                const Wide *b) {
  *result = condition ? *a : *b;
}

} // namespace xphi::wide
