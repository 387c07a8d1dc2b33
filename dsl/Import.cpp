// Copying library definitions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Import.h"

namespace xphi::dsl {

DefinitionIndex Importer::import(const Program &from) {
  for (const Definition &original : from.definitions) {
    if (imported.contains(original.name))
      continue;
    Definition made = original;
    made.name = freeName(original.name);
    made.fromLibrary = true;
    for (Parameter &parameter : made.parameters)
      parameter.defaultValue = copy(from, parameter.defaultValue);
    made.body = copy(from, original.body);
    for (GradClause &grad : made.grads)
      grad.derivative = copy(from, grad.derivative);
    for (KinkClause &kink : made.kinks) {
      kink.position = copy(from, kink.position);
      kink.derivative = copy(from, kink.derivative);
    }
    imported.emplace(original.name, static_cast<DefinitionIndex>(into.definitions.size()));
    into.definitions.push_back(std::move(made));
  }
  return imported.find(from.definitions[from.entry()].name)->second;
}

ExprId Importer::copy(const Program &from, ExprId id) {
  const Expr &expr = from.expr(id);
  std::vector<ExprId> operands;
  for (ExprId operand : from.operands(id))
    operands.push_back(copy(from, operand));
  switch (expr.kind) {
  case ExprKind::Number:
    return into.addNumber(from.number(id), expr.range);
  case ExprKind::Input:
    return into.addInput(expr.index, expr.range);
  case ExprKind::Parameter:
    return into.addParameter(expr.index, expr.range);
  case ExprKind::Local:
    return into.addLocal(expr.index, expr.type, expr.range);
  case ExprKind::Let:
    return into.addLet(expr.index, operands[0], operands[1], expr.range);
  case ExprKind::If:
    return into.addIf(operands[0], operands[1], operands[2], expr.range);
  case ExprKind::Apply:
    return into.addApply(expr.primitive, operands, expr.range);
  case ExprKind::Diff:
    return into.addDiff(expr.index, operands[0], expr.range);
  case ExprKind::Call:
    break;
  }
  const std::string &callee = from.definitions[expr.index].name;
  return into.addCall(imported.find(callee)->second, operands, expr.range);
}

std::string Importer::freeName(const std::string &name) {
  std::string candidate = name;
  for (int suffix = 2; !taken.insert(candidate).second; ++suffix)
    candidate = name + "_" + std::to_string(suffix);
  return candidate;
}

} // namespace xphi::dsl
