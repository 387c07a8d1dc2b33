// Looking through the cache folder and pruning it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <algorithm>
#include <chrono>

namespace xphi::test {
namespace {

using std::filesystem::last_write_time;

class CacheInventoryTest : public Sandbox {
protected:
  CacheInventoryTest() : engine(options()) {
    CompileOptions mixed;
    mixed.derivative = {"x", "shift"};
    mixed.gradients = {"shift"};
    EXPECT_TRUE(engine.compile("def twice(x; shift = 1) = x * 2", mixed));
    EXPECT_TRUE(engine.compile("def helper(x) = x * 3\ndef thrice(x) = helper(x)"));
  }

  std::filesystem::path fileOf(const std::string &function) {
    const auto listed = engine.cachedKernels();
    for (const CachedKernel &entry : *listed)
      if (entry.function == function)
        return std::filesystem::path(cache()) / entry.file;
    return {};
  }

  Engine engine;
};

TEST_F(CacheInventoryTest, TellsWhatEveryEntryIs) {
  const auto age = std::chrono::hours(1);
  last_write_time(fileOf("twice"), last_write_time(fileOf("thrice")) - age);
  const auto listed = engine.cachedKernels();
  ASSERT_OK(listed);
  ASSERT_EQ(listed->size(), 2u);
  const CachedKernel &newest = (*listed)[0], &oldest = (*listed)[1];
  EXPECT_EQ(newest.function, "thrice");
  EXPECT_EQ(newest.gradients, "x");
  EXPECT_EQ(oldest.function, "twice");
  EXPECT_EQ(oldest.derivative, "x,shift");
  EXPECT_EQ(oldest.gradients, "shift");
  EXPECT_EQ(oldest.keep, "x");
  EXPECT_EQ(oldest.target, *hostTarget());
  EXPECT_EQ(newest.written - oldest.written, 3600);
  EXPECT_NE(newest.program.find("def helper"), std::string::npos);
  for (const CachedKernel &entry : *listed) {
    EXPECT_TRUE(entry.intact && entry.usable);
    EXPECT_EQ(entry.bytes, std::filesystem::file_size(std::filesystem::path(cache()) / entry.file));
  }
}

TEST_F(CacheInventoryTest, SeesEveryDamageAndPrunesIt) {
  const std::filesystem::path path = fileOf("thrice");
  const std::string whole = readFile(path);
  for (const std::size_t at : {std::size_t(0), whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = char(damaged[at] ^ 1);
    writeFile(path, damaged);
    const auto listed = engine.cachedKernels();
    EXPECT_EQ(std::ranges::count(*listed, false, &CachedKernel::intact), 1) << at;
  }
  writeFile(path, whole.substr(0, 20));
  std::filesystem::copy_file(fileOf("twice"),
                             std::filesystem::path(cache()) / (std::string(32, 'a') + ".so"));
  const auto pruned = engine.pruneCache();
  ASSERT_OK(pruned);
  EXPECT_EQ(pruned->removed, 2u) << "the cut one and the one under a wrong name";
  EXPECT_EQ(pruned->left, 1u);
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(CacheInventoryTest, PrunesTheOldestDownToASize) {
  last_write_time(fileOf("thrice"), last_write_time(fileOf("twice")) - std::chrono::hours(1));
  PruneOptions small;
  small.maxBytes = std::filesystem::file_size(fileOf("twice"));
  EXPECT_EQ(engine.pruneCache(small)->removed, 1u);
  EXPECT_EQ((*engine.cachedKernels())[0].function, "twice");
  small.maxBytes = 0;
  EXPECT_EQ(engine.pruneCache(small)->left, 0u);
}

TEST_F(CacheInventoryTest, RemovesWhatInterruptedWritersLeft) {
  const std::filesystem::path fresh = std::filesystem::path(cache()) / ".new.tmp",
                              stale = std::filesystem::path(cache()) / ".old.tmp";
  writeFile(fresh, "x");
  writeFile(stale, "x");
  last_write_time(stale, last_write_time(stale) - std::chrono::hours(2));
  EXPECT_EQ(engine.pruneCache()->removed, 0u);
  EXPECT_TRUE(std::filesystem::exists(fresh)) << "its writer may be alive";
  EXPECT_FALSE(std::filesystem::exists(stale));
}

TEST_F(CacheInventoryTest, IsEmptyWithoutAFolder) {
  Engine none{Options{}};
  EXPECT_TRUE(none.cachedKernels()->empty());
  EXPECT_EQ(none.pruneCache()->removed, 0u);
}

} // namespace
} // namespace xphi::test
