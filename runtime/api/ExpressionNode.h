// What expressions built in C++ consist of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Expression.hpp>

#include "dsl/Primitive.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace xphi {

struct ExpressionNode {
  enum class Kind : std::uint8_t {
    Number,    ///< name: as it is written; empty for what is no decimal
    Input,     ///< name
    Parameter, ///< name; operands: the default
    Apply,     ///< primitive; operands
    If,        ///< operands: condition, yes, no
    Let,       ///< name; operands: the value
    Diff,      ///< count: the order; operands: expression, variable
    Call,      ///< name, or function; operands: inputs, then parameters; count: of the inputs
  };
  using Pointer = std::shared_ptr<const ExpressionNode>;

  Kind kind = Kind::Number;
  dsl::Primitive primitive{};
  bool channel = false;
  unsigned count = 0;
  std::uint32_t depth = 1;
  std::uint32_t chain = 0; ///< operators of one level in a row, which are no level each
  std::string name;
  std::vector<Pointer> operands;
  std::vector<std::string> parameterNames; ///< of Call
  std::shared_ptr<const Function::State> function;

  ExpressionNode() = default;
  ExpressionNode(const ExpressionNode &) = delete;
  /// Without recursion: chains may be of any length.
  ~ExpressionNode();
};

/// Whether this is an operator of the level at which a sum or product, once begun, goes on.
bool goesOn(const ExpressionNode &node, dsl::Precedence level);

struct Function::State {
  struct Clause {
    ExpressionNode::Pointer variable, place, derivative; ///< place is null for `grad`
  };
  std::string name;
  std::vector<ExpressionNode::Pointer> inputs, parameters;
  ExpressionNode::Pointer body;
  std::vector<Clause> clauses;
};

} // namespace xphi
