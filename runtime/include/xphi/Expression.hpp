// Functions built in C++ instead of text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   auto x = xphi::input("x");
//   auto beta = xphi::parameter("beta", 1);
//   auto swish = x * xphi::sigmoid(beta * x);
//   std::string program = *xphi::text(swish); // def f(x; beta = 1) = x * sigmoid(beta * x)
//
// The same function written by hand gives the same canonical program, and so the same kernel. What
// is used more than once is computed once: it becomes a `let`. Nothing here fails; what is wrong
// with an expression is said by text() and by whoever compiles it.
#pragma once

#include <xphi/Export.hpp>
#include <xphi/Result.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xphi {

struct ExpressionNode;

/// A number that is yet to be computed. Cheap to copy.
class [[nodiscard]] XPHI_API Expression {
public:
  /// A double stands for the shortest decimal that reads back as it: 0.1 is one tenth, as in a
  /// text.
  Expression(double value);
  Expression(int value) : Expression(static_cast<double>(value)) {}

  explicit Expression(std::shared_ptr<const ExpressionNode> made) : node(std::move(made)) {}
  std::shared_ptr<const ExpressionNode> node; ///< never null
};

/// A comparison, or several joined.
class [[nodiscard]] XPHI_API Condition {
public:
  explicit Condition(std::shared_ptr<const ExpressionNode> made) : node(std::move(made)) {}
  std::shared_ptr<const ExpressionNode> node; ///< never null
};

XPHI_API Expression input(std::string name);
XPHI_API Expression parameter(std::string name, const Expression &defaultValue);
/// A parameter with one value for each channel.
XPHI_API Expression channel(std::string name, const Expression &defaultValue);
/// A decimal with all its digits, `number("0.044715")`.
XPHI_API Expression number(std::string_view decimal);
XPHI_API Expression pi();
XPHI_API Expression e();
XPHI_API Expression infinity();

/// The expression under a name: `let name = value` in the text.
XPHI_API Expression let(std::string name, const Expression &value);
/// `if condition then yes else no`.
XPHI_API Expression where(const Condition &condition, const Expression &yes, const Expression &no);
/// The derivative in an input or parameter, `order` times.
XPHI_API Expression diff(const Expression &expression, const Expression &variable,
                         unsigned order = 1);
/// A call of a library function: `call("elu", {x}, {{"alpha", 2}})`.
XPHI_API Expression call(std::string name, std::vector<Expression> inputs,
                         std::vector<std::pair<std::string, Expression>> parameters = {});

XPHI_API Expression operator-(const Expression &x);
XPHI_API Expression operator+(const Expression &x, const Expression &y);
XPHI_API Expression operator-(const Expression &x, const Expression &y);
XPHI_API Expression operator*(const Expression &x, const Expression &y);
XPHI_API Expression operator/(const Expression &x, const Expression &y);
XPHI_API Condition operator<(const Expression &x, const Expression &y);
XPHI_API Condition operator<=(const Expression &x, const Expression &y);
XPHI_API Condition operator>(const Expression &x, const Expression &y);
XPHI_API Condition operator>=(const Expression &x, const Expression &y);
XPHI_API Condition operator==(const Expression &x, const Expression &y);
XPHI_API Condition operator!=(const Expression &x, const Expression &y);
XPHI_API Condition operator&&(const Condition &x, const Condition &y);
XPHI_API Condition operator||(const Condition &x, const Condition &y);
XPHI_API Condition operator!(const Condition &x);

// The built-in functions, by the names they have in the language.
XPHI_API Expression pow(const Expression &x, const Expression &y);
XPHI_API Expression min(const Expression &x, const Expression &y);
XPHI_API Expression max(const Expression &x, const Expression &y);
XPHI_API Expression hypot(const Expression &x, const Expression &y);
XPHI_API Expression clamp(const Expression &x, const Expression &low, const Expression &high);
XPHI_API Expression abs(const Expression &x);
XPHI_API Expression sign(const Expression &x);
XPHI_API Expression floor(const Expression &x);
XPHI_API Expression ceil(const Expression &x);
XPHI_API Expression round(const Expression &x);
XPHI_API Expression trunc(const Expression &x);
XPHI_API Expression frac(const Expression &x);
XPHI_API Condition isnan(const Expression &x);
/// Holds for a share p of the elements, which random bits of seed, stream and the element choose.
XPHI_API Condition dropped(const Expression &p, const Expression &seed, const Expression &stream);
XPHI_API Expression step(const Expression &x);
XPHI_API Expression sqrt(const Expression &x);
XPHI_API Expression rsqrt(const Expression &x);
XPHI_API Expression cbrt(const Expression &x);
XPHI_API Expression exp(const Expression &x);
XPHI_API Expression exp2(const Expression &x);
XPHI_API Expression exp10(const Expression &x);
XPHI_API Expression expm1(const Expression &x);
XPHI_API Expression log(const Expression &x);
XPHI_API Expression log2(const Expression &x);
XPHI_API Expression log10(const Expression &x);
XPHI_API Expression log1p(const Expression &x);
XPHI_API Expression log1mexp(const Expression &x);
XPHI_API Expression logaddexp(const Expression &x, const Expression &y);
XPHI_API Expression sinh(const Expression &x);
XPHI_API Expression cosh(const Expression &x);
XPHI_API Expression tanh(const Expression &x);
XPHI_API Expression sech(const Expression &x);
XPHI_API Expression asinh(const Expression &x);
XPHI_API Expression acosh(const Expression &x);
XPHI_API Expression atanh(const Expression &x);
XPHI_API Expression erf(const Expression &x);
XPHI_API Expression erfc(const Expression &x);
XPHI_API Expression erfcx(const Expression &x);
XPHI_API Expression Phi(const Expression &x); // NOLINT(readability-identifier-naming)
XPHI_API Expression phi(const Expression &x);
XPHI_API Expression log_Phi(const Expression &x); // NOLINT(readability-identifier-naming)
XPHI_API Expression sigmoid(const Expression &x);
XPHI_API Expression logsigmoid(const Expression &x);
XPHI_API Expression logit(const Expression &x);
XPHI_API Expression softplus(const Expression &x);
XPHI_API Expression sin(const Expression &x);
XPHI_API Expression cos(const Expression &x);
XPHI_API Expression tan(const Expression &x);
XPHI_API Expression asin(const Expression &x);
XPHI_API Expression acos(const Expression &x);
XPHI_API Expression atan(const Expression &x);

/// A definition: an expression with a name, an order of its inputs, and clauses.
class XPHI_API Function {
public:
  /// Named `f`, with inputs and parameters in the order in which the expression names them.
  Function(const Expression &body);
  /// `variables` are the inputs and parameters, each kind in its order.
  Function(std::string name, std::vector<Expression> variables, const Expression &body);

  /// `grad variable = derivative`.
  Function &grad(const Expression &variable, const Expression &derivative);
  /// `kink variable = place: derivative`.
  Function &kink(const Expression &variable, const Expression &place, const Expression &derivative);

  /// A call of this function, as it is now: clauses added later do not count.
  Expression operator()(std::vector<Expression> inputs,
                        std::vector<std::pair<std::string, Expression>> parameters = {}) const;

  struct State;
  const State &contents() const { return *state; }

private:
  State &own();

  std::shared_ptr<State> state;
};

/// The program's text, this function last. Fails for names that are none, NaN, different functions
/// of one name (X0012), and expressions deeper than any text may be (X0014).
XPHI_API Result<std::string> text(const Function &function);

} // namespace xphi
