// Compiles GELU from its text while the program runs, and calls the value and the derivative.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <cstdio>
#include <iostream>

int main() {
  xphi::Engine engine;
  xphi::Result<xphi::Kernel> gelu = engine.compile("x * Phi(x)");
  if (!gelu) {
    std::cerr << gelu.error().render();
    return 1;
  }
  const float x[] = {-13, -5.5f, -1, 0, 1, 3}, dy[] = {1, 1, 1, 1, 1, 1};
  float y[6], dx[6];
  xphi::Status done = gelu->forward(x, y);
  if (done)
    done = gelu->backward(x, dy, dx); // dx = dy * gelu'(x)
  if (!done) {
    std::cerr << done.error().render();
    return 1;
  }
  for (int i = 0; i < 6; ++i)
    std::printf("gelu(%g) = %.7g   gelu'(%g) = %.7g\n", x[i], y[i], x[i], dx[i]);
}
