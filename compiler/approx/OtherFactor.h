// A function of two inputs as a function of one times a factor that is made of the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/LinesProof.h"

#include <optional>

namespace xphi::compiler {

/// A(x)·B(y), as x varies: A(x)·b for a number b, and B. Both the text and the operations are cut
/// there, each by itself, so that nothing hangs on how: what is proved of the parts is proved of
/// the whole.
struct OtherFactor {
  Lines product; ///< of x and b
  LinesTruth productTruth;
  Lines factor; ///< of y, which is its input 0
  LinesTruth factorTruth;
};

/// Nothing where the text is no product, or B is y.
std::optional<OtherFactor> otherFactorOf(const Lines &lines, const LinesTruth &truth);

/// What is proved of the product as x varies, whatever the other input is of what LinesTruth says:
/// where B is within an ulp there, and 0 or of a size that a factor may have.
std::vector<LinesProof> proveByFactor(const OtherFactor &parts, double mostUlps,
                                      std::size_t mostCells);

} // namespace xphi::compiler
