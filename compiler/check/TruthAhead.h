// What is true where a check begins, found while there is no kernel yet.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The truth is most of a check, and depends on the program alone: so a second thread can find it
// while machine code is made, and a second attempt at a kernel finds it there.
#ifndef XPHI_COMPILER_CHECK_TRUTHAHEAD_H
#define XPHI_COMPILER_CHECK_TRUTHAHEAD_H

#include "check/KernelCheck.h"
#include "check/Points.h"
#include "compiler/truth/KernelTruth.h"

#include <atomic>
#include <optional>
#include <vector>

namespace xphi::compiler {

/// The truth about a function's kernels, as tight as they ask for unless it is said.
reference::KernelTruth truthOf(const CheckedFunction &function,
                               std::optional<reference::KernelTruth::For> use = std::nullopt);

class TruthAhead {
public:
  explicit TruthAhead(const CheckedFunction &function);

  /// Goes on where the last call left off, until `enough`, or the budget is spent.
  void find(const std::atomic<bool> &enough);

  bool isComplete() const { return isBegun && found.size() == elements.size(); }

  /// Null before find(), and for a function of which it finds nothing.
  const Points *points() const { return all ? &*all : nullptr; }
  /// Of the i-th element that is looked at, if it is this one and known.
  const std::vector<reference::Expected> *at(std::size_t i, const Point &element) const;
  /// As it is after what is known: it counts where many bits did not help.
  const reference::KernelTruth &source() const { return truth; }

private:
  void begin();

  const CheckedFunction &function;
  reference::KernelTruth truth;
  std::vector<float> parameters; ///< their defaults
  bool isBegun = false;
  std::optional<Points> all;
  std::vector<Point> elements;
  std::vector<std::vector<reference::Expected>> found; ///< at the first of these, of every output
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_TRUTHAHEAD_H
