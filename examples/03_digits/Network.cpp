// A network of two layers whose hidden activation is a compiled kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Network.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <span>

namespace digits {
namespace {

constexpr int kPixels = 64, kHidden = 48, kClasses = 10, kBatch = 32;

std::span<const float> elements(const Matrix &m) { return {m.data(), std::size_t(m.size())}; }
std::span<float> elements(Matrix &m) { return {m.data(), std::size_t(m.size())}; }

/// The arrays of a layer always fit its kernel, so what fails is the kernel itself.
void check(const xphi::Status &done) {
  if (done)
    return;
  std::fputs(done.error().render().c_str(), stderr);
  std::exit(1);
}

Matrix withOnes(const Matrix &x) {
  Matrix wide(x.rows(), x.cols() + 1);
  wide << x, Matrix::Ones(x.rows(), 1);
  return wide;
}

} // namespace

Layer::Layer(int inputs, int outputs, std::mt19937 &random)
    : weights(inputs + 1, outputs), mean(Matrix::Zero(inputs + 1, outputs)), variance(mean) {
  // Uniform, with the variance that He et al. (2015) derive for rectifiers. Scaled by hand: the
  // standard's distributions differ between libraries, and the printed accuracy should not.
  float bound = std::sqrt(6.0f / static_cast<float>(inputs));
  for (Eigen::Index i = 0; i < weights.size(); ++i)
    weights.data()[i] = bound * (2 * static_cast<float>(random() >> 8) * 0x1p-24f - 1);
  weights.bottomRows(1).setZero();
}

Matrix Layer::apply(const Matrix &x) const { return withOnes(x) * weights; }

void Layer::descend(const Matrix &gradient, int step) {
  constexpr float rate = 2e-3f, keepMean = 0.9f, keepVariance = 0.999f;
  mean = keepMean * mean + (1 - keepMean) * gradient;
  variance = keepVariance * variance + (1 - keepVariance) * gradient.cwiseAbs2();
  float unbiasedMean = 1 / (1 - std::pow(keepMean, static_cast<float>(step)));
  float unbiasedVariance = 1 / (1 - std::pow(keepVariance, static_cast<float>(step)));
  weights.array() -=
      rate * unbiasedMean * mean.array() / ((unbiasedVariance * variance.array()).sqrt() + 1e-8f);
}

Network::Network(xphi::Kernel activation, unsigned seed)
    : activation(std::move(activation)), random(seed), hidden(kPixels, kHidden, random),
      output(kHidden, kClasses, random) {}

Matrix Network::activate(const Matrix &z) const {
  Matrix h(z.rows(), z.cols());
  check(activation.forward(elements(z), elements(h)));
  return h;
}

float Network::trainBatch(const Matrix &x, const std::vector<int> &labels) {
  Matrix z = hidden.apply(x), h = activate(z), scores = output.apply(h);

  Matrix dScores = (scores.colwise() - scores.rowwise().maxCoeff()).array().exp();
  dScores.array().colwise() /= dScores.rowwise().sum().array().eval();
  float loss = 0;
  for (Eigen::Index row = 0; row < x.rows(); ++row) {
    float &probability = dScores(row, labels[std::size_t(row)]);
    loss -= std::log(std::max(probability, 1e-30f));
    probability -= 1;
  }
  dScores /= static_cast<float>(x.rows());

  Matrix dh = dScores * output.weights.topRows(kHidden).transpose(), dz(z.rows(), z.cols());
  check(activation.backward(elements(z), elements(dh), elements(dz))); // dz = dh * activation'(z)

  ++steps;
  output.descend(withOnes(h).transpose() * dScores, steps);
  hidden.descend(withOnes(x).transpose() * dz, steps);
  return loss;
}

float Network::trainEpoch(const Dataset &data) {
  std::vector<Eigen::Index> order(data.labels.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random() % i]);
  float loss = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += kBatch) {
    std::size_t count = std::min<std::size_t>(kBatch, order.size() - begin);
    Matrix x(count, kPixels);
    std::vector<int> labels;
    for (std::size_t i = 0; i < count; ++i) {
      x.row(Eigen::Index(i)) = data.images.row(order[begin + i]);
      labels.push_back(data.labels[std::size_t(order[begin + i])]);
    }
    loss += trainBatch(x, labels);
  }
  return loss / static_cast<float>(order.size());
}

float Network::accuracy(const Dataset &data) const {
  Matrix scores = output.apply(activate(hidden.apply(data.images)));
  int right = 0;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    Eigen::Index best = 0;
    scores.row(row).maxCoeff(&best);
    right += best == data.labels[std::size_t(row)];
  }
  return static_cast<float>(right) / static_cast<float>(scores.rows());
}

} // namespace digits
