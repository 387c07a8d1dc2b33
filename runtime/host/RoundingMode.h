// Rounding mode and flush-to-zero of a thread: taken to another, and to nearest for a while.
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

/// Rounds to nearest until its end, as every kernel is made for: the segment of a table is found by
/// a rounding, the bounds of errors are those of the nearest number. Flush-to-zero stays, and so
/// does what exceptions were raised. Where the host rounds to nearest, nothing is set.
class NearestScope {
public:
#ifdef __x86_64__
  NearestScope() noexcept : direction(_mm_getcsr() & _MM_ROUND_MASK) {
    if (direction != _MM_ROUND_NEAREST) [[unlikely]]
      _mm_setcsr(_mm_getcsr() & ~unsigned(_MM_ROUND_MASK));
  }
  ~NearestScope() {
    if (direction != _MM_ROUND_NEAREST) [[unlikely]]
      _mm_setcsr(_mm_getcsr() | direction);
  }

private:
  unsigned direction;
#else
  NearestScope() noexcept : direction(std::fegetround()) {
    if (direction != FE_TONEAREST)
      std::fesetround(FE_TONEAREST);
  }
  ~NearestScope() {
    if (direction != FE_TONEAREST)
      std::fesetround(direction);
  }

private:
  int direction;
#endif

public:
  NearestScope(const NearestScope &) = delete;
  NearestScope &operator=(const NearestScope &) = delete;
};

} // namespace xphi
