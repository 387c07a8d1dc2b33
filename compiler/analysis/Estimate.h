// What is known of a value computed in f32: its error, and where its magnitude lies.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_ESTIMATE_H
#define XPHI_COMPILER_ANALYSIS_ESTIMATE_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace xphi::compiler {

inline bool isPowerOfTwo(double value) {
  int exponent;
  return std::abs(std::frexp(value, &exponent)) == 0.5;
}

struct Estimate {
  static constexpr double anything = std::numeric_limits<double>::infinity();

  double ulp = 0;
  double least = 0, most = anything; ///< of its magnitude
  bool isSum = false;     // its error counts against the largest term, not against the value
  bool isRounded = false; // once, from what is exact; isExact() may be, too
  // The error in 2^-24 of the value, which are at most an ulp and at least half of one: what errors
  // of factors add up in.
  std::optional<double> part = {};

  double nonzero = 0; // so large it is, too, if it is not 0
  // Of a sum: how many terms it has, and what it is off by in 2^-24 of itself, not of a term.
  double terms = 1, ofItself = 0;

  double leastButZero() const { return std::max(least, nonzero); }
  double parts() const { return part.value_or(2 * ulp); }
  bool isExact() const { return ulp == 0 && !isSum; }
  bool isNearest() const { return isExact() || isRounded; }

  // A sum of terms of one size may be as many times as large before the next one cancels it.
  void add(const Estimate &term) {
    const double more =
        term.isSum ? term.ofItself * (std::exp2(std::ceil(std::log2(term.terms))) - 1) : 0;
    ulp += more;
    part = parts() + more;
    terms = isSum ? terms + term.terms : term.terms;
    isSum = true;
    ofItself = 1;
  }
};

using Estimates = llvm::DenseMap<mlir::Value, Estimate>;

/// Of one or the other.
inline Estimate worse(Estimate a, Estimate b) {
  return {std::max(a.ulp, b.ulp),
          std::min(a.least, b.least),
          std::max(a.most, b.most),
          a.isSum || b.isSum,
          a.isNearest() && b.isNearest(),
          std::max(a.parts(), b.parts()),
          std::min(a.leastButZero(), b.leastButZero()),
          std::max(a.terms, b.terms),
          std::max(a.ofItself, b.ofItself)};
}

constexpr double largestFloat = std::numeric_limits<float>::max();

/// As the nearest float; nothing where that is not near.
inline std::optional<Estimate> estimateOfConstant(double value) {
  const double magnitude = std::abs(value);
  if (magnitude > largestFloat || (magnitude != 0 && magnitude < 1e-30))
    return std::nullopt;
  const double lost = std::abs(double(float(value)) - value);
  Estimate result{lost == 0 ? 0 : 0.5,
                  magnitude,
                  magnitude,
                  false,
                  true,
                  lost == 0 ? 0 : lost * 0x1p24 / magnitude};
  if (magnitude == 0) // the larger of this and a number is 0 or that
    result.nonzero = largestFloat;
  return result;
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_ESTIMATE_H
