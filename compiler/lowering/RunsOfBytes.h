// Choices that a byte makes, where few comparisons tell which: from one byte to another it is one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_RUNSOFBYTES_H
#define XPHI_COMPILER_LOWERING_RUNSOFBYTES_H

#include "lowering/Numbers.h"

#include <array>
#include <optional>

namespace xphi::compiler {

class RunsOfBytes {
public:
  static constexpr unsigned bytes = 256;

  /// `choices` are of each byte, counted from 0. None where more comparisons are needed than pay.
  static std::optional<RunsOfBytes> of(const std::array<unsigned, bytes> &choices);

  /// In each lane the outcome that its byte chooses; outcomes have as many lanes.
  mlir::Value chosen(const Numbers &numbers, mlir::Value elements,
                     llvm::ArrayRef<mlir::Value> outcomes) const;

private:
  struct Run {
    unsigned first, last, choice;
  };
  static mlir::Value holds(const Numbers &numbers, mlir::Value elements, const Run &run);

  unsigned usual = 0; ///< what no run says
  llvm::SmallVector<Run> runs;
};

/// Of a table that keeps bytes as they are or gives one of few others: its results.
std::optional<mlir::Value> keptOrOneOfFew(const Numbers &numbers, mlir::Value elements,
                                          llvm::ArrayRef<uint8_t> table);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_RUNSOFBYTES_H
