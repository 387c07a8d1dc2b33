// What xphi-verify found: a line, a page, JSON.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "verify/EveryFloat.h"

#include <optional>
#include <string>
#include <vector>

namespace xphi::verify {

/// What was found of one kernel and pass.
struct Row {
  std::string function, target, accuracy;
  std::string code; ///< the hash of the machine code, as its certificate has it
  Pass pass = Pass::Value;
  /// As in Walk and in Findings.
  std::uint64_t inputs = 0, asked = 0, unknown = 0, skipped = 0, samples = 0;
  double sampled = 0;
  std::uint64_t nearest = 0, beyond = 0, wrong = 0, undecided = 0;
  std::vector<std::string> firstWrong;
  /// Steps against the direction in which the function goes; nothing where it goes both ways.
  std::optional<std::uint64_t> stepsBack = {};
  /// In ulp of the result; of the largest term of a derivative, if that is larger; what all that
  /// Arb was not asked about is off by at most.
  double worst = 0, worstOfTerms = 0, others = 0;
  float at = 0;
  double seconds = 0; ///< of all kernels of the function that were run together

  bool isExact() const { return accuracy == "exact"; }
  double bound() const { return isExact() ? 0.5 + 0x1p-16 : 4; } ///< in ulp
  bool isKept() const;
};

const char *nameOf(Pass pass);
std::string line(const Row &row);
/// Rows that an earlier run wrote; none where there is no such file, or it was of other inputs.
std::vector<Row> readJson(const std::string &file, unsigned oneIn);
void writeJson(const std::string &file, const std::vector<Row> &rows, unsigned oneIn);
/// `notRun` is a line for each target that has functions without a row.
void writePage(const std::string &file, const std::vector<Row> &rows,
               const std::vector<std::string> &notRun, unsigned oneIn);

} // namespace xphi::verify
