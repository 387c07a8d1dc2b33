// A fully connected network: forward, loss and gradient, over one flat array of parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products are Eigen's, everything that happens element by element between them is an
// Activation. The element type is a template argument so that the same code can be checked against
// finite differences in double precision.
#pragma once

#include "Activation.h"
#include "Random.h"

#include <cmath>
#include <cstdint>
#include <ctime>

namespace paper {

enum class Loss {
  CrossEntropy, ///< of softmax, against a label
  SquaredError, ///< mean over the outputs, against the inputs: an autoencoder
};

struct Shape {
  std::vector<int> widths; ///< inputs, hidden layers, outputs
  Loss loss = Loss::CrossEntropy;
  double dropout = 0; ///< after every hidden layer
};

/// Of this thread: others on the machine do not count.
inline double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename T> class Network {
public:
  Network(Shape shape, const Activation<T> &activation)
      : form(std::move(shape)), activation(activation) {
    for (std::size_t layer = 0; layer + 1 < form.widths.size(); ++layer) {
      starts.push_back(count);
      count += (form.widths[layer] + 1) * Eigen::Index(form.widths[layer + 1]);
    }
  }

  const Shape &shape() const { return form; }
  Eigen::Index parameters() const { return count; }

  /// The weights into each neuron have unit norm, as in the paper; biases are 0.
  Vector<T> initial(std::uint64_t seed) const {
    Vector<T> all = Vector<T>::Zero(count);
    for (std::size_t layer = 0; layer < starts.size(); ++layer) {
      Generator random = generatorFor({ForWeights, seed, layer});
      Eigen::Map<Matrix<T>> into = weights(all, layer);
      for (Eigen::Index i = 0; i < into.size(); ++i)
        into.data()[i] = static_cast<T>(uniform(random));
      into.array().rowwise() /= into.colwise().norm().array().eval();
    }
    return all;
  }

  /// What one block of examples needs; reused, so that steps allocate nothing.
  struct Workspace {
    std::vector<Matrix<T>> z, y, mask;
    Matrix<T> dy, dz;
    double activationSeconds = 0;
  };

  /// The outputs of a block of examples, without dropout.
  const Matrix<T> &outputs(const Vector<T> &all, const Matrix<T> &x, Workspace &space) const {
    space.mask.assign(starts.size(), {});
    forward(all, x, space);
    return space.z.back();
  }

  /// The sum of the losses of a block; writes the gradient of that sum times `scale`. `dropout` is
  /// where its masks come from.
  double gradient(const Vector<T> &all, const Matrix<T> &x, std::span<const std::uint8_t> labels,
                  double scale, Generator dropout, Workspace &space, Vector<T> &gradient) const {
    drawMasks(x.rows(), dropout, space);
    forward(all, x, space);
    const double loss = differentiateLoss(x, labels, space);
    space.dz *= static_cast<T>(scale);

    gradient.resize(count);
    bias(gradient, starts.size() - 1) = space.dz.colwise().sum();
    for (std::size_t layer = starts.size(); layer-- > 0;) {
      const Matrix<T> &in = layer ? space.y[layer - 1] : x;
      weights(gradient, layer).noalias() = in.transpose() * space.dz;
      if (layer == 0)
        break;
      space.dy.noalias() = space.dz * weights(all, layer).transpose();
      const double start = processorSeconds();
      activation.backward(space.z[layer - 1], biases(all, layer - 1), space.mask[layer - 1],
                          space.dy, space.dz, biases(gradient, layer - 1));
      space.activationSeconds += processorSeconds() - start;
    }
    return loss;
  }

  /// How many multiplications and additions one example costs, forward alone.
  double operations() const { return 2.0 * static_cast<double>(count); }

private:
  template <typename V> auto weights(V &all, std::size_t layer) const {
    using M = std::conditional_t<std::is_const_v<V>, const Matrix<T>, Matrix<T>>;
    return Eigen::Map<M>(all.data() + starts[layer], form.widths[layer], form.widths[layer + 1]);
  }
  template <typename V> auto biases(V &all, std::size_t layer) const {
    return std::span(all.data() + starts[layer] + form.widths[layer] * form.widths[layer + 1],
                     static_cast<std::size_t>(form.widths[layer + 1]));
  }
  template <typename V> auto bias(V &all, std::size_t layer) const {
    using R = Eigen::Matrix<T, 1, Eigen::Dynamic>;
    using M = std::conditional_t<std::is_const_v<V>, const R, R>;
    return Eigen::Map<M>(biases(all, layer).data(), form.widths[layer + 1]);
  }

  void drawMasks(Eigen::Index rows, Generator &random, Workspace &space) const {
    space.mask.resize(starts.size());
    if (form.dropout == 0)
      return;
    const auto dropped = static_cast<std::uint64_t>(form.dropout * 0x1p16);
    const T kept = static_cast<T>(1 / (1 - form.dropout));
    for (std::size_t layer = 0; layer + 1 < starts.size(); ++layer) {
      Matrix<T> &mask = space.mask[layer];
      mask.resize(rows, form.widths[layer + 1]);
      std::uint64_t bits = 0;
      for (Eigen::Index i = 0; i < mask.size(); ++i, bits >>= 16) {
        if (i % 4 == 0)
          bits = random();
        mask.data()[i] = (bits & 0xffff) < dropped ? 0 : kept;
      }
    }
  }

  void forward(const Vector<T> &all, const Matrix<T> &x, Workspace &space) const {
    space.z.resize(starts.size());
    space.y.resize(starts.size());
    for (std::size_t layer = 0; layer < starts.size(); ++layer) {
      const Matrix<T> &in = layer ? space.y[layer - 1] : x;
      space.z[layer].noalias() = in * weights(all, layer);
      if (layer + 1 == starts.size()) {
        space.z[layer].rowwise() += bias(all, layer);
        break;
      }
      const double start = processorSeconds();
      activation.forward(space.z[layer], biases(all, layer), space.mask[layer], space.y[layer]);
      space.activationSeconds += processorSeconds() - start;
    }
  }

  /// Leaves the gradient of the loss in space.dz.
  double differentiateLoss(const Matrix<T> &x, std::span<const std::uint8_t> labels,
                           Workspace &space) const {
    const Matrix<T> &out = space.z.back();
    double loss = 0;
    if (form.loss == Loss::SquaredError) {
      const T share = static_cast<T>(1) / static_cast<T>(out.cols());
      space.dz = out - x;
      loss = static_cast<double>(space.dz.squaredNorm() * share);
      space.dz *= 2 * share;
      return loss;
    }
    space.dz = (out.colwise() - out.rowwise().maxCoeff()).array().exp();
    space.dz.array().colwise() /= space.dz.rowwise().sum().array().eval();
    for (Eigen::Index row = 0; row < out.rows(); ++row) {
      T &probability = space.dz(row, labels[static_cast<std::size_t>(row)]);
      loss -= std::log(std::max(static_cast<double>(probability), 1e-30));
      probability -= 1;
    }
    return loss;
  }

  Shape form;
  const Activation<T> &activation;
  std::vector<Eigen::Index> starts; ///< of each layer's weights, which its biases follow
  Eigen::Index count = 0;
};

/// Adam (Kingma and Ba, 2015) with its usual constants.
template <typename T> struct Adam {
  explicit Adam(Eigen::Index count) : mean(Vector<T>::Zero(count)), variance(mean) {}

  /// `step` counts from 1.
  void descend(Vector<T> &parameters, const Vector<T> &gradient, double rate, std::int64_t step) {
    constexpr double keepMean = 0.9, keepVariance = 0.999;
    mean = T(keepMean) * mean + T(1 - keepMean) * gradient;
    variance = T(keepVariance) * variance + T(1 - keepVariance) * gradient.cwiseAbs2();
    const auto times = static_cast<double>(step);
    const T size = static_cast<T>(rate / (1 - std::pow(keepMean, times)));
    const T unbias = static_cast<T>(1 / (1 - std::pow(keepVariance, times)));
    parameters.array() -= size * mean.array() / ((unbias * variance.array()).sqrt() + T(1e-8));
  }

  Vector<T> mean, variance;
};

} // namespace paper
