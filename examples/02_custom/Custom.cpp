// An activation of one's own, with helper and parameter, checked against finite differences.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nobody writes the derivative: the compiler finds it, and the check below would notice if it were
// wrong.
#include <xphi/xphi.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <vector>

constexpr const char *program = R"(
/// A smooth gate: between 0 and 1, steeper with larger beta.
def gate(x; beta = 1) = 0.5 * (1 + x / sqrt(1 / beta^2 + x^2))

/// The input, gated by itself, with a small bump near zero.
def mine(x; beta = 1.5) =
  let g = gate(x; beta = beta)
  x * g + 0.1 * exp(-x^2) * (1 - g)
)";

int main() {
  xphi::Engine engine;
  xphi::Result<xphi::Kernel> mine = engine.compile(program, {.fileName = "mine.phi"});
  if (!mine) {
    std::cerr << mine.error().render();
    return 1;
  }
  std::printf("compiled:\n%s\nparameter %s = %g by default, 0.8 here\n", mine->program().c_str(),
              mine->parameters()[0].name.c_str(), mine->parameters()[0].defaultValue);

  // Steps that a float holds exactly, and large enough that rounding in y does not drown the slope.
  constexpr float h = 0x1p-7f;
  std::vector<float> x, left, right;
  for (int i = -96; i <= 96; ++i) {
    float at = static_cast<float>(i) / 16;
    x.push_back(at);
    left.push_back(at - h);
    right.push_back(at + h);
  }
  std::vector<float> y(x.size()), yLeft(x.size()), yRight(x.size()), dy(x.size(), 1), dx(x.size());
  for (const xphi::Status &done :
       {mine->forward(x, y, {{"beta", 0.8f}}), mine->forward(left, yLeft, {{"beta", 0.8f}}),
        mine->forward(right, yRight, {{"beta", 0.8f}}),
        mine->backward(x, dy, dx, {{"beta", 0.8f}})})
    if (!done) {
      std::cerr << done.error().render();
      return 1;
    }

  float worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, std::abs((yRight[i] - yLeft[i]) / (2 * h) - dx[i]));
    if (i % 24 == 0)
      std::printf("mine(%5.2f) = %9.6f   mine'(%5.2f) = %9.6f\n", x[i], y[i], x[i], dx[i]);
  }
  bool good = worst < 1e-3f;
  std::printf("largest difference from finite differences %.1e: %s\n", worst,
              good ? "good" : "BAD");
  return good ? 0 : 1;
}
