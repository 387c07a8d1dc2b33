// Weighted choices, level by level.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/ActivationProgram.h"

#include "tests/dsl/ProgramDraft.h"

#include <array>
#include <cfloat>
#include <cmath>

namespace xphi::property {

using namespace dsl;

namespace {

constexpr uint32_t depthLimit = 5;

class Generator : ProgramDraft {
public:
  using ProgramDraft::ProgramDraft;

  Program run() {
    const bool calls = chance(3);
    if (calls)
      definition("g", depthLimit - 2);
    definition("f", depthLimit);
    for (uint32_t i = 0; i < program.definitions.size(); ++i)
      program.own.push_back(i);
    return std::move(program);
  }

private:
  template <std::size_t N> Primitive oneOf(const std::array<Primitive, N> &choices) {
    return choices[below(N)];
  }

  void definition(std::string name, uint32_t depth) {
    Definition made;
    made.name = std::move(name);
    made.inputs = {"x"};
    if (chance(4))
      made.inputs.push_back("y");
    const uint32_t count = chance(2) ? 0 : 1 + below(2);
    for (uint32_t i = 0; i < count; ++i) {
      ExprId value = number();
      if (chance(4))
        value = apply(Primitive::Neg, value);
      made.parameters.push_back({i == 0 ? "a" : "b", value, 0, chance(4)});
    }
    program.definitions.push_back(std::move(made));
    const ExprId body = expr(Type::Number, depth);
    current().body = body;
    if (chance(6))
      clauses();
  }

  /// Grads before kinks, as they are printed: lets are numbered in this order.
  void clauses() {
    const uint32_t replaced = below(2 * variableCount());
    if (replaced < variableCount())
      current().grads.push_back({replaced, clauseValue()});
    const uint32_t kinked = below(2 * variableCount());
    if (kinked < variableCount() && kinked != replaced) {
      const ExprId position = program.addNumber(*Number::decimal(chance(2) ? "0" : "1"));
      current().kinks.push_back({kinked, position, clauseValue()});
    }
  }

  ExprId clauseValue() { return expr(Type::Number, 2); }

  // Where arguments of one call are made, at most one of them draws: their order is the compiler's.

  template <class... Ids> ExprId apply(Primitive primitive, Ids... operands) {
    return program.addApply(primitive, std::array<ExprId, sizeof...(Ids)>{operands...});
  }
  ExprId binary(Primitive primitive, Type operands, uint32_t depth) {
    const ExprId left = expr(operands, depth - 1);
    return apply(primitive, left, expr(operands, depth - 1));
  }
  ExprId decimal(const char *text) { return program.addNumber(*Number::decimal(text)); }

  ExprId number() {
    static constexpr std::array common = {"0",    "1",   "1",        "2",     "3",
                                          "0.5",  "0.1", "0.044715", "1.702", "6",
                                          "0.25", "20",  "1.0507",   "1e-3",  "0.797884560802865"};
    const uint32_t choice = below(20);
    if (choice == 0)
      return program.addNumber(Number::pi());
    if (choice == 1)
      return program.addNumber(Number::e());
    if (choice == 2) {
      const double digits = static_cast<double>(random() >> 44);
      return program.addNumber(
          Number::fromDouble(std::ldexp(digits, -20 + static_cast<int>(below(8)))));
    }
    return decimal(common[below(common.size())]);
  }

  ExprId leaf(Type type) {
    if (std::optional<ExprId> name = local(type))
      return *name;
    if (type == Type::Bool) {
      const ExprId left = leaf(Type::Number);
      return comparison(left, chance(2) ? decimal("0") : leaf(Type::Number));
    }
    if (!current().parameters.empty() && chance(4))
      return program.addParameter(below(static_cast<uint32_t>(current().parameters.size())));
    if (chance(5))
      return number();
    return program.addInput(below(static_cast<uint32_t>(current().inputs.size())));
  }

  ExprId comparison(ExprId left, ExprId right) {
    static constexpr std::array orders = {Primitive::Lt, Primitive::Le, Primitive::Gt,
                                          Primitive::Ge, Primitive::Lt, Primitive::Gt,
                                          Primitive::Eq, Primitive::Ne};
    return apply(oneOf(orders), left, right);
  }

  ExprId call(uint32_t depth) {
    const Definition callee = program.definitions[0];
    std::vector<ExprId> operands;
    for (std::size_t i = 0; i < callee.inputs.size(); ++i)
      operands.push_back(expr(Type::Number, depth - 1));
    for (const Parameter &parameter : callee.parameters)
      operands.push_back(chance(2) ? parameter.defaultValue : expr(Type::Number, depth - 2));
    return program.addCall(0, operands);
  }

  ExprId derivative(uint32_t depth) {
    ++diffs;
    const ExprId operand = expr(Type::Number, depth - 1);
    --diffs;
    return program.addDiff(chance(4) ? below(variableCount()) : 0, operand);
  }

  ExprId condition(uint32_t depth) {
    const uint32_t choice = below(10);
    if (choice == 0)
      return apply(Primitive::Not, expr(Type::Bool, depth - 1));
    if (choice <= 2)
      return binary(choice == 1 ? Primitive::And : Primitive::Or, Type::Bool, depth);
    const ExprId left = expr(Type::Number, depth - 1);
    return comparison(left, chance(2) ? number() : expr(Type::Number, depth - 1));
  }

  /// Functions defined everywhere.
  ExprId smooth(uint32_t depth) {
    static constexpr std::array choices = {
        Primitive::Exp,       Primitive::Exp2,       Primitive::Expm1,   Primitive::Sinh,
        Primitive::Cosh,      Primitive::Tanh,       Primitive::Tanh,    Primitive::Asinh,
        Primitive::Erf,       Primitive::Erfc,       Primitive::Sigmoid, Primitive::Sigmoid,
        Primitive::NormalCdf, Primitive::LogSigmoid, Primitive::Sin,     Primitive::Cos,
        Primitive::Atan,      Primitive::NormalPdf,  Primitive::Cbrt,    Primitive::Softplus,
        Primitive::Softplus,  Primitive::NormalCdf};
    const Primitive function = oneOf(choices);
    return apply(function, expr(Type::Number, depth - 1));
  }

  /// Functions defined on a part of the line, mostly of operands that lie in it.
  ExprId partial(uint32_t depth) {
    const ExprId x = expr(Type::Number, depth - 1);
    const bool guarded = !chance(4);
    switch (below(5)) {
    case 0: {
      static constexpr std::array ofPositive = {Primitive::Sqrt, Primitive::Rsqrt, Primitive::Log,
                                                Primitive::Log2};
      const ExprId square = chance(2) ? apply(Primitive::Abs, x) : apply(Primitive::Mul, x, x);
      const Primitive function = oneOf(ofPositive);
      return apply(function,
                   guarded ? apply(Primitive::Add, chance(2) ? decimal("1") : number(), square)
                           : x);
    }
    case 1:
      return apply(Primitive::Log1p, !guarded    ? x
                                     : chance(2) ? apply(Primitive::Abs, x)
                                                 : apply(Primitive::Exp, x));
    case 2:
      return apply(Primitive::Acosh,
                   guarded ? apply(Primitive::Add, decimal("1"), apply(Primitive::Abs, x)) : x);
    case 3: {
      static constexpr std::array ofUnit = {Primitive::Asin, Primitive::Acos, Primitive::Atanh};
      return apply(oneOf(ofUnit), guarded ? apply(Primitive::Sin, x) : x);
    }
    default:
      return apply(Primitive::Tan, guarded ? apply(Primitive::Atan, x) : x);
    }
  }

  ExprId pieces(uint32_t depth) {
    const ExprId x = expr(Type::Number, depth - 1);
    switch (below(6)) {
    case 0:
      return apply(Primitive::Abs, x);
    case 1: {
      const Primitive choice = chance(2) ? Primitive::Min : Primitive::Max;
      return apply(choice, x, expr(Type::Number, depth - 1));
    }
    case 2:
      return apply(Primitive::Max, x, decimal("0"));
    case 3: {
      const ExprId low = apply(Primitive::Neg, number());
      return apply(Primitive::Clamp, x, low, chance(2) ? number() : expr(Type::Number, 1));
    }
    case 4:
      return apply(Primitive::Hypot, x, expr(Type::Number, depth - 1));
    default: {
      static constexpr std::array jumps = {Primitive::Sign, Primitive::Step, Primitive::Floor,
                                           Primitive::Ceil, Primitive::Round};
      return apply(oneOf(jumps), x);
    }
    }
  }

  ExprId power(uint32_t depth) {
    const ExprId x = expr(Type::Number, depth - 1);
    switch (below(6)) {
    case 0:
      return apply(Primitive::Pow, apply(Primitive::Abs, x), decimal("0.5"));
    case 1:
      return apply(Primitive::Pow, apply(Primitive::Softplus, x), leaf(Type::Number));
    case 2:
      return apply(Primitive::Pow, decimal("2"), x);
    case 3:
      return apply(Primitive::Pow, x, apply(Primitive::Neg, decimal("1")));
    default:
      return apply(Primitive::Pow, x, decimal(chance(2) ? "2" : "3"));
    }
  }

  ExprId number(uint32_t depth) {
    const uint32_t choice = below(100);
    if (choice < 26)
      return binary(Primitive::Mul, Type::Number, depth);
    if (choice < 38)
      return binary(Primitive::Add, Type::Number, depth);
    if (choice < 46)
      return binary(Primitive::Sub, Type::Number, depth);
    if (choice < 51)
      return binary(Primitive::Div, Type::Number, depth);
    if (choice < 54)
      return apply(Primitive::Neg, expr(Type::Number, depth - 1));
    if (choice < 58)
      return power(depth);
    if (choice < 76)
      return smooth(depth);
    if (choice < 82)
      return partial(depth);
    if (choice < 90)
      return pieces(depth);
    if (choice < 93 && program.definitions.size() == 2)
      return call(depth);
    if (choice == 93 && diffs == 0)
      return derivative(depth);
    const ExprId holds = expr(Type::Bool, depth - 1);
    const ExprId then = expr(Type::Number, depth - 1);
    return program.addIf(holds, then, expr(Type::Number, depth - 1));
  }

  ExprId expr(Type type, uint32_t depth) {
    if (depth == 0 || depth > depthLimit || (depth < depthLimit - 1 && chance(4)))
      return leaf(type);
    if (chance(14)) {
      const ExprId value = expr(chance(6) ? Type::Bool : Type::Number, depth - 1);
      return let(value, [&] { return expr(type, depth - 1); });
    }
    return type == Type::Bool ? condition(depth) : number(depth);
  }

  uint32_t diffs = 0; ///< around the expression being made
};

} // namespace

Program activationProgram(uint64_t seed) { return Generator(seed).run(); }

Sample sampleFor(const Program &program, uint64_t seed) {
  std::mt19937_64 random(seed ^ 0x9e3779b97f4a7c15);
  static constexpr std::array<float, 20> fixed = {
      0.0f,  -0.0f, 1.0f,    -1.0f, 0.5f,   -0.5f,  2.0f,    3.0f,    -3.0f, 6.0f,
      20.0f, 88.5f, -104.0f, 1e-4f, -1e-4f, 1e-30f, -1e-40f, FLT_MIN, 3e7f,  -FLT_MAX};
  auto middling = [&] {
    // Of twelve uniform numbers: nearly normal, and the same with every library.
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += static_cast<double>(random() >> 11) * 0x1p-53;
    return static_cast<float>(sum * 2.5);
  };
  const Definition &entry = program.definitions[program.entry()];
  Sample sample;
  for (std::size_t i = 0; i < entry.inputs.size(); ++i) {
    std::vector<float> values;
    if (i == 0)
      values.assign(fixed.begin(), fixed.end());
    while (values.size() < 33) // no multiple of a vector's lanes
      values.push_back(i > 0 && random() % 3 == 0 ? fixed[random() % fixed.size()] : middling());
    sample.inputs.push_back(std::move(values));
  }
  for (const Parameter &parameter : entry.parameters)
    sample.parameters.push_back(random() % 2 ? static_cast<float>(parameter.value) : middling());
  return sample;
}

} // namespace xphi::property
