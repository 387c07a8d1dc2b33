// Rounding mode and flush-to-zero of a thread, taken to another.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#ifdef __x86_64__
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace xphi {

class RoundingMode {
public:
#ifdef __x86_64__
  static RoundingMode current() noexcept { return RoundingMode{_mm_getcsr()}; }
  void set() const noexcept { _mm_setcsr(control); }

private:
  explicit RoundingMode(unsigned control) noexcept : control(control) {}
  unsigned control;
#else
  static RoundingMode current() noexcept {
    RoundingMode mode;
    std::fegetenv(&mode.environment);
    return mode;
  }
  void set() const noexcept { std::fesetenv(&environment); }

private:
  std::fenv_t environment;
#endif
};

/// Holds until its end.
class RoundingScope {
public:
  explicit RoundingScope(const RoundingMode &mode) noexcept : saved(RoundingMode::current()) {
    mode.set();
  }
  ~RoundingScope() { saved.set(); }
  RoundingScope(const RoundingScope &) = delete;
  RoundingScope &operator=(const RoundingScope &) = delete;

private:
  RoundingMode saved;
};

} // namespace xphi
