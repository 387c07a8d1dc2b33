// A rule as a question to an SMT solver: is there a point where its sides differ?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SmtText.h"

namespace xphi::rules {
namespace {

// A term, and the formula that says where it is defined.
struct Term {
  std::string value, defined;
};

std::string both(const std::string &a, const std::string &b) { return "(and " + a + " " + b + ")"; }

class Writer {
public:
  explicit Writer(const dsl::Program &program) : program(program) {}

  // Declarations and definitions of the roots met so far.
  std::string roots;
  bool algebraic = true;

  Term write(dsl::ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    switch (expr.kind) {
    case dsl::ExprKind::Number:
      return number(program.number(id));
    case dsl::ExprKind::Input:
      return {"v" + std::to_string(expr.index), "true"};
    case dsl::ExprKind::If: {
      Term c = write(program.operand(id, 0)), a = write(program.operand(id, 1)),
           b = write(program.operand(id, 2));
      auto choose = [&](const std::string &x, const std::string &y) {
        return "(ite " + c.value + " " + x + " " + y + ")";
      };
      return {choose(a.value, b.value), both(c.defined, choose(a.defined, b.defined))};
    }
    case dsl::ExprKind::Apply:
      return apply(expr.primitive, id);
    default:
      algebraic = false;
      return {"0.0", "true"};
    }
  }

private:
  Term number(const dsl::Number &number) {
    if (number.constant != dsl::Number::Constant::Decimal)
      algebraic = false;
    bool whole = number.text.find_first_of(".e") == std::string::npos;
    return {number.text + (whole ? ".0" : ""), "true"};
  }

  Term apply(dsl::Primitive primitive, dsl::ExprId id) {
    std::vector<Term> x;
    std::string defined = "true";
    for (dsl::ExprId operand : program.operands(id)) {
      x.push_back(write(operand));
      defined = both(defined, x.back().defined);
    }
    auto call = [&](const std::string &function) {
      std::string text = "(" + function;
      for (const Term &each : x)
        text += " " + each.value;
      return Term{text + ")", defined};
    };
    auto choose = [&](const char *order) {
      return Term{"(ite (" + std::string(order) + " " + x[0].value + " " + x[1].value + ") " +
                      x[0].value + " " + x[1].value + ")",
                  defined};
    };
    using enum dsl::Primitive;
    switch (primitive) {
    case Neg:
    case Sub:
      return call("-");
    case Add:
      return call("+");
    case Mul:
      return call("*");
    case Div:
      defined = both(defined, "(not (= " + x[1].value + " 0.0))");
      return call("/");
    case Lt:
      return call("<");
    case Le:
      return call("<=");
    case Gt:
      return call(">");
    case Ge:
      return call(">=");
    case Eq:
      return call("=");
    case Ne:
      return call("distinct");
    case And:
      return call("and");
    case Or:
      return call("or");
    case Not:
      return call("not");
    case Min:
      return choose("<");
    case Max:
      return choose(">");
    case Abs:
      return {"(ite (< " + x[0].value + " 0.0) (- " + x[0].value + ") " + x[0].value + ")",
              defined};
    case Sign:
      return {"(ite (< " + x[0].value + " 0.0) (- 1.0) (ite (> " + x[0].value + " 0.0) 1.0 0.0))",
              defined};
    case Pow:
      if (x[1].value == "2.0")
        return {"(* " + x[0].value + " " + x[0].value + ")", defined};
      break;
    case Sqrt: {
      std::string root = "root" + std::to_string(rootCount++);
      roots += "(declare-const " + root + " Real)\n(assert (>= " + root +
               " 0.0))\n(assert (=> (>= " + x[0].value + " 0.0) (= (* " + root + " " + root + ") " +
               x[0].value + ")))\n";
      return {root, both(defined, "(>= " + x[0].value + " 0.0)")};
    }
    default:
      break;
    }
    algebraic = false;
    return {"0.0", "true"};
  }

  const dsl::Program &program;
  unsigned rootCount = 0;
};

} // namespace

std::optional<std::string> smtQuestion(const dsl::Program &program, dsl::DefinitionIndex from,
                                       dsl::DefinitionIndex to,
                                       std::optional<dsl::DefinitionIndex> condition) {
  Writer writer(program);
  Term left = writer.write(program.definitions[from].body);
  Term right = writer.write(program.definitions[to].body);
  Term holds{"1.0", "true"};
  if (condition)
    holds = writer.write(program.definitions[*condition].body);
  if (!writer.algebraic)
    return std::nullopt;
  std::string text = "(set-logic QF_NRA)\n";
  for (size_t i = 0; i < program.definitions[from].inputs.size(); ++i)
    text += "(declare-const v" + std::to_string(i) + " Real)\n";
  for (size_t i = 0; i < program.definitions[from].inputs.size(); ++i)
    if (program.definitions[from].inputs[i].front() == 'p') // is never negative
      text += "(assert (>= v" + std::to_string(i) + " 0.0))\n";
  text += writer.roots;
  text += "(assert (= " + holds.value + " 1.0))\n";
  text += "(assert (or " + left.defined + " " + right.defined + "))\n";
  text += "(assert (not " +
          both(both(left.defined, right.defined), "(= " + left.value + " " + right.value + ")") +
          "))\n";
  return text + "(check-sat)\n";
}

} // namespace xphi::rules
