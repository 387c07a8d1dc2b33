// The way of a kernel: compiled once, then from memory or disk; and what can go wrong.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <algorithm>
#include <xmmintrin.h>

namespace xphi::test {
namespace {

class EngineTest : public Sandbox {};

TEST_F(EngineTest, CompilesThenFindsInMemoryThenOnDisk) {
  Engine first(options());
  const int before = compilerCalls();
  const auto compiled = first.compile("x * 3");
  ASSERT_OK(compiled);
  EXPECT_EQ(compiled->origin(), Origin::Compiled);
  EXPECT_EQ(compiled->timings(), "{\"fake\":0.5}");
  EXPECT_EQ(atOne(*compiled), 3);

  const auto again = first.compile("x * 3");
  ASSERT_OK(again);
  EXPECT_EQ(again->origin(), Origin::Memory);

  Engine second(options());
  const auto cached = second.compile("x * 3");
  ASSERT_OK(cached);
  EXPECT_EQ(cached->origin(), Origin::Disk);
  EXPECT_EQ(atOne(*cached), 3);
  EXPECT_EQ(compilerCalls(), before + 1);
}

TEST_F(EngineTest, LayoutAndCommentsDoNotMakeAnotherKernel) {
  Engine engine(options());
  ASSERT_OK(engine.compile("x * 3"));
  const auto same = engine.compile("  ( x*3.0 )  # three times");
  ASSERT_OK(same);
  EXPECT_EQ(same->origin(), Origin::Memory) << same->program();
}

TEST_F(EngineTest, OrderBackwardAndTargetMakeOtherKernels) {
  Engine engine(options());
  CompileOptions second, forwardOnly, narrow;
  second.order = 2;
  forwardOnly.backward = false;
  narrow.target = "x86-64-v3";
  for (const CompileOptions &each : {CompileOptions(), second, forwardOnly}) {
    const auto kernel = engine.compile("x * 3", each);
    ASSERT_OK(kernel);
    EXPECT_EQ(kernel->origin(), Origin::Compiled);
    EXPECT_EQ(kernel->order(), each.order);
    EXPECT_EQ(kernel->hasBackward(), each.backward);
    EXPECT_EQ(kernel->target(), *hostTarget());
  }
  EXPECT_EQ(engine.compile("x * 3", narrow)->target(), "x86-64-v3");
}

TEST_F(EngineTest, ChoosesADefinition) {
  Engine engine(options());
  const char *text = "def a(x) = x * 2\ndef b(x; shift = 0.5) = x * 3\n";
  const auto last = engine.compile(text);
  ASSERT_OK(last);
  EXPECT_EQ(last->name(), "b");
  ASSERT_EQ(last->parameters().size(), 1u);
  EXPECT_EQ(last->parameters()[0].name, "shift");
  EXPECT_EQ(last->parameters()[0].defaultValue, 0.5f);
  CompileOptions chosen;
  chosen.function = "a";
  const auto first = engine.compile(text, chosen);
  ASSERT_OK(first);
  EXPECT_EQ(first->name(), "a");
  EXPECT_EQ(atOne(*first), 2);
  chosen.function = "c";
  EXPECT_CODE(engine.compile(text, chosen), "X2008");
}

TEST_F(EngineTest, WritesTheDoubleBackwardPass) {
  Engine engine(options());
  const auto kernel = engine.compileDoubleBackward(
      "def helper(x) = x * 2\ndef f(a, dy; p: channel = 1.5, q = 2) = helper(a) + dy * p * q");
  ASSERT_OK(kernel);
  EXPECT_NE(kernel->program().find("def f_double_backward(a, dy, dy_, v_a, v_dy; "
                                   "p: channel = 1.5, q = 2) ="),
            std::string::npos)
      << kernel->program();
  EXPECT_NE(kernel->program().find("diff(f(a, dy; p = p, q = q), a)"), std::string::npos)
      << kernel->program();
  const std::vector<std::string> gradients(kernel->gradientNames().begin(),
                                           kernel->gradientNames().end());
  EXPECT_EQ(gradients, (std::vector<std::string>{"a", "dy", "dy_"}));

  EXPECT_EQ(engine.compileDoubleBackward("x * 3")->name(), "f_double_backward");
  EXPECT_CODE(engine.compileDoubleBackward("x * ("), "X0006");
  CompileOptions wrong;
  wrong.order = 1;
  EXPECT_CODE(engine.compileDoubleBackward("x * 3", wrong), "X2027");
}

TEST_F(EngineTest, AFunctionBuiltInCppIsTheOneOfItsText) {
  Engine engine(options());
  const Expression x = input("x"), shift = parameter("shift", 0.5);
  ASSERT_OK(engine.compile("def f(x; shift = 0.5) = shift + x * 3"));
  const auto built = engine.compile(shift + x * 3);
  ASSERT_OK(built);
  EXPECT_EQ(built->origin(), Origin::Memory) << built->program();
  EXPECT_EQ(engine.compile(Function("g", {x}, x * 7))->name(), "g");
  EXPECT_FALSE(engine.compile(input("not a name") * 2));
}

TEST_F(EngineTest, TakesLibraryNames) {
  Engine engine(options());
  const auto kernel = engine.compile("gelu");
  ASSERT_OK(kernel);
  EXPECT_EQ(kernel->name(), "gelu");
}

TEST_F(EngineTest, ShowsWhereAProgramIsWrong) {
  Engine engine(options());
  CompileOptions named;
  named.fileName = "mine.phi";
  const auto wrong = engine.compile("x * Phii(x)", named);
  ASSERT_FALSE(wrong);
  const Error &error = wrong.error();
  ASSERT_EQ(error.diagnostics().size(), 1u);
  const Diagnostic &place = error.diagnostics()[0];
  EXPECT_EQ(place.file, "mine.phi");
  EXPECT_EQ(place.line, 1u);
  EXPECT_EQ(place.column, 5u);
  EXPECT_EQ(place.endColumn, 9u);
  EXPECT_EQ(error.code(), place.code);
  EXPECT_NE(error.render().find("mine.phi:1:5"), std::string::npos);
  EXPECT_EQ(error.render().find('\033'), std::string::npos);
  EXPECT_NE(error.render(true).find('\033'), std::string::npos);
}

TEST_F(EngineTest, ImportsOnlyFromTheRootThatIsNamed) {
  Engine engine(options());
  std::filesystem::create_directories(root / "program");
  writeFile(root / "program/part.phi", "def part(x) = x * 2");
  writeFile(root / "shadow.phi", "root:secret:0");
  for (const std::string &name : {std::string("<expression>"), (root / "program/main.phi").string(),
                                  (root / "main.phi").string(), std::string("/etc/main.phi")}) {
    CompileOptions wanted;
    wanted.fileName = name;
    EXPECT_CODE(engine.compile("import \"part.phi\"\npart(x)", wanted), "X0038");
    wanted.importRoot = root / "program";
    ASSERT_OK(engine.compile("import \"part.phi\"\npart(x)", wanted));
    for (const std::string &path : {std::string("../shadow.phi"), (root / "shadow.phi").string()}) {
      const auto outside = engine.compile("import \"" + path + "\"\nx", wanted);
      EXPECT_CODE(outside, "X0038");
      EXPECT_EQ(outside.error().render().find("secret"), std::string::npos);
    }
  }
}

TEST_F(EngineTest, NothingInAMessageActsOnATerminal) {
  Engine engine(options());
  CompileOptions named;
  named.fileName = "\x1b]0;title\x07mine.phi";
  named.function = "g\x1b[2J\xc2\x9b";
  for (const char *text : {"x * Phii(x)", "def f(x) = x", "x # \x1b[31m", "x + \xc2\x9b"}) {
    const auto wrong = engine.compile(text, named);
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().render().find_first_of("\x1b\x07"), std::string::npos);
    EXPECT_EQ(wrong.error().render().find("\xc2\x9b"), std::string::npos);
  }
}

TEST_F(EngineTest, NoMistakeInAProgramReachesTheCompiler) {
  Engine engine(options());
  const int before = compilerCalls();
  for (const std::string &text : {std::string(), std::string("(x"), std::string("def f(x) = f(x)"),
                                  std::string(10000, '('), std::string("\0\xff\x80\x01", 4)})
    EXPECT_FALSE(engine.compile(text));
  EXPECT_EQ(compilerCalls(), before);
}

TEST_F(EngineTest, PassesTheCompilersErrorsOn) {
  Engine engine(options());
  const auto refused = engine.compile("x * 42");
  EXPECT_CODE(refused, "X1042");
  EXPECT_EQ(refused.error().message(), "refused on purpose");
  EXPECT_CODE(engine.compile("x * 43"), "X2007");
  EXPECT_CODE(engine.compile("x * 44"), "X2006");
  EXPECT_TRUE(entries().empty()) << "a kernel that does not load must not be kept";
  EXPECT_EQ(engine.cacheStatistics().misses, 3u);
}

TEST_F(EngineTest, SaysWhatToDoWithoutCompilerLibrary) {
  Options lacking = options();
  lacking.compilerLibrary = root / "nowhere.so";
  Engine engine(lacking);
  const auto missing = engine.compile("x * 3");
  EXPECT_CODE(missing, "X2001");
  EXPECT_NE(missing.error().message().find("Options::compilerLibrary"), std::string::npos);
  EXPECT_CODE(engine.compilerVersion(), "X2001");
  EXPECT_CODE(engine.emit("x", "asm"), "X2001");

  // What others compiled under that name is not theirs to serve.
  Engine builder(options());
  ASSERT_OK(builder.compile("x * 3"));
  EXPECT_CODE(engine.compile("x * 3"), "X2001");
}

TEST_F(EngineTest, RefusesALibraryThatIsNoCompiler) {
  Options wrong = options();
  wrong.compilerLibrary = FAKE_CUDA;
  Engine engine(wrong);
  EXPECT_CODE(engine.compile("x * 3"), "X2003");
}

TEST_F(EngineTest, KnowsItsTargets) {
  Engine engine(options());
  CompileOptions unknown;
  unknown.target = "vax";
  const auto refused = engine.compile("x * 3", unknown);
  EXPECT_CODE(refused, "X2004");
  EXPECT_NE(refused.error().message().find("x86-64-v4"), std::string::npos);
  const std::vector<std::string> names = targetNames();
  EXPECT_NE(std::find(names.begin(), names.end(), *hostTarget()), names.end());
}

TEST_F(EngineTest, EmitsForAnyTarget) {
  Engine engine(options());
  std::string timings;
  CompileOptions other;
  other.target = "x86-64-v3";
  const auto text = engine.emit("def twice(x) = x * 2", "asm", other, &timings);
  ASSERT_OK(text);
  EXPECT_EQ(*text, "asm of twice for x86-64-v3");
  EXPECT_EQ(timings, "{\"fake\":0.5}");
  EXPECT_EQ(*engine.emit("x * 2", "stage:ptx"), "stage:ptx of f for cuda-sm_80");
  EXPECT_CODE(engine.emit("x * 42", "asm"), "X1042");
  EXPECT_EQ(*engine.compilerVersion(), "fake compiler 1");
}

TEST_F(EngineTest, LeavesTheFloatingPointEnvironmentAlone) {
  const unsigned before = _mm_getcsr();
  Engine engine(options());
  const auto kernel = engine.compile("x * 46"); // its compiler switches flush-to-zero on
  ASSERT_OK(kernel);
  EXPECT_EQ(_mm_getcsr() & 0xffc0u, before & 0xffc0u);
  EXPECT_EQ(atOne(*kernel), 46);
  EXPECT_EQ(_mm_getcsr() & 0xffc0u, before & 0xffc0u);
}

TEST_F(EngineTest, KernelsOutliveTheirEngine) {
  std::vector<Kernel> kernels;
  {
    Engine engine(options());
    for (int scale = 2; scale != 12; ++scale)
      kernels.push_back(*engine.compile("x * " + std::to_string(scale)));
    engine.clearCache();
  }
  for (int scale = 2; scale != 12; ++scale)
    EXPECT_EQ(atOne(kernels[std::size_t(scale - 2)]), float(scale));
}

TEST_F(EngineTest, CountsAndClears) {
  Engine engine(options());
  ASSERT_OK(engine.compile("x * 2"));
  ASSERT_OK(engine.compile("x * 3"));
  ASSERT_OK(engine.compile("x * 3"));
  Engine other(options());
  ASSERT_OK(other.compile("x * 3"));

  const CacheStatistics first = engine.cacheStatistics(), second = other.cacheStatistics();
  EXPECT_EQ(first.directory, cache());
  EXPECT_EQ(first.entries, 2u);
  EXPECT_GT(first.bytes, 2000u);
  EXPECT_EQ(first.compiles, 2u);
  EXPECT_EQ(first.misses, 2u);
  EXPECT_EQ(first.memoryHits, 1u);
  EXPECT_EQ(second.diskHits, 1u);
  EXPECT_EQ(second.misses, 0u);
  EXPECT_EQ(second.totalCompiles, 2u);
  EXPECT_EQ(second.totalMisses, 2u);
  EXPECT_EQ(second.totalDiskHits, 1u);

  EXPECT_EQ(engine.clearCache(), 2u);
  const CacheStatistics cleared = engine.cacheStatistics();
  EXPECT_EQ(cleared.entries, 0u);
  EXPECT_EQ(cleared.totalCompiles, 0u);
  EXPECT_EQ(engine.compile("x * 3")->origin(), Origin::Compiled);
}

TEST_F(EngineTest, WhatTheCompilerRefusesIsAMissAndNoCompile) {
  Engine engine(options());
  for (const float scale : {scaleRefused, scaleSilent}) // with a code and without one
    EXPECT_FALSE(engine.compile("x * " + std::to_string(int(scale))));
  for (const bool filled : {false, true}) {
    const CacheStatistics now = engine.cacheStatistics();
    EXPECT_EQ(now.misses, filled ? 3u : 2u);
    EXPECT_EQ(now.totalMisses, now.misses);
    EXPECT_EQ(now.compiles, filled ? 1u : 0u);
    EXPECT_EQ(now.totalCompiles, now.compiles);
    ASSERT_OK(engine.compile("x * 3"));
  }
}

TEST_F(EngineTest, WorksWithoutACacheFolder) {
  Options memoryOnly = options();
  memoryOnly.cacheDirectory.clear();
  Engine engine(memoryOnly);
  EXPECT_EQ(engine.compile("x * 3")->origin(), Origin::Compiled);
  EXPECT_EQ(engine.compile("x * 3")->origin(), Origin::Memory);
  EXPECT_EQ(engine.clearCache(), 0u);
  EXPECT_EQ(engine.cacheStatistics().entries, 0u);
}

TEST(Options, EnvironmentIsReadOnlyOnRequest) {
  ::setenv("XPHI_CACHE_DIR", "/somewhere", 1);
  ::setenv("XPHI_COMPILER_LIBRARY", "/lib.so", 1);
  EXPECT_EQ(Options().cacheDirectory, "");
  EXPECT_EQ(Options::fromEnvironment().cacheDirectory, "/somewhere");
  EXPECT_EQ(Options::fromEnvironment().compilerLibrary, "/lib.so");
  EXPECT_EQ(Options::fromEnvironment().threads, 1u);
  ::setenv("XPHI_THREADS", "3", 1);
  EXPECT_EQ(Options::fromEnvironment().threads, 3u);
  ::setenv("XPHI_THREADS", "many", 1);
  EXPECT_EQ(Options::fromEnvironment().threads, 1u);
  ::unsetenv("XPHI_THREADS");
  ::setenv("XPHI_CACHE_DIR", "", 1);
  EXPECT_EQ(Options::fromEnvironment().cacheDirectory, "");
  ::unsetenv("XPHI_CACHE_DIR");
  ::unsetenv("XPHI_COMPILER_LIBRARY");
  ::setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(Options::fromEnvironment().cacheDirectory, "/xdg/xphi");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(Options::fromEnvironment().cacheDirectory, "/home/me/.cache/xphi");
  ::unsetenv("HOME");
  EXPECT_EQ(Options::fromEnvironment().cacheDirectory, "");
  ::unsetenv("XDG_CACHE_HOME");
}

} // namespace
} // namespace xphi::test
