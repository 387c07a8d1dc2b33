// Compiling needs no folder: none for temporary files, none that can be written, none with room.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Plants.h"
#include "RealCompiler.h"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace xphi::test {
namespace {

constexpr int notHere = 77;

class NoFolderTest : public Sandbox {
protected:
  int withTmpdir(const std::string &folder) {
    return inChild([&] {
      ::setenv("TMPDIR", folder.c_str(), 1);
      return int(compileGelu(""));
    });
  }
};

// From here on mounts are this process's own.
bool ownMounts() {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool mountMemory(const fs::path &path, unsigned long flags, const char *options) {
  fs::create_directories(path);
  return ::mount("none", path.c_str(), "tmpfs", flags, options) == 0;
}

// What is in it stays there: the libraries under test may be.
bool makeReadOnly(const char *folder) {
  return ::mount(folder, folder, nullptr, MS_BIND, nullptr) == 0 &&
         ::mount("none", folder, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
}

void fill(const fs::path &file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  const std::string block(4096, 'x');
  while (::write(descriptor, block.data(), block.size()) > 0)
    ;
  ::close(descriptor);
}

bool forbid(int systemCall) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned(systemCall), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST_F(NoFolderTest, TmpdirMayBeAnything) {
  place(root / "file", "");
  fs::create_directory(root / "closed");
  ::chmod((root / "closed").c_str(), 0);
  for (const std::string &folder :
       {std::string("/nonexistent"), std::string(), (root / "file").string(),
        std::string("/dev/null"), (root / "closed").string(), std::string(5000, 'x')})
    EXPECT_EQ(withTmpdir(folder), Right) << folder;
  ::chmod((root / "closed").c_str(), 0700);
}

TEST_F(NoFolderTest, AFullFileSystemForTemporaryFilesOrForTheCacheCostsNothing) {
  for (const bool cacheToo : {false, true}) {
    const int status = inChild([&] {
      if (!ownMounts() || !mountMemory(root / "full", 0, "size=16k"))
        return notHere;
      fill(root / "full/filler");
      ::setenv("TMPDIR", (root / "full").c_str(), 1);
      const fs::path folder = root / "full/cache";
      for (int i = 0; i != 2; ++i)
        if (const Outcome outcome = compileGelu(cacheToo ? folder.string() : ""); outcome != Right)
          return int(outcome);
      if (cacheToo && fs::exists(folder))
        for (const auto &file : fs::recursive_directory_iterator(folder))
          if (file.path().extension() == ".tmp" || file.path().extension() == ".so")
            return 50; // half an entry was left
      return int(Right);
    });
    if (status == notHere)
      GTEST_SKIP() << "mounting needs root";
    EXPECT_EQ(status, Right) << cacheToo;
  }
}

TEST_F(NoFolderTest, WhereNothingCanBeWrittenItCompiles) {
  const int status = inChild([&] {
    if (!ownMounts() || !makeReadOnly("/tmp") || !makeReadOnly("/dev/shm") ||
        !makeReadOnly("/var/tmp"))
      return notHere;
    ::unsetenv("TMPDIR");
    return int(compileGelu("/tmp/cache"));
  });
  if (status == notHere)
    GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(status, Right);
}

TEST_F(NoFolderTest, WithoutMemoryFilesAFileWithoutANameServes) {
  EXPECT_EQ(inChild([&] { return forbid(__NR_memfd_create) ? int(compileGelu("")) : int(Right); }),
            Right);
}

TEST_F(NoFolderTest, WithoutEitherThereIsACodedError) {
  const int status = inChild([&] {
    if (!ownMounts() || !makeReadOnly("/tmp") || !makeReadOnly("/dev/shm") ||
        !makeReadOnly("/var/tmp") || !forbid(__NR_memfd_create))
      return notHere;
    return int(compileGelu(""));
  });
  if (status == notHere)
    GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(status, NoMemoryToLink);
}

TEST_F(NoFolderTest, ALimitOfFileSizesIsAnErrorAndNoSignal) {
  for (const rlim_t most : {rlim_t(0), rlim_t(100), rlim_t(4096)})
    EXPECT_EQ(inChild([&] {
                const rlimit limit{most, most};
                ::setrlimit(RLIMIT_FSIZE, &limit);
                return int(compileGelu(cache()));
              }),
              NoMemoryToLink)
        << most;
}

} // namespace
} // namespace xphi::test
