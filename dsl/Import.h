// Importing: copies of the definitions of the library, or of other files, inside a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace xphi::dsl {

class Importer {
public:
  /// `taken` are names that the program uses itself. A definition of such a name keeps its meaning
  /// under another name, `silu_2`.
  Importer(Program &into, std::set<std::string, std::less<>> taken)
      : into(into), taken(std::move(taken)) {}

  /// Appends the definitions of another program that are not there yet. `file` is what its own
  /// definitions were read from. Gives the index of each of its definitions.
  std::vector<DefinitionIndex> import(const Program &from, const std::string &file,
                                      bool fromLibrary);

private:
  /// Where a definition was written: two copies of one have the same.
  using Origin = std::tuple<bool, std::string, uint32_t>;

  void copyExpressions(const Program &from, Definition &made);
  ExprId copy(const Program &from, ExprId id);
  std::string freeName(const std::string &name);

  Program &into;
  std::set<std::string, std::less<>> taken;
  std::map<Origin, DefinitionIndex> imported;
  std::vector<DefinitionIndex> targets; ///< of the program being imported
};

} // namespace xphi::dsl
