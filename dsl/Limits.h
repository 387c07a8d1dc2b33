// Limits: the sizes up to which every part of the language works without exhausting the machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// They are far above what a person writes and low enough that recursive walks over a checked
// program fit in a thread's stack. Exceeding one is a coded error, never a crash.
#pragma once

#include <cstdint>

namespace xphi::dsl {

/// Bytes of one source text.
inline constexpr uint32_t kMaxSourceBytes = 1u << 20;
/// Characters of one number: what decides its value is never longer than some 800 digits.
inline constexpr uint32_t kMaxNumberBytes = 1000;
/// Levels of one expression: nested parentheses, calls and operators, so also terms in a chain.
inline constexpr uint32_t kMaxDepth = 500;
/// Levels of a definition once everything it calls is written out in place.
inline constexpr uint32_t kMaxExpandedDepth = 2000;
/// Expressions of a definition once everything it calls is written out in place.
inline constexpr uint64_t kMaxExpandedSize = 20000;
/// Levels of `diff` inside each other, also through calls: the highest derivative a program takes.
inline constexpr uint32_t kMaxDerivativeOrder = 4;
/// Files that a program imports, directly or through others.
inline constexpr uint32_t kMaxImportedFiles = 100;
/// Errors reported in one run, and warnings.
inline constexpr uint32_t kMaxErrors = 20;

} // namespace xphi::dsl
