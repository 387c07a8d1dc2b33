// docs/errors/: a page for every code, as the tables say it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ErrorPage.h"

#include "dsl/Diagnostic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace xphi::command {
namespace {

std::string contents(const std::filesystem::path &file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

constexpr const char *kCure = "run `xphi explain-error --pages docs/errors`";

TEST(ErrorPagesTest, EveryCodeHasItsPageAndEveryPageItsCode) {
  const std::filesystem::path folder = XPHI_ERROR_PAGES;
  std::set<std::string> wanted{"README.md"};
  for (const Explanation &explanation : explanations()) {
    std::string name = explanation.code + ".md";
    EXPECT_EQ(contents(folder / name), errorPage(explanation)) << name << ": " << kCure;
    EXPECT_TRUE(wanted.insert(name).second) << name << " twice";
  }
  EXPECT_EQ(contents(folder / "README.md"), errorIndex(explanations())) << kCure;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(wanted.contains(entry.path().filename().string())) << entry.path();
}

TEST(ErrorPagesTest, ExamplesShowTheirCode) {
  const std::set<std::string> tooLarge{"X0002", "X0014", "X0027", "X0041", "X0042", "X0043"};
  for (const Explanation &explanation : explanations()) {
    if (!dsl::findCode(explanation.code))
      continue;
    EXPECT_EQ(explanation.picture.empty(), tooLarge.contains(explanation.code)) << explanation.code;
    if (!explanation.picture.empty())
      EXPECT_NE(explanation.picture.find("[" + explanation.code + "]"), std::string::npos)
          << explanation.picture;
  }
}

} // namespace
} // namespace xphi::command
