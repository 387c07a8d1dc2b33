// Keeps rounding mode and flush-to-zero as the caller had them, around foreign code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library linked with -ffast-math sets flush-to-zero for the whole thread when it is loaded;
// every later result of the host program would change.
#pragma once

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace xphi {

class MxcsrGuard {
public:
#ifdef __x86_64__
  MxcsrGuard() noexcept : saved(_mm_getcsr()) {}
  ~MxcsrGuard() { _mm_setcsr(saved); }
#else
  MxcsrGuard() noexcept = default;
#endif
  MxcsrGuard(const MxcsrGuard &) = delete;
  MxcsrGuard &operator=(const MxcsrGuard &) = delete;

private:
  unsigned saved = 0;
};

} // namespace xphi
