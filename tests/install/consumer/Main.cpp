// A host in C++: compiles, calls, and checks one value and one derivative.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <cmath>
#include <cstdio>

int main() {
  xphi::Engine engine;
  const xphi::Result<xphi::Kernel> gelu = engine.compile("x * Phi(x)");
  if (!gelu) {
    std::fputs(gelu.error().render().c_str(), stderr);
    return 1;
  }
  const float x[] = {1}, dy[] = {2};
  float y[1], dx[1];
  if (!gelu->forward(x, y) || !gelu->backward(x, dy, dx))
    return 2;
  // Phi(1) and Phi(1) + phi(1), from tables of the normal distribution.
  return std::fabs(y[0] - 0.841344746f) < 1e-6f && std::fabs(dx[0] - 2 * 1.083315471f) < 1e-6f ? 0
                                                                                               : 3;
}
