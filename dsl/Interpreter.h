// The reference interpreter: what a program means, written to be read, over any kind of number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter walks the checked program; everything it knows about numbers comes from an
// arithmetic object, so the same walk serves doubles, intervals and Taylor series. To instantiate
// it, write a class like this one and hand an object of it to `evaluate`:
//
//   struct BallArithmetic {
//     using Real = Ball;                                // copyable
//     slong precision = 128;                            // state is welcome: precision, order,
//     flags
//
//     Real decimal(std::string_view text);              // exact decimal: "0.1", "1e-30", never
//     signed Real pi(); Real e(); Real infinity(); Real apply(Primitive p, std::span<const Real>
//     operands);      // p: number-valued primitives bool compare(Primitive p, const Real &a, const
//     Real &b);      // p: Lt Le Gt Ge Eq Ne
//   };
//
//   BallArithmetic balls;
//   Ball y = evaluate(program, program.entry(), std::span<const Ball>(inputs),
//                     std::span<const Ball>(parameters), balls);
//
// Reals with derivatives (jets) fit in without more: inputs carry the seed, constants come from
// `decimal`, pi, e with zero derivative, `compare` looks at values only, and `if` evaluates only
// the branch taken, so nothing leaks from the other. `and` and `or` stop at the first condition
// that decides. A let is evaluated once, where it stands. A call binds every parameter, defaults
// included, to an exact expression; only the outermost function's parameters come from the caller.
//
// `switch` over Primitive in `apply` without a default and let the compiler tell what is missing.
// Conditions (comparisons, and, or, not) never reach `apply`.
#pragma once

#include "dsl/Ast.h"

#include <concepts>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace xphi::dsl {

template <class A>
concept Arithmetic = std::copyable<typename A::Real> &&
                     requires(A a, std::string_view text, Primitive p, const typename A::Real &x,
                              std::span<const typename A::Real> operands) {
                       { a.decimal(text) } -> std::convertible_to<typename A::Real>;
                       { a.pi() } -> std::convertible_to<typename A::Real>;
                       { a.e() } -> std::convertible_to<typename A::Real>;
                       { a.infinity() } -> std::convertible_to<typename A::Real>;
                       { a.apply(p, operands) } -> std::convertible_to<typename A::Real>;
                       { a.compare(p, x, x) } -> std::convertible_to<bool>;
                     };

namespace detail {

/// One activation of a definition: the values its names stand for.
template <Arithmetic A> class Frame {
public:
  using Real = typename A::Real;

  Frame(const Program &program, DefinitionIndex definition, std::span<const Real> inputs,
        std::span<const Real> parameters, A &arithmetic)
      : program(program), inputs(inputs), parameters(parameters),
        lets(program.definitions[definition].lets.size()), arithmetic(arithmetic) {}

  Real number(ExprId id) {
    const Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Number:
      return constant(program.number(id));
    case ExprKind::Input:
      return inputs[expr.index];
    case ExprKind::Parameter:
      return parameters[expr.index];
    case ExprKind::Local:
      return *lets[expr.index].number;
    case ExprKind::Let:
      bind(id);
      return number(program.operand(id, 1));
    case ExprKind::If:
      return number(program.operand(id, condition(program.operand(id, 0)) ? 1 : 2));
    case ExprKind::Apply: {
      std::vector<Real> operands = numbers(program.operands(id));
      return arithmetic.apply(expr.primitive, std::span<const Real>(operands));
    }
    case ExprKind::Call:
      return call(id);
    }
    return arithmetic.infinity();
  }

  bool condition(ExprId id) {
    const Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Local:
      return lets[expr.index].condition;
    case ExprKind::Let:
      bind(id);
      return condition(program.operand(id, 1));
    case ExprKind::If:
      return condition(program.operand(id, condition(program.operand(id, 0)) ? 1 : 2));
    default:
      break;
    }
    std::span<const ExprId> operands = program.operands(id);
    switch (expr.primitive) {
    case Primitive::And:
      return condition(operands[0]) && condition(operands[1]);
    case Primitive::Or:
      return condition(operands[0]) || condition(operands[1]);
    case Primitive::Not:
      return !condition(operands[0]);
    default:
      return arithmetic.compare(expr.primitive, number(operands[0]), number(operands[1]));
    }
  }

private:
  struct LetValue {
    std::optional<Real> number;
    bool condition = false;
  };

  Real constant(const Number &number) {
    switch (number.constant) {
    case Number::Constant::Pi:
      return arithmetic.pi();
    case Number::Constant::E:
      return arithmetic.e();
    case Number::Constant::Infinity:
      return arithmetic.infinity();
    case Number::Constant::Decimal:
      break;
    }
    return arithmetic.decimal(number.text);
  }

  std::vector<Real> numbers(std::span<const ExprId> ids) {
    std::vector<Real> values;
    values.reserve(ids.size());
    for (ExprId id : ids)
      values.push_back(number(id));
    return values;
  }

  void bind(ExprId let) {
    LetValue &slot = lets[program.expr(let).index];
    ExprId value = program.operand(let, 0);
    if (program.expr(value).type == Type::Bool)
      slot.condition = condition(value);
    else
      slot.number = number(value);
  }

  Real call(ExprId id) {
    DefinitionIndex callee = program.expr(id).index;
    const Definition &definition = program.definitions[callee];
    std::vector<Real> operands = numbers(program.operands(id));
    std::span<const Real> all(operands);
    Frame frame(program, callee, all.first(definition.inputs.size()),
                all.subspan(definition.inputs.size()), arithmetic);
    return frame.number(definition.body);
  }

  const Program &program;
  std::span<const Real> inputs;
  std::span<const Real> parameters;
  std::vector<LetValue> lets;
  A &arithmetic;
};

} // namespace detail

/// The value of a definition. `inputs` and `parameters` have as many entries as the definition, in
/// its order.
template <Arithmetic A>
typename A::Real evaluate(const Program &program, DefinitionIndex definition,
                          std::span<const typename A::Real> inputs,
                          std::span<const typename A::Real> parameters, A &arithmetic) {
  detail::Frame<A> frame(program, definition, inputs, parameters, arithmetic);
  return frame.number(program.definitions[definition].body);
}

/// Doubles, each primitive good to a few units in the last place on its whole domain.
struct DoubleArithmetic {
  using Real = double;

  double decimal(std::string_view text);
  double pi();
  double e();
  double infinity();
  double apply(Primitive primitive, std::span<const double> operands);
  bool compare(Primitive primitive, double a, double b);
};

double evaluate(const Program &program, DefinitionIndex definition, std::span<const double> inputs,
                std::span<const double> parameters);

/// The parameters' defaults, in order.
std::vector<double> defaultParameters(const Program &program, DefinitionIndex definition);

} // namespace xphi::dsl
