// Wide numbers for tests: random ones, and the way to Arb and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"
#include "compiler/wide/Wide.h"

#include <random>
#include <string>

namespace xphi::wide {

inline Wide special(Kind kind, bool negative = false) { return {0, 0, kind, negative, {}}; }

Wide wide(float x);
/// Exactly.
reference::ArbBall ball(const Wide &x);
reference::ArbBall powerOfTwo(Exponent exponent);
/// To the nearest; the ball is a number and tight.
Wide nearest(const reference::ArbBall &x);
std::string text(const Wide &x);

/// The largest b, at most `most`, with |actual - truth| <= 2^-b |truth|; -1 if the kinds differ.
/// Beyond the range of exponents the truth is Infinite or Zero.
int agreement(const Wide &actual, const reference::ArbBall &truth, int most);

/// Draws numbers of either sign with exponents in a range, of all sizes, with few bits, many, or
/// close to those with few.
class RandomNumbers {
public:
  explicit RandomNumbers(unsigned seed) : engine(seed) {}

  Wide operator()(Exponent lowExponent, Exponent highExponent);
  int64_t integer(int64_t low, int64_t high);

private:
  Exponent exponent(Exponent low, Exponent high);

  std::mt19937_64 engine;
};

} // namespace xphi::wide
