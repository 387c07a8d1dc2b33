// A kernel beside the truth: at every input there is, at all between two numbers, or at a sample.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of one input of f32 runs of neighbouring floats, against polynomials with derived bounds
// (EveryFloat.h); of all else elements that Arb is asked about one by one (Elements.h): all of one
// input of 16 bits or fewer. No code of the compiler takes part in what the truth is.
#pragma once

#include "abi/KernelSpec.h"
#include "dsl/Ast.h"
#include "verify/Pass.h"

#include <xphi/xphi.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace xphi::verify {

struct Request {
  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition = 0;
  std::vector<float> parameters; ///< all of them
  Kernel kernel;                 ///< of this; forward its value, gradients in all inputs
  KernelSpec spec;               ///< the kernel's
  Pass pass = Pass::Value;
  bool isExhaustive = false; ///< all inputs; needs inputs that can all be looked at
  double low = 0, high = 0;  ///< inputs between these; all where low is not below high
  std::uint64_t points = 0;  ///< of a sample, about; 0: what takes some seconds at most
  unsigned threads = 1;
  unsigned columns = 0; ///< of the picture, from pictureLow to pictureHigh
  double pictureLow = 0, pictureHigh = 0;
  /// What part of the work was done, from any thread.
  std::function<void(double)> did = [](double) {};

  bool hasRange() const { return low < high; }
  bool isOfFloats() const;
  /// Whether there are so few inputs that all of them are looked at.
  bool isOfFew() const;
};

struct Report {
  bool isExhaustive = false;
  std::uint64_t inputs = 0;
  std::uint64_t misrounded = 0; ///< not certainly the element next to the truth
  std::uint64_t undecided = 0;  ///< among these, not certainly another one; of the tier exact
  std::uint64_t unknown = 0;    ///< of which Arb does not tell the truth
  std::uint64_t skipped = 0;    ///< where the function changes faster than floats follow each other
  Certificate::Unit unit = Certificate::Unit::Ulp; ///< of these two; Relative is in 2^-24
  double promise = 0, worst = 0;
  double worstUlp = 0;            ///< in ulp of the result itself, whatever the promise's unit
  std::vector<double> worstInput; ///< of `worst`; empty where every error is 0
  double worstGot = 0, worstTruth = 0;
  double worstAbsolute = 0; ///< of finite results
  bool keepsNaN = true;     ///< NaN gives NaN
  bool hasLimits = true;    ///< what is given at infinities is as near as promised
  bool hasSignedZeros = true;
  /// No result is beyond the element next to the least or the largest value of the function; no
  /// step goes against a function that goes one way only. Nothing of several inputs.
  std::optional<bool> isInRange, isMonotone;
  std::vector<float> x, error; ///< of the picture, the largest of each column

  /// As certificates have it: the sign of a zero breaks no promise, nor does a result within the
  /// bound that is beyond the range, or a step back.
  bool isKept() const {
    return worst <= promise && (promise > 0.5 || misrounded == undecided) && keepsNaN && hasLimits;
  }
};

/// The types of a request that cannot be: X3004.
Result<Report> verify(const Request &request);

/// What the module exports.
using VerifyFunction = void(const Request &, std::optional<Result<Report>> &);
inline constexpr const char *verifyFunctionName = "xphi_verify";

} // namespace xphi::verify
