// Every public header, with the templates in them used: what a host that takes warnings for errors
// compiles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With DROPS each of some statements leaves a result behind unlooked at, which has to be warned of.
#include <xphi/DLPack.hpp>
#include <xphi/xphi.h>
#include <xphi/xphi.hpp>

#include <string>
#include <vector>

template class xphi::Result<int>;
template class xphi::Result<std::string>;
template class xphi::Result<xphi::Kernel>;

int main() {
  xphi::Engine engine;
  xphi::Kernel empty, kernel = engine.compile("x * Phi(x)").value_or(empty);
  std::vector<float> x(3), y(3), dx(3), more(3);
  const xphi::Status done[] = {
      kernel.forward(x, y),
      kernel.forward(x, y, {0.8f}),
      kernel.forward(x, y, {{"beta", 0.8f}}),
      kernel.forward(x, y, {{"alpha", 1}, {"beta", 0.8f}}),
      kernel.forward({x, y}, y, {1.5, 2}),
      kernel.backward(x, y, dx, {{"beta", 0.8f}}),
      kernel.backward({x, y}, y, dx, {0.8f}),
      kernel.gradients({x, y}, y, {dx, more}, {{"beta", 0.8f}}),
  };
  const xphi::Tensor matrix = xphi::Tensor::of(x.data(), {1, 3});
  const xphi::Status onTensors = kernel.forward({matrix}, xphi::Tensor::of(y));
  const auto input = xphi::input("x");
  const xphi::Result<xphi::Kernel> built = engine.compile(input * xphi::Phi(input));
  engine = xphi::Engine(xphi::Options{});
#ifdef DROPS
  engine.compile("x");
  engine.load("");
  engine.fillCache("x");
  engine.emit("x", "object");
  engine.compileAsync("x");
  engine.cacheStatistics();
  engine.options();
  kernel.forward(x, y);
  kernel.backward(x, y, dx, {{"beta", 0.8f}});
  kernel.gradients({x}, y, {dx});
  kernel.bytes();
  kernel.certificate();
  kernel.name();
  xphi::exp(input);
  xphi::text(input);
  xphi::hostTarget();
  done[0].error().render();
  xphi::Options::fromEnvironment();
#endif
  return done[0].ok() && onTensors && built ? 0 : 1;
}
