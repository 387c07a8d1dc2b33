// Resolving calls and ordering definitions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Resolve.h"

#include <algorithm>

namespace xphi::dsl {

Callables::Callables(const SyntaxTree &tree, const Library *library) : library(library) {
  if (tree.bareExpression)
    return;
  for (uint32_t i = 0; i < tree.definitions.size(); ++i)
    own.emplace(tree.definitions[i].name.text, i);
}

CallTarget Callables::find(std::string_view name) const {
  if (const PrimitiveInfo *primitive = findFunction(name))
    return {CallTarget::Kind::Primitive, primitive, 0};
  if (name == kChoiceFunction)
    return {CallTarget::Kind::Choice, nullptr, 0};
  if (auto found = own.find(name); found != own.end())
    return {CallTarget::Kind::Own, nullptr, found->second};
  if (fromFiles.contains(name))
    return {CallTarget::Kind::Imported, nullptr, 0};
  if (library && library->contains(name))
    return {CallTarget::Kind::Library, nullptr, 0};
  return {};
}

std::vector<std::string_view> Callables::names() const {
  std::vector<std::string_view> all{kChoiceFunction};
  for (const PrimitiveInfo &row : primitives())
    if (row.form == Form::Function)
      all.push_back(row.spelling);
  for (const auto &[name, position] : own)
    all.push_back(name);
  all.insert(all.end(), fromFiles.begin(), fromFiles.end());
  if (library)
    for (const LibraryFile &file : library->entries())
      all.push_back(file.name);
  std::sort(all.begin(), all.end());
  return all;
}

namespace {

/// Depth-first search over the calls between definitions, with a stack of its own: a chain of calls
/// may be as long as the text allows.
class DependencySearch {
public:
  DependencySearch(const SyntaxTree &tree, const Callables &callables, DiagnosticList &diagnostics)
      : tree(tree), callables(callables), diagnostics(diagnostics),
        states(tree.definitions.size(), State::New) {}

  std::vector<uint32_t> run() {
    for (uint32_t i = 0; i < tree.definitions.size(); ++i)
      if (states[i] == State::New)
        visit(i);
    return std::move(order);
  }

private:
  enum class State : uint8_t { New, Open, Done };
  struct Visit {
    uint32_t definition;
    SyntaxId nextNode;
    SourceRange call; ///< in the definition: the call being followed
  };

  void open(uint32_t definition) {
    states[definition] = State::Open;
    stack.push_back({definition, tree.definitions[definition].firstNode, {}});
  }

  void visit(uint32_t root) {
    open(root);
    while (!stack.empty()) {
      Visit &top = stack.back();
      if (top.nextNode == tree.definitions[top.definition].endNode) {
        states[top.definition] = State::Done;
        order.push_back(top.definition);
        stack.pop_back();
        continue;
      }
      const SyntaxNode &node = tree.nodes[top.nextNode++];
      if (node.kind != SyntaxKind::Call)
        continue;
      CallTarget target = callables.find(node.name.text);
      if (target.kind != CallTarget::Kind::Own)
        continue;
      top.call = node.name.range;
      if (states[target.position] == State::New)
        open(target.position);
      else if (states[target.position] == State::Open)
        reportRecursion(target.position);
    }
  }

  void reportRecursion(uint32_t position) {
    auto begin = std::find_if(stack.begin(), stack.end(), [position](const Visit &visit) {
      return visit.definition == position;
    });
    auto nameOf = [this](const Visit &visit) {
      return quote(tree.definitions[visit.definition].name.text);
    };
    size_t between = static_cast<size_t>(stack.end() - begin) - 1;
    std::string message = nameOf(*begin) + " calls itself";
    if (between > 0)
      message += " through " + nameOf(begin[1]);
    if (between > 1)
      message +=
          " and " + (between == 2 ? nameOf(begin[2]) : std::to_string(between - 1) + " more");
    Diagnostic &diagnostic =
        diagnostics.error(Code::Recursion, stack.back().call, std::move(message));
    constexpr size_t shownCalls = 3;
    for (size_t i = 0; i < std::min(between, shownCalls); ++i)
      diagnostic.note(nameOf(begin[i]) + " calls " + nameOf(begin[i + 1]) + " here", begin[i].call);
    diagnostic.help("a definition becomes one fixed sequence of operations: write the steps out");
  }

  const SyntaxTree &tree;
  const Callables &callables;
  DiagnosticList &diagnostics;
  std::vector<State> states;
  std::vector<Visit> stack;
  std::vector<uint32_t> order;
};

} // namespace

std::vector<uint32_t> dependencyOrder(const SyntaxTree &tree, const Callables &callables,
                                      DiagnosticList &diagnostics) {
  return DependencySearch(tree, callables, diagnostics).run();
}

} // namespace xphi::dsl
