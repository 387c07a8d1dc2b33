/* Kernels made ahead of time, called from C.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "activations.h"
#include "tanhshrink.h"

#include <math.h>
#include <stdio.h>

static int differs(const char *what, float got, double right) {
  if (fabs(got - right) <= 1e-6 * (1 + fabs(right)))
    return 0;
  printf("%s is %.9g, not %.9g\n", what, got, right);
  return 1;
}

int main(void) {
  if (!silu_f32_runs_here()) {
    puts("this processor has no AVX2");
    return 1;
  }
  const float x[3] = {-2, 0, 3}, dy[3] = {1, 1, 1}, beta = 1.5f;
  float y[3], dx[3], gated[3], shrunk[3];
  silu_f32(x, y, 3); /* whatever the processor runs best */
  silu_f32_backward(x, dy, dx, 3);
  gate_f32(x, beta, gated, 3);
  tanhshrink_f32(x, shrunk, 3);
  int wrong = 0;
  for (int i = 0; i != 3; ++i) {
    const double s = 1 / (1 + exp(-(double)x[i])), t = beta * (double)x[i];
    wrong += differs("silu", y[i], x[i] * s);
    wrong += differs("silu'", dx[i], s * (1 + x[i] * (1 - s)));
    wrong += differs("gate", gated[i], x[i] * 0.5 * (1 + t / sqrt(1 + t * t)));
    wrong += differs("tanhshrink", shrunk[i], x[i] - tanh((double)x[i]));
  }
  puts(wrong ? "BAD" : "good");
  return wrong;
}
