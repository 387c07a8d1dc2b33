// Every wrong program gives the codes of its heading and the picture below it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WrongPrograms.h"

#include <gtest/gtest.h>

#include <set>

namespace xphi::dsl {
namespace {

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> all;
  for (const auto &entry : std::filesystem::directory_iterator(XPHI_WRONG_PROGRAMS))
    if (entry.path().extension() == ".wrong")
      all.push_back(entry.path());
  return all;
}

TEST(WrongProgramsTest, EveryProgramGivesItsCodesAndItsPicture) {
  size_t count = 0;
  std::set<std::string> programs, codes;
  for (const std::filesystem::path &file : files()) {
    for (const WrongProgram &program : readWrongPrograms(file)) {
      SCOPED_TRACE(file.filename().string() + ": " + program.heading);
      ParseResult result = program.read();
      EXPECT_EQ(codesOf(result), program.codes());
      EXPECT_EQ(result.render(), program.expected);
      EXPECT_TRUE(programs.insert(program.written).second) << "there are two of it";
      for (const Diagnostic &diagnostic : result.diagnostics)
        codes.insert(codeId(diagnostic.code));
      ++count;
    }
  }
  EXPECT_GE(count, 150u);
  for (const CodeInfo &row : languageCodes())
    EXPECT_TRUE(codes.contains(codeId(row.code))) << codeId(row.code) << " has no wrong program";
  RecordProperty("programs", static_cast<int>(count));
}

} // namespace
} // namespace xphi::dsl
