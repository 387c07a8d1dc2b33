// Functions of the library are known by what they say.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LibraryFunction.h"

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include "llvm/ADT/StringSet.h"

#include <string>

namespace xphi::compiler {

// What defines a function, whatever it is called.
static std::string withoutName(const dsl::Program &program, dsl::DefinitionIndex entry) {
  std::string text = dsl::closure(program, entry);
  const std::string &name = program.definitions[entry].name;
  return text.erase(text.rfind("def " + name + "(") + 4, name.size());
}

bool isLibraryFunction(const dsl::Program &program, dsl::DefinitionIndex entry) {
  static const llvm::StringSet<> known = [] {
    llvm::StringSet<> texts;
    for (const dsl::LibraryFile &file : lib::files())
      if (auto read = lib::library().load(file.name); *read)
        texts.insert(withoutName(*read->program, read->program->entry()));
    return texts;
  }();
  return known.contains(withoutName(program, entry));
}

} // namespace xphi::compiler
