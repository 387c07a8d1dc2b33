// The process's one library, and its table of contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/EmbeddedLibrary.h"

namespace xphi::lib {

const dsl::Library &library() {
  static const dsl::Library &embedded = *new dsl::Library(files()); // never destroyed
  return embedded;
}

std::vector<Group> contents() {
  std::vector<Group> all = {{"piecewise", "Lines, parabolas and roots", {}},
                            {"exponential", "Exponentials, logarithms and logistic functions", {}},
                            {"smooth", "Self-gated, Gaussian and periodic functions", {}},
                            {"gates", "Gates of two inputs", {}},
                            {"random", "Random bits of elements", {}}};
  for (std::size_t i = 0; i < files().size(); ++i)
    for (Group &group : all)
      if (group.name == groups()[i])
        group.functions.push_back(files()[i].name);
  return all;
}

} // namespace xphi::lib
