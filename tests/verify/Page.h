// What xphi-verify found: a line, a page, JSON.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "EveryFloat.h"

#include <string>
#include <vector>

namespace xphi::verify {

struct Row {
  std::string function, target, accuracy;
  double bound;
  Pass pass = Pass::Value;
  Findings findings = {};
  Walk walk = {}; ///< without findings
  /// In ulp of the result; of the largest term of a derivative, if that is larger; what all that
  /// Arb was not asked about is off by at most.
  double worst = 0, worstOfTerms = 0, others = 0;
  float at = 0;
  double seconds = 0; ///< of all kernels of the function

  bool isExact() const { return bound < 1; }
  bool isKept() const;
  /// Steps against the direction in which the function goes; nothing where it goes both ways.
  std::optional<std::uint64_t> stepsBack() const;
};

struct Session {
  unsigned oneIn, threads;
  double seconds;
};

std::string line(const Row &row);
void writeJson(const std::string &file, const std::vector<Row> &rows, const Session &session);
void writePage(const std::string &file, const std::vector<Row> &rows, const Session &session);

} // namespace xphi::verify
