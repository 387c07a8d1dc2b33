// The syntax tree: a program as it was written, before any name means anything.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only the parser makes it and only the checker reads it. Names and numbers are views of the
// source.
#pragma once

#include "dsl/Primitive.h"
#include "dsl/Source.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

using SyntaxId = uint32_t;

enum class SyntaxKind : uint8_t {
  Error,  ///< reported already
  Number, ///< name: its spelling
  Name,   ///< name
  Apply,  ///< an operator; children: its operands
  Call,   ///< name; children: inputs; arguments: what follows the semicolon
  If,     ///< children: condition, then, else
  Let,    ///< name; children: value, body
  Diff,   ///< name: the variable; child: what is differentiated
};

struct SpelledName {
  std::string_view text;
  SourceRange range;
};

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::Error;
  Primitive primitive{};
  uint32_t depth = 1; ///< levels, itself included
  SourceRange range{};
  SpelledName name{};
  uint32_t firstChild = 0;
  uint32_t childCount = 0;
  uint32_t firstArgument = 0;
  uint32_t argumentCount = 0;
};

struct SyntaxArgument {
  SpelledName name;
  SyntaxId value;
};

struct SyntaxParameter {
  SpelledName name;
  SyntaxId value;
  bool channel = false;
};

/// `grad v = derivative` or `kink v = position: derivative`.
struct SyntaxClause {
  SpelledName variable;
  std::optional<SyntaxId> position; ///< of kink
  SyntaxId derivative = 0;
};

struct SyntaxDefinition {
  SpelledName name;
  std::vector<SpelledName> inputs;
  std::vector<SyntaxParameter> parameters;
  SyntaxId body = 0; ///< the tree's first node, an Error, if it is missing
  std::vector<SyntaxClause> clauses;
  std::string doc;
  bool truncated = false; ///< the body goes on with something that cannot be read
  bool broken = false;    ///< its list of inputs and parameters is not to be relied on
  SyntaxId firstNode = 0; ///< the definition's nodes are [firstNode, endNode)
  SyntaxId endNode = 0;
};

/// `import "other.phi"`.
struct SyntaxImport {
  std::string_view path; ///< without its quotes
  SourceRange range;     ///< with them
};

/// Where the value of a `let` ends, which only the layout tells.
struct SyntaxLetEnd {
  uint32_t let; ///< byte offset of the keyword
  uint32_t end; ///< byte offset of the first word behind the value
};

struct SyntaxTree {
  std::vector<SyntaxNode> nodes;
  std::vector<SyntaxId> pool;
  std::vector<SyntaxArgument> arguments;
  std::vector<SyntaxImport> imports;
  std::vector<SyntaxDefinition> definitions;
  std::vector<SyntaxLetEnd> letEnds;
  std::deque<std::string> spellings; ///< texts that nodes view and the source does not contain
  bool incomplete = false;           ///< an import is broken: names may be missing
  bool bareExpression = false;       ///< then there is one definition, `f`, that no call can name

  std::span<const SyntaxId> children(const SyntaxNode &node) const {
    return {pool.data() + node.firstChild, node.childCount};
  }
  std::span<const SyntaxArgument> argumentsOf(const SyntaxNode &node) const {
    return {arguments.data() + node.firstArgument, node.argumentCount};
  }
};

} // namespace xphi::dsl
