// The reference interpreter: what a program means, written to be read, over any kind of number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter walks the checked program; everything it knows about numbers comes from an
// arithmetic object, so the same walk serves doubles, intervals and Taylor series. To instantiate
// it, write a class like this one and hand an object of it to `evaluate`:
//
//   struct BallArithmetic {
//     using Real = Ball;                          // copyable
//     slong precision = 128;                      // state is welcome: precision, order, flags
//     Real decimal(std::string_view text);        // exact: "0.1", "1e-30", never signed
//     Real pi(); Real e(); Real infinity();
//     Real apply(Primitive p, std::span<const Real> operands);           // number-valued ones
//     bool compare(Primitive p, const Real &a, const Real &b);           // Lt Le Gt Ge Eq Ne
//     double nearest(const Real &a);                                     // for what is drawn
//   };
//
//   BallArithmetic balls;
//   Ball y = evaluate(program, program.entry(), std::span<const Ball>(inputs),
//                     std::span<const Ball>(parameters), balls);
//
// Reals with derivatives (jets) fit in without more: inputs carry the seed, constants come from
// `decimal`, pi, e with zero derivative, `compare` looks at values only, and `if` evaluates only
// the branch taken, so nothing leaks from the other. They know nothing of `grad` and `kink`,
// though: evaluateDerivative does, and so does every `diff` in the program, over any arithmetic.
//
// `and` and `or` stop at the first condition that decides. A let is evaluated once, where it
// stands. A call binds every parameter, defaults included, to an exact expression; only the
// outermost function's parameters come from the caller.
//
// `switch` over Primitive in `apply` without a default and let the compiler tell what is missing.
// Conditions (comparisons, and, or, not, draws) never reach `apply`. What is drawn is drawn for the
// element that the thread is at (Element.h).
#pragma once

#include "dsl/Ast.h"
#include "dsl/Dual.h"
#include "dsl/Element.h"
#include "dsl/LetTable.h"

#include <concepts>
#include <map>
#include <memory>
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
                       { a.nearest(x) } -> std::convertible_to<double>;
                     };

namespace detail {

template <class A> inline constexpr bool hasTangents = false;
template <class A> inline constexpr bool hasTangents<DualArithmetic<A>> = true;

/// One activation of a definition: the values its names stand for.
template <Arithmetic A> class Frame {
public:
  using Real = typename A::Real;

  /// `level`: the highest of the tangents that may occur in the activation.
  Frame(const Program &program, DefinitionIndex definition, std::span<const Real> inputs,
        std::span<const Real> parameters, A &arithmetic, uint32_t level = 0)
      : program(program), definition(program.definitions[definition]), inputs(inputs),
        parameters(parameters), lets(this->definition.lets.size()), arithmetic(arithmetic),
        level(level), index(definition) {}

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
      bind(expr.index, program.operand(id, 0));
      return number(program.operand(id, 1));
    case ExprKind::If:
      return number(program.operand(id, condition(program.operand(id, 0)) ? 1 : 2));
    case ExprKind::Apply: {
      const std::size_t first = pending.size();
      if (first == 0)
        pending.reserve(usuallyPending);
      for (const ExprId operand : program.operands(id)) {
        Real value = number(operand); // which may use `pending`, too
        pending.push_back(std::move(value));
      }
      Real result = arithmetic.apply(expr.primitive, std::span<const Real>(pending).subspan(first));
      while (pending.size() > first)
        pending.pop_back();
      return result;
    }
    case ExprKind::Call:
      return call(expr.index, numbers(program.operands(id)));
    case ExprKind::Diff:
      return derivative(expr.index, program.operand(id, 0));
    }
    return arithmetic.infinity();
  }

  bool condition(ExprId id) {
    const Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Local:
      return lets[expr.index].condition;
    case ExprKind::Let:
      bind(expr.index, program.operand(id, 0));
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
    case Primitive::IsNan: {
      const Real x = number(operands[0]);
      return arithmetic.compare(Primitive::Ne, x, x);
    }
    case Primitive::Dropped: {
      const auto nearest = [&](ExprId operand) { return arithmetic.nearest(number(operand)); };
      return Element::draw(nearest(operands[0]), nearest(operands[1]), nearest(operands[2]));
    }
    default:
      return arithmetic.compare(expr.primitive, number(operands[0]), number(operands[1]));
    }
  }

  /// The value of another definition. Its `grad` and `kink` clauses say how tangents go through.
  Real call(DefinitionIndex callee, const std::vector<Real> &operands) {
    const Definition &called = program.definitions[callee];
    if constexpr (hasTangents<A>)
      if (!called.grads.empty() || !called.kinks.empty())
        if (uint32_t highest = highestLevel(std::span<const Real>(operands)))
          return callWithClauses(callee, operands, highest);
    return inside(callee, operands, called.body);
  }

private:
  struct LetValue {
    bool bound = false;
    bool condition = false;
    std::optional<Real> number;
  };

  using LiftedArithmetic = std::conditional_t<hasTangents<A>, A, DualArithmetic<A>>;
  /// This activation once more, with one variable carrying a tangent.
  struct Lifted {
    std::vector<typename LiftedArithmetic::Real> inputs, parameters;
    std::optional<LiftedArithmetic> own; ///< unless this frame's arithmetic has tangents
    std::optional<Frame<LiftedArithmetic>> frame;
  };
  template <Arithmetic B> friend class Frame;

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

  void bind(uint32_t let, ExprId value) {
    LetValue &slot = lets[let];
    slot.bound = true;
    if (program.expr(value).type == Type::Bool)
      slot.condition = condition(value);
    else
      slot.number = number(value);
  }

  /// One expression of another definition, given that definition's inputs and parameters.
  Real inside(DefinitionIndex callee, const std::vector<Real> &operands, ExprId expr) {
    std::span<const Real> all(operands);
    size_t inputCount = program.definitions[callee].inputs.size();
    Frame frame(program, callee, all.first(inputCount), all.subspan(inputCount), arithmetic, level);
    return frame.number(expr);
  }

  /// The chain rule over the operands' tangents of one level: a clause's expression where there is
  /// one, the derivative of the body for the others together.
  Real callWithClauses(DefinitionIndex callee, const std::vector<Real> &operands,
                       uint32_t highest) {
    const Definition &called = program.definitions[callee];
    std::vector<Real> values, ordinary;
    for (const Real &operand : operands)
      values.push_back(operand.below(highest));
    std::optional<Real> tangent;
    for (uint32_t i = 0; i < operands.size(); ++i) {
      std::optional<Real> inner = operands[i].tangent(highest);
      std::optional<ExprId> clause = inner ? clauseFor(callee, i, values) : std::nullopt;
      ordinary.push_back(clause ? values[i] : operands[i]);
      if (clause && !isZero(*clause))
        tangent = arithmetic.add(
            tangent, arithmetic.multiply(inside(callee, values, *clause), std::move(inner)));
    }
    if (highestLevel(std::span<const Real>(ordinary)) == highest)
      tangent = arithmetic.add(inside(callee, ordinary, called.body).tangent(highest), tangent);
    Real value = call(callee, values);
    return tangent ? Real(highest, std::move(value), std::move(*tangent)) : value;
  }

  /// A clause that says 0 chooses it: there is nothing that an infinite slope could multiply.
  bool isZero(ExprId id) const {
    return program.expr(id).kind == ExprKind::Number && program.number(id).text == "0";
  }

  std::optional<ExprId> clauseFor(DefinitionIndex callee, uint32_t variable,
                                  const std::vector<Real> &values) {
    const Definition &called = program.definitions[callee];
    for (const GradClause &grad : called.grads)
      if (grad.variable == variable)
        return grad.derivative;
    for (const KinkClause &kink : called.kinks)
      if (kink.variable == variable && arithmetic.compare(Primitive::Eq, values[variable],
                                                          inside(callee, values, kink.position)))
        return kink.derivative;
    return std::nullopt;
  }

  Real derivative(uint32_t variable, ExprId operand) {
    Lifted &lifted = liftedIn(variable);
    lifted.frame->bindLetsOf(operand);
    auto value = lifted.frame->number(operand);
    if (std::optional tangent = value.tangent(level + 1)) {
      if constexpr (hasTangents<A>)
        return *tangent;
      else
        return tangent->real();
    }
    return arithmetic.decimal("0");
  }

  Lifted &liftedIn(uint32_t variable) {
    std::unique_ptr<Lifted> &lifted = inVariable[variable];
    if (lifted)
      return *lifted;
    lifted = std::make_unique<Lifted>();
    LiftedArithmetic *numbers;
    if constexpr (hasTangents<A>)
      numbers = &arithmetic;
    else
      numbers = &lifted->own.emplace(arithmetic);
    lifted->inputs.assign(inputs.begin(), inputs.end());
    lifted->parameters.assign(parameters.begin(), parameters.end());
    auto &seeded = variable < inputs.size() ? lifted->inputs[variable]
                                            : lifted->parameters[variable - inputs.size()];
    seeded = typename LiftedArithmetic::Real(level + 1, seeded, numbers->decimal("1"));
    lifted->frame.emplace(program, index, std::span(std::as_const(lifted->inputs)),
                          std::span(std::as_const(lifted->parameters)), *numbers, level + 1);
    return *lifted;
  }

  /// Evaluates the lets around an expression that it depends on.
  void bindLetsOf(ExprId expr) {
    if (lets.empty())
      return;
    if (!letTable)
      letTable.emplace(program, definition);
    for (const BoundLet &bound : letTable->neededBy(expr))
      if (!lets[bound.let].bound)
        bind(bound.let, bound.value);
  }

  static constexpr std::size_t usuallyPending = 8;

  const Program &program;
  const Definition &definition;
  std::span<const Real> inputs;
  std::span<const Real> parameters;
  std::vector<LetValue> lets;
  std::vector<Real> pending; ///< operands of what is not applied yet
  A &arithmetic;
  uint32_t level;
  DefinitionIndex index;
  std::map<uint32_t, std::unique_ptr<Lifted>> inVariable; ///< by variable of a `diff`
  std::optional<LetTable> letTable;
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

/// A partial derivative of a definition, `grad` and `kink` clauses included. `variables` are
/// counted through inputs, then parameters, and differentiated in from first to last; none gives
/// the value.
template <Arithmetic A>
typename A::Real evaluateDerivative(const Program &program, DefinitionIndex definition,
                                    std::span<const typename A::Real> inputs,
                                    std::span<const typename A::Real> parameters,
                                    std::span<const uint32_t> variables, A &arithmetic) {
  using Real = Dual<typename A::Real>;
  DualArithmetic<A> duals(arithmetic);
  std::vector<Real> operands(inputs.begin(), inputs.end());
  operands.insert(operands.end(), parameters.begin(), parameters.end());
  uint32_t order = static_cast<uint32_t>(variables.size());
  for (uint32_t level = 1; level <= order; ++level) {
    Real &seeded = operands[variables[order - level]];
    seeded = Real(level, seeded, duals.decimal("1"));
  }
  detail::Frame<DualArithmetic<A>> outermost(program, definition, {}, {}, duals, order);
  Real result = outermost.call(definition, operands);
  for (uint32_t level = order; level > 0; --level) {
    std::optional<Real> tangent = result.tangent(level);
    if (!tangent)
      return arithmetic.decimal("0");
    result = *tangent;
  }
  return result.real();
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
  double nearest(double a) { return a; }
};

double evaluate(const Program &program, DefinitionIndex definition, std::span<const double> inputs,
                std::span<const double> parameters);

/// A parameter's default, or the position of a kink without parameters.
double evaluateConstant(const Program &program, ExprId constant);

/// The parameters' defaults, in order.
std::vector<double> defaultParameters(const Program &program, DefinitionIndex definition);

} // namespace xphi::dsl
