// Plain POSIX calls, retried when a signal interrupts them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "File.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace xphi {

File::~File() {
  if (fd >= 0)
    ::close(fd);
}

File File::open(const std::string &path, int flags, unsigned mode) {
  int descriptor;
  do
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  while (descriptor < 0 && errno == EINTR);
  return File(descriptor);
}

bool File::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(std::size_t(written));
  }
  return true;
}

std::optional<std::string> readOwnFile(const std::string &path, std::size_t limit) {
  // Without O_NONBLOCK a FIFO planted in the folder would hang the open.
  const File file = File::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;
  if (!file || ::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  const bool ours = (status.st_uid == ::geteuid() || status.st_uid == 0) &&
                    (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  if (!ours || status.st_size < 0 || std::size_t(status.st_size) > limit)
    return std::nullopt;

  std::string bytes(std::size_t(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.descriptor(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return std::nullopt;
    filled += std::size_t(count);
  }
  return bytes;
}

bool makeFolders(const std::string &path) {
  // A parent that exists may still refuse mkdir (read-only, automounted): only the end result
  // counts.
  for (std::size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1))
    ::mkdir(path.substr(0, end).c_str(), 0700);
  ::mkdir(path.c_str(), 0700);
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

} // namespace xphi
