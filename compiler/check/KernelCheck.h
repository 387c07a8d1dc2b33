// A kernel against the truth, before it leaves the compiler.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The artifact is loaded and run at points where kernels go wrong (Points.h), at the program's
// defaults and with two other sets of parameters; every output, backward ones with dy = 1, is
// compared with what Arb says of the program as it is written. How many points there are depends on
// the program alone, never on the clock, so a kernel is the same whoever made it.
//
// Not compared, and counted as skipped: where nothing is known of the truth (a pole, a sum that
// cancels 700 bits, a sine of 2^1000), where the series and the chain rule differ (an infinite
// slope of what does not vary), on a jump that arithmetic in doubles may see on the other side, and
// gradients made from a rounded y.
#ifndef XPHI_COMPILER_CHECK_KERNELCHECK_H
#define XPHI_COMPILER_CHECK_KERNELCHECK_H

#include "abi/KernelSpec.h"
#include "check/Points.h"
#include "check/RunningKernel.h"
#include "dsl/Ast.h"

#include <xphi/Certificate.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace xphi::compiler {

/// What the kernels of an artifact compute.
struct CheckedFunction {
  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  KernelSpec spec;
  bool hasWide = true; ///< what f64 leaves open goes on to wide numbers, as when xphi is built
};

class TruthAhead;

/// Whether certify() looks at its kernel: not one that this machine does not run, was checked
/// before, or is a derivative of so high an order that nobody waits for the truth.
bool isCheckedHere(const CheckedFunction &function);

/// Of one input of 8 bits all that there are, as points; none of others, which have too many.
std::vector<Point> allInputs(const CheckedFunction &function);

/// Method::None for a target that this machine does not run. What its fits vouch for, `proved`, is
/// in the certificate where the kernel was run and nothing was found against it. What is known
/// `ahead` is not asked for again. Thread-safe.
Certificate certify(const CheckedFunction &function, std::string_view artifact,
                    std::vector<Certificate::Piece> proved = {}, const TruthAhead *ahead = nullptr);

/// The same at these points, as a certificate without pieces.
Certificate checkAt(const CheckedFunction &function, const RunningKernel &kernel,
                    std::vector<Point> points);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_KERNELCHECK_H
