// Diagnostics: the exact pictures.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include <set>

namespace xphi::dsl {
namespace {

TEST(DiagnosticTest, ShowsTheLineTheRangeAndASuggestion) {
  EXPECT_EQ(readWithLibrary("# my own\ndef f(x) = x * tahn(x)\n").render(),
            "t.phi:2:16: error: unknown function 'tahn' [X0008]\n"
            "  2 | def f(x) = x * tahn(x)\n"
            "    |                ^~~~\n"
            "help: did you mean 'tanh'?\n");
}

TEST(DiagnosticTest, PointsBehindTheLastWordForWhatIsMissing) {
  EXPECT_EQ(readWithLibrary("def f(x) = gelu((x + 1)\n\ndef g(x) = x\n").render(),
            "t.phi:1:24: error: expected ')', found the end of the definition [X0010]\n"
            "  1 | def f(x) = gelu((x + 1)\n"
            "    |                        ^\n"
            "t.phi:1:16: note: to close this '('\n"
            "  1 | def f(x) = gelu((x + 1)\n"
            "    |                ^\n");
}

TEST(DiagnosticTest, ShowsTheDefinitionThatACallDoesNotFit) {
  EXPECT_EQ(read("def g(x; a = 1) = x\ndef f(x) = g(x, 2)").render(),
            "t.phi:2:12: error: 'g' takes 1 input, found 2 [X0009]\n"
            "  2 | def f(x) = g(x, 2)\n"
            "    |            ^~~~~~~\n"
            "t.phi:1:5: note: it is defined here\n"
            "  1 | def g(x; a = 1) = x\n"
            "    |     ^\n"
            "help: call it as `g(x; a = 1)`\n");
}

TEST(DiagnosticTest, ShowsTheWayOfARecursion) {
  EXPECT_EQ(read("def a(x) = b(x)\ndef b(x) = 2 * a(x)").render(),
            "t.phi:2:16: error: 'a' calls itself through 'b' [X0011]\n"
            "  2 | def b(x) = 2 * a(x)\n"
            "    |                ^\n"
            "t.phi:1:12: note: 'a' calls 'b' here\n"
            "  1 | def a(x) = b(x)\n"
            "    |            ^\n"
            "help: a definition becomes one fixed sequence of operations: write the steps out\n");
}

TEST(DiagnosticTest, CountsCharactersAndAlignsByWidth) {
  EXPECT_EQ(
      read("# φ\nΦ(x) + 中(x) + yy").render(),
      "t.phi:2:8: error: unexpected character '中' [X0004]\n"
      "  2 | Φ(x) + 中(x) + yy\n"
      "    |        ^~\n"
      "t.phi:2:15: error: unknown name 'yy' [X0007]\n"
      "  2 | Φ(x) + 中(x) + yy\n"
      "    |                ^~\n"
      "help: in a bare expression the input is `x`; for others write `def f(x, y; a = 1) = ...`\n");
}

TEST(DiagnosticTest, WidensTabsAndHidesControlCharacters) {
  EXPECT_EQ(
      read("\tx + y").render(),
      "t.phi:1:6: error: unknown name 'y' [X0007]\n"
      "  1 |     x + y\n"
      "    |         ^\n"
      "help: in a bare expression the input is `x`; for others write `def f(x, y; a = 1) = ...`\n");
  EXPECT_EQ(read("x + \x1b[31m").render(),
            "t.phi:1:5: error: this is not a text: byte 0x1b is a control character [X0003]\n"
            "  1 | x + \xef\xbf\xbd[31m\n"
            "    |     ^\n"
            "help: programs are UTF-8 text; check that this is the file you meant\n");
}

TEST(DiagnosticTest, AnEmptyTextIsPointedAtToo) {
  EXPECT_EQ(read("").render(),
            "t.phi:1:1: error: there is no expression and no definition here [X0001]\n"
            "  1 | \n"
            "    | ^\n"
            "help: write an expression in x, such as `x * Phi(x)`, or `def f(x) = ...`\n");
}

TEST(DiagnosticTest, CutsLongLinesAroundTheRange) {
  std::string rendered = read(repeat("x + ", 100) + "yyy" + repeat(" + x", 100)).render();
  std::vector<std::string> lines;
  for (size_t at = 0; at < rendered.size();) {
    size_t end = rendered.find('\n', at);
    lines.push_back(rendered.substr(at, end - at));
    at = end + 1;
  }
  ASSERT_GE(lines.size(), 3u);
  EXPECT_EQ(lines[1].substr(0, 9), "  1 | …");
  EXPECT_LT(lines[1].size(), 120u);
  // The ellipsis is three bytes and one column.
  EXPECT_EQ(lines[1].find("yyy") - 2, lines[2].find("^~~"));
}

TEST(DiagnosticTest, ColoursOnRequest) {
  std::string rendered = read("y").render({.color = true});
  EXPECT_NE(rendered.find("\x1b[1;31merror: \x1b[0m"), std::string::npos);
  EXPECT_EQ(read("y").render().find('\x1b'), std::string::npos);
}

TEST(DiagnosticTest, SaysWhyInEveryCode) {
  std::set<Code> seen;
  for (const CodeInfo &row : languageCodes()) {
    EXPECT_TRUE(seen.insert(row.code).second);
    EXPECT_LT(static_cast<int>(row.code), 1000);
    EXPECT_GE(row.explanation.size(), 40u) << codeId(row.code);
    EXPECT_EQ(findCode(codeId(row.code)), &row);
  }
  EXPECT_EQ(codeId(Code::UnknownName), "X0007");
  EXPECT_EQ(findCode("X0999"), nullptr);
  EXPECT_EQ(findCode("7"), nullptr);
}

TEST(DiagnosticTest, AbsurdNamesAreCut) {
  std::string rendered = read(repeat("z", 1000)).render();
  EXPECT_LT(rendered.size(), 500u);
  EXPECT_NE(rendered.find("…'"), std::string::npos);
}

} // namespace
} // namespace xphi::dsl
