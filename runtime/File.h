// File descriptors that close themselves, and whole reads and writes. No exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

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

  /// Close-on-exec is added to `flags`.
  static File open(const std::string &path, int flags, unsigned mode = 0);

  explicit operator bool() const { return fd >= 0; }
  int descriptor() const { return fd; }
  bool write(std::string_view bytes) const;

private:
  int fd = -1;
};

/// The content of a regular file that belongs to this user or to root and that nobody else may
/// write; nothing if it is anything else, larger than `limit` or changes while it is read.
std::optional<std::string> readOwnFile(const std::string &path, std::size_t limit);

/// Makes a folder and its parents, for this user only.
bool makeFolders(const std::string &path);

} // namespace xphi
