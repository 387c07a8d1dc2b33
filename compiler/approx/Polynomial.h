// Polynomials in doubles, lowest power first: in Chebyshev's basis, moved, and bounded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

namespace xphi::compiler {

/// From powers of u to Chebyshev polynomials in u/radius.
std::vector<double> toChebyshev(const std::vector<double> &powers, double radius);
std::vector<double> fromChebyshev(const std::vector<double> &terms, double radius);

double sumOfMagnitudes(const std::vector<double> &terms, std::size_t from = 0);

double valueOf(const std::vector<double> &powers, double u);

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
