// Imports: which definitions are seen, and what is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Programs.h"

#include "dsl/Limits.h"
#include "dsl/disk/DiskLoader.h"
#include "dsl/disk/RegularFile.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sys/stat.h>

namespace xphi::dsl {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

ParseResult readFiles(const Files &files, const std::string &main) {
  return analyse({"main.phi", main}, &lib::library(), [&](std::string_view path, auto) {
    auto file = files.find(path);
    return ImportedText{std::string(path),
                        file == files.end() ? std::nullopt : std::optional(file->second)};
  });
}

std::string closureOf(const Files &files, const std::string &main) {
  ParseResult result = readFiles(files, main);
  return result ? closure(*result.program, result.program->entry()) : result.render();
}

TEST(ImportTest, DefinitionsOfAnImportedFileCanBeCalled) {
  Files files{{"a.phi", "/// Twice.\ndef twice(x) = helper(x) * 2\ndef helper(x) = x\n"}};
  EXPECT_EQ(closureOf(files, "import \"a.phi\"\ndef f(x) = twice(x) + helper(x)"),
            "def helper(x) = x\ndef twice(x) = helper(x) * 2\ndef f(x) = twice(x) + helper(x)\n");
  EXPECT_EQ(closureOf(files, "import \"a.phi\"\ntwice(x)"),
            "def helper(x) = x\ndef twice(x) = helper(x) * 2\ndef f(x) = twice(x)\n");
}

TEST(ImportTest, ImportsOfAnImportedFileAreNotSeen) {
  Files files{{"a.phi", "import \"b.phi\"\ndef a(x) = b(x)"}, {"b.phi", "def b(x) = x + 1"}};
  EXPECT_EQ(closureOf(files, "import \"a.phi\"\na(x)"),
            "def b(x) = x + 1\ndef a(x) = b(x)\ndef f(x) = a(x)\n");
  EXPECT_EQ(codes(readFiles(files, "import \"a.phi\"\nb(x)")), Codes{Code::UnknownFunction});
}

TEST(ImportTest, AFileReachedTwiceIsOneFile) {
  Files files{{"a.phi", "import \"c.phi\"\ndef a(x) = c(x)"},
              {"b.phi", "import \"c.phi\"\ndef b(x) = c(x)"},
              {"c.phi", "def c(x) = silu(x)"}};
  std::string text = closureOf(files, "import \"a.phi\"\nimport \"b.phi\"\na(x) + b(x) + silu(x)");
  EXPECT_EQ(text.find("c_2"), std::string::npos) << text;
  EXPECT_EQ(text.find("silu_2"), std::string::npos) << text;
}

TEST(ImportTest, AFileImportedTwiceIsOneMistake) {
  Files files{{"a.phi", "def a(x) = x\ndef b(x) = x\ndef c(x) = x"}};
  EXPECT_EQ(codes(readFiles(files, "import \"a.phi\"\nimport \"a.phi\"\na(x)")),
            Codes{Code::ImportClash});
}

TEST(ImportTest, HiddenNamesDoNotMeet) {
  Files files{{"a.phi", "import \"h1.phi\"\ndef a(x) = h(x)"},
              {"b.phi", "import \"h2.phi\"\ndef b(x) = h(x)"},
              {"h1.phi", "def h(x) = x + 1"},
              {"h2.phi", "def h(x) = x + 2"}};
  EXPECT_EQ(closureOf(files, "import \"a.phi\"\nimport \"b.phi\"\ndef h(x) = x\n"
                             "def f(x) = a(x) + b(x) + h(x)"),
            "def h_2(x) = x + 1\ndef a(x) = h_2(x)\ndef h_3(x) = x + 2\ndef b(x) = h_3(x)\n"
            "def h(x) = x\ndef f(x) = a(x) + b(x) + h(x)\n");
}

TEST(ImportTest, ImportedNamesHideTheLibrary) {
  Files files{{"a.phi", "def silu(x) = x"}};
  EXPECT_EQ(closureOf(files, "import \"a.phi\"\nsilu(x)"), "def silu(x) = x\ndef f(x) = silu(x)\n");
}

TEST(ImportTest, EveryMistakeHasItsCode) {
  Files files{{"a.phi", "def a(x) = x"},
              {"b.phi", "def a(x) = 2 * x"},
              {"self.phi", "import \"self.phi\"\ndef s(x) = x"},
              {"one.phi", "import \"two.phi\"\ndef one(x) = x"},
              {"two.phi", "import \"one.phi\"\ndef two(x) = x"},
              {"main.phi", "def m(x) = x"},
              {"empty.phi", "# nothing\n"}};
  auto found = [&](const char *main) { return codes(readFiles(files, main)); };
  EXPECT_EQ(found("import \"no.phi\"\nno(x)"), Codes{Code::BadImport});
  EXPECT_EQ(found("import \"a.phi\"\nimport \"b.phi\"\na(x)"), Codes{Code::ImportClash});
  EXPECT_EQ(found("import \"a.phi\"\nimport \"a.phi\"\na(x)"), Codes{Code::ImportClash});
  EXPECT_EQ(found("import \"a.phi\"\ndef a(x) = x"), Codes{Code::ImportClash});
  EXPECT_EQ(found("import \"self.phi\"\ns(x)"), Codes{Code::ImportCircle});
  EXPECT_EQ(found("import \"one.phi\"\none(x)"), Codes{Code::ImportCircle});
  EXPECT_EQ(found("import \"main.phi\"\nm(x)"), Codes{Code::ImportCircle});
  EXPECT_EQ(found("import \"empty.phi\"\nx"), Codes{Code::EmptyProgram});
  EXPECT_EQ(found("import \"a.phi"), (Codes{Code::EmptyProgram, Code::UnclosedText}));
  EXPECT_EQ(found("import a\nx"), Codes{Code::UnexpectedToken});
  EXPECT_EQ(found("import \"\"\nx"), Codes{Code::UnexpectedToken});
  EXPECT_EQ(found("import \"a.phi\""), Codes{Code::EmptyProgram});
  EXPECT_EQ(found("def f(x) = x\nimport \"a.phi\""), Codes{Code::UnexpectedToken});
  EXPECT_EQ(found("x\nimport \"a.phi\""), Codes{Code::UnexpectedToken});
  EXPECT_EQ(codes(read("import \"a.phi\"\nx")), Codes{Code::BadImport});
}

TEST(ImportTest, MistakesInsideShowTheirOwnFile) {
  Files files{{"a.phi", "# comment\ndef a(x) = tahn(x)"}};
  EXPECT_EQ(
      readFiles(files, "import \"a.phi\"\na(x) + zz").render(),
      "a.phi:2:12: error: unknown function 'tahn' [X0008]\n"
      "  2 | def a(x) = tahn(x)\n"
      "    |            ^~~~\n"
      "help: did you mean 'tanh'?\n"
      "note: imported by main.phi:1\n"
      "main.phi:2:8: error: unknown name 'zz' [X0007]\n"
      "  2 | a(x) + zz\n"
      "    |        ^~\n"
      "help: in a bare expression the input is `x`; for others write `def f(x, y; a = 1) = ...`\n");
}

TEST(ImportTest, CirclesShowTheirWay) {
  Files files{{"a.phi", "import \"b.phi\"\ndef a(x) = b(x)"},
              {"b.phi", "import \"a.phi\"\ndef b(x) = a(x)"}};
  EXPECT_EQ(readFiles(files, "import \"a.phi\"\na(x)").render(),
            "b.phi:1:8: error: 'a.phi' imports itself [X0039]\n"
            "  1 | import \"a.phi\"\n"
            "    |        ^~~~~~~\n"
            "note: 'a.phi' imports 'b.phi'\n"
            "help: move what both need into a file of its own\n"
            "note: imported by a.phi:1\n");
}

TEST(ImportTest, AHundredFilesAndNotOneMore) {
  auto chain = [](uint32_t count) {
    Files files;
    for (uint32_t i = 1; i <= count; ++i) {
      std::string n = std::to_string(i), next = std::to_string(i + 1);
      files[n] = i == count ? "def f" + n + "(x) = x"
                            : "import \"" + next + "\"\ndef f" + n + "(x) = f" + next + "(x)";
    }
    return files;
  };
  EXPECT_TRUE(readFiles(chain(kMaxImportedFiles), "import \"1\"\nf1(x)"));
  EXPECT_EQ(codes(readFiles(chain(kMaxImportedFiles + 1), "import \"1\"\nf1(x)")),
            Codes{Code::TooManyFiles});
}

TEST(ImportTest, LibraryFilesWithHelpersOfOneNameKeepTheirMeaning) {
  constexpr LibraryFile files[] = {{"one", "def help(x) = x + 1\ndef one(x) = help(x)"},
                                   {"two", "def help(x) = x + 2\ndef two(x) = help(x)"}};
  Library library(files);
  ParseResult result = analyse({"t.phi", "one(x) * two(x)"}, &library);
  ASSERT_TRUE(result) << result.render();
  EXPECT_EQ(closure(*result.program, result.program->entry()),
            "def help(x) = x + 1\ndef one(x) = help(x)\ndef help_2(x) = x + 2\n"
            "def two(x) = help_2(x)\ndef f(x) = one(x) * two(x)\n");
}

TEST(ImportTest, PathsOnDiskAreRelativeToTheImportingFile) {
  std::string pattern = testing::TempDir() + "xphi-import-test-XXXXXX";
  std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::filesystem::create_directory(folder / "sub");
  std::ofstream(folder / "main.phi") << "import \"sub/a.phi\"\ndef f(x) = a(x)";
  std::ofstream(folder / "sub/a.phi") << "import \"../b.phi\"\ndef a(x) = b(x)";
  std::ofstream(folder / "b.phi") << "def b(x) = x + 1";
  std::string name = (folder / "main.phi").string();
  FileLoader loader = loaderOf(folder);
  ParseResult result = analyse({name, *loader("main.phi", "").text}, nullptr, loader);
  EXPECT_TRUE(result) << result.render();
  EXPECT_FALSE(loader("sub", name).text);
  EXPECT_FALSE(loader("missing.phi", name).text);
  std::filesystem::remove_all(folder);
}

TEST(ImportTest, NothingOutsideTheRootIsReadOrShown) {
  std::string pattern = testing::TempDir() + "xphi-import-test-XXXXXX";
  std::filesystem::path folder = ::mkdtemp(pattern.data()), root = folder / "root";
  std::filesystem::create_directories(root / "sub");
  constexpr const char *secret = "root:secret:0";
  for (const char *name : {"shadow", "shadow.phi", "rootlike.phi"})
    std::ofstream(folder / name) << secret;
  std::filesystem::create_directory(folder / "root2");
  std::ofstream(folder / "root2/a.phi") << secret;
  std::ofstream(root / "notes.txt") << secret;
  std::filesystem::create_symlink(folder / "shadow.phi", root / "link.phi");
  std::filesystem::create_symlink(folder, root / "up");
  ASSERT_EQ(::mkfifo((root / "pipe.phi").c_str(), 0600), 0);
  std::filesystem::create_directory(root / "folder.phi");
  std::filesystem::create_symlink("/dev/zero", root / "zero.phi");
  std::ofstream(root / "sub/good.phi") << "def good(x) = x";
  std::ofstream(root / "sub/bad.phi") << "import \"../../shadow.phi\"\ndef bad(x) = x";

  std::string outside = folder.string();
  for (const std::string &path :
       {std::string("../shadow"), std::string("../shadow.phi"), outside + "/shadow.phi",
        std::string("sub/../../shadow.phi"), std::string("link.phi"), std::string("up/shadow.phi"),
        std::string("../root2/a.phi"), std::string("/etc/passwd"), std::string("notes.txt"),
        std::string("pipe.phi"), std::string("folder.phi"), std::string("zero.phi"),
        std::string("sub/bad.phi"), std::string("/dev/stdin")})
    // Whatever the text is called, also as if it lay where the file is.
    for (const std::string &name : {std::string("<expression>"), outside + "/x.phi",
                                    std::string("/etc/x.phi"), (root / "sub/good.phi").string()}) {
      ParseResult result =
          analyse({name, "import \"" + path + "\"\nx"}, nullptr, loaderOf(root.string()));
      EXPECT_EQ(codes(result).front(), Code::BadImport) << path;
      EXPECT_EQ(result.render().find("secret"), std::string::npos) << result.render();
      ParseResult without = analyse({name, "import \"" + path + "\"\nx"});
      EXPECT_EQ(codes(without), Codes{Code::BadImport}) << path;
    }
  for (const char *path : {"sub/good.phi", "./sub/good.phi", "sub/../sub/good.phi"})
    EXPECT_TRUE(analyse({"/etc/x.phi", std::string("import \"") + path + "\"\ngood(x)"}, nullptr,
                        loaderOf(root.string())))
        << path;
  EXPECT_TRUE(analyse({"t.phi", "import \"" + (root / "sub/good.phi").string() + "\"\ngood(x)"},
                      nullptr, loaderOf(root.string())));
  std::filesystem::remove_all(folder);
}

TEST(ImportTest, OnlySoMuchOfAFileIsRead) {
  std::string pattern = testing::TempDir() + "xphi-import-test-XXXXXX";
  std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "huge.phi") << "x";
  std::filesystem::resize_file(folder / "huge.phi", uint64_t(5) << 30); // sparse
  FileContents huge = readRegularFile(folder / "huge.phi", 1000);
  EXPECT_EQ(huge.bytes->size(), 1000u);
  EXPECT_EQ(huge.size, uint64_t(5) << 30);
  EXPECT_EQ(codes(analyse({"t.phi", "import \"huge.phi\"\nx"}, nullptr, loaderOf(folder))),
            Codes{Code::SourceTooLarge});
  EXPECT_EQ(*readRegularFile("/proc/self/comm", 3).bytes, "xph") << "whose size is said to be 0";
  for (const char *path : {"/dev/zero", "/dev/null", "/", "/no/such/file"})
    EXPECT_FALSE(readRegularFile(path, 10).bytes) << path;
  std::filesystem::remove_all(folder);
}

} // namespace
} // namespace xphi::dsl
