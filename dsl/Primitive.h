// Primitives: the operators and built-in functions, one table for every part of the language.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace xphi::dsl {

enum class Primitive : uint8_t {
#define XPHI_PRIMITIVE(NAME, SPELLING, ARITY, FORM, PRECEDENCE, OPERANDS, RESULT, DOC) NAME,
#include "dsl/Primitives.def"
#undef XPHI_PRIMITIVE
};

/// Two types, never converted into each other: conditions are Bool, arithmetic is Number.
enum class Type : uint8_t { Number, Bool };

enum class Form : uint8_t { Function, Prefix, Infix };

/// Binding strength, weakest first. `^` and Neg associate to the right, comparisons not at all.
enum class Precedence : uint8_t {
  Lowest, ///< `if` and `let` reach as far right as they can
  Or,
  And,
  Not,
  Comparison,
  Sum,
  Product,
  Negation,
  Power,
  Atom,
};

struct PrimitiveInfo {
  Primitive primitive;
  std::string_view spelling; ///< as written: `+`, `and`, `Phi`
  uint8_t arity;
  Form form;
  Precedence precedence;
  Type operands;
  Type result;
  std::string_view doc;
};

/// Whether it can be called with so many operands: `min` and `max` with two or more.
bool acceptsCount(const PrimitiveInfo &row, size_t count);

std::span<const PrimitiveInfo> primitives();
const PrimitiveInfo &info(Primitive primitive);
/// Finds what `name(...)` calls: every function of the table, and `pow` for the operator `^`.
const PrimitiveInfo *findFunction(std::string_view name);

} // namespace xphi::dsl
