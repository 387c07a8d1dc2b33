// The limit of a function at infinity, told from its values at a few very distant points.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From one point to one whose logarithm is larger by more than half, and on from there by factors
// of two, a function of the language is
//   - infinite in the limit, if it is at least 1 at the first, by half or more larger at the second
//     (a logarithm is, a root grows a millionfold), and grows on with its sign;
//   - convergent, if all differ by less than 2^-50 of the value, or of 1 where the value is
//   smaller,
//     which makes the last the limit, or zero, if all are below 2^-50 and still differ;
//   - without a limit otherwise (a sine).
// A value beyond the range of exponents counts as grown. A rule of thumb, not a proof.
#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

constexpr int count = 6;
constexpr int settledExponent = -50;

bool isSettled(const Wide &x) {
  return x.kind == Zero || (x.kind == Finite && x.exponent <= settledExponent);
}

bool growsBeyondBounds(const Wide *values) {
  const Wide first = abs(values[0]), second = abs(values[1]);
  if (order(first, one) < 0 || order(second, first + scaled(first, -1)) < 0)
    return false;
#pragma clang loop unroll(disable)
  for (int i = 2; i < count; ++i)
    if (values[i].negative != values[i - 1].negative ||
        order(abs(values[i]), abs(values[i - 1])) < 0)
      return false;
  return true;
}

bool areNearLast(const Wide *values, const Wide &scale) {
  bool near = true;
#pragma clang loop unroll(disable)
  for (int i = 0; i < count; ++i)
    near &= isSettled((values[count - 1] - values[i]) / scale);
  return near;
}

Wide limitOf(const Wide *values) {
  bool finite = true;
#pragma clang loop unroll(disable)
  for (int i = 0; i < count; ++i) {
    if (values[i].kind == None)
      return special(None);
    finite &= values[i].kind != Infinite;
  }
  const Wide &last = values[count - 1];
  if (growsBeyondBounds(values))
    return special(Infinite, last.negative);
  if (!finite)
    return special(None);
  if (areNearLast(values, abs(last)))
    return last;
  bool vanishes = true;
#pragma clang loop unroll(disable)
  for (int i = 0; i < count; ++i)
    vanishes &= isSettled(values[i]);
  if (vanishes) // what grows does not, while it is small
    return special(order(abs(last), scaled(abs(values[0]), 1)) > 0 ? None : Zero, last.negative);
  return areNearLast(values, max(abs(last), one)) ? last : special(None);
}

} // namespace

extern "C" XPHI_WIDE_CALL void xphi_wide_limit(Wide *result, const Wide values[6]) {
  *result = limitOf(values);
}

} // namespace xphi::wide
