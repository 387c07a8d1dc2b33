// Reading and running a model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Model.h"

#include <algorithm>
#include <fstream>
#include <sstream>

Model Model::read(const std::string &path) {
  Model model;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "layer") {
      Layer &layer = model.layers.emplace_back();
      words >> layer.inputs >> layer.outputs >> std::ws;
      std::getline(words, layer.activation);
    } else if (kind == "row" || kind == "sample") {
      std::vector<float> &numbers =
          kind == "row" ? model.layers.back().weights : model.samples.emplace_back();
      for (float number; words >> number;)
        numbers.push_back(number);
    }
  }
  return model;
}

void Model::request(xphi::Engine &engine) {
  for (Layer &layer : layers)
    layer.kernel = engine.compileAsync(layer.activation);
}

xphi::Result<std::size_t> Model::classify(const std::vector<float> &sample) const {
  std::vector<float> values(sample.begin(), sample.end() - 1);
  for (const Layer &layer : layers) {
    const xphi::Result<xphi::Kernel> &activation = layer.kernel.get(); // waits if it must
    if (!activation)
      return activation.error();
    std::vector<float> sums(layer.outputs);
    for (std::size_t row = 0; row != layer.outputs; ++row) {
      const float *weights = &layer.weights[row * (layer.inputs + 1)];
      sums[row] = weights[layer.inputs];
      for (std::size_t i = 0; i != layer.inputs; ++i)
        sums[row] += weights[i] * values[i];
    }
    if (xphi::Status done = activation->forward(sums, sums); !done) // in place
      return done.error();
    values = std::move(sums);
  }
  return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}
