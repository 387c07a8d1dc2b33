// That a few operations are as near to a function as is said: proved from these and the text alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As FitProof.h does it, the floats are cut into cells. On each, every operation has the number
// that it would give without roundings, and a bound on what the roundings have come to: half a unit
// in the last place of each, nothing where the result is a float anyhow. The numbers are quotients
// of polynomials, which are compared with the text's exactly, or else Taylor's series. A choice
// must be decided on the cell, or the cell is cut in two, down to single floats, at which the
// operations are run. Nothing is known of formulas: `grad` and `kink` clauses are the
// interpreter's.
#pragma once

#include "approx/Lines.h"
#include "dsl/Ast.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace xphi::compiler {

/// What operations are to compute: a program of one input, or its derivative in these variables,
/// one after the other, counted through inputs, then parameters.
struct LinesTruth {
  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  std::vector<std::uint32_t> derivative;
  std::vector<float> parameters; ///< of which alone something is proved
};

/// Of floats from low to high, both included, that a result errs by at most so much.
struct LinesProof {
  float low, high;
  double ulps; ///< of the true result
};

/// All ranges in which it is at most so many ulp, as far as that many cells show. In ascending
/// order, none next to another; binade by binade.
std::vector<LinesProof> proveLines(const Lines &lines, const LinesTruth &truth, double mostUlps,
                                   std::size_t mostCells);

} // namespace xphi::compiler
