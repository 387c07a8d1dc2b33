// Copying definitions from program to program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Import.h"

namespace xphi::dsl {

std::vector<DefinitionIndex> Importer::import(const Program &from, const std::string &file,
                                              bool fromLibrary) {
  targets.clear();
  for (const Definition &original : from.definitions) {
    Definition made = original;
    if (made.file.empty()) {
      made.file = file;
      made.fromLibrary = fromLibrary;
    }
    Origin origin(made.fromLibrary, made.file, made.nameRange.begin);
    if (auto known = imported.find(origin); known != imported.end()) {
      targets.push_back(known->second);
      continue;
    }
    made.name = freeName(original.name);
    copyExpressions(from, made);
    DefinitionIndex index = static_cast<DefinitionIndex>(into.definitions.size());
    imported.emplace(std::move(origin), index);
    targets.push_back(index);
    into.definitions.push_back(std::move(made));
  }
  return targets;
}

void Importer::copyExpressions(const Program &from, Definition &made) {
  for (Parameter &parameter : made.parameters)
    parameter.defaultValue = copy(from, parameter.defaultValue);
  made.body = copy(from, made.body);
  for (GradClause &grad : made.grads)
    grad.derivative = copy(from, grad.derivative);
  for (KinkClause &kink : made.kinks) {
    kink.position = copy(from, kink.position);
    kink.derivative = copy(from, kink.derivative);
  }
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
  return into.addCall(targets[expr.index], operands, expr.range);
}

std::string Importer::freeName(const std::string &name) {
  std::string candidate = name;
  for (int suffix = 2; !taken.insert(candidate).second; ++suffix)
    candidate = name + "_" + std::to_string(suffix);
  return candidate;
}

} // namespace xphi::dsl
