// That operations are as near to a function as is said: proved from these and the text alone.
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

/// What operations are to compute: a program of one input or two, or its derivative in these
/// variables, one after the other, counted through inputs, then parameters.
///
/// Of two inputs one varies. The other is any number b with 2^-32 ≤ |b| ≤ 2^32, which both the
/// program and the operations have as a power of b times what varies, as a gate has it, so that
/// what each rounding is of the result does not depend on b. In place of b there may be a function
/// of it, the same of both (OtherFactor.h).
///
/// Of a program that draws random bits, at one place, it is proved for both outcomes, each as if
/// the operations had drawn what the program has.
struct LinesTruth {
  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  std::vector<std::uint32_t> derivative;
  std::vector<float> parameters;          ///< of which alone something is proved
  unsigned input = 0;                     ///< the one that varies
  static constexpr int mostExponent = 32; ///< of the other
  /// The input that b is a function of, where it is one: in conditions a number as b may be.
  static constexpr unsigned madeIntoOther = 2;
  double otherUlps = 0;     ///< that the operations' b is off by from the program's, at most 1
  bool isOtherZero = false; ///< b may be 0 as well, of both
  bool hasOther() const { return program->definitions[definition].inputs.size() == 2; }
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
