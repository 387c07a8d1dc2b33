// Draws the progress.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "measure/Progress.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

namespace xphi::measure {
namespace {

std::string timeLeft(double seconds) {
  const long whole = std::lround(seconds);
  return whole < 60 ? fmt::format("{} s left", whole)
                    : fmt::format("{} min {:02} s left", whole / 60, whole % 60);
}

} // namespace

Progress::Progress(double total) : terminal(isatty(STDERR_FILENO) == 1), total(total) {}

Progress::~Progress() {
  if (terminal && drawn > 0)
    fmt::print(stderr, "\r\x1b[K");
}

void Progress::skip(double work) {
  const std::lock_guard lock(mutex);
  total -= work;
}

void Progress::did(double work, const std::string &label) {
  const std::lock_guard lock(mutex);
  done += work;
  const int now = static_cast<int>(10 * done / total);
  if (terminal ? watch.milliseconds() - drawn > 200 : now > tenths)
    draw(label);
  tenths = now;
}

void Progress::draw(const std::string &label) {
  const double share = std::min(done / total, 1.0), spent = watch.milliseconds() / 1000;
  const std::string left = timeLeft(spent * (1 / share - 1));
  if (terminal)
    fmt::print(stderr, "\r\x1b[K[{:<30}] {:3.0f} %  {}  {}",
               std::string(std::size_t(30 * share), '#'), 100 * share, left, label);
  else
    fmt::print(stderr, "{:3.0f} %, {}\n", 100 * share, left);
  std::fflush(stderr);
  drawn = watch.milliseconds();
}

} // namespace xphi::measure
