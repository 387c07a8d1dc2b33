// Whatever lies in place of a loop template: it is not used, the kernel is right, it is made again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "RealCompiler.h"

#include "cache/Folder.h"

#include <algorithm>

namespace xphi::test {
namespace {

constexpr int loopWasKept = 50;

// Of a signature that is not usual: the loops of those are a part of the compiler library.
constexpr const char *ofFourInputs = "def f(a, b, c, d) = (a + b + c + d) * Phi(a + b + c + d)";

/// Forward and backward, and compares a value and a slope with known ones.
Outcome compileOfFour(const std::string &cacheDirectory) {
  Options options;
  options.cacheDirectory = cacheDirectory;
  options.compileSeconds = 120;
  const auto kernel = Engine(options).compile(ofFourInputs);
  if (!kernel)
    return OtherError;
  const float one = 1, none = 0;
  float y = 0, a = 0, b = 0, c = 0, d = 0;
  const bool called = kernel->forward({{&one, 1}, {&none, 1}, {&none, 1}, {&none, 1}}, {&y, 1}) &&
                      kernel->gradients({{&one, 1}, {&none, 1}, {&none, 1}, {&none, 1}}, {&one, 1},
                                        {{&a, 1}, {&b, 1}, {&c, 1}, {&d, 1}});
  bool isRight = called && std::abs(y - 0.8413447) < 1e-6;
  for (const float gradient : {a, b, c, d})
    isRight &= std::abs(gradient - 1.0833155) < 1e-6;
  return isRight ? Right : WrongNumber;
}

class LoopTest : public Sandbox {
protected:
  LoopTest() {
    EXPECT_EQ(compile(), Right);
    for (const auto &file : fs::directory_iterator(templates()))
      loops.push_back(file.path());
    EXPECT_EQ(loops.size(), 2u) << "one of forward, one of backward";
  }

  fs::path templates() const { return fs::path(cache()) / "templates"; }

  /// In a process that has no kernel of it; loopWasKept if Halide was not asked.
  int compile() const {
    for (const fs::path &entry : entries())
      fs::remove(entry);
    return inChild(
        [&] {
          const Outcome outcome = compileOfFour(cache());
          return outcome == Right && !isMapped("libHalide") ? loopWasKept : int(outcome);
        },
        240);
  }

  std::vector<fs::path> loops;
};

TEST_F(LoopTest, NothingPlantedIsUsedAndTheLoopIsMadeAgain) {
  const std::string genuine = contentsOf(loops[0]), other = contentsOf(loops[1]);
  const KeptFile kept = *decodeKept(genuine);
  auto plants = plantsFor(genuine, other, root / "elsewhere", genuine.size());
  // Each costs a process that opens Halide, and KeptFileTest has all lengths.
  std::erase_if(plants, [](const Plant &plant) {
    return plant.name.starts_with("without") || plant.name.starts_with("a length");
  });
  // The other loop takes another number of operands; nobody but us can write this, and even so.
  plants.push_back({"another loop with this one's label", [&](const fs::path &path) {
                      place(path, encodeKept(decodeKept(other)->content, kept.label));
                    }});
  plants.push_back({"of another maker", [&](const fs::path &path) {
                      place(path, encodeKept(kept.content, {kept.label.kind, "0123456789abcdef",
                                                            kept.label.key}));
                    }});
  plants.push_back(
      {"half the bitcode with a right checksum", [&](const fs::path &path) {
         place(path, encodeKept(kept.content.substr(0, kept.content.size() / 2), kept.label));
       }});
  for (const Plant &plant : plants) {
    SCOPED_TRACE(plant.name);
    place(loops[0], genuine);
    plant.put(loops[0]);
    EXPECT_EQ(compile(), Right);
    if (!plant.canBeReplaced)
      continue;
    const auto again = Folder::open(templates()).read(loops[0].filename(), maxKeptBytes);
    ASSERT_TRUE(again);
    const auto remade = decodeKept(*again);
    ASSERT_TRUE(remade);
    EXPECT_EQ(remade->label.key, kept.label.key);
    EXPECT_EQ(fs::symlink_status(loops[0]).permissions(), fs::perms(0600));
  }
  EXPECT_EQ(compile(), loopWasKept);
}

// Of as many operands, so that only its label tells; both loops at once.
TEST_F(LoopTest, ALoopOfAnotherTypeUnderAFilesNameIsNotUsed) {
  EXPECT_EQ(inChild(
                [&] {
                  Options options;
                  options.cacheDirectory = cache();
                  options.compileSeconds = 120;
                  const CompileOptions bf16{.types = {ElementType::BF16}};
                  return Engine(options).compile(ofFourInputs, bf16) ? 0 : 1;
                },
                240),
            0);
  const auto keyOf = [](const fs::path &loop) {
    const std::string bytes = contentsOf(loop);
    return std::string(decodeKept(bytes)->label.key);
  };
  std::vector<std::string> keys;
  std::size_t planted = 0;
  for (const fs::path &loop : loops) {
    keys.push_back(keyOf(loop));
    for (const auto &file : fs::directory_iterator(templates()))
      if (std::ranges::find(loops, file.path()) == loops.end() &&
          keyOf(file.path()).size() == keys.back().size()) {
        place(loop, contentsOf(file.path()));
        ++planted;
        break;
      }
  }
  ASSERT_EQ(planted, loops.size());
  EXPECT_EQ(compile(), Right);
  for (std::size_t i = 0; i != loops.size(); ++i)
    EXPECT_EQ(keyOf(loops[i]), keys[i]) << "made again";
}

// Of all types; in a fresh process each.
TEST_F(LoopTest, OfUsualSignaturesNoneIsMade) {
#ifdef XPHI_SANITIZED
  GTEST_SKIP() << "under sanitizers all loops are made";
#endif
  for (const char *text : {"x * Phi(x)", "def f(x; a = 1) = x * sigmoid(a * x)",
                           "def f(x; a: channel = 1, b: channel = 1) = a * tanh(b * x)",
                           "def f(x, y) = x * sigmoid(y)", "def f(x, y, z) = x * sigmoid(y) + z"})
    for (const ElementType type :
         {ElementType::F32, ElementType::F16, ElementType::BF16, ElementType::F64}) {
      const int status = inChild(
          [&] {
            Options options;
            options.compileSeconds = 120;
            CompileOptions wanted;
            wanted.types = {type};
            if (!Engine(options).compile(text, wanted))
              return int(OtherError);
            return isMapped("libHalide") ? 1 : 0;
          },
          240);
      EXPECT_EQ(status, 0) << text << int(type);
    }
}

TEST_F(LoopTest, TemplatesInAFolderOfOthersAreNotUsed) {
  EXPECT_EQ(compile(), loopWasKept);
  ::chmod(templates().c_str(), 0777);
  EXPECT_EQ(compile(), Right);
  ::chmod(templates().c_str(), 0700);
  ::chmod(cache().c_str(), 0777);
  EXPECT_EQ(compile(), Right);
  ::chmod(cache().c_str(), 0700);
  EXPECT_EQ(compile(), loopWasKept);
}

TEST_F(LoopTest, KilledAtAnyMomentOfACompilationTheNextWorks) {
  fs::remove_all(cache());
  const auto whole =
      timeOf([&] { EXPECT_EQ(exitOf(start([&] { return int(compileOfFour(cache())); })), Right); });
  const auto step =
      unsigned(std::chrono::duration_cast<std::chrono::microseconds>(whole).count() / 12);
  for (unsigned i = 0; i != 12; ++i) {
    fs::remove_all(cache());
    SharedCount begun;
    const pid_t child = start([&] {
      begun.add();
      return int(compileOfFour(cache()));
    });
    begun.waitFor(1);
    ::usleep(step * i + step / 4);
    ::kill(child, SIGKILL);
    exitOf(child);
    const int next = compile();
    EXPECT_TRUE(next == Right || next == loopWasKept) << next;
    Options options;
    options.cacheDirectory = cache();
    ASSERT_OK(Engine(options).pruneCache());
    for (const auto &file : fs::recursive_directory_iterator(cache()))
      EXPECT_FALSE(file.path().extension() == ".tmp") << file.path();
  }
}

} // namespace
} // namespace xphi::test
