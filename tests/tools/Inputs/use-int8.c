/* prelu on int8: rounded results, gradients in float, a slope for each channel and its gradient.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "prelu.h"

#include <math.h>

enum { n = 66, channels = 3, inner = 2 };

int main(void) {
  signed char x[n], y[n];
  float dy[n], dx[n], slope[channels] = {0.25f, 0.5f, 100}, sum[channels], whole;
  float total = 0, expected[channels] = {0, 0, 0};
  for (int i = 0; i < n; ++i) {
    x[i] = (signed char)(i % 15 * 2 - 9);
    dy[i] = (float)(i % 5 - 2);
  }
  prelu_int8(x, 0.25f, y, n);
  prelu_int8_backward(x, dy, 0.25f, dx, &whole, n);
  for (int i = 0; i < n; ++i) {
    const float v = x[i];
    total += v < 0 ? v * dy[i] : 0;
    if (y[i] != rintf(v < 0 ? 0.25f * v : v) || dx[i] != (v < 0 ? 0.25f * dy[i] : dy[i]))
      return 1;
  }
  if (whole != total)
    return 2;
  prelu_int8_channels(x, slope, y, channels, inner, n);
  prelu_int8_backward_channels(x, dy, slope, dx, sum, channels, inner, n);
  for (int i = 0; i < n; ++i) {
    const float v = x[i], a = slope[i / inner % channels];
    expected[i / inner % channels] += v < 0 ? v * dy[i] : 0;
    if (y[i] != fmaxf(rintf(v < 0 ? a * v : v), -128))
      return 3;
  }
  for (int c = 0; c < channels; ++c)
    if (sum[c] != expected[c])
      return 4;
  return 0;
}
