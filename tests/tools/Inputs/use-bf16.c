/* prelu on bfloat16: exact results, a channel's slope and the sum that is its gradient.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "prelu.h"

#include <string.h>

static float number(unsigned short bits) {
  unsigned wide = (unsigned)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

static unsigned short element(float value) {
  unsigned wide;
  memcpy(&wide, &value, sizeof wide);
  return (unsigned short)(wide >> 16);
}

enum { n = 66, channels = 3, inner = 2 };

int main(void) {
  unsigned short x[n], dy[n], y[n], dx[n];
  float slope[channels] = {0.25f, 0.5f, 2}, sum[channels], whole, expected[channels] = {0, 0, 0};
  for (int i = 0; i < n; ++i) {
    x[i] = element((float)(i % 7) - 3.5f);
    dy[i] = element((float)(i % 5 - 2));
  }
  prelu_bf16(x, 0.25f, y, n);
  prelu_bf16_backward(x, dy, 0.25f, dx, &whole, n);
  float total = 0;
  for (int i = 0; i < n; ++i) {
    const float v = number(x[i]), g = number(dy[i]);
    total += v < 0 ? v * g : 0;
    if (number(y[i]) != (v < 0 ? 0.25f * v : v) || number(dx[i]) != (v < 0 ? 0.25f * g : g))
      return 1;
  }
  if (whole != total)
    return 2;
  prelu_bf16_channels(x, slope, y, channels, inner, n);
  prelu_bf16_backward_channels(x, dy, slope, dx, sum, channels, inner, n);
  for (int i = 0; i < n; ++i) {
    const float v = number(x[i]), a = slope[i / inner % channels];
    expected[i / inner % channels] += v < 0 ? v * number(dy[i]) : 0;
    if (number(y[i]) != (v < 0 ? a * v : v))
      return 3;
  }
  return memcmp(sum, expected, sizeof sum) ? 4 : 0;
}
