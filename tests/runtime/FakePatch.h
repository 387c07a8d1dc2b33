/* What the fake compiler writes into its copy of the fake artifact.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef XPHI_TESTS_RUNTIME_FAKE_PATCH_H
#define XPHI_TESTS_RUNTIME_FAKE_PATCH_H

#include <stdint.h>

enum { maxParameters = 16 };

struct FakePatch {
  char tag[12]; /* what the compiler looks for */
  float scale;
  int32_t inputs, parameters;
  uint32_t channels; /* bit i: parameter i is one */
  int32_t gradientCount;
  int32_t gradients[16]; /* inputs, then parameters */
};

#endif
