// C compilers and their tools, called on files in a folder that goes away with the test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Toolchain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace xphi::ahead {

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "xphi-ahead-XXXXXX").string();
  root = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root, ignored);
}

std::string Folder::write(const std::string &name, std::string_view contents) const {
  const std::filesystem::path path = root / name;
  std::ofstream stream(path, std::ios::binary);
  stream.write(contents.data(), std::streamsize(contents.size()));
  EXPECT_TRUE(stream) << path;
  return path;
}

std::string readFile(const std::filesystem::path &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Ran run(const std::string &command) {
  Ran ran{-1, {}};
  FILE *pipe = ::popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  for (std::size_t count; pipe && (count = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;)
    ran.said.append(buffer, count);
  if (pipe)
    ran.status = ::pclose(pipe);
  return ran;
}

std::vector<std::string> cCompilers() {
  std::vector<std::string> found;
  for (const char *name : {C_COMPILERS})
    if (run(std::string(name) + " --version").status == 0 && !std::ranges::count(found, name))
      found.emplace_back(name);
  return found;
}

std::string cxxOf(const std::string &cCompiler) {
  std::string name = cCompiler;
  if (const std::size_t clang = name.rfind("clang"); clang != std::string::npos)
    name.insert(clang + 5, "++");
  else if (name.ends_with("gcc"))
    name.replace(name.size() - 3, 3, "g++");
  return name != cCompiler && run(name + " --version").status == 0 ? name : "";
}

std::string archiver() { return ARCHIVER; }

Symbols symbolsOf(const std::string &object) {
  const Ran ran = run(std::string(NM) + " --extern-only --format=posix " + object);
  EXPECT_EQ(ran.status, 0) << ran.said;
  Symbols symbols;
  std::istringstream lines(ran.said);
  for (std::string line, name, kind; std::getline(lines, line);)
    if (std::istringstream words(line);
        words >> name >> kind) // of an archive one word names a member
      (kind == "U" ? symbols.wanted : symbols.exported).push_back(name);
  std::ranges::sort(symbols.exported);
  std::ranges::sort(symbols.wanted);
  return symbols;
}

} // namespace xphi::ahead
