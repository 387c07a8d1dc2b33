// Importing: copies of library definitions inside a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

class Importer {
public:
  /// `taken` are names that the program uses itself. A library definition of such a name keeps its
  /// meaning under another name, `silu_2`.
  Importer(Program &into, std::set<std::string, std::less<>> taken)
      : into(into), taken(std::move(taken)) {}

  /// Appends the definitions of a library program that are not there yet. Gives its entry's index.
  DefinitionIndex import(const Program &from);

private:
  ExprId copy(const Program &from, ExprId id);
  std::string freeName(const std::string &name);

  Program &into;
  std::set<std::string, std::less<>> taken;
  std::map<std::string, DefinitionIndex, std::less<>> imported; ///< by the library's name
};

} // namespace xphi::dsl
