// A model: layers of weights, each with an activation that xphi compiles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <future>
#include <string>
#include <vector>

struct Layer {
  std::string activation; ///< a text in xphi's language
  std::size_t inputs = 0, outputs = 0;
  std::vector<float> weights; ///< outputs rows of inputs, then one bias
  std::shared_future<xphi::Result<xphi::Kernel>> kernel;
};

struct Model {
  std::vector<Layer> layers;
  std::vector<std::vector<float>> samples; ///< with the class at the end

  /// Nothing where the file is no model.
  static Model read(const std::string &path);
  /// Asks for all kernels at once; nobody waits here.
  void request(xphi::Engine &engine);
  /// The class of a sample, or why there is none.
  xphi::Result<std::size_t> classify(const std::vector<float> &sample) const;
};
