// A network of two layers whose hidden activation is a compiled kernel, trained with Adam.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   z = x W1 + b1,  h = activation(z),  scores = h W2 + b2,  loss = cross-entropy(softmax(scores))
// The matrices are Eigen's; everything that happens element by element to z is xphi's, forward and
// backward.
#pragma once

#include "Digits.h"

#include <xphi/xphi.hpp>

#include <random>

namespace digits {

/// Weights and bias (the last row) of one layer, with Adam's two running averages.
struct Layer {
  Layer(int inputs, int outputs, std::mt19937 &random);
  Matrix apply(const Matrix &x) const;
  /// One step of Adam down the gradient; `step` counts from 1.
  void descend(const Matrix &gradient, int step);

  Matrix weights, mean, variance;
};

class Network {
public:
  Network(xphi::Kernel activation, unsigned seed);

  /// One pass over the data in random order; returns the mean loss.
  float trainEpoch(const Dataset &data);
  /// The fraction of images whose highest score is their label's.
  float accuracy(const Dataset &data) const;
  /// What the activation is given: the hidden layer's z.
  Matrix preActivations(const Dataset &data) const { return hidden.apply(data.images); }

private:
  Matrix activate(const Matrix &z) const;
  float trainBatch(const Matrix &x, const std::vector<int> &labels);

  xphi::Kernel activation;
  std::mt19937 random;
  Layer hidden, output;
  int steps = 0;
};

} // namespace digits
