// Power series whose coefficients are Arb's balls, to as many bits as ArbPrecision says.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"

#include <arb_poly.h>

#include <utility>

namespace xphi::reference {

class ArbSeries {
public:
  ArbSeries() { arb_poly_init(poly); }
  ArbSeries(const ArbBall &constant) : ArbSeries() { arb_poly_set_arb(poly, constant.get()); }
  ArbSeries(const ArbSeries &other) : ArbSeries() { *this = other; }
  ArbSeries(ArbSeries &&other) noexcept : ArbSeries() { *this = std::move(other); }
  ArbSeries &operator=(const ArbSeries &other) {
    arb_poly_set(poly, other.poly);
    side = other.side;
    return *this;
  }
  ArbSeries &operator=(ArbSeries &&other) noexcept {
    arb_poly_swap(poly, other.poly);
    std::swap(side, other.side);
    return *this;
  }
  ~ArbSeries() { arb_poly_clear(poly); }

  /// c + slope·u, on one side of zero: above for 1, below for −1, not known for 0.
  static ArbSeries variable(const ArbBall &c, int slope, int side);
  /// A numeral such as "0.1", not its double.
  static ArbSeries decimal(std::string_view text) { return ArbBall::fromDecimal(text); }

  ArbBall coefficient(slong i) const;
  bool isFinite(slong i) const { return coefficient(i).isFinite(); }
  bool isConstant() const { return arb_poly_length(poly) <= 1; }

  arb_poly_struct *get() { return poly; }
  const arb_poly_struct *get() const { return poly; }

  int side = 0; ///< of the variable, or its negative; 0 for all else

private:
  arb_poly_t poly;
};

// Of the results the first `length` coefficients.

ArbSeries add(const ArbSeries &a, const ArbSeries &b, slong length);
ArbSeries subtract(const ArbSeries &a, const ArbSeries &b, slong length);
ArbSeries multiply(const ArbSeries &a, const ArbSeries &b, slong length);
/// b's constant term is not zero.
ArbSeries divide(const ArbSeries &a, const ArbSeries &b, slong length);
ArbSeries negative(const ArbSeries &a);
ArbSeries scaled(const ArbSeries &a, const ArbBall &factor);
ArbSeries withConstant(ArbSeries a, const ArbBall &constant);
/// constant + ∫ slope·x'
ArbSeries integral(const ArbBall &constant, const ArbSeries &slope, const ArbSeries &x,
                   slong length);
ArbSeries exponential(const ArbSeries &x, slong length);
/// x^exponent, for x above zero.
ArbSeries power(const ArbSeries &x, const ArbBall &exponent, slong length);
/// Sine and cosine, or with sign = 1 those of the hyperbola.
std::pair<ArbSeries, ArbSeries> sineAndCosine(const ArbSeries &x, int sign, slong length);

} // namespace xphi::reference
