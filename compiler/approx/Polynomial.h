// Polynomials, lowest power first: in Chebyshev's basis, moved, and bounded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

namespace xphi::compiler {

/// From powers of u to Chebyshev polynomials in u/radius; of double or long double.
template <class Real> std::vector<Real> toChebyshev(const std::vector<Real> &powers, Real radius);
template <class Real> std::vector<Real> fromChebyshev(const std::vector<Real> &terms, Real radius);

template <class Real> Real sumOfMagnitudes(const std::vector<Real> &terms, std::size_t from = 0);

/// The first terms, as many as that: a model may have fewer than the degree that another segment
/// needs, and these are 0.
std::vector<double> cutOff(std::vector<double> terms, std::size_t count);

template <class Real> Real valueOf(const std::vector<Real> &powers, Real u);

/// The polynomial in v = u − by.
std::vector<double> shifted(std::vector<double> powers, double by);

/// By degree, those of first coefficient 1 that are least over |u| ≤ radius: 2^(1−n) rⁿ Tₙ(u/r), in
/// v = u − by.
std::vector<std::vector<double>> leastPolynomials(unsigned mostDegree, double radius, double by);

/// A polynomial between two near points: there it leaves the straight line between its values by no
/// more than its second derivative allows.
class Bounded {
public:
  /// For |u| ≤ radius and points no further apart than `width`.
  Bounded(std::vector<double> powers, double radius, double width);

  /// Of its magnitude between a and b.
  double most(double a, double b) const;
  double least(double a, double b) const;

private:
  std::vector<double> powers;
  double slack;
};

} // namespace xphi::compiler
