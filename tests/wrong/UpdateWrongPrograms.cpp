// Writes the pictures that are printed now into the files of wrong programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The codes in the headings are left alone: they are what the author expects.
#include "WrongPrograms.h"

#include <fstream>

int main(int count, char **arguments) {
  if (count != 2)
    return 2;
  using namespace xphi::dsl;
  for (const auto &entry : std::filesystem::directory_iterator(arguments[1])) {
    if (entry.path().extension() != ".wrong")
      continue;
    std::string text;
    for (const WrongProgram &program : readWrongPrograms(entry.path()))
      text += (text.empty() ? "=== " : "\n=== ") + program.heading + "\n" + program.written +
              ">>>\n" + program.read().render();
    std::ofstream(entry.path()) << text;
  }
}
