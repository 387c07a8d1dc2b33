// The rules for every file that is kept, each by itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "StoppedChild.h"
#include "cache/Folder.h"

#include <chrono>
#include <fcntl.h>
#include <gtest/gtest.h>

namespace xphi::test {
namespace {

class FolderRulesTest : public ::testing::Test {
protected:
  FolderRulesTest() {
    std::string pattern = (fs::temp_directory_path() / "xphi-fault-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  ~FolderRulesTest() override { fs::remove_all(root); }

  std::size_t files() const { return std::distance(fs::directory_iterator(root), {}); }

  fs::path root;
};

TEST_F(FolderRulesTest, ReadsOnlyRegularFilesOfOurOwn) {
  const std::string genuine = encodeKept("content", {"kind", "maker", "key"});
  const Folder folder = Folder::open(root);
  for (const Plant &plant : plantsFor(genuine, genuine, root / "elsewhere", 1000)) {
    plant.put(root / "file");
    const auto bytes = folder.read("file", maxKeptBytes);
    if (bytes) {
      struct stat status;
      ASSERT_EQ(::lstat((root / "file").c_str(), &status), 0);
      EXPECT_TRUE(S_ISREG(status.st_mode) && (status.st_mode & 022) == 0 &&
                  status.st_uid == ::geteuid())
          << plant.name;
    }
  }
  place(root / "file", std::string(100, 'x'));
  EXPECT_EQ(folder.read("file", 100)->size(), 100u);
  EXPECT_FALSE(folder.read("file", 99));
}

TEST_F(FolderRulesTest, FilesAndFoldersHaveTheirModeWhateverTheMask) {
  for (const mode_t mask : {0, 022, 077, 0777})
    EXPECT_EQ(inChild([&] {
                ::umask(mask);
                const fs::path made = root / std::to_string(mask) / "below";
                const Folder folder = Folder::make(made);
                if (!folder.publish("file", "bytes") || folder.read("file", 5) != "bytes")
                  return 1;
                return fs::status(made / "file").permissions() == fs::perms(0600) &&
                               fs::status(made).permissions() == fs::perms(0700)
                           ? 0
                           : 2;
              }),
              0)
        << mask;
}

TEST_F(FolderRulesTest, FoldersThatOthersMayWriteAreRefused) {
  for (const mode_t mode : {0770, 0707, 01777, 0722}) {
    ::chmod(root.c_str(), mode);
    for (const Folder &folder : {Folder::open(root), Folder::make(root)}) {
      EXPECT_FALSE(folder);
      EXPECT_NE(folder.refusal().find("others may write"), std::string::npos);
      EXPECT_FALSE(folder.publish("file", ""));
      EXPECT_FALSE(folder.openShared("file"));
    }
  }
  ::chmod(root.c_str(), 0755);
  EXPECT_TRUE(Folder::open(root));
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(root.c_str(), 12345, 12345), 0);
    EXPECT_NE(Folder::make(root).refusal().find("another user (12345)"), std::string::npos);
  }
}

TEST_F(FolderRulesTest, WhatIsNoFolderIsSimplyNotThere) {
  fs::create_symlink("/nowhere", root / "link");
  place(root / "file", "");
  ::mkfifo((root / "pipe").c_str(), 0600);
  for (const std::string &path :
       {std::string(), (root / "link").string(), (root / "file").string(), (root / "pipe").string(),
        std::string("/dev/null"), std::string("/proc/none")}) {
    EXPECT_FALSE(Folder::make(path)) << path;
    EXPECT_EQ(Folder::make(path).refusal(), "") << path;
  }
}

TEST_F(FolderRulesTest, WhatAKilledWriterLeftIsRemovedAndWhatAnotherWritesIsNot) {
  const Folder folder = Folder::open(root);
  const fs::path dead = root / ".entry.0123456789abcdef.tmp",
                 alive = root / ".entry.fedcba9876543210.tmp", unknown = root / ".new.tmp",
                 stale = root / ".old.tmp";
  for (const fs::path &path : {dead, alive, unknown, stale})
    place(path, "half");
  fs::last_write_time(stale, fs::last_write_time(stale) - std::chrono::hours(2));
  {
    const StoppedChild writer([&] {
      static File file = File::open(AT_FDCWD, alive, O_WRONLY);
      file.lock(0, 0);
    });
    folder.removeAbandoned();
    EXPECT_FALSE(fs::exists(dead));
    EXPECT_FALSE(fs::exists(stale));
    EXPECT_TRUE(fs::exists(alive));
    EXPECT_TRUE(fs::exists(unknown)) << "its writer may be alive";
  }
  folder.removeAbandoned();
  EXPECT_FALSE(fs::exists(alive)) << "its writer was killed";
}

TEST_F(FolderRulesTest, WhatAStoppedWriterHasNotFinishedIsKeptForIt) {
  const pid_t writer = start([&] {
    return Folder::open(root).publish("file", std::string(std::size_t(100) << 20, 'x')) ? 0 : 1;
  });
  // Some megabytes in; a writer that was faster has nothing to lose.
  const auto started = [&] {
    for (const auto &file : fs::directory_iterator(root)) {
      std::error_code gone;
      const std::uintmax_t size = file.file_size(gone);
      return !gone && size > (1u << 20);
    }
    return false;
  };
  while (!started())
    ::usleep(100);
  ::kill(writer, SIGSTOP);
  Folder::open(root).removeAbandoned();
  ::kill(writer, SIGCONT);
  EXPECT_EQ(exitOf(writer), 0);
  EXPECT_TRUE(fs::exists(root / "file"));
}

TEST_F(FolderRulesTest, AReadThatFailsEnds) {
  const File folder = File::open(AT_FDCWD, root, O_RDONLY);
  ASSERT_TRUE(folder);
  EXPECT_EQ(inChild([&] { return folder.read(5) ? 1 : 0; }, 10), 0) << "EISDIR";
  place(root / "file", "four");
  const File file = File::open(AT_FDCWD, root / "file", O_RDONLY);
  EXPECT_EQ(inChild([&] { return file.read(5) ? 1 : 0; }, 10), 0) << "its end";
  const File writeOnly = File::open(AT_FDCWD, root / "file", O_WRONLY);
  EXPECT_EQ(inChild([&] { return writeOnly.read(1) ? 1 : 0; }, 10), 0) << "EBADF";
}

TEST_F(FolderRulesTest, AFailedWriteLeavesNothing) {
  const Folder folder = Folder::open(root);
  fs::create_directory(root / "file");
  EXPECT_FALSE(folder.publish("file", "bytes"));
  EXPECT_FALSE(folder.publish(std::string(250, 'x'), "bytes"));
  EXPECT_EQ(files(), 1u);
}

TEST_F(FolderRulesTest, KilledWhileItPublishesAFileIsOldOrNew) {
  const Folder folder = Folder::open(root);
  const std::string old(100000, 'a'), young(100000, 'b');
  for (int i = 0; i != 100; ++i) {
    ASSERT_TRUE(folder.publish("file", old));
    const pid_t writer = start([&] {
      for (;;)
        folder.publish("file", young);
      return 0;
    });
    ::usleep(unsigned(200 + 37 * i));
    ::kill(writer, SIGKILL);
    exitOf(writer);
    const auto read = folder.read("file", old.size());
    ASSERT_TRUE(read == old || read == young);
    folder.removeAbandoned();
    ASSERT_EQ(files(), 1u);
  }
}

} // namespace
} // namespace xphi::test
