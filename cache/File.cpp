// Plain POSIX calls, retried when a signal interrupts them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache/File.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace xphi {
namespace {

// Locks of the open file, not the classic ones: these belong to the process, and would not hold
// between two engines in it.
int setLock(int descriptor, short type, long start, long length) {
  struct flock request = {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = start;
  request.l_len = length;
  return ::fcntl(descriptor, F_OFD_SETLK, &request);
}

// A write beyond RLIMIT_FSIZE, in memory files too, ends the process by a signal of this thread. It
// is held back here and taken away, so that the write fails like any other.
class SizeSignalHeld {
public:
  SizeSignalHeld() {
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGXFSZ);
    sigset_t pending;
    ::sigpending(&pending);
    wasPending = ::sigismember(&pending, SIGXFSZ) == 1;
    ::pthread_sigmask(SIG_BLOCK, &signals, &before);
  }
  ~SizeSignalHeld() {
    constexpr timespec now{};
    if (!wasPending && errno == EFBIG)
      ::sigtimedwait(&signals, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  SizeSignalHeld(const SizeSignalHeld &) = delete;
  SizeSignalHeld &operator=(const SizeSignalHeld &) = delete;

private:
  sigset_t signals, before;
  bool wasPending = false;
};

// Calls `some(bytes)` until nothing is left; it writes a part and says how much.
template <typename Some> bool writeWhole(std::string_view bytes, Some some) {
  const SizeSignalHeld held;
  errno = 0;
  while (!bytes.empty()) {
    const ssize_t written = some(bytes);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(std::size_t(written));
  }
  return true;
}

} // namespace

File::~File() {
  if (fd >= 0)
    ::close(fd);
}

File File::open(int at, const std::string &name, int flags, unsigned mode) {
  int descriptor;
  do
    descriptor = ::openat(at, name.c_str(), flags | O_CLOEXEC, mode);
  while (descriptor < 0 && errno == EINTR);
  return File(descriptor);
}

bool File::write(std::string_view bytes) const {
  return writeWhole(bytes,
                    [&](std::string_view rest) { return ::write(fd, rest.data(), rest.size()); });
}

bool File::writeAt(long offset, std::string_view bytes) const {
  return writeWhole(bytes, [&](std::string_view rest) {
    return ::pwrite(fd, rest.data(), rest.size(), offset + long(bytes.size() - rest.size()));
  });
}

std::optional<std::string> File::read(std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = ::read(fd, bytes.data() + filled, size - filled);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return std::nullopt;
    filled += std::size_t(count);
  }
  return bytes;
}

File::Lock File::lock(long start, long length) const {
  if (setLock(fd, F_WRLCK, start, length) == 0)
    return Lock::Taken;
  return errno == EAGAIN || errno == EACCES ? Lock::Busy : Lock::Impossible;
}

void File::unlock(long start, long length) const { setLock(fd, F_UNLCK, start, length); }

} // namespace xphi
