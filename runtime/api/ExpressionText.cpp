// From expressions built in C++ to the text of a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ExpressionNode.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace xphi {
namespace {

using Kind = ExpressionNode::Kind;
using dsl::Form;
using dsl::Precedence;

/// Far above what a text may have, and low enough for the stack.
constexpr std::uint32_t kMaxBuiltDepth = 1000;

bool isName(std::string_view name) {
  auto isLetter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && isLetter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return isLetter(c) || (c >= '0' && c <= '9');
  });
}

std::string notAName(std::string_view name) {
  return "'" + std::string(name) + "' cannot be a name: names are ASCII letters, digits and '_'";
}

Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

/// One expression of a definition: its body or a clause.
class Writer {
public:
  /// `taken` are names that lets may not have.
  Writer(std::set<std::string, std::less<>> taken, std::string &problem)
      : taken(std::move(taken)), problem(problem) {}

  /// Lets, one to a line, and the expression; or all of it on one line.
  std::string write(const ExpressionNode &root, bool onLines) {
    count(root);
    std::string result;
    std::string last;
    text = &last;
    pending = &result;
    lineEnd = onLines ? "\n  " : " in ";
    print(root, Precedence::Lowest);
    return result + last;
  }

private:
  /// How often each node is used; what is used once is written where it stands.
  void count(const ExpressionNode &root) {
    // Sums and products lean to the left and may be long.
    for (const ExpressionNode *node = &root;
         ++uses[node] == 1 && node->kind != Kind::Parameter && !node->operands.empty();
         node = node->operands[0].get())
      for (std::size_t i = 1; i < node->operands.size(); ++i)
        count(*node->operands[i]);
  }

  void print(const ExpressionNode &node, Precedence minimum) {
    bool isLeaf =
        node.kind == Kind::Number || node.kind == Kind::Input || node.kind == Kind::Parameter;
    if (isLeaf || (uses[&node] == 1 && node.kind != Kind::Let)) {
      inPlace(node, minimum);
      return;
    }
    auto [name, isNew] = names.emplace(&node, "");
    if (isNew)
      bind(node, name->second);
    *text += names.find(&node)->second;
  }

  void bind(const ExpressionNode &node, std::string &name) {
    std::string value;
    std::string *outer = std::exchange(text, &value);
    if (node.kind == Kind::Let)
      print(*node.operands[0], Precedence::Lowest);
    else
      inPlace(node, Precedence::Lowest);
    text = outer;
    if (node.kind == Kind::Let) {
      name = node.name;
      check(name);
      for (int number = 2; !taken.insert(name).second; ++number)
        name = node.name + "_" + std::to_string(number);
    } else {
      do
        name = "t" + std::to_string(++lastNumber);
      while (!taken.insert(name).second);
    }
    *pending += "let " + name + " = " + value + std::string(lineEnd);
  }

  void inPlace(const ExpressionNode &node, Precedence minimum) {
    switch (node.kind) {
    case Kind::Number:
      if (node.name.empty())
        problem = "a number is a decimal such as 0.5 and 1e-3; NaN and other texts are none";
      *text += node.name;
      return;
    case Kind::Input:
    case Kind::Parameter:
      check(node.name);
      *text += node.name;
      return;
    case Kind::Apply:
      return apply(node, minimum);
    case Kind::If:
      return group(minimum > Precedence::Lowest, [&] {
        *text += "if ";
        print(*node.operands[0], Precedence::Lowest);
        *text += " then ";
        print(*node.operands[1], Precedence::Lowest);
        *text += " else ";
        print(*node.operands[2], Precedence::Lowest);
      });
    case Kind::Let:
      return print(*node.operands[0], minimum);
    case Kind::Diff:
      *text += "diff(";
      print(*node.operands[0], Precedence::Lowest);
      *text += ", ";
      print(*node.operands[1], Precedence::Lowest);
      *text += ", " + std::to_string(node.count) + ")";
      return;
    case Kind::Call:
      return call(node);
    }
  }

  void apply(const ExpressionNode &node, Precedence minimum) {
    const dsl::PrimitiveInfo &row = dsl::info(node.primitive);
    if (row.form == Form::Function) {
      *text += row.spelling;
      return list(node, node.operands.size());
    }
    if (goesOn(node, row.precedence))
      return chain(node, row.precedence, minimum);
    bool toTheRight = node.primitive == dsl::Primitive::Pow;
    bool unordered = row.precedence == Precedence::Comparison;
    group(row.precedence < minimum, [&] {
      if (row.form == Form::Prefix) {
        *text += std::string(row.spelling) + (node.primitive == dsl::Primitive::Not ? " " : "");
        return print(*node.operands[0], row.precedence);
      }
      print(*node.operands[0], toTheRight || unordered ? tighter(row.precedence) : row.precedence);
      *text += " " + std::string(row.spelling) + " ";
      print(*node.operands[1], toTheRight ? row.precedence : tighter(row.precedence));
    });
  }

  /// A sum or product, from its first operand on, without recursion.
  void chain(const ExpressionNode &node, Precedence level, Precedence minimum) {
    bindPartsOf(node, level);
    std::vector<const ExpressionNode *> links{&node};
    auto first = [&]() -> const ExpressionNode & { return *links.back()->operands[0]; };
    while (goesOn(first(), level) && uses[&first()] == 1)
      links.push_back(&first());
    group(level < minimum, [&] {
      print(first(), level);
      for (auto link = links.rbegin(); link != links.rend(); ++link) {
        *text += " " + std::string(dsl::info((*link)->primitive).spelling) + " ";
        print(*(*link)->operands[1], tighter(level));
      }
    });
  }

  /// Partial sums that are used elsewhere, too, become lets, the shortest first.
  void bindPartsOf(const ExpressionNode &node, Precedence level) {
    std::vector<const ExpressionNode *> parts;
    for (const ExpressionNode *part = node.operands[0].get();
         goesOn(*part, level) && !names.contains(part); part = part->operands[0].get())
      if (uses[part] > 1)
        parts.push_back(part);
    std::string references;
    std::string *outer = std::exchange(text, &references);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
      print(**part, Precedence::Lowest);
    text = outer;
  }

  void call(const ExpressionNode &node) {
    check(node.name);
    *text += node.name;
    list(node, node.count);
    if (node.parameterNames.empty())
      return;
    text->pop_back();
    for (std::size_t i = 0; i < node.parameterNames.size(); ++i) {
      check(node.parameterNames[i]);
      *text += (i == 0 ? "; " : ", ") + node.parameterNames[i] + " = ";
      print(*node.operands[node.count + i], Precedence::Lowest);
    }
    *text += ")";
  }

  void list(const ExpressionNode &node, std::size_t size) {
    *text += "(";
    for (std::size_t i = 0; i < size; ++i) {
      *text += i == 0 ? "" : ", ";
      print(*node.operands[i], Precedence::Lowest);
    }
    *text += ")";
  }

  template <class Inner> void group(bool parenthesised, Inner inner) {
    if (parenthesised)
      *text += "(";
    inner();
    if (parenthesised)
      *text += ")";
  }

  void check(std::string_view name) {
    if (!isName(name))
      problem = notAName(name);
  }

  std::set<std::string, std::less<>> taken;
  std::string &problem;
  std::unordered_map<const ExpressionNode *, unsigned> uses;
  std::unordered_map<const ExpressionNode *, std::string> names; ///< of what is a let already
  unsigned lastNumber = 0; ///< of a let without a name of its own
  std::string *text = nullptr;
  std::string *pending = nullptr; ///< the lets so far
  std::string_view lineEnd;
};

class ProgramWriter {
public:
  void definition(const Function::State &function) {
    if (tooDeep)
      return;
    checkNames(function);
    callees(*function.body);
    for (const auto &clause : function.clauses)
      callees(*clause.derivative);
    std::string made = head(function);
    std::string body = expression(function, *function.body, true);
    made += (body.starts_with("let ") ? " =\n  " : " = ") + body + "\n";
    for (const auto &clause : function.clauses) {
      made += clause.place ? "  kink " : "  grad ";
      made += clause.variable->name + " = ";
      if (clause.place)
        made += expression(function, *clause.place, false) + ": ";
      made += expression(function, *clause.derivative, false) + "\n";
    }
    auto [known, isNew] = definitions.emplace(function.name, made);
    if (isNew)
      program += made;
    else if (known->second != made)
      clash = function.name;
  }

  std::string program, problem, clash;
  bool tooDeep = false;

private:
  void checkNames(const Function::State &function) {
    std::vector<std::string_view> names{function.name};
    for (const auto *variables : {&function.inputs, &function.parameters})
      for (const auto &variable : *variables)
        names.push_back(variable->name);
    for (const auto &clause : function.clauses)
      names.push_back(clause.variable->name);
    for (std::string_view name : names)
      if (!isName(name))
        problem = notAName(name);
  }

  std::string head(const Function::State &function) {
    std::string made = "def " + function.name;
    const char *separator = "(";
    for (const auto &input : function.inputs) {
      made += separator + input->name;
      separator = ", ";
    }
    made += function.inputs.empty() ? "(" : "";
    separator = "; ";
    for (const auto &parameter : function.parameters) {
      made += separator + parameter->name + (parameter->channel ? ": channel = " : " = ");
      if (!parameter->operands.empty())
        made += expression(function, *parameter->operands[0], false);
      separator = ", ";
    }
    return made + ")";
  }

  std::string expression(const Function::State &function, const ExpressionNode &root,
                         bool onLines) {
    if (root.depth > kMaxBuiltDepth) {
      tooDeep = true;
      return "0";
    }
    std::set<std::string, std::less<>> taken{"pi", "e", "inf"};
    for (const auto &input : function.inputs)
      taken.insert(input->name);
    for (const auto &parameter : function.parameters)
      taken.insert(parameter->name);
    return Writer(std::move(taken), problem).write(root, onLines);
  }

  void callees(const ExpressionNode &root) {
    std::vector<const ExpressionNode *> left{&root};
    while (!left.empty()) {
      const ExpressionNode *node = left.back();
      left.pop_back();
      if (!visited.insert(node).second)
        continue;
      for (auto operand = node->operands.rbegin(); operand != node->operands.rend(); ++operand)
        left.push_back(operand->get());
      if (node->function)
        nested(*node->function);
    }
  }

  void nested(const Function::State &function) {
    if (++level > kMaxBuiltDepth / 10)
      tooDeep = true;
    else
      definition(function);
    --level;
  }

  std::set<const ExpressionNode *> visited;
  std::map<std::string, std::string> definitions;
  std::uint32_t level = 0;
};

} // namespace

Result<std::string> text(const Function &function) {
  ProgramWriter writer;
  writer.definition(function.contents());
  if (writer.tooDeep)
    return Error("X0014", "the expression has more levels than any text may have");
  if (!writer.problem.empty())
    return Error("X0006", writer.problem);
  if (!writer.clash.empty())
    return Error("X0012", "two different functions are called '" + writer.clash + "'");
  return writer.program;
}

} // namespace xphi
