// What tests know of the fake compiler: how often it ran, and which numbers make it misbehave.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

constexpr float scaleRefused = 42;  // "X1042"
constexpr float scaleSilent = 43;   // fails without a code
constexpr float scaleGarbage = 44;  // returns bytes that are no shared object
constexpr float scaleSlow = 45;     // takes 0.3 s
constexpr float scaleFlushing = 46; // leaves flush-to-zero switched on
constexpr float scaleKept = 47;     // certified: at most 1.5 ulp off at 300 points
constexpr float scaleBroken = 48;   // certified to be 512 ulp off somewhere

extern "C" {
__attribute__((visibility("default"))) int fake_compiler_calls();
__attribute__((visibility("default"))) int fake_compiler_live_replies(); // not yet released
}
