// How far a compiled GELU is from the true one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace demo {
namespace {

using Exact = long double;
constexpr Exact kRootTwo = std::numbers::sqrt2_v<Exact>;
constexpr Exact kRootTwoPi = kRootTwo / std::numbers::inv_sqrtpi_v<Exact>;

Exact cdf(Exact x) { return std::erfc(-x / kRootTwo) / 2; }
Exact density(Exact x) { return std::exp(-x * x / 2) / kRootTwoPi; }

struct Values {
  Exact value, slope;
  Exact slopeScale; ///< the larger term of the slope, which is what its rounding errors are made of
};

Values exactGelu(Exact x) {
  Exact phi = cdf(x), tilt = x * density(x);
  return {x * phi, phi + tilt, std::max(std::abs(phi), std::abs(tilt))};
}

/// The distance of neighbouring floats around v.
Exact ulp(Exact v) {
  int exponent = v == 0 ? -126 : std::max(std::ilogb(v), -126);
  return std::ldexp(Exact(1), exponent - 23);
}

struct Errors {
  Exact value, slope;
};

Errors errorsAt(float x, float y, float dx) {
  Values exact = exactGelu(x);
  return {std::abs(y - exact.value) / ulp(exact.value),
          std::abs(dx - exact.slope) / ulp(std::max(std::abs(exact.slope), exact.slopeScale))};
}

xphi::Status evaluate(const xphi::Kernel &gelu, const std::vector<float> &x, std::vector<float> &y,
                      std::vector<float> &dx) {
  y.resize(x.size());
  dx.resize(x.size());
  std::vector<float> ones(x.size(), 1);
  if (xphi::Status done = gelu.forward(x, y); !done)
    return done;
  return gelu.backward(x, ones, dx);
}

} // namespace

xphi::Status showAccuracy(const xphi::Kernel &gelu, const std::vector<float> &data) {
  std::vector<float> points{-13, -5.5f, -1, 0.5f, 3}, y, dx;
  if (xphi::Status done = evaluate(gelu, points, y, dx); !done)
    return done;
  fmt::print("  {:>6} {:>16} {:>10} {:>16} {:>10}\n", "x", "gelu(x)", "error", "gelu'(x)", "error");
  for (std::size_t i = 0; i < points.size(); ++i) {
    Errors errors = errorsAt(points[i], y[i], dx[i]);
    fmt::print("  {:6} {:16.9g} {:6.2f} ulp {:16.9g} {:6.2f} ulp\n", points[i], y[i],
               static_cast<double>(errors.value), dx[i], static_cast<double>(errors.slope));
  }

  if (xphi::Status done = evaluate(gelu, data, y, dx); !done)
    return done;
  Errors worst{0, 0};
  for (std::size_t i = 0; i < data.size(); ++i) {
    Errors errors = errorsAt(data[i], y[i], dx[i]);
    worst = {std::max(worst.value, errors.value), std::max(worst.slope, errors.slope)};
  }
  auto [low, high] = std::minmax_element(data.begin(), data.end());
  fmt::print("  the network's {} pre-activations, from {:.1f} to {:.1f}:\n"
             "  largest error     {:.2f} ulp in the value, {:.2f} ulp in the derivative\n",
             data.size(), *low, *high, static_cast<double>(worst.value),
             static_cast<double>(worst.slope));
  return {};
}

} // namespace demo
