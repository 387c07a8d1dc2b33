// Look-ups in the table of primitives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Primitive.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace xphi::dsl {
namespace {

constexpr PrimitiveInfo primitiveTable[] = {
#define XPHI_PRIMITIVE(NAME, SPELLING, ARITY, FORM, PRECEDENCE, OPERANDS, RESULT, DOC)             \
  {Primitive::NAME,        SPELLING,       ARITY,        Form::FORM,                               \
   Precedence::PRECEDENCE, Type::OPERANDS, Type::RESULT, DOC},
#include "dsl/Primitives.def"
#undef XPHI_PRIMITIVE
};

std::string_view functionName(const PrimitiveInfo &row) {
  return row.primitive == Primitive::Pow ? "pow" : row.spelling;
}

/// What can be called, sorted by name.
auto sortedFunctions() {
  std::array<const PrimitiveInfo *, std::size(primitiveTable)> rows{};
  size_t count = 0;
  for (const PrimitiveInfo &row : primitiveTable)
    if (row.form == Form::Function || row.primitive == Primitive::Pow)
      rows[count++] = &row;
  std::sort(rows.begin(), rows.begin() + count,
            [](auto *a, auto *b) { return functionName(*a) < functionName(*b); });
  return std::pair(rows, count);
}

} // namespace

bool acceptsCount(const PrimitiveInfo &row, size_t count) {
  const bool isExtreme = row.primitive == Primitive::Min || row.primitive == Primitive::Max;
  return count == row.arity || (isExtreme && count > row.arity);
}

std::span<const PrimitiveInfo> primitives() { return primitiveTable; }

const PrimitiveInfo &info(Primitive primitive) {
  return primitiveTable[static_cast<size_t>(primitive)];
}

const PrimitiveInfo *findFunction(std::string_view name) {
  static const auto sorted = sortedFunctions();
  auto end = sorted.first.begin() + sorted.second;
  auto found = std::lower_bound(sorted.first.begin(), end, name,
                                [](const PrimitiveInfo *row, std::string_view wanted) {
                                  return functionName(*row) < wanted;
                                });
  return found != end && functionName(**found) == name ? *found : nullptr;
}

} // namespace xphi::dsl
