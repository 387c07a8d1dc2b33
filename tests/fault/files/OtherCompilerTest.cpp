// Kernels of one compiler library are not served where another would compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "StoppedChild.h"
#include "tests/runtime/Sandbox.h"

#include "BuildVersion.h"
#include "cache/Hash.h"

#include <algorithm>
#include <chrono>

namespace xphi::test {
namespace {

class OtherCompilerTest : public Sandbox {
protected:
  fs::path copyOfCompiler(const char *name) {
    const fs::path copy = root / name;
    fs::copy_file(FAKE_COMPILER, copy);
    return copy;
  }
  // In a child, so that no library is in memory that another engine opened.
  Origin originWith(const std::string &library) {
    return Origin(inChild([&] {
      Options chosen = options();
      chosen.compilerLibrary = library;
      const auto kernel = Engine(chosen).compile("x * 3");
      return kernel ? int(kernel->origin()) : 100;
    }));
  }
  static constexpr Origin failed = Origin(100);
};

TEST_F(OtherCompilerTest, EachLibraryHasItsOwnKernels) {
  const fs::path one = copyOfCompiler("one.so"), two = copyOfCompiler("two.so");
  EXPECT_EQ(originWith(one), Origin::Compiled);
  EXPECT_EQ(originWith(one), Origin::Disk);
  EXPECT_EQ(originWith(two), Origin::Compiled);
  EXPECT_EQ(originWith(two), Origin::Disk);
  EXPECT_EQ(originWith(one), Origin::Disk);
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(OtherCompilerTest, ALibraryThatWasReplacedIsAnother) {
  const fs::path library = copyOfCompiler("library.so");
  EXPECT_EQ(originWith(library), Origin::Compiled);
  fs::last_write_time(library, fs::last_write_time(library) + std::chrono::seconds(1));
  EXPECT_EQ(originWith(library), Origin::Compiled);
  fs::remove(library);
  EXPECT_EQ(originWith(library), failed) << "nothing is known of what it would have made";
}

TEST_F(OtherCompilerTest, WhatAReplacedLibraryStillMakesInThisProcessIsNotKept) {
  const fs::path library = copyOfCompiler("library.so");
  EXPECT_EQ(inChild([&] {
              Options chosen = options();
              chosen.compilerLibrary = library;
              const bool first = bool(Engine(chosen).compile("x * 3"));
              fs::rename(copyOfCompiler("next.so"), library);
              const auto second = Engine(chosen).compile("x * 3");
              return first && second && second->origin() == Origin::Compiled ? 0 : 1;
            }),
            0);
  EXPECT_EQ(entries().size(), 1u);
  EXPECT_EQ(originWith(library), Origin::Compiled);
}

TEST_F(OtherCompilerTest, WithoutANameOnlyThisBuildsKernelsAreServed) {
  EXPECT_EQ(originWith(FAKE_COMPILER), Origin::Compiled);
  const int status = inChild([&] {
    Options own = options();
    own.compilerLibrary.clear();
    const auto kernel = Engine(own).compile("x * 3");
    return kernel && kernel->origin() == Origin::Disk;
  });
  EXPECT_EQ(status, 0);
}

TEST_F(OtherCompilerTest, ALinkIsTheFileItPointsTo) {
  const fs::path library = copyOfCompiler("library.so"), link = root / "link.so";
  fs::create_symlink(library, link);
  EXPECT_EQ(originWith(library), Origin::Compiled);
  EXPECT_EQ(originWith(link), Origin::Disk);
}

TEST_F(OtherCompilerTest, TheInventorySaysWhoMadeAnEntry) {
  EXPECT_EQ(originWith(copyOfCompiler("other.so")), Origin::Compiled);
  ASSERT_OK(Engine(options()).compile("x * 3"));
  const auto listed = Engine(options()).cachedKernels();
  ASSERT_OK(listed);
  ASSERT_EQ(listed->size(), 2u);
  for (const CachedKernel &entry : *listed) {
    EXPECT_TRUE(entry.intact);
    EXPECT_EQ(entry.compiler, "unnamed") << "the fake compiler does not say who it is";
  }
  EXPECT_EQ(std::ranges::count(*listed, true, &CachedKernel::usable), 1);
  EXPECT_EQ(Engine(options()).pruneCache()->removed, 1u);
}

// An entry that claims this build's compiler and was made by another is damage.
TEST_F(OtherCompilerTest, AForeignKernelUnderThisBuildsKeyIsNeverServed) {
  ASSERT_OK(Engine(options()).compile("x * 3"));
  const fs::path entry = entries().at(0);
  const std::string bytes = contentsOf(entry);
  const KeptFile kept = *decodeKept(bytes);
  std::string key(kept.label.key);
  const std::size_t line = key.find("compiler ") + 9;
  key.replace(line, key.find('\n', line) - line, XPHI_COMPILER_FINGERPRINT);
  for (const char *maker : {"unnamed", "0123456789abcdef", XPHI_COMPILER_FINGERPRINT}) {
    // The name of the file is the hash of the key; a file of a wrong name would prove nothing.
    const Hash128 hash = hash128(key);
    char name[36];
    std::snprintf(name, sizeof name, "%016lx%016lx.so", hash.high, hash.low);
    place(fs::path(cache()) / name, encodeKept(kept.content, {kept.label.kind, maker, key}));
    Options own = options();
    own.compilerLibrary = root / "nowhere.so"; // this build's kernels, and none can be made
    const bool ours = std::string(maker) == XPHI_COMPILER_FINGERPRINT;
    EXPECT_EQ(bool(Engine(own).compile("x * 3")), ours) << maker;
    const auto listed = Engine(own).cachedKernels();
    for (const CachedKernel &each : *listed)
      if (each.file == name)
        EXPECT_EQ(each.intact, ours) << maker;
  }
}

} // namespace
} // namespace xphi::test
