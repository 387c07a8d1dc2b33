// Changes of basis and of origin.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Polynomial.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xphi::compiler {

template <class Real> std::vector<Real> toChebyshev(const std::vector<Real> &powers, Real radius) {
  // uⁿ = rⁿ·2^(1−n) Σ binomial(n, j) T_(n−2j), the last term halved for even n
  std::vector<Real> result(powers.size());
  Real scale = 1;
  for (std::size_t n = 0; n < powers.size(); ++n, scale *= radius) {
    Real binomial = 1;
    const Real power = std::ldexp(Real(1), 1 - int(n));
    for (std::size_t j = 0; 2 * j <= n; ++j) {
      const Real half = 2 * j == n ? Real(0.5) : 1;
      const Real part = n == 0 ? 1 : half * binomial * power;
      result[n - 2 * j] += powers[n] * scale * part;
      binomial = binomial * Real(n - j) / Real(j + 1);
    }
  }
  return result;
}

template <class Real> std::vector<Real> fromChebyshev(const std::vector<Real> &terms, Real radius) {
  std::vector<Real> result(terms.size()), before{1}, last{0, 1};
  for (std::size_t n = 0; n < terms.size(); ++n) {
    const std::vector<Real> &polynomial = n == 0 ? before : last;
    Real scale = 1;
    for (std::size_t i = 0; i < polynomial.size(); ++i, scale /= radius)
      result[i] += terms[n] * polynomial[i] * scale;
    if (n == 0)
      continue;
    std::vector<Real> next(n + 2);
    for (std::size_t i = 0; i <= n; ++i)
      next[i + 1] += 2 * last[i];
    for (std::size_t i = 0; i < before.size(); ++i)
      next[i] -= before[i];
    before = std::exchange(last, std::move(next));
  }
  return result;
}

template <class Real> Real sumOfMagnitudes(const std::vector<Real> &terms, std::size_t from) {
  Real sum = 0;
  for (std::size_t i = from; i < terms.size(); ++i)
    sum += std::fabs(terms[i]);
  return sum;
}

std::vector<double> cutOff(std::vector<double> terms, std::size_t count) {
  terms.resize(count);
  return terms;
}

template std::vector<double> toChebyshev(const std::vector<double> &, double);
template std::vector<long double> toChebyshev(const std::vector<long double> &, long double);
template std::vector<double> fromChebyshev(const std::vector<double> &, double);
template std::vector<long double> fromChebyshev(const std::vector<long double> &, long double);
template double sumOfMagnitudes(const std::vector<double> &, std::size_t);
template long double sumOfMagnitudes(const std::vector<long double> &, std::size_t);

template <class Real> Real valueOf(const std::vector<Real> &powers, Real u) {
  Real sum = 0;
  for (std::size_t i = powers.size(); i-- > 0;)
    sum = sum * u + powers[i];
  return sum;
}

template double valueOf(const std::vector<double> &, double);
template long double valueOf(const std::vector<long double> &, long double);

std::vector<double> shifted(std::vector<double> powers, double by) {
  for (std::size_t i = 0; i + 1 < powers.size(); ++i)
    for (std::size_t j = powers.size() - 1; j-- > i;)
      powers[j] += by * powers[j + 1];
  return powers;
}

std::vector<std::vector<double>> leastPolynomials(unsigned mostDegree, double radius, double by) {
  std::vector<std::vector<double>> result{{1}};
  for (unsigned n = 1; n <= mostDegree; ++n) {
    const std::vector<double> &last = result[n - 1];
    std::vector<double> next(n + 1);
    for (unsigned i = 0; i < n; ++i) {
      next[i] += by * last[i];
      next[i + 1] += last[i];
    }
    const double part = radius * radius / (n == 2 ? 2 : 4);
    for (unsigned i = 0; n > 1 && i + 1 < n; ++i)
      next[i] -= part * result[n - 2][i];
    result.push_back(std::move(next));
  }
  return result;
}

Bounded::Bounded(std::vector<double> polynomial, double radius, double width)
    : powers(std::move(polynomial)) {
  double power = 1, second = 0;
  for (std::size_t i = 2; i < powers.size(); ++i, power *= radius)
    second += double(i) * double(i - 1) * std::fabs(powers[i]) * power;
  slack = second * width * width / 8;
}

namespace {

/// In one register.
std::pair<double, double> valuesOf(const std::vector<double> &powers, double a, double b) {
  using Both = double __attribute__((vector_size(16)));
  Both sum = {0, 0};
  const Both u = {a, b};
  for (std::size_t i = powers.size(); i-- > 0;)
    sum = sum * u + powers[i];
  const double atA = sum[0], atB = sum[1];
  return {atA, atB};
}

} // namespace

double Bounded::most(double a, double b) const {
  const auto [atA, atB] = valuesOf(powers, a, b);
  return std::max(std::fabs(atA), std::fabs(atB)) + slack;
}

double Bounded::least(double a, double b) const {
  const auto [atA, atB] = valuesOf(powers, a, b);
  return (atA < 0) != (atB < 0) ? 0
                                : std::max(std::min(std::fabs(atA), std::fabs(atB)) - slack, 0.0);
}

} // namespace xphi::compiler
