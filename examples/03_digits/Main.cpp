// Learns to read handwritten digits with three activations, each compiled from its text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: 03_digits [digits.csv]     the file lies next to this one
#include "Network.h"

#include <cstdio>
#include <iostream>

int main(int argc, char **argv) {
  digits::Split data = digits::readDigits(argc > 1 ? argv[1] : "digits.csv");
  if (data.test.labels.empty()) {
    std::cerr << "cannot read digits.csv; run this in examples/03_digits or name the file\n";
    return 3;
  }
  std::printf("%zu images to learn from, %zu held out\n\n", data.training.labels.size(),
              data.test.labels.size());
  std::printf("%-6s %10s %12s %14s\n", "", "accuracy", "final loss", "its text");

  xphi::Engine engine;
  bool good = true;
  for (auto [name, text] :
       {std::pair{"relu", "max(x, 0)"}, std::pair{"elu", "if x > 0 then x else expm1(x)"},
        std::pair{"gelu", "x * Phi(x)"}}) {
    xphi::Result<xphi::Kernel> activation = engine.compile(text);
    if (!activation) {
      std::cerr << activation.error().render();
      return 1;
    }
    digits::Network network(*activation, 20);
    float loss = 0;
    for (int epoch = 0; epoch < 30; ++epoch)
      loss = network.trainEpoch(data.training);
    float accuracy = network.accuracy(data.test);
    std::printf("%-6s %8.1f %% %12.4f      %s\n", name, 100 * accuracy, loss, text);
    good = good && accuracy >= 0.95f;
  }
  return good ? 0 : 1;
}
