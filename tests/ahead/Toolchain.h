// C compilers and their tools, called on files in a folder that goes away with the test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::ahead {

class Folder {
public:
  Folder();
  ~Folder();
  Folder(const Folder &) = delete;

  std::filesystem::path operator/(std::string_view name) const { return root / name; }
  /// Returns the path.
  std::string write(const std::string &name, std::string_view contents) const;

private:
  std::filesystem::path root;
};

std::string readFile(const std::filesystem::path &path);

struct Ran {
  int status; ///< 0 for success
  std::string said;
};
/// By the shell; what it writes to stdout and stderr, together.
Ran run(const std::string &command);

/// That the tests were built with, then another one if there is one; each takes C.
std::vector<std::string> cCompilers();
/// The C++ compiler of the same maker; empty if it is not installed.
std::string cxxOf(const std::string &cCompiler);
std::string archiver();
struct Symbols {
  std::vector<std::string> exported, wanted; ///< defined for others, and wanted of others; sorted
};
/// Of an object, or of all members of an archive.
Symbols symbolsOf(const std::string &object);

} // namespace xphi::ahead
