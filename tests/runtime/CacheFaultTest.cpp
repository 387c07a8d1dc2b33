// Damaged, missing and hostile cache folders: each costs a compilation and nothing else.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <algorithm>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace xphi::test {
namespace {

namespace fs = std::filesystem;

class CacheFaultTest : public Sandbox {
protected:
  /// Publishes the kernel of "x * 3" and returns its file.
  fs::path publish() {
    Engine engine(options());
    EXPECT_TRUE(engine.compile("x * 3"));
    const auto files = entries();
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? fs::path() : files[0];
  }

  Origin originOf(const Options &with) {
    Engine engine(with);
    const auto kernel = engine.compile("x * 3");
    EXPECT_TRUE(kernel) << kernel.error().render();
    EXPECT_EQ(atOne(*kernel), 3);
    return kernel->origin();
  }

  /// The damage is seen, the kernel made again, and the file mended.
  void expectMended(const std::string &what) {
    SCOPED_TRACE(what);
    EXPECT_EQ(originOf(options()), Origin::Compiled);
    EXPECT_EQ(originOf(options()), Origin::Disk);
  }
};

constexpr std::size_t trailerBytes = 40;

TEST_F(CacheFaultTest, TruncatedAnywhere) {
  const fs::path file = publish();
  const std::string whole = readFile(file);
  const std::size_t size = whole.size();
  for (const std::size_t length :
       {std::size_t(0), std::size_t(1), std::size_t(4), std::size_t(63), std::size_t(64), size / 4,
        size / 2, size - trailerBytes - 1, size - trailerBytes, size - trailerBytes + 1, size - 17,
        size - 16, size - 15, size - 8, size - 1}) {
    writeFile(file, whole.substr(0, length));
    expectMended("first " + std::to_string(length) + " bytes");
  }
}

TEST_F(CacheFaultTest, AnyBitFlipped) {
  const fs::path file = publish();
  const std::string whole = readFile(file);
  std::vector<std::size_t> positions;
  for (std::size_t at = 0; at < whole.size(); at += 997)
    positions.push_back(at);
  for (std::size_t at = whole.size() - trailerBytes; at < whole.size(); at += 3)
    positions.push_back(at);
  for (const std::size_t at : positions) {
    std::string damaged = whole;
    damaged[at] = char(damaged[at] ^ (1 << at % 8));
    writeFile(file, damaged);
    expectMended("bit flipped in byte " + std::to_string(at));
  }
}

TEST_F(CacheFaultTest, LongerThanWritten) {
  const fs::path file = publish();
  writeFile(file, readFile(file) + std::string(100, '\0'));
  expectMended("zeros appended");
  writeFile(file, readFile(file) + readFile(file));
  expectMended("content doubled");
}

TEST_F(CacheFaultTest, LyingLengths) {
  const fs::path file = publish();
  const std::string whole = readFile(file);
  for (const std::size_t field : {whole.size() - 32, whole.size() - 24})
    for (const char fill : {'\0', '\x7f', '\xff'}) {
      std::string lying = whole;
      lying.replace(field, 8, 8, fill);
      writeFile(file, lying);
      expectMended("length filled with " + std::to_string(int(fill)));
    }
}

TEST_F(CacheFaultTest, AnotherKernelUnderThisName) {
  const fs::path file = publish();
  Engine engine(options());
  ASSERT_OK(engine.compile("x * 5"));
  for (const fs::path &other : entries())
    if (other != file)
      fs::copy_file(other, file, fs::copy_options::overwrite_existing);
  expectMended("entry of another key");
}

TEST_F(CacheFaultTest, SomethingElseInPlaceOfTheFile) {
  const fs::path file = publish();
  fs::rename(file, root / "kept");
  fs::create_symlink(root / "kept", file);
  expectMended("symbolic link");

  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  expectMended("named pipe");

  fs::remove(file);
  fs::create_directory(file);
  EXPECT_EQ(originOf(options()), Origin::Compiled); // cannot be replaced by a file, and need not
  EXPECT_EQ(originOf(options()), Origin::Compiled);
}

TEST_F(CacheFaultTest, FilesOthersMayWriteAreNotRun) {
  const fs::path file = publish();
  for (const mode_t mode : {0666, 0660, 0620, 0606, 0602}) {
    SCOPED_TRACE(mode);
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    expectMended("writable for others");
  }
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(file.c_str(), 12345, 12345), 0);
    expectMended("belongs to somebody else");
  }
}

TEST_F(CacheFaultTest, ASharedFolderIsReadAndLeftAlone) {
  const fs::path file = publish();
  Options other = options();
  other.cacheDirectory = root / "own";
  other.sharedCache = cache();
  const auto names = [](const fs::path &folder) {
    std::vector<std::string> found;
    std::error_code none;
    for (const auto &each : fs::directory_iterator(folder, none))
      found.push_back(each.path().filename());
    std::ranges::sort(found);
    return found;
  };
  const auto before = names(cache());
  EXPECT_EQ(originOf(other), Origin::Disk);
  {
    Engine engine(other);
    EXPECT_TRUE(engine.compile("x * 4"));
    EXPECT_EQ(engine.clearCache(), 1u) << "of the own folder";
    EXPECT_EQ(engine.cacheStatistics().compiles, 1u);
  }
  EXPECT_EQ(names(cache()), before);
  EXPECT_EQ(originOf(other), Origin::Disk);
  // What would not be served from an own folder is not from a shared one.
  const std::string whole = readFile(file);
  for (const auto &spoil : std::vector<std::function<void()>>{
           [&] { writeFile(file, whole.substr(0, whole.size() / 2)); },
           [&] { writeFile(file, whole), ::chmod(file.c_str(), 0666); },
           [&] { ::chmod(file.c_str(), 0644), ::chmod(cache().c_str(), 0777); }}) {
    spoil();
    fs::remove_all(root / "own");
    EXPECT_EQ(originOf(other), Origin::Compiled);
    EXPECT_EQ(originOf(other), Origin::Disk) << "of the own folder";
  }
}

TEST_F(CacheFaultTest, FoldersThatCannotBeWritten) {
  writeFile(root / "file", "");
  fs::create_directory(root / "closed");
  fs::permissions(root / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  for (const std::string &folder :
       {(root / "file").string(), (root / "file/below").string(), std::string("/proc/xphi"),
        std::string("/dev/null"), (root / "closed/below").string() + std::string(300, 'x')}) {
    SCOPED_TRACE(folder);
    Options unwritable = options();
    unwritable.cacheDirectory = folder;
    EXPECT_EQ(originOf(unwritable), Origin::Compiled);
    EXPECT_EQ(originOf(unwritable), Origin::Compiled);
    Engine engine(unwritable);
    EXPECT_EQ(engine.cacheStatistics().entries, 0u);
    EXPECT_EQ(engine.clearCache(), 0u);
  }
}

TEST_F(CacheFaultTest, MissingFoldersAreMadeForThisUserOnly) {
  Options deep = options();
  deep.cacheDirectory = root / "a/b/c";
  EXPECT_EQ(originOf(deep), Origin::Compiled);
  EXPECT_EQ(originOf(deep), Origin::Disk);
  EXPECT_EQ(fs::status(deep.cacheDirectory).permissions(), fs::perms::owner_all);
}

TEST_F(CacheFaultTest, FolderVanishesBetweenTwoKernels) {
  Engine engine(options());
  ASSERT_OK(engine.compile("x * 2"));
  fs::remove_all(cache());
  ASSERT_OK(engine.compile("x * 3"));
  EXPECT_EQ(originOf(options()), Origin::Disk);
}

TEST_F(CacheFaultTest, EntryTruncatedWhileItsKernelRuns) {
  const fs::path file = publish();
  Engine engine(options());
  const auto kernel = engine.compile("x * 3");
  ASSERT_OK(kernel);
  ASSERT_EQ(kernel->origin(), Origin::Disk);
  ASSERT_EQ(::truncate(file.c_str(), 0), 0);
  EXPECT_EQ(atOne(*kernel), 3);
  fs::remove(file);
  EXPECT_EQ(atOne(*kernel), 3);
}

TEST_F(CacheFaultTest, LeftoversOfAKilledWriter) {
  const fs::path file = publish();
  const std::string whole = readFile(file);
  fs::remove(file);
  writeFile(file.parent_path() / ("." + file.stem().string() + ".1.0.tmp"),
            whole.substr(0, whole.size() / 2));
  writeFile(file.parent_path() / "counters", "nonsense");
  expectMended("half of a temporary file, damaged counters");
  Engine engine(options());
  EXPECT_EQ(engine.cacheStatistics().totalCompiles, 1u);
  EXPECT_EQ(engine.clearCache(), 1u);
  for (const auto &left : fs::directory_iterator(cache()))
    EXPECT_EQ(left.path().filename(), "locks");
}

TEST_F(CacheFaultTest, ForeignFilesSurviveClearing) {
  publish();
  const fs::path folder = cache();
  writeFile(folder / "mine.txt", "keep");
  fs::create_directory(folder / "templates");
  writeFile(folder / "templates/one.bc", "ours");
  Engine engine(options());
  EXPECT_EQ(engine.clearCache(), 1u);
  EXPECT_TRUE(fs::exists(folder / "mine.txt"));
  EXPECT_FALSE(fs::exists(folder / "templates/one.bc"));
}

} // namespace
} // namespace xphi::test
