// A program of many functions: objects, archives, shared libraries and texts of every type, tier,
// derivative and odd name, and what their kernels say to the same calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "CProgram.h"

#include <string>
#include <vector>

namespace xphi::ahead {

/// One function of it. Any two have different names in C; what they compute is different, too.
struct Piece {
  enum class Form { Object, Archive, Shared, C, Cpp };

  std::string definition, function, prefix;
  CompileOptions options;
  Form form;
};

/// So many pieces; the language takes every name of a function in them.
std::vector<Piece> somePieces(std::size_t count, unsigned seed);

class MixedProgram {
public:
  static constexpr std::size_t count = 264, rows = 4; // whole vectors of eight

  MixedProgram(const Folder &folder, const std::vector<Piece> &pieces);

  /// Everything that is to be linked, in which `compiler` makes the texts.
  std::vector<std::string> parts(const std::string &compiler, const std::string &flags) const;
  /// Compiles what calls them, as C or as C++ after what `compiler` and `flags` say; its object.
  std::string caller(const std::string &compiler, const std::string &flags) const;
  /// Runs `command`, to which a file of numbers and one for results are added, and compares.
  void check(const std::string &command) const;

private:
  void add(const Piece &piece, std::size_t number);
  void expect(const Kernel &kernel, const std::string &header, const std::string &name);

  const Folder &folder;
  std::vector<std::string> linked, cTexts;
  std::string includes, calls, cppIncludes, cppWrappers, numbers, expected;
};

} // namespace xphi::ahead
