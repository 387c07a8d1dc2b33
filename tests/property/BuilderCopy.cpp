// One call of the builder for each expression.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/BuilderCopy.h"

#include <map>
#include <optional>

namespace xphi::property {

using dsl::ExprId;
using dsl::ExprKind;
using dsl::Primitive;

namespace {

class Builder {
public:
  explicit Builder(const dsl::Program &program) : program(program) {}

  Function run() {
    for (const dsl::Definition &definition : program.definitions)
      functions.push_back(function(definition));
    return functions[program.entry()];
  }

private:
  Function function(const dsl::Definition &definition) {
    current = &definition;
    variables.clear();
    numbers.clear();
    conditions.clear();
    for (const std::string &name : definition.inputs)
      variables.push_back(input(name));
    for (const dsl::Parameter &parameter : definition.parameters) {
      const Expression value = expression(parameter.defaultValue);
      variables.push_back(parameter.channel ? channel(parameter.name, value)
                                            : xphi::parameter(parameter.name, value));
    }
    Function result(definition.name, variables, expression(definition.body));
    for (const dsl::GradClause &grad : definition.grads)
      result.grad(variables[grad.variable], expression(grad.derivative));
    for (const dsl::KinkClause &kink : definition.kinks)
      result.kink(variables[kink.variable], expression(kink.position), expression(kink.derivative));
    return result;
  }

  /// What a let stands for is one object wherever its name is used.
  void bind(ExprId let) {
    const ExprId value = program.operand(let, 0);
    const uint32_t index = program.expr(let).index;
    if (program.expr(value).type == dsl::Type::Bool)
      conditions.insert_or_assign(index, condition(value));
    else
      numbers.insert_or_assign(index, xphi::let(current->lets[index], expression(value)));
  }

  Expression expression(ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Number:
      return constant(program.number(id));
    case ExprKind::Input:
      return variables[expr.index];
    case ExprKind::Parameter:
      return variables[current->inputs.size() + expr.index];
    case ExprKind::Local:
      return numbers.at(expr.index);
    case ExprKind::Let:
      bind(id);
      return expression(program.operand(id, 1));
    case ExprKind::If: {
      const Condition holds = condition(program.operand(id, 0));
      const Expression then = expression(program.operand(id, 1));
      return where(holds, then, expression(program.operand(id, 2)));
    }
    case ExprKind::Call:
      return callOf(id);
    case ExprKind::Diff:
      return diff(expression(program.operand(id, 0)), variables[expr.index]);
    case ExprKind::Apply:
      break;
    }
    return applied(id);
  }

  Expression constant(const dsl::Number &number) {
    switch (number.constant) {
    case dsl::Number::Constant::Pi:
      return pi();
    case dsl::Number::Constant::E:
      return e();
    case dsl::Number::Constant::Infinity:
      return infinity();
    case dsl::Number::Constant::Decimal:
      break;
    }
    return xphi::number(number.text);
  }

  Expression callOf(ExprId id) {
    const dsl::DefinitionIndex index = program.expr(id).index;
    const dsl::Definition &callee = program.definitions[index];
    std::vector<Expression> inputs;
    std::vector<std::pair<std::string, Expression>> parameters;
    for (ExprId operand : program.operands(id))
      if (inputs.size() < callee.inputs.size())
        inputs.push_back(expression(operand));
      else
        parameters.emplace_back(callee.parameters[parameters.size()].name, expression(operand));
    return functions[index](std::move(inputs), std::move(parameters));
  }

  Expression applied(ExprId id) {
    std::vector<Expression> x;
    for (ExprId operand : program.operands(id))
      x.push_back(expression(operand));
    switch (program.expr(id).primitive) {
#define XPHI_UNARY(PRIMITIVE, NAME)                                                                \
  case Primitive::PRIMITIVE:                                                                       \
    return NAME(x[0]);
#define XPHI_BINARY(PRIMITIVE, NAME)                                                               \
  case Primitive::PRIMITIVE:                                                                       \
    return NAME(x[0], x[1]);
      XPHI_UNARY(Neg, -)
      XPHI_BINARY(Add, xphi::operator+)
      XPHI_BINARY(Sub, xphi::operator-)
      XPHI_BINARY(Mul, xphi::operator*)
      XPHI_BINARY(Div, xphi::operator/)
      XPHI_BINARY(Pow, xphi::pow)
      XPHI_BINARY(Min, xphi::min)
      XPHI_BINARY(Max, xphi::max)
      XPHI_BINARY(Hypot, xphi::hypot)
    case Primitive::Clamp:
      return clamp(x[0], x[1], x[2]);
      XPHI_UNARY(Abs, xphi::abs)
      XPHI_UNARY(Sign, xphi::sign)
      XPHI_UNARY(Floor, xphi::floor)
      XPHI_UNARY(Ceil, xphi::ceil)
      XPHI_UNARY(Round, xphi::round)
      XPHI_UNARY(Trunc, xphi::trunc)
      XPHI_UNARY(Frac, xphi::frac)
      XPHI_UNARY(Step, xphi::step)
      XPHI_UNARY(Sqrt, xphi::sqrt)
      XPHI_UNARY(Rsqrt, xphi::rsqrt)
      XPHI_UNARY(Cbrt, xphi::cbrt)
      XPHI_UNARY(Exp, xphi::exp)
      XPHI_UNARY(Exp2, xphi::exp2)
      XPHI_UNARY(Exp10, xphi::exp10)
      XPHI_UNARY(Expm1, xphi::expm1)
      XPHI_UNARY(Log, xphi::log)
      XPHI_UNARY(Log2, xphi::log2)
      XPHI_UNARY(Log10, xphi::log10)
      XPHI_UNARY(Log1p, xphi::log1p)
      XPHI_UNARY(Log1mexp, xphi::log1mexp)
      XPHI_BINARY(LogAddExp, xphi::logaddexp)
      XPHI_UNARY(Sinh, xphi::sinh)
      XPHI_UNARY(Cosh, xphi::cosh)
      XPHI_UNARY(Tanh, xphi::tanh)
      XPHI_UNARY(Sech, xphi::sech)
      XPHI_UNARY(Asinh, xphi::asinh)
      XPHI_UNARY(Acosh, xphi::acosh)
      XPHI_UNARY(Atanh, xphi::atanh)
      XPHI_UNARY(Erf, xphi::erf)
      XPHI_UNARY(Erfc, xphi::erfc)
      XPHI_UNARY(Erfcx, xphi::erfcx)
      XPHI_UNARY(LogNormalCdf, xphi::log_Phi)
      XPHI_UNARY(NormalCdf, xphi::Phi)
      XPHI_UNARY(NormalPdf, xphi::phi)
      XPHI_UNARY(Sigmoid, xphi::sigmoid)
      XPHI_UNARY(LogSigmoid, xphi::logsigmoid)
      XPHI_UNARY(Logit, xphi::logit)
      XPHI_UNARY(Softplus, xphi::softplus)
      XPHI_UNARY(Sin, xphi::sin)
      XPHI_UNARY(Cos, xphi::cos)
      XPHI_UNARY(Tan, xphi::tan)
      XPHI_UNARY(Asin, xphi::asin)
      XPHI_UNARY(Acos, xphi::acos)
      XPHI_UNARY(Atan, xphi::atan)
#undef XPHI_BINARY
#undef XPHI_UNARY
    default:
      return 0; // conditions are built by condition()
    }
  }

  Condition condition(ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Local:
      return conditions.at(expr.index);
    case ExprKind::Let:
      bind(id);
      return condition(program.operand(id, 1));
    default:
      break;
    }
    const auto operands = program.operands(id);
    switch (expr.primitive) {
    case Primitive::And: {
      const Condition left = condition(operands[0]);
      return left && condition(operands[1]);
    }
    case Primitive::Or: {
      const Condition left = condition(operands[0]);
      return left || condition(operands[1]);
    }
    case Primitive::Not:
      return !condition(operands[0]);
    case Primitive::IsNan:
      return xphi::isnan(expression(operands[0]));
    case Primitive::Dropped:
      return xphi::dropped(expression(operands[0]), expression(operands[1]),
                           expression(operands[2]));
    default:
      break;
    }
    const Expression left = expression(operands[0]), right = expression(operands[1]);
    switch (expr.primitive) {
    case Primitive::Lt:
      return left < right;
    case Primitive::Le:
      return left <= right;
    case Primitive::Gt:
      return left > right;
    case Primitive::Ge:
      return left >= right;
    case Primitive::Eq:
      return left == right;
    default:
      return left != right;
    }
  }

  const dsl::Program &program;
  const dsl::Definition *current = nullptr;
  std::vector<Function> functions;
  std::vector<Expression> variables;        ///< of the current definition
  std::map<uint32_t, Expression> numbers;   ///< by let
  std::map<uint32_t, Condition> conditions; ///< by let
};

} // namespace

Function built(const dsl::Program &program) { return Builder(program).run(); }

} // namespace xphi::property
