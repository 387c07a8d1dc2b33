// Marks what libxphi.so exports: everything else in it is hidden. Every header includes this first.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#if __cplusplus < 202002L
#error                                                                                             \
    "xphi's C++ headers need C++20: compile with -std=c++20 or newer, or use the C interface <xphi/xphi.h>"
#endif

#define XPHI_API [[gnu::visibility("default")]]

/// Clang warns where a result outlives what it belongs to.
#if defined(__clang__)
#define XPHI_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define XPHI_LIFETIMEBOUND
#endif
