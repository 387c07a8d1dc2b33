/* Calls the functions of gelu.so and silu.so.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "gelu.h"
#include "silu.h"

#include <stdio.h>

int main(void) {
  float x = 1, a, b;
  gelu_f32(&x, &a, 1);
  silu_f32(&x, &b, 1);
  printf("%f %f\n", a, b);
  return 0;
}
