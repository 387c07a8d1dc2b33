// Checking expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/LowerExpr.h"

#include "dsl/Foreign.h"
#include "dsl/LowerConstant.h"
#include "dsl/Printer.h"
#include "dsl/Suggest.h"

#include <algorithm>

namespace xphi::dsl {

Diagnostic &ExprLowering::fail(Code code, SourceRange range, std::string message) {
  return diagnostics.error(code, range, std::move(message));
}

void ExprLowering::definition(uint32_t position) {
  const SyntaxDefinition &written = tree.definitions[position];
  current = definitionOf[position];
  scope.clear();
  reportedNames.clear();
  for (uint32_t i = 0; i < written.inputs.size(); ++i)
    bind(written.inputs[i], {ExprKind::Input, i, Type::Number, written.inputs[i].range});
  for (uint32_t i = 0; i < written.parameters.size(); ++i) {
    const SpelledName &parameter = written.parameters[i].name;
    bind(parameter, {ExprKind::Parameter, i, Type::Number, parameter.range});
  }
  if (written.broken)
    return;
  if (Result body = written.truncated ? expr(written.body) : typed(written.body, Type::Number))
    program.definitions[current].body = *body;
  clauses(written);
}

bool ExprLowering::bind(const SpelledName &name, Binding binding) {
  if (namedConstant(name.text)) {
    fail(Code::ReservedName, name.range,
         quote(name.text) + " is a constant and cannot name anything else");
    return false;
  }
  auto [earlier, isNew] = scope.emplace(name.text, binding);
  if (isNew || name.text.empty())
    return isNew;
  Diagnostic &diagnostic =
      fail(Code::DuplicateName, name.range, quote(name.text) + " is already a name here");
  if (tree.bareExpression && earlier->second.kind == ExprKind::Input)
    diagnostic.note("in a bare expression `x` is the input");
  else
    diagnostic.note("it was introduced here", earlier->second.range);
  return false;
}

ExprLowering::Result ExprLowering::typed(SyntaxId id, Type wanted) {
  Result result = expr(id);
  if (!result || program.expr(*result).type == wanted)
    return result;
  bool wantsCondition = wanted == Type::Bool;
  fail(Code::TypeMismatch, tree.nodes[id].range,
       wantsCondition ? "expected a condition, found a number"
                      : "expected a number, found a condition")
      .help(wantsCondition ? "compare it, for instance `x != 0`"
                           : "choose between numbers: `if x > 0 then 1 else 0`");
  return std::nullopt;
}

ExprLowering::Result ExprLowering::expr(SyntaxId id) {
  const SyntaxNode &node = tree.nodes[id];
  switch (node.kind) {
  case SyntaxKind::Error:
    return std::nullopt;
  case SyntaxKind::Number:
    return lowerNumber(node, program, diagnostics);
  case SyntaxKind::Name:
    return name(node);
  case SyntaxKind::Apply:
    return apply(node, node.primitive);
  case SyntaxKind::Call:
    return call(node);
  case SyntaxKind::If:
    return conditional(node);
  case SyntaxKind::Let:
    return let(node);
  case SyntaxKind::Diff:
    return diff(node);
  }
  return std::nullopt;
}

ExprLowering::Result ExprLowering::name(const SyntaxNode &node) {
  if (std::optional<Number> constant = namedConstant(node.name.text))
    return program.addNumber(std::move(*constant), node.range);
  auto found = scope.find(node.name.text);
  if (found == scope.end()) {
    failUnknownName(node.name);
    return std::nullopt;
  }
  const Binding &binding = found->second;
  if (!binding.type)
    return std::nullopt;
  if (binding.kind == ExprKind::Input)
    return program.addInput(binding.index, node.range);
  if (binding.kind == ExprKind::Parameter)
    return program.addParameter(binding.index, node.range);
  return program.addLocal(binding.index, *binding.type, node.range);
}

ExprLowering::Result ExprLowering::let(const SyntaxNode &node) {
  std::span<const SyntaxId> children = tree.children(node);
  Result value = expr(children[0]);
  std::vector<std::string> &lets = program.definitions[current].lets;
  uint32_t index = static_cast<uint32_t>(lets.size());
  lets.emplace_back(node.name.text);
  std::optional<Type> type;
  if (value)
    type = program.expr(*value).type;
  bool bound = bind(node.name, {ExprKind::Local, index, type, node.name.range});
  Result body = expr(children[1]);
  if (bound)
    scope.erase(node.name.text);
  if (!bound || !value || !body)
    return std::nullopt;
  return program.addLet(index, *value, *body, node.range);
}

ExprLowering::Result ExprLowering::conditional(const SyntaxNode &node) {
  std::span<const SyntaxId> children = tree.children(node);
  Result condition = typed(children[0], Type::Bool);
  Result then = expr(children[1]);
  Result otherwise = then ? typed(children[2], program.expr(*then).type) : expr(children[2]);
  if (!condition || !then || !otherwise)
    return std::nullopt;
  return program.addIf(*condition, *then, *otherwise, node.range);
}

ExprLowering::Result ExprLowering::apply(const SyntaxNode &node, Primitive primitive) {
  std::vector<ExprId> operands;
  for (SyntaxId child : tree.children(node))
    if (Result operand = typed(child, info(primitive).operands))
      operands.push_back(*operand);
  if (operands.size() != node.childCount)
    return std::nullopt;
  return program.addApply(primitive, operands, node.range);
}

ExprLowering::Result ExprLowering::call(const SyntaxNode &node) {
  CallTarget target = callables.find(node.name.text);
  auto importedHere = imported.find(node.name.text);
  if (target.kind == CallTarget::Kind::Own && !tree.definitions[target.position].broken)
    return callDefinition(node, definitionOf[target.position]);
  bool isImported =
      target.kind == CallTarget::Kind::Imported || target.kind == CallTarget::Kind::Library;
  if (isImported && importedHere != imported.end())
    return callDefinition(node, importedHere->second);
  if (target.kind == CallTarget::Kind::Primitive)
    return callPrimitive(node, *target.primitive);
  if (target.kind == CallTarget::Kind::Choice)
    return choice(node);
  if (target.kind != CallTarget::Kind::Own)
    failUnknownFunction(node.name);
  for (SyntaxId child : tree.children(node))
    expr(child);
  return std::nullopt;
}

ExprLowering::Result ExprLowering::callPrimitive(const SyntaxNode &node, const PrimitiveInfo &row) {
  for (const SyntaxArgument &argument : tree.argumentsOf(node))
    fail(Code::UnknownParameter, argument.name.range,
         quote(node.name.text) + " is built in and has no parameters");
  bool countMatches = acceptsCount(row, node.childCount);
  if (!countMatches) {
    constexpr std::string_view operands[] = {"(x)", "(x, y)", "(x, lo, hi)"};
    failInputCount(node, row.arity)
        .help("call it as `" + std::string(node.name.text) + std::string(operands[row.arity - 1]) +
              "`");
  }
  Result result = apply(node, row.primitive);
  return countMatches && node.argumentCount == 0 ? result : std::nullopt;
}

ExprLowering::Result ExprLowering::choice(const SyntaxNode &node) {
  for (const SyntaxArgument &argument : tree.argumentsOf(node))
    fail(Code::UnknownParameter, argument.name.range,
         quote(node.name.text) + " is built in and has no parameters");
  if (node.childCount == 3)
    return node.argumentCount == 0 ? conditional(node) : std::nullopt;
  failInputCount(node, 3).help("call it as `where(c, a, b)`, for `if c then a else b`");
  for (SyntaxId child : tree.children(node))
    expr(child);
  return std::nullopt;
}

ExprLowering::Result ExprLowering::callDefinition(const SyntaxNode &node, DefinitionIndex callee) {
  const Definition &definition = program.definitions[callee];
  bool countMatches = node.childCount == definition.inputs.size();
  if (!countMatches) {
    Diagnostic &diagnostic = failInputCount(node, definition.inputs.size());
    if (definition.file.empty())
      diagnostic.note("it is defined here", definition.nameRange);
    diagnostic.help("call it as `" + printCall(program, callee) + "`");
  }
  std::vector<ExprId> operands;
  for (SyntaxId child : tree.children(node))
    if (Result operand = typed(child, Type::Number))
      operands.push_back(*operand);
  std::optional<std::vector<ExprId>> parameters = parametersOf(node, callee);
  if (!countMatches || operands.size() != node.childCount || !parameters)
    return std::nullopt;
  operands.insert(operands.end(), parameters->begin(), parameters->end());
  return program.addCall(callee, operands, node.range);
}

/// What a call binds to the callee's parameters: the named arguments, and defaults for the others.
std::optional<std::vector<ExprId>> ExprLowering::parametersOf(const SyntaxNode &node,
                                                              DefinitionIndex callee) {
  const Definition &definition = program.definitions[callee];
  std::vector<ExprId> values;
  std::vector<std::string_view> names;
  for (const Parameter &parameter : definition.parameters) {
    values.push_back(parameter.defaultValue);
    names.push_back(parameter.name);
  }
  std::vector<bool> given(values.size());
  bool good = true;
  for (const SyntaxArgument &argument : tree.argumentsOf(node)) {
    Result value = typed(argument.value, Type::Number);
    size_t position = std::find(names.begin(), names.end(), argument.name.text) - names.begin();
    if (position == names.size()) {
      std::string_view closest = closestName(argument.name.text, names);
      fail(Code::UnknownParameter, argument.name.range,
           quote(definition.name) + " has no parameter " + quote(argument.name.text))
          .help(closest.empty() ? "it is called as `" + printCall(program, callee) + "`"
                                : "did you mean " + quote(closest) + "?");
      good = false;
      continue;
    }
    if (given[position])
      fail(Code::DuplicateArgument, argument.name.range,
           "parameter " + quote(argument.name.text) + " is given twice");
    good = good && value && !given[position];
    given[position] = true;
    if (value)
      values[position] = *value;
  }
  if (!good)
    return std::nullopt;
  return values;
}

Diagnostic &ExprLowering::failInputCount(const SyntaxNode &node, size_t wanted) {
  return fail(Code::WrongArgumentCount, node.range,
              quote(node.name.text) + " takes " + std::to_string(wanted) +
                  (wanted == 1 ? " input" : " inputs") + ", found " +
                  std::to_string(node.childCount));
}

void ExprLowering::failUnknownName(const SpelledName &name) {
  if (callables.find(name.text).kind != CallTarget::Kind::Unknown) {
    fail(Code::FunctionAsValue, name.range, quote(name.text) + " is a function, not a value")
        .help("call it: `" + std::string(name.text) + "(x)`");
    return;
  }
  if (!reportedNames.insert(name.text).second || diagnostics.full())
    return;
  Diagnostic &diagnostic = fail(Code::UnknownName, name.range, "unknown name " + quote(name.text));
  const std::vector<std::string> &lets = program.definitions[current].lets;
  if (std::find(lets.begin(), lets.end(), name.text) != lets.end()) {
    diagnostic.help(
        "the `let` of this name is not seen here; its parentheses or its clause end it");
    return;
  }
  std::string_view word = foreignWord(name.text);
  if (!word.empty() || helpWithFunction(diagnostic, name)) {
    if (!word.empty())
      diagnostic.help(std::string(word));
    return;
  }
  std::vector<std::string_view> names;
  for (const auto &[known, binding] : scope)
    names.push_back(known);
  names.insert(names.end(), {"pi", "e", "inf"});
  if (!helpWithName(diagnostic, name.text, std::move(names)))
    diagnostic.help("known here: " + namesInScope());
}

/// The function that was meant, where the whole text is its name, as in `xphi eval gelo`, or but
/// for upper and lower case.
bool ExprLowering::helpWithFunction(Diagnostic &diagnostic, const SpelledName &name) const {
  bool isWholeText = tree.bareExpression && tree.definitions.size() == 1 &&
                     tree.nodes[tree.definitions[0].body].range == name.range;
  std::string_view closest = functionMeantBy(name.text);
  bool sameLetters = std::equal(closest.begin(), closest.end(), name.text.begin(), name.text.end(),
                                [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  std::string_view absence = absentFunction(name.text);
  if (isWholeText && !absence.empty())
    diagnostic.help(std::string(absence));
  else if (isWholeText && !closest.empty())
    diagnostic.help("did you mean " + quote(closest) + "?");
  else if (!closest.empty() && sameLetters)
    diagnostic.help("did you mean the function " + quote(closest) + "?");
  else
    return false;
  return true;
}

/// The one that was meant; false if there is nothing to say.
bool ExprLowering::helpWithName(Diagnostic &diagnostic, std::string_view name,
                                std::vector<std::string_view> known) const {
  std::sort(known.begin(), known.end());
  std::string_view closest = closestName(name, known);
  if (closest.empty() && !tree.bareExpression)
    return false;
  diagnostic.help(
      closest.empty()
          ? "in a bare expression the input is `x`; for others write `def f(x, y; a = 1) = ...`"
          : "did you mean " + quote(closest) + "?");
  return true;
}

/// As many as anybody wants to read.
std::string ExprLowering::namesInScope() const {
  constexpr size_t shown = 6;
  std::vector<std::string_view> names;
  for (const auto &[known, binding] : scope)
    names.push_back(known);
  std::sort(names.begin(), names.end());
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), shown); ++i)
    list += (i == 0 ? "" : ", ") + quote(names[i]);
  return names.size() > shown ? list + " and others" : list;
}

void ExprLowering::failUnknownFunction(const SpelledName &name) {
  if (scope.contains(name.text)) {
    fail(Code::ValueAsFunction, name.range, quote(name.text) + " is a number, not a function")
        .help("a product is written with its sign: `" + std::string(name.text) + " * (...)`");
    return;
  }
  // A broken import may define it.
  if (tree.incomplete || !reportedNames.insert(name.text).second || diagnostics.full())
    return;
  Diagnostic &diagnostic =
      fail(Code::UnknownFunction, name.range, "unknown function " + quote(name.text));
  std::string_view help = absentFunction(name.text);
  if (help.empty())
    help = foreignWord(name.text);
  if (std::string_view meant = functionMeantBy(name.text); !help.empty())
    diagnostic.help(std::string(help));
  else if (!meant.empty())
    diagnostic.help("did you mean " + quote(meant) + "?");
}

std::string_view ExprLowering::functionMeantBy(std::string_view name) const {
  std::string_view foreign = foreignFunction(name);
  return foreign.empty() ? closestName(name, callables.names()) : foreign;
}

} // namespace xphi::dsl
