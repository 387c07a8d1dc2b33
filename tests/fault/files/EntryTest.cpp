// Whatever lies in place of an entry: it is not run, the kernel is right, the entry made again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "tests/runtime/Sandbox.h"

#include <algorithm>
#include <chrono>

namespace xphi::test {
namespace {

class EntryTest : public Sandbox {
protected:
  Result<Kernel> compile(float scale) {
    return Engine(options()).compile("x * " + std::to_string(int(scale)));
  }
  bool isRefused(const Kernel &kernel) {
    const auto warnings = kernel.warnings();
    return std::ranges::any_of(warnings,
                               [](const Diagnostic &each) { return each.code == "X2040"; });
  }
};

TEST_F(EntryTest, NothingPlantedIsRunAndTheEntryIsMadeAgain) {
  ASSERT_OK(compile(3));
  const fs::path entry = entries().at(0);
  const std::string genuine = contentsOf(entry);
  ASSERT_OK(compile(5));
  std::string other;
  for (const fs::path &each : entries())
    if (each != entry)
      other = contentsOf(each);

  const auto plants = plantsFor(genuine, other, root / "elsewhere", genuine.size() / 19);
  EXPECT_GT(plants.size(), 60u);
  for (const Plant &plant : plants) {
    SCOPED_TRACE(plant.name);
    plant.put(entry);
    const auto start = std::chrono::steady_clock::now();
    const auto kernel = compile(3);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    ASSERT_OK(kernel);
    EXPECT_EQ(kernel->origin(), Origin::Compiled);
    EXPECT_EQ(atOne(*kernel), 3);
    if (!plant.canBeReplaced)
      continue;
    EXPECT_EQ(compile(3)->origin(), Origin::Disk);
    EXPECT_EQ(contentsOf(entry), genuine);
    EXPECT_EQ(fs::symlink_status(entry).permissions(), fs::perms(0600));
  }
}

TEST_F(EntryTest, WhatIsPlantedIsListedAsDamagedAndPruned) {
  ASSERT_OK(compile(3));
  const fs::path entry = entries().at(0);
  const std::string genuine = contentsOf(entry);
  Engine engine(options());
  for (const Plant &plant : plantsFor(genuine, genuine, root / "elsewhere", genuine.size() / 5)) {
    if (!plant.canBeReplaced || plant.name.ends_with("right checksum") ||
        plant.name == "of another key")
      continue; // no name tells that it does not load; the other is the genuine one here
    SCOPED_TRACE(plant.name);
    plant.put(entry);
    const auto listed = engine.cachedKernels();
    ASSERT_OK(listed);
    ASSERT_EQ(listed->size(), 1u);
    EXPECT_FALSE(listed->at(0).intact);
    EXPECT_EQ(engine.pruneCache()->removed, 1u);
    EXPECT_TRUE(entries().empty());
  }
}

TEST_F(EntryTest, CountersAndLocksMayBeAnything) {
  ASSERT_OK(compile(3));
  const std::string genuine = encodeKept("", {"", "", ""});
  for (const char *name : {"counters", "locks"})
    for (const Plant &plant : plantsFor(genuine, genuine, root / "elsewhere", 20)) {
      SCOPED_TRACE(name + (": " + plant.name));
      plant.put(fs::path(cache()) / name);
      EXPECT_EQ(compile(3)->origin(), Origin::Disk);
      const auto made = compile(7);
      ASSERT_OK(made);
      EXPECT_EQ(atOne(*made), 7);
      Engine(options()).cacheStatistics();
    }
}

TEST_F(EntryTest, AFolderOfOthersIsNotUsedAndThatIsSaid) {
  std::vector<std::pair<std::string, std::function<void()>>> ways{
      {"all may write", [&] { ::chmod(cache().c_str(), 0777); }},
      {"all may write, sticky", [&] { ::chmod(cache().c_str(), 01777); }},
      {"the group may write", [&] { ::chmod(cache().c_str(), 0770); }}};
  if (::geteuid() == 0)
    ways.push_back({"another's", [&] {
                      ::chmod(cache().c_str(), 0700);
                      EXPECT_EQ(::chown(cache().c_str(), 12345, 12345), 0);
                    }});
  ASSERT_OK(compile(3));
  for (const auto &[name, spoil] : ways) {
    SCOPED_TRACE(name);
    spoil();
    for (int i = 0; i != 2; ++i) {
      const auto kernel = compile(3);
      ASSERT_OK(kernel);
      EXPECT_EQ(kernel->origin(), Origin::Compiled);
      EXPECT_EQ(atOne(*kernel), 3);
      EXPECT_TRUE(isRefused(*kernel));
    }
    Engine engine(options());
    EXPECT_CODE(engine.cachedKernels(), "X2040");
    EXPECT_CODE(engine.pruneCache(), "X2040");
    EXPECT_EQ(engine.clearCache(), 0u);
    EXPECT_EQ(entries().size(), 1u) << "nothing was removed from it or added";
  }
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(cache().c_str(), 0, 0), 0);
  }
  ::chmod(cache().c_str(), 0700);
  const auto kernel = compile(3);
  EXPECT_EQ(kernel->origin(), Origin::Disk);
  EXPECT_FALSE(isRefused(*kernel));
}

} // namespace
} // namespace xphi::test
