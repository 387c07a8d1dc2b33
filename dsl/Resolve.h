// What calls mean, and the order in which definitions can be checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/DiagnosticList.h"
#include "dsl/Library.h"
#include "dsl/Syntax.h"

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace xphi::dsl {

struct CallTarget {
  enum class Kind : uint8_t { Unknown, Primitive, Choice, Own, Imported, Library };
  Kind kind = Kind::Unknown;
  const PrimitiveInfo *primitive = nullptr;
  uint32_t position = 0; ///< of Own: in SyntaxTree::definitions
};

/// `where(c, a, b)`: another spelling of `if c then a else b`.
inline constexpr std::string_view kChoiceFunction = "where";

/// Everything a call can name: the primitives, `where`, then the text's own definitions, those of
/// imported files, then the library.
class Callables {
public:
  Callables(const SyntaxTree &tree, const Library *library);

  /// False if the name is taken by another file.
  bool addImported(std::string_view name) { return fromFiles.insert(name).second; }

  CallTarget find(std::string_view name) const;
  std::vector<std::string_view> names() const;

private:
  std::unordered_map<std::string_view, uint32_t> own;
  std::unordered_set<std::string_view> fromFiles;
  const Library *library;
};

/// Positions of the text's definitions, called ones before callers. Reports recursion and then
/// still gives some order.
std::vector<uint32_t> dependencyOrder(const SyntaxTree &tree, const Callables &callables,
                                      DiagnosticList &diagnostics);

} // namespace xphi::dsl
