// What the roundings on the way to a number have come to, each apart from the others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sum over steps: what its rounding is of its bound, between −1 and 1, times a factor that is in
// a ball. So what one rounding does on two ways, as that of e in e / (1 + e), or of a product and
// of what is left of it by fma, is seen to cancel. The balls hold the factors of all floats of a
// cell and of all roundings there may be, so that nothing of higher order is left out.
#pragma once

#include "compiler/truth/ArbBall.h"

#include <utility>
#include <vector>

namespace xphi::compiler {

class Roundings {
public:
  /// f·a + g·b.
  static Roundings sum(const reference::ArbBall &f, const Roundings &a, const reference::ArbBall &g,
                       const Roundings &b);
  Roundings times(const reference::ArbBall &factor) const;
  /// Of a step that none of the others is of.
  void add(unsigned step, const reference::ArbBall &bound);

  bool isNone() const { return terms.empty(); }
  /// What they are at most together.
  reference::ArbBall most() const;

private:
  static constexpr slong bits = 48;
  std::vector<std::pair<unsigned, reference::ArbBall>> terms; ///< by step
};

} // namespace xphi::compiler
