// What happens to a layer element by element, y = mask * f(z + bias), compiled by xphi or by libm.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <Eigen/Core>

#include <memory>
#include <string>
#include <vector>

namespace paper {

/// One row an example.
template <typename T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <typename T> using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
/// One number for each neuron: a piece of the network's parameters, or of their gradient.
template <typename T> using Biases = std::span<const T>;

template <typename T> class Activation {
public:
  virtual ~Activation() = default;
  /// Without dropout the mask is empty.
  virtual void forward(const Matrix<T> &z, Biases<T> bias, const Matrix<T> &mask,
                       Matrix<T> &y) const = 0;
  /// From dy to dz, and its sums over the examples.
  virtual void backward(const Matrix<T> &z, Biases<T> bias, const Matrix<T> &mask,
                        const Matrix<T> &dy, Matrix<T> &dz, std::span<T> dbias) const = 0;
};

struct NamedText {
  std::string name, text;
};

/// The paper's three, and the functions that came after it.
const std::vector<NamedText> &knownActivations();

/// How bias and dropout meet the function: by the matrix library, around the kernel of the function
/// alone; or in one kernel each way, which is slower today (docs/paper.md).
enum class Way { Separate, Fused };

struct CompiledActivation {
  std::string name, text, program, target;
  std::shared_ptr<const Activation<float>> fused, separate;
};

/// Everything from the text, forward and backward. Fails with xphi's message about the text, or
/// with P0005 for a function of several inputs.
CompiledActivation compileActivation(xphi::Engine &engine, const NamedText &activation);

/// Functions and derivatives by hand, over libm in double precision; null for a name that is not
/// among knownActivations().
template <typename T>
std::shared_ptr<const Activation<T>> referenceActivation(std::string_view name);

} // namespace paper
