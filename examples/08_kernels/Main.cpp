// The same kernels, called from C++, and the code for each kind of processor by its name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "bump.h"
#include "silu.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  if (!silu_f32_runs_here()) {
    std::puts("this processor has no AVX2");
    return 1;
  }
  std::vector<float> x, y(1001), narrow(1001), ones(1001, 1), dx(1001);
  for (int i = -500; i <= 500; ++i)
    x.push_back(static_cast<float>(i) / 50);
  bump_f32(x.data(), y.data(), x.size());
  bump_f32_backward(x.data(), ones.data(), dx.data(), x.size());
  bump_f32_v3(x.data(), narrow.data(), x.size());

  float worst = 0;
  for (std::size_t i = 0; i != x.size(); ++i) {
    const float right = std::exp(-x[i] * x[i]);
    worst = std::max({worst, std::abs(y[i] - right), std::abs(narrow[i] - right),
                      std::abs(dx[i] + 2 * x[i] * right)});
  }
  std::printf("largest difference %.1e: %s\n", static_cast<double>(worst),
              worst < 1e-6f ? "good" : "BAD");
  return worst < 1e-6f ? 0 : 1;
}
