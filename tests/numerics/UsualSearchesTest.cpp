// compiler/approx/usual-searches.txt has the fits that functions of the library are made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With XPHI_WRITE_SEARCHES=1 the file is written. What it lacks is searched for in each compile
// anew, and what is too much only takes time when the compiler library is built.
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace xphi::numerics {
namespace {

using Lines = std::set<std::string>;

void addLines(Lines &lines, std::istream &from) {
  for (std::string line; std::getline(from, line);)
    lines.insert(line);
}

/// Of all functions, forward and backward, in these arrays and on this target.
Lines searches(ElementType type, const char *target) {
  Lines lines;
  CompileOptions options;
  options.types = {type};
  options.target = target;
  options.backward = true;
  for (const dsl::LibraryFile &file : lib::files()) {
    const Result<std::string> searched =
        uncachedEngine().emit(std::string(file.name), "stage:searches", options);
    EXPECT_TRUE(searched) << file.name << ": " << searched.error().render();
    if (searched) {
      std::istringstream text(*searched);
      addLines(lines, text);
    }
  }
  return lines;
}

TEST(UsualSearches, AreThoseOfTheLibrary) {
  Lines listed;
  if (std::getenv("XPHI_WRITE_SEARCHES")) {
    for (const char *target : {"x86-64-v3", "x86-64-v4"})
      for (const ElementType type : {ElementType::F32, ElementType::BF16, ElementType::F16})
        listed.merge(searches(type, target));
    std::ofstream file(XPHI_USUAL_SEARCHES);
    for (const std::string &line : listed)
      file << line << "\n";
    return;
  }
  std::ifstream file(XPHI_USUAL_SEARCHES);
  addLines(listed, file);
  for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
    const Lines asked = searches(ElementType::F32, target);
    const auto found = std::ranges::count_if(
        asked, [&](const std::string &line) { return listed.contains(line); });
    EXPECT_GT(asked.size(), 100u);
    EXPECT_GE(double(found), 0.95 * double(asked.size())) << "run `./x searches`";
  }
}

} // namespace
} // namespace xphi::numerics
