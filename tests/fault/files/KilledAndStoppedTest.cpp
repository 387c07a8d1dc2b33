// Processes that are killed or stopped at any moment stop nobody else and leave nothing for good.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "StoppedChild.h"
#include "tests/runtime/Sandbox.h"

#include "cache/Folder.h"

#include <algorithm>
#include <sys/file.h>
#include <thread>

namespace xphi::test {
namespace {

/// How long a compilation waits for another's, and a little more.
constexpr auto oneWait = std::chrono::seconds(4);

class KilledAndStoppedTest : public Sandbox {
protected:
  /// Everything in the cache folder that is not an entry, a lock or a count.
  std::vector<std::string> leftovers() const {
    std::vector<std::string> found;
    for (const auto &file : fs::directory_iterator(cache())) {
      const std::string name = file.path().filename();
      if (!name.ends_with(".so") && name != "locks" && name != "counters" && name != "templates")
        found.push_back(name);
    }
    return found;
  }
};

TEST_F(KilledAndStoppedTest, AStoppedHolderOfAnyLockStopsNobody) {
  const auto alone = timeOf([&] { ASSERT_OK(Engine(options()).compile("x * 3")); });
  for (const char *name : {"counters", "locks"})
    for (const bool whole : {true, false}) {
      SCOPED_TRACE(std::string(name) + (whole ? ", flock" : ", record lock"));
      const StoppedChild holder([&] {
        static const File file = File::open(AT_FDCWD, cache() + "/" + name, O_RDWR);
        if (whole)
          ::flock(file.descriptor(), LOCK_EX);
        else
          file.lock(0, 0);
      });
      std::vector<Clock::duration> hits;
      for (int i = 0; i != 50; ++i)
        hits.push_back(
            timeOf([&] { EXPECT_EQ(Engine(options()).compile("x * 3")->origin(), Origin::Disk); }));
      std::ranges::nth_element(hits, hits.begin() + 25);
      EXPECT_LT(hits[25], std::chrono::seconds(1)) << "hits wait for nobody";
      Engine(options()).clearCache();
      EXPECT_LT(timeOf([&] {
                  const auto made = Engine(options()).compile("x * 3");
                  ASSERT_OK(made);
                  EXPECT_EQ(made->origin(), Origin::Compiled);
                }),
                oneWait + 20 * alone)
          << "a compilation waits a little";
    }
}

TEST_F(KilledAndStoppedTest, StoppedAtAnyMomentItStopsNobody) {
  const auto compileAll = [&] {
    for (int scale = 0; scale != 7; ++scale)
      EXPECT_TRUE(Engine(options()).compile("x * " + std::to_string(scale)));
  };
  const auto alone = timeOf(compileAll);
  Engine(options()).clearCache();
  for (unsigned i = 0; i != 8; ++i) {
    SharedCount compiled;
    const pid_t other = start([&] {
      for (int scale = 100;; ++scale) {
        static_cast<void>(Engine(options()).compile("x * " + std::to_string(scale % 7)));
        compiled.add();
      }
      return 0;
    });
    compiled.waitFor(i);
    ::usleep(137 * i);
    ::kill(other, SIGSTOP);
    EXPECT_LT(timeOf(compileAll), oneWait + 20 * alone) << "one kernel at most is another's";
    ::kill(other, SIGKILL);
    exitOf(other);
    Engine(options()).clearCache();
  }
}

TEST_F(KilledAndStoppedTest, KilledAHundredTimesTheNextCompileWorksAndNothingIsLeft) {
  for (unsigned i = 0; i != 100; ++i) {
    SharedCount begun;
    const pid_t child = start([&] {
      for (int scale = 100;; ++scale) {
        begun.add();
        static_cast<void>(Engine(options()).compile("x * " + std::to_string(scale)));
      }
      return 0;
    });
    begun.waitFor(1 + i % 5);
    ::usleep(71 * (i % 37));
    ::kill(child, SIGKILL);
    exitOf(child);
    const auto kernel = Engine(options()).compile("x * 3");
    ASSERT_OK(kernel);
    ASSERT_EQ(atOne(*kernel), 3);
    ASSERT_OK(Engine(options()).pruneCache());
    ASSERT_EQ(leftovers(), std::vector<std::string>());
    const auto listed = Engine(options()).cachedKernels();
    ASSERT_EQ(std::ranges::count(*listed, false, &CachedKernel::intact), 0);
    Engine(options()).clearCache();
  }
}

TEST_F(KilledAndStoppedTest, ThePublisherRemovesWhatEarlierOnesLeft) {
  ASSERT_OK(Engine(options()).compile("x * 3"));
  place(fs::path(cache()) / ".0123.so.0123456789abcdef.tmp", "half");
  ASSERT_OK(Engine(options()).compile("x * 5"));
  EXPECT_EQ(leftovers(), std::vector<std::string>());
}

// As posix_spawn's child until it is another program: no handler of forks runs, and the open files
// are its own, too.
TEST_F(KilledAndStoppedTest, AChildThatForkedMeanwhileKeepsNoLock) {
  ASSERT_OK(Engine(options()).compile("x * 3"));
  const int before = compilerCalls();
  std::thread compiling([&] { EXPECT_TRUE(Engine(options()).compile("x * 45")); }); // slow
  while (compilerCalls() == before)
    ::usleep(1000);
  const pid_t child = ::_Fork();
  if (child == 0)
    for (;;)
      ::pause();
  compiling.join();
  for (const char *name : {"locks", "counters"}) {
    const File file = File::open(AT_FDCWD, cache() + "/" + name, O_RDWR);
    ASSERT_TRUE(file) << name;
    EXPECT_EQ(file.lock(0, 0), File::Lock::Taken) << name;
  }
  ::kill(child, SIGKILL);
  exitOf(child);
}

TEST_F(KilledAndStoppedTest, PruningSeesHalfTemplates) {
  ASSERT_OK(Engine(options()).compile("x * 3"));
  const fs::path templates = fs::path(cache()) / "templates";
  fs::create_directory(templates);
  const std::string whole = encodeKept("bitcode", {"loop", "maker", "key"});
  place(templates / "whole.bc", whole);
  place(templates / "half.bc", whole.substr(0, whole.size() / 2));
  place(templates / "half.bc-1a2b3c4d", whole.substr(0, whole.size() / 2));
  place(templates / ".whole.bc.0123456789abcdef.tmp", whole.substr(0, 9));
  ASSERT_OK(Engine(options()).pruneCache());
  std::vector<std::string> left;
  for (const auto &file : fs::directory_iterator(templates))
    left.push_back(file.path().filename());
  EXPECT_EQ(left, std::vector<std::string>{"whole.bc"});
}

TEST_F(KilledAndStoppedTest, NothingIsRemovedBehindALink) {
  ASSERT_OK(Engine(options()).compile("x * 3"));
  const fs::path mine = root / "mine";
  fs::create_directory(mine);
  place(mine / "half.bc", "x");
  fs::create_directory_symlink(mine, fs::path(cache()) / "templates");
  ASSERT_OK(Engine(options()).pruneCache());
  Engine(options()).clearCache();
  EXPECT_TRUE(fs::exists(mine / "half.bc"));
}

} // namespace
} // namespace xphi::test
