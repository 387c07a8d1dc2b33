// The printer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Printer.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

class Printer {
public:
  Printer(const Program &program, DefinitionIndex index)
      : program(program), definition(program.definitions[index]) {}

  std::string text;

  void print(ExprId id, Precedence minimum = Precedence::Lowest) {
    const Expr &expr = program.expr(id);
    switch (expr.kind) {
    case ExprKind::Number:
      text += program.number(id).text;
      return;
    case ExprKind::Input:
      text += definition.inputs[expr.index];
      return;
    case ExprKind::Parameter:
      text += definition.parameters[expr.index].name;
      return;
    case ExprKind::Local:
      text += definition.lets[expr.index];
      return;
    case ExprKind::Let:
    case ExprKind::If:
      group(minimum > Precedence::Lowest, [&] { spread(id); });
      return;
    case ExprKind::Apply:
      apply(id, minimum);
      return;
    case ExprKind::Call:
      call(id);
      return;
    case ExprKind::Diff:
      diff(id);
      return;
    }
  }

  /// The part of a definition behind `=`: lets one to a line, if it begins with lets.
  void body(ExprId id) {
    if (program.expr(id).kind != ExprKind::Let) {
      text += ' ';
      print(id);
      return;
    }
    for (; program.expr(id).kind == ExprKind::Let; id = program.operand(id, 1)) {
      text += "\n  ";
      binding(id);
    }
    text += "\n  ";
    print(id);
  }

private:
  template <class Inner> void group(bool parenthesised, Inner inner) {
    if (parenthesised)
      text += '(';
    inner();
    if (parenthesised)
      text += ')';
  }

  void binding(ExprId let) {
    text += "let " + definition.lets[program.expr(let).index] + " = ";
    print(program.operand(let, 0));
  }

  void spread(ExprId id) {
    std::span<const ExprId> operands = program.operands(id);
    if (program.expr(id).kind == ExprKind::Let) {
      binding(id);
      text += " in ";
      print(operands[1]);
      return;
    }
    text += "if ";
    print(operands[0]);
    text += " then ";
    print(operands[1]);
    text += " else ";
    print(operands[2]);
  }

  void list(std::span<const ExprId> ids) {
    for (size_t i = 0; i < ids.size(); ++i) {
      text += i == 0 ? "" : ", ";
      print(ids[i]);
    }
  }

  void apply(ExprId id, Precedence minimum) {
    const PrimitiveInfo &row = info(program.expr(id).primitive);
    std::span<const ExprId> operands = program.operands(id);
    if (row.form == Form::Function) {
      text += row.spelling;
      group(true, [&] { list(operands); });
      return;
    }
    bool rightAssociative = row.primitive == Primitive::Pow;
    bool notAssociative = row.precedence == Precedence::Comparison;
    Precedence left = rightAssociative || notAssociative ? tighter(row.precedence) : row.precedence;
    Precedence right = rightAssociative ? row.precedence : tighter(row.precedence);
    group(row.precedence < minimum, [&] {
      if (row.form == Form::Prefix) {
        text += std::string(row.spelling) + (row.primitive == Primitive::Not ? " " : "");
        print(operands[0], row.precedence);
        return;
      }
      print(operands[0], left);
      std::string space = rightAssociative ? "" : " ";
      text += space + std::string(row.spelling) + space;
      rightOperand(operands[1], right);
    });
  }

  /// A minus needs no parentheses behind an operator, wherever it stands: `a * -b`, `2^-x`.
  void rightOperand(ExprId id, Precedence minimum) {
    const Expr &expr = program.expr(id);
    bool minus = expr.kind == ExprKind::Apply && expr.primitive == Primitive::Neg;
    print(id, minus ? std::min(minimum, Precedence::Negation) : minimum);
  }

  void diff(ExprId id) {
    uint32_t variable = program.expr(id).index;
    ExprId inner = program.operand(id, 0);
    int order = 1;
    auto goesOn = [&](const Expr &expr) {
      return expr.kind == ExprKind::Diff && expr.index == variable;
    };
    for (; goesOn(program.expr(inner)); inner = program.operand(inner, 0))
      ++order;
    text += "diff(";
    print(inner);
    text += ", " + definition.variableName(variable);
    text += order > 1 ? ", " + std::to_string(order) + ")" : ")";
  }

  void call(ExprId id) {
    const Definition &callee = program.definitions[program.expr(id).index];
    std::span<const ExprId> operands = program.operands(id);
    std::span<const ExprId> parameters = operands.subspan(callee.inputs.size());
    text += callee.name + "(";
    list(operands.first(callee.inputs.size()));
    const char *separator = "; ";
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (sameConstant(parameters[i], callee.parameters[i].defaultValue))
        continue;
      text += separator + callee.parameters[i].name + " = ";
      print(parameters[i]);
      separator = ", ";
    }
    text += ')';
  }

  /// True if an expression is, letter for letter, this default.
  bool sameConstant(ExprId id, ExprId constant) const {
    if (id == constant)
      return true;
    const Expr &a = program.expr(id), &b = program.expr(constant);
    if (a.kind != b.kind || a.primitive != b.primitive)
      return false;
    if (a.kind == ExprKind::Number)
      return program.number(id) == program.number(constant);
    std::span<const ExprId> ofA = program.operands(id), ofB = program.operands(constant);
    return a.kind == ExprKind::Apply &&
           std::equal(ofA.begin(), ofA.end(), ofB.begin(), ofB.end(),
                      [this](ExprId x, ExprId y) { return sameConstant(x, y); });
  }

  const Program &program;
  const Definition &definition;
};

} // namespace

namespace {

std::string printHead(const Program &program, DefinitionIndex index, bool kinds) {
  const Definition &definition = program.definitions[index];
  Printer printer(program, index);
  printer.text = definition.name;
  const char *separator = "(";
  for (const std::string &input : definition.inputs) {
    printer.text += separator + input;
    separator = ", ";
  }
  separator = "; ";
  for (const Parameter &parameter : definition.parameters) {
    printer.text += separator + parameter.name;
    printer.text += kinds && parameter.channel ? ": channel = " : " = ";
    printer.print(parameter.defaultValue);
    separator = ", ";
  }
  return printer.text + ")";
}

} // namespace

std::string printSignature(const Program &program, DefinitionIndex index) {
  return printHead(program, index, true);
}

std::string printCall(const Program &program, DefinitionIndex index) {
  return printHead(program, index, false);
}

std::string printExpr(const Program &program, DefinitionIndex definition, ExprId expr) {
  Printer printer(program, definition);
  printer.print(expr);
  return std::move(printer.text);
}

namespace {

std::string printDoc(std::string_view doc) {
  std::string text;
  for (size_t at = 0; at <= doc.size();) {
    size_t end = std::min(doc.find('\n', at), doc.size());
    text += end == at ? "///\n" : "/// " + std::string(doc.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return text;
}

} // namespace

std::string printDefinition(const Program &program, DefinitionIndex index, PrintOptions options) {
  const Definition &definition = program.definitions[index];
  Printer printer(program, index);
  if (options.docs && !definition.doc.empty())
    printer.text = printDoc(definition.doc);
  printer.text += "def " + printSignature(program, index) + " =";
  printer.body(definition.body);
  for (const GradClause &grad : definition.grads) {
    printer.text += "\n  grad " + definition.variableName(grad.variable) + " = ";
    printer.print(grad.derivative);
  }
  for (const KinkClause &kink : definition.kinks) {
    printer.text += "\n  kink " + definition.variableName(kink.variable) + " = ";
    printer.print(kink.position);
    printer.text += ": ";
    printer.print(kink.derivative);
  }
  return std::move(printer.text) + "\n";
}

} // namespace xphi::dsl
