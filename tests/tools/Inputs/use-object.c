/* Calls the functions of gelu.o on 10,000 floats of every size; writes x, y, dy, dx as .npy files.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "gelu.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { kCount = 10000 };

static void save(const char *path, const float *data) {
  char header[128];
  memset(header, ' ', sizeof header);
  memcpy(header, "\x93NUMPY\1\0\x76\0", 10);
  const char *text = "{'descr': '<f4', 'fortran_order': False, 'shape': (10000,), }";
  memcpy(header + 10, text, strlen(text));
  header[sizeof header - 1] = '\n';
  FILE *file = fopen(path, "wb");
  fwrite(header, 1, sizeof header, file);
  fwrite(data, sizeof(float), kCount, file);
  fclose(file);
}

int main(void) {
  static float x[kCount], y[kCount], dy[kCount], dx[kCount];
  uint32_t state = 1;
  for (int i = 0; i < kCount; ++i) {
    /* Any bits are a float: subnormals, infinities and NaNs are among them. */
    state = state * 1664525u + 1013904223u;
    memcpy(&x[i], &state, sizeof state);
    /* Every other one from where activations live. */
    if (i % 2)
      x[i] = (float)(int32_t)state * 0x1p-27f;
    dy[i] = 1 + (float)(i % 7);
  }
  gelu_f32(x, y, kCount);
  gelu_f32_backward(x, dy, dx, kCount);
  save("x.npy", x);
  save("y.npy", y);
  save("dy.npy", dy);
  save("dx.npy", dx);
  return 0;
}
