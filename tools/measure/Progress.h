// How far the work is, and how long the rest will take.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "measure/Measure.h"

#include <mutex>
#include <string>

namespace xphi::measure {

/// On a terminal a bar that is redrawn, elsewhere a line for each tenth; on standard error. Any
/// number of threads may report.
class Progress {
public:
  /// In any unit of work.
  explicit Progress(double total);
  ~Progress();
  /// `work` was done, in what is called `label`.
  void did(double work, const std::string &label);
  /// It need not be done, because it was done before.
  void skip(double work);

private:
  void draw(const std::string &label);

  std::mutex mutex;
  const bool terminal;
  double total, done = 0, drawn = 0; ///< the last in milliseconds of `watch`
  Stopwatch watch;
  int tenths = 0;
};

} // namespace xphi::measure
