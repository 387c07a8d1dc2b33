// Calls one function, then says where it came from and whether the compiler is in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <fstream>
#include <iostream>

int main(int argc, char **argv) {
  xphi::Engine engine;
  auto kernel = engine.compile(argc > 1 ? argv[1] : "x * Phi(x)");
  if (!kernel) {
    std::cerr << kernel.error().render();
    return 1;
  }
  float x[16] = {1}, y[16];
  if (!kernel->forward(x, y) || !kernel->backward(x, x, y))
    return 1;
  std::cout << "origin: " << (kernel->origin() == xphi::Origin::Disk ? "disk" : "compiled") << "\n";
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    for (const char *part : {"LLVM", "MLIR", "Halide", "xphi-compiler"})
      if (line.find(part) != std::string::npos)
        std::cout << "loaded: " << line << "\n";
}
