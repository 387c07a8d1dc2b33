// The activations: their texts, their kernels, and the same by libm.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Activation.h"

#include "Failure.h"

#include <cmath>
#include <iostream>
#include <numbers>

namespace paper {

const std::vector<NamedText> &knownActivations() {
  static const std::vector<NamedText> known = {
      {"gelu", "x * Phi(x)"},
      {"relu", "if x > 0 then x else 0"},
      {"elu", "if x > 0 then x else expm1(x)"},
      {"silu", "x * sigmoid(x)"},
      {"mish", "x * tanh(softplus(x))"},
      {"gelu_tanh", "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))"}};
  return known;
}

namespace {

template <typename T> std::span<const T> elements(const Matrix<T> &m) {
  return {m.data(), static_cast<std::size_t>(m.size())};
}
template <typename T> std::span<T> elements(Matrix<T> &m) {
  return {m.data(), static_cast<std::size_t>(m.size())};
}

xphi::Kernel compiled(xphi::Engine &engine, const std::string &what,
                      const xphi::CompileOptions &options) {
  xphi::Result<xphi::Kernel> kernel = engine.compile(what, options);
  if (!kernel)
    throw Failure(kernel.error());
  return *kernel;
}

/// One kernel each way. The bias is a channel parameter: its gradients are the kernel's sums, made
/// in double precision.
class Fused : public Activation<float> {
public:
  Fused(xphi::Engine &engine, const xphi::Kernel &plain)
      : biased(compiled(engine,
                        plain.program() + "\ndef layer(x; bias: channel = 0) = " + plain.name() +
                            "(x + bias)\n",
                        {.function = "layer", .gradients = {"x", "bias"}})),
        dropped(compiled(engine,
                         plain.program() + "\ndef layer(x, mask; bias: channel = 0) = mask * " +
                             plain.name() + "(x + bias)\n",
                         {.function = "layer", .gradients = {"x", "bias"}})) {}

  void forward(const Matrix<float> &z, Biases<float> bias, const Matrix<float> &mask,
               Matrix<float> &y) const override {
    const xphi::Kernel::Arguments arguments{{&bias, 1}, {bias.size(), 1}};
    y.resize(z.rows(), z.cols());
    orFail(mask.size() == 0
               ? biased.forward({elements(z)}, elements(y), arguments)
               : dropped.forward({elements(z), elements(mask)}, elements(y), arguments));
  }

  void backward(const Matrix<float> &z, Biases<float> bias, const Matrix<float> &mask,
                const Matrix<float> &dy, Matrix<float> &dz, std::span<float> dbias) const override {
    const xphi::Kernel::Arguments arguments{{&bias, 1}, {bias.size(), 1}};
    dz.resize(z.rows(), z.cols());
    orFail(mask.size() == 0
               ? biased.gradients({elements(z)}, elements(dy), {elements(dz), dbias}, arguments)
               : dropped.gradients({elements(z), elements(mask)}, elements(dy),
                                   {elements(dz), dbias}, arguments));
  }

private:
  xphi::Kernel biased, dropped;
};

class Separate : public Activation<float> {
  static auto shifted(const Matrix<float> &z, Biases<float> bias) {
    return z.rowwise() + Eigen::Map<const Eigen::RowVectorXf>(bias.data(), z.cols());
  }

public:
  explicit Separate(xphi::Kernel plain) : plain(std::move(plain)) {}

  void forward(const Matrix<float> &z, Biases<float> bias, const Matrix<float> &mask,
               Matrix<float> &y) const override {
    y = shifted(z, bias);
    orFail(plain.forward(elements(y), elements(y)));
    if (mask.size() != 0)
      y.array() *= mask.array();
  }

  void backward(const Matrix<float> &z, Biases<float> bias, const Matrix<float> &mask,
                const Matrix<float> &dy, Matrix<float> &dz, std::span<float> dbias) const override {
    dz = shifted(z, bias);
    orFail(plain.backward(elements(dz), elements(dy), elements(dz)));
    if (mask.size() != 0)
      dz.array() *= mask.array();
    Eigen::Map<Eigen::RowVectorXf>(dbias.data(), z.cols()) = dz.colwise().sum();
  }

private:
  xphi::Kernel plain;
};

struct Scalar {
  double (*value)(double), (*slope)(double);
};

double normal(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }
double density(double x) {
  return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double bend(double x) {
  return std::numbers::sqrt2 * std::numbers::inv_sqrtpi * (x + 0.044715 * x * x * x);
}

const Scalar *scalar(std::string_view name) {
  static const std::pair<std::string_view, Scalar> table[] = {
      {"gelu",
       {[](double x) { return x * normal(x); },
        [](double x) { return normal(x) + x * density(x); }}},
      {"relu",
       {[](double x) { return std::max(x, 0.0); }, [](double x) { return x > 0 ? 1.0 : 0.0; }}},
      {"elu",
       {[](double x) { return x > 0 ? x : std::expm1(x); },
        [](double x) { return x > 0 ? 1 : std::exp(x); }}},
      {"silu",
       {[](double x) { return x * sigmoid(x); },
        [](double x) { return sigmoid(x) * (1 + x * (1 - sigmoid(x))); }}},
      {"mish",
       {[](double x) { return x * std::tanh(softplus(x)); },
        [](double x) {
          const double t = std::tanh(softplus(x));
          return t + x * (1 - t * t) * sigmoid(x);
        }}},
      {"gelu_tanh",
       {[](double x) { return x / 2 * (1 + std::tanh(bend(x))); },
        [](double x) {
          const double t = std::tanh(bend(x));
          const double dbend =
              std::numbers::sqrt2 * std::numbers::inv_sqrtpi * (1 + 3 * 0.044715 * x * x);
          return (1 + t) / 2 + x / 2 * (1 - t * t) * dbend;
        }}}};
  for (const auto &[known, functions] : table)
    if (known == name)
      return &functions;
  return nullptr;
}

template <typename T> class Reference : public Activation<T> {
public:
  explicit Reference(const Scalar &scalar) : scalar(scalar) {}

  void forward(const Matrix<T> &z, Biases<T> bias, const Matrix<T> &mask,
               Matrix<T> &y) const override {
    y.resize(z.rows(), z.cols());
    for (Eigen::Index row = 0; row < z.rows(); ++row)
      for (Eigen::Index i = 0; i < z.cols(); ++i) {
        const double kept = mask.size() == 0 ? 1 : mask(row, i);
        y(row, i) = static_cast<T>(kept * scalar.value(argument(z(row, i), bias, i)));
      }
  }

  void backward(const Matrix<T> &z, Biases<T> bias, const Matrix<T> &mask, const Matrix<T> &dy,
                Matrix<T> &dz, std::span<T> dbias) const override {
    dz.resize(z.rows(), z.cols());
    std::vector<double> sums(bias.size());
    for (Eigen::Index row = 0; row < z.rows(); ++row)
      for (Eigen::Index i = 0; i < z.cols(); ++i) {
        const double kept = mask.size() == 0 ? 1 : mask(row, i);
        const double slope = kept * scalar.slope(argument(z(row, i), bias, i)) * dy(row, i);
        dz(row, i) = static_cast<T>(slope);
        sums[static_cast<std::size_t>(i)] += slope;
      }
    std::copy(sums.begin(), sums.end(), dbias.begin());
  }

private:
  /// The sum is a T, as in a kernel.
  static double argument(T z, Biases<T> bias, Eigen::Index i) {
    return z + bias[static_cast<std::size_t>(i)];
  }

  const Scalar &scalar;
};

} // namespace

CompiledActivation compileActivation(xphi::Engine &engine, const NamedText &activation) {
  const xphi::Kernel plain = compiled(engine, activation.text, {.fileName = activation.name});
  if (plain.inputs().size() != 1)
    throw Failure("P0005", "`" + activation.text +
                               "` is a function of several inputs; an activation here has one");
  for (const xphi::Diagnostic &warning : plain.warnings())
    std::cerr << activation.name << ": " << warning.message << " [" << warning.code << "]\n";
  return {activation.name,
          activation.text,
          plain.program(),
          plain.target(),
          std::make_shared<Fused>(engine, plain),
          std::make_shared<Separate>(plain)};
}

template <typename T>
std::shared_ptr<const Activation<T>> referenceActivation(std::string_view name) {
  const Scalar *functions = scalar(name);
  return functions ? std::make_shared<Reference<T>>(*functions) : nullptr;
}

template std::shared_ptr<const Activation<float>> referenceActivation(std::string_view);
template std::shared_ptr<const Activation<double>> referenceActivation(std::string_view);

} // namespace paper
