// File descriptors that close themselves, and whole reads and writes. No exceptions but bad_alloc.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_CACHE_FILE_H
#define XPHI_CACHE_FILE_H

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace xphi {

class File {
public:
  File() = default;
  explicit File(int descriptor) : fd(descriptor) {}
  File(File &&other) noexcept : fd(std::exchange(other.fd, -1)) {}
  File &operator=(File &&other) noexcept {
    std::swap(fd, other.fd);
    return *this;
  }
  ~File();

  /// Close-on-exec is added to `flags`. `name` is in the folder `at`, which may be AT_FDCWD.
  static File open(int at, const std::string &name, int flags, unsigned mode = 0);

  explicit operator bool() const { return fd >= 0; }
  int descriptor() const { return fd; }
  /// Past the process's limit of file sizes this fails and no signal comes.
  bool write(std::string_view bytes) const;
  bool writeAt(long offset, std::string_view bytes) const;
  /// From where the descriptor stands; nothing if there are fewer bytes.
  std::optional<std::string> read(std::size_t bytes) const;

  /// A lock of this open file on `length` bytes at `start`; it ends with the last descriptor of the
  /// file. Never waits.
  enum class Lock { Taken, Busy, Impossible };
  Lock lock(long start, long length) const;
  void unlock(long start, long length) const;

private:
  int fd = -1;
};

} // namespace xphi

#endif // XPHI_CACHE_FILE_H
