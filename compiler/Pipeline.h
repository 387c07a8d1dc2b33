// From program text to an artifact, or to the text of any stage on the way.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PIPELINE_H
#define XPHI_COMPILER_PIPELINE_H

#include "Budget.h"
#include "abi/KernelSpec.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// What to make of which function. See abi/CompilerApi.h for the fields.
struct Request {
  KernelSpec spec;
  std::string emit, cacheDirectory;
  bool targetInNames = false;
  std::string namePrefix; ///< of C functions
  Limits limits;
  void (*pause)() = nullptr; ///< called between steps, when nothing is locked; null: not
};

/// What was made; or the reason why not, with its code.
struct Compiled {
  std::string bytes;
  std::string code, message;
  std::vector<std::pair<std::string, double>> milliseconds; ///< of each stage, in order

  bool ok() const { return code.empty(); }
};

/// On the calling thread, within its Budget if it has one: X1009 when that is used up. Thread-safe.
Compiled compile(const Request &request);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PIPELINE_H
