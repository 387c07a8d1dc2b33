// A host with a decimal comma and points between thousands, in C's locale and in C++'s: what is
// read, printed, compiled and kept is what it is without.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <locale>
#include <sstream>
#include <string>
#include <vector>

namespace xphi::test {
namespace {

namespace fs = std::filesystem;

/// Of C++, where no locale has to be installed.
struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

/// A file as glibc's localedef makes it, since machines that run tests have no locales: a number
/// for the category, so many strings, where each begins, the strings.
std::string numericCategory() {
  const std::string_view parts[] = {{",\0", 2},     {".\0", 2},     {"\3\3\0", 3},
                                    {",\0\0\0", 4}, {".\0\0\0", 4}, {"UTF-8\0", 6}};
  std::vector<std::uint32_t> head{0x20031115U ^ LC_NUMERIC, std::uint32_t(std::size(parts))};
  std::string strings;
  const std::size_t start = 4 * (head.size() + std::size(parts));
  for (const std::string_view part : parts) {
    strings.resize((strings.size() + 3) / 4 * 4);
    head.push_back(std::uint32_t(start + strings.size()));
    strings += part;
  }
  std::string bytes(start, '\0');
  std::memcpy(bytes.data(), head.data(), start);
  return bytes + strings;
}

class LocaleTest : public testing::Test {
protected:
  LocaleTest() {
    std::string pattern = (fs::temp_directory_path() / "xphi-locale-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    fs::create_directories(root / "comma");
    std::ofstream(root / "comma" / "LC_NUMERIC", std::ios::binary) << numericCategory();
  }
  ~LocaleTest() override {
    std::setlocale(LC_ALL, "C");
    std::locale::global(std::locale::classic());
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }

  /// From here on this process has commas; skips the test if its C library has other files.
  bool setCommas() const {
    ::setenv("LOCPATH", root.c_str(), 1);
    std::locale::global(std::locale(std::locale::classic(), new Comma));
    std::ostringstream stream;
    stream << 1234.5;
    EXPECT_EQ(stream.str(), "1.234,5");
    if (!std::setlocale(LC_NUMERIC, "comma"))
      return false;
    char text[16];
    std::snprintf(text, sizeof text, "%.1f", 1.5);
    EXPECT_STREQ(text, "1,5");
    EXPECT_EQ(std::strtod("1.5", nullptr), 1);
    return true;
  }

  Options options() const {
    Options chosen;
    chosen.compilerLibrary = XPHI_REAL_COMPILER;
    chosen.compileSeconds = 60;
    chosen.cacheDirectory = root / "cache";
    return chosen;
  }

  fs::path root;
};

constexpr const char *text =
    "def odd(x; a = 0.12345, s: channel = 1234567.5) = "
    "if x > 0.001 then tanh(0.7 * x) + a / 3 else s * 1e-7 * exp(-x) * 1.0000001";
constexpr const char *kinds[] = {
    "object", "header", "shared", "llvm",     "asm",  "c",          "cpp",          "cuda",
    "halide", "mlir",   "triton", "artifact", "diff", "stage:xphi", "stage:approx", "stage:body"};

/// All that is said of programs, right and wrong.
std::vector<std::string> everySaying(const Options &options) {
  std::vector<std::string> all;
  const auto say = [&](const auto &result) {
    all.push_back(result ? "" : result.error().code() + ": " + result.error().render());
  };
  Engine engine(options);
  const Result<Kernel> kernel = engine.compile(text, {.accuracy = Accuracy::ulp(2.5)});
  say(kernel);
  if (kernel) {
    all.push_back(kernel->certificate().text());
    all.push_back(kernel->program());
    for (const Parameter &parameter : kernel->parameters())
      all.push_back(parameter.name + (parameter.defaultValue == 0.12345F     ? " a"
                                      : parameter.defaultValue == 1234567.5F ? " s"
                                                                             : " wrong"));
    std::vector<float> y(3);
    say(kernel->forward(std::vector<float>{-0.5F, 0.5F, 2.5F}, y));
    for (const float each : y) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &each, sizeof bits);
      all.push_back(std::to_string(bits));
    }
    std::vector<float> wrong(2);
    say(kernel->forward(std::vector<float>(12345), wrong));
  }
  for (const char *what : {"x * (0.5", "x *** 1.5", "def f(x; a = 1.5) = a ** x", "gelo(x)",
                           "0,5 * x", "clamp(x, 1234567.25, 0.5)", "round(0.5 * x)"})
    say(engine.compile(what));
  say(engine.compile("gelu", {.accuracy = Accuracy::ulp(0.25)}));
  say(engine.compile("gelu", {.order = 1234567}));
  Options hasty = options;
  hasty.cacheDirectory.clear();
  hasty.compileSeconds = 0.0015;
  say(Engine(hasty).compile("sin(x) * 1.25 + erf(x) * tanh(x) * exp(-x)"));
  for (const char *name : {"ulp:2.5", "ulp:2,5"})
    all.emplace_back(Accuracy::named(name) ? "a tier" : "no tier");
  return all;
}

TEST_F(LocaleTest, AProgramIsReadCompiledAndToldOfAsWithoutCommas) {
  const auto emitAll = [&] {
    std::vector<std::string> all;
    Engine engine(options());
    for (const char *kind : kinds) {
      const Result<std::string> made = engine.emit(text, kind);
      all.push_back(made ? *made : made.error().render());
      EXPECT_TRUE(made || std::string_view(kind) == "diff") << kind << made.error().render();
    }
    return all;
  };
  const std::vector<std::string> plain = emitAll(), said = everySaying(options());
  if (!setCommas())
    GTEST_SKIP() << "this C library has other files of locales";
  const std::vector<std::string> commas = emitAll(), saidNow = everySaying(options());
  for (std::size_t i = 0; i < std::size(kinds); ++i)
    EXPECT_TRUE(commas[i] == plain[i]) << kinds[i] << ":\n" << commas[i].substr(0, 3000);
  ASSERT_EQ(saidNow.size(), said.size());
  for (std::size_t i = 0; i < said.size(); ++i)
    EXPECT_EQ(saidNow[i], said[i]);
}

TEST_F(LocaleTest, TheCacheHasOneKeyForBoth) {
  ASSERT_TRUE(Engine(options()).compile(text));
  if (!setCommas())
    GTEST_SKIP() << "this C library has other files of locales";
  const Result<Kernel> there = Engine(options()).compile(text);
  ASSERT_TRUE(there) << there.error().render();
  EXPECT_EQ(there->origin(), Origin::Disk);
  // And what is written with commas is read without.
  const std::string other = std::string("# another\n") + "def odd(x) = 0.125 * tanh(1.5 * x)";
  ASSERT_TRUE(Engine(options()).compile(other));
  std::setlocale(LC_ALL, "C");
  std::locale::global(std::locale::classic());
  EXPECT_EQ(Engine(options()).compile(other)->origin(), Origin::Disk);
}

TEST_F(LocaleTest, WhatIsInterpretedIsTheSame) {
  const auto interpreted = [&](const std::string &what) {
    Options alone = options();
    alone.cacheDirectory.clear();
    Engine engine(alone);
    const Result<Kernel> kernel = engine.compileLater(what);
    EXPECT_TRUE(kernel) << kernel.error().render();
    std::vector<float> x{-2.5F, -0.125F, 0.0F, 0.75F, 1234.5F}, y(x.size());
    EXPECT_TRUE(kernel->forward(x, y));
    return y;
  };
  const std::vector<float> plain = interpreted(text);
  if (!setCommas())
    GTEST_SKIP() << "this C library has other files of locales";
  EXPECT_EQ(interpreted(text), plain);
}

} // namespace
} // namespace xphi::test
