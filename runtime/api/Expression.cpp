// Building expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ExpressionNode.h"

#include "dsl/Limits.h"
#include "dsl/Number.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace xphi {

bool goesOn(const ExpressionNode &node, dsl::Precedence level) {
  if (node.kind != ExpressionNode::Kind::Apply)
    return false;
  const dsl::PrimitiveInfo &row = dsl::info(node.primitive);
  return row.form == dsl::Form::Infix && row.precedence == level &&
         level != dsl::Precedence::Power && level != dsl::Precedence::Comparison;
}

namespace {

using Kind = ExpressionNode::Kind;
using Pointer = ExpressionNode::Pointer;
using dsl::Primitive;

std::shared_ptr<ExpressionNode> make(Kind kind, std::string name, std::vector<Pointer> operands) {
  auto node = std::make_shared<ExpressionNode>();
  node->kind = kind;
  node->name = std::move(name);
  for (const Pointer &operand : operands)
    node->depth = std::max(node->depth, operand->depth + 1);
  node->operands = std::move(operands);
  return node;
}

Pointer apply(Primitive primitive, std::vector<Pointer> operands) {
  auto node = make(Kind::Apply, "", std::move(operands));
  node->primitive = primitive;
  const dsl::Precedence level = dsl::info(primitive).precedence;
  if (!goesOn(*node, level) || !goesOn(*node->operands[0], level))
    return node;
  const ExpressionNode &first = *node->operands[0];
  node->chain = first.chain + 1;
  if (node->chain < dsl::kMaxExpandedSize)
    node->depth = std::max(first.depth, node->operands[1]->depth + 1);
  return node;
}

Pointer ofDouble(double value) {
  if (std::isnan(value))
    return make(Kind::Number, "", {});
  if (std::signbit(value))
    return apply(Primitive::Neg, {ofDouble(-value)});
  return make(Kind::Number, dsl::Number::fromDouble(value).text, {});
}

Expression makeCall(std::string name, std::shared_ptr<const Function::State> function,
                    std::vector<Expression> inputs,
                    std::vector<std::pair<std::string, Expression>> parameters) {
  std::vector<Pointer> operands;
  for (Expression &input : inputs)
    operands.push_back(std::move(input.node));
  const unsigned count = static_cast<unsigned>(operands.size());
  std::vector<std::string> names;
  for (auto &[parameter, value] : parameters) {
    names.push_back(std::move(parameter));
    operands.push_back(std::move(value.node));
  }
  auto node = make(Kind::Call, std::move(name), std::move(operands));
  node->function = std::move(function);
  node->parameterNames = std::move(names);
  node->count = count;
  return Expression(std::move(node));
}

/// Takes what only this node owns, the expressions of a called function among it.
void release(ExpressionNode &node, std::vector<Pointer> &left) {
  std::move(node.operands.begin(), node.operands.end(), std::back_inserter(left));
  node.operands.clear();
  if (node.function.use_count() != 1)
    return;
  auto &state = const_cast<Function::State &>(*node.function);
  left.push_back(std::move(state.body));
  for (Function::State::Clause &clause : state.clauses)
    left.push_back(std::move(clause.derivative));
}

} // namespace

ExpressionNode::~ExpressionNode() {
  std::vector<Pointer> left;
  release(*this, left);
  while (!left.empty()) {
    Pointer node = std::move(left.back());
    left.pop_back();
    // Nobody else can reach a node of which this is the only owner.
    if (node.use_count() == 1)
      release(const_cast<ExpressionNode &>(*node), left);
  }
}

Expression::Expression(double value) : node(ofDouble(value)) {}

Expression input(std::string name) { return Expression(make(Kind::Input, std::move(name), {})); }

Expression parameter(std::string name, const Expression &defaultValue) {
  return Expression(make(Kind::Parameter, std::move(name), {defaultValue.node}));
}

Expression channel(std::string name, const Expression &defaultValue) {
  auto node = make(Kind::Parameter, std::move(name), {defaultValue.node});
  node->channel = true;
  return Expression(std::move(node));
}

Expression number(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  const auto exact = dsl::Number::decimal(decimal.substr(negative ? 1 : 0));
  Pointer node = make(Kind::Number, exact ? exact->text : "", {});
  return Expression(negative ? apply(Primitive::Neg, {node}) : node);
}

Expression pi() { return Expression(make(Kind::Number, "pi", {})); }
Expression e() { return Expression(make(Kind::Number, "e", {})); }
Expression infinity() { return Expression(make(Kind::Number, "inf", {})); }

Expression let(std::string name, const Expression &value) {
  return Expression(make(Kind::Let, std::move(name), {value.node}));
}

Expression where(const Condition &condition, const Expression &yes, const Expression &no) {
  return Expression(make(Kind::If, "", {condition.node, yes.node, no.node}));
}

Expression diff(const Expression &expression, const Expression &variable, unsigned order) {
  auto node = make(Kind::Diff, "", {expression.node, variable.node});
  node->count = order;
  return Expression(std::move(node));
}

Expression call(std::string name, std::vector<Expression> inputs,
                std::vector<std::pair<std::string, Expression>> parameters) {
  return makeCall(std::move(name), nullptr, std::move(inputs), std::move(parameters));
}

#define XPHI_UNARY(TYPE, NAME, PRIMITIVE)                                                          \
  TYPE NAME(const TYPE &x) { return TYPE(apply(Primitive::PRIMITIVE, {x.node})); }
#define XPHI_BINARY(RESULT, NAME, TYPE, PRIMITIVE)                                                 \
  RESULT NAME(const TYPE &x, const TYPE &y) {                                                      \
    return RESULT(apply(Primitive::PRIMITIVE, {x.node, y.node}));                                  \
  }

XPHI_UNARY(Expression, operator-, Neg)
XPHI_UNARY(Condition, operator!, Not)
XPHI_BINARY(Expression, operator+, Expression, Add)
XPHI_BINARY(Expression, operator-, Expression, Sub)
XPHI_BINARY(Expression, operator*, Expression, Mul)
XPHI_BINARY(Expression, operator/, Expression, Div)
XPHI_BINARY(Condition, operator<, Expression, Lt)
XPHI_BINARY(Condition, operator<=, Expression, Le)
XPHI_BINARY(Condition, operator>, Expression, Gt)
XPHI_BINARY(Condition, operator>=, Expression, Ge)
XPHI_BINARY(Condition, operator==, Expression, Eq)
XPHI_BINARY(Condition, operator!=, Expression, Ne)
XPHI_BINARY(Condition, operator&&, Condition, And)
XPHI_BINARY(Condition, operator||, Condition, Or)

XPHI_BINARY(Expression, pow, Expression, Pow)
XPHI_BINARY(Expression, min, Expression, Min)
XPHI_BINARY(Expression, max, Expression, Max)
XPHI_BINARY(Expression, hypot, Expression, Hypot)
XPHI_UNARY(Expression, abs, Abs)
XPHI_UNARY(Expression, sign, Sign)
XPHI_UNARY(Expression, floor, Floor)
XPHI_UNARY(Expression, ceil, Ceil)
XPHI_UNARY(Expression, round, Round)
XPHI_UNARY(Expression, trunc, Trunc)
XPHI_UNARY(Expression, frac, Frac)
XPHI_UNARY(Expression, step, Step)
XPHI_UNARY(Expression, sqrt, Sqrt)
XPHI_UNARY(Expression, rsqrt, Rsqrt)
XPHI_UNARY(Expression, cbrt, Cbrt)
XPHI_UNARY(Expression, exp, Exp)
XPHI_UNARY(Expression, exp2, Exp2)
XPHI_UNARY(Expression, exp10, Exp10)
XPHI_UNARY(Expression, expm1, Expm1)
XPHI_UNARY(Expression, log, Log)
XPHI_UNARY(Expression, log2, Log2)
XPHI_UNARY(Expression, log10, Log10)
XPHI_UNARY(Expression, log1p, Log1p)
XPHI_UNARY(Expression, log1mexp, Log1mexp)
XPHI_BINARY(Expression, logaddexp, Expression, LogAddExp)
XPHI_UNARY(Expression, sinh, Sinh)
XPHI_UNARY(Expression, cosh, Cosh)
XPHI_UNARY(Expression, tanh, Tanh)
XPHI_UNARY(Expression, sech, Sech)
XPHI_UNARY(Expression, asinh, Asinh)
XPHI_UNARY(Expression, acosh, Acosh)
XPHI_UNARY(Expression, atanh, Atanh)
XPHI_UNARY(Expression, erf, Erf)
XPHI_UNARY(Expression, erfc, Erfc)
XPHI_UNARY(Expression, erfcx, Erfcx)
XPHI_UNARY(Expression, Phi, NormalCdf)
XPHI_UNARY(Expression, phi, NormalPdf)
XPHI_UNARY(Expression, log_Phi, LogNormalCdf)
XPHI_UNARY(Expression, sigmoid, Sigmoid)
XPHI_UNARY(Expression, logsigmoid, LogSigmoid)
XPHI_UNARY(Expression, logit, Logit)
XPHI_UNARY(Expression, softplus, Softplus)
XPHI_UNARY(Expression, sin, Sin)
XPHI_UNARY(Expression, cos, Cos)
XPHI_UNARY(Expression, tan, Tan)
XPHI_UNARY(Expression, asin, Asin)
XPHI_UNARY(Expression, acos, Acos)
XPHI_UNARY(Expression, atan, Atan)

#undef XPHI_UNARY
#undef XPHI_BINARY

Condition isnan(const Expression &x) { return Condition(apply(Primitive::IsNan, {x.node})); }

Condition dropped(const Expression &p, const Expression &seed, const Expression &stream) {
  return Condition(apply(Primitive::Dropped, {p.node, seed.node, stream.node}));
}

Expression clamp(const Expression &x, const Expression &low, const Expression &high) {
  return Expression(apply(Primitive::Clamp, {x.node, low.node, high.node}));
}

Function::Function(const Expression &body) : state(std::make_shared<State>()) {
  state->name = "f";
  state->body = body.node;
  std::unordered_set<const ExpressionNode *> visited;
  std::unordered_set<std::string_view> named;
  std::vector<const Pointer *> left{&body.node};
  while (!left.empty()) {
    const Pointer &node = *left.back();
    left.pop_back();
    if (!visited.insert(node.get()).second)
      continue;
    const bool isVariable = node->kind == Kind::Input || node->kind == Kind::Parameter;
    if (isVariable && named.insert(node->name).second)
      (node->kind == Kind::Input ? state->inputs : state->parameters).push_back(node);
    for (auto operand = node->operands.rbegin(); operand != node->operands.rend(); ++operand)
      left.push_back(&*operand);
  }
}

Function::Function(std::string name, std::vector<Expression> variables, const Expression &body)
    : state(std::make_shared<State>()) {
  state->name = std::move(name);
  state->body = body.node;
  for (Expression &variable : variables)
    (variable.node->kind == Kind::Parameter ? state->parameters : state->inputs)
        .push_back(std::move(variable.node));
}

/// Copies share their contents until one of them changes.
Function::State &Function::own() {
  if (state.use_count() != 1)
    state = std::make_shared<State>(*state);
  return *state;
}

Function &Function::grad(const Expression &variable, const Expression &derivative) {
  own().clauses.push_back({variable.node, nullptr, derivative.node});
  return *this;
}

Function &Function::kink(const Expression &variable, const Expression &place,
                         const Expression &derivative) {
  own().clauses.push_back({variable.node, place.node, derivative.node});
  return *this;
}

Expression Function::operator()(std::vector<Expression> inputs,
                                std::vector<std::pair<std::string, Expression>> parameters) const {
  return makeCall(state->name, state, std::move(inputs), std::move(parameters));
}

} // namespace xphi
