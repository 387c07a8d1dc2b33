// Reading regular files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/disk/RegularFile.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace xphi::dsl {
namespace {

FileContents failed(int reason) {
  return {std::nullopt, 0, std::generic_category().message(reason)};
}

class Descriptor {
public:
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  explicit Descriptor(const std::string &path)
      : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;

  const int number;
};

} // namespace

FileContents readRegularFile(const std::string &path, size_t limit) {
  struct stat status = {};
  // Asked before opening as well: opening a device may act on it.
  if (::stat(path.c_str(), &status) != 0)
    return failed(errno);
  if (!S_ISREG(status.st_mode))
    return {std::nullopt, 0, S_ISDIR(status.st_mode) ? "it is a folder" : "it is no regular file"};
  Descriptor file(path);
  if (file.number < 0 || ::fstat(file.number, &status) != 0)
    return failed(errno);
  if (!S_ISREG(status.st_mode))
    return {std::nullopt, 0, "it is no regular file"};

  FileContents result{std::string(), static_cast<uint64_t>(status.st_size), ""};
  std::string &bytes = *result.bytes;
  // What the file system says of a size, such as that of /proc, need not be true.
  constexpr size_t block = 65536;
  size_t room = static_cast<size_t>(std::min<uint64_t>(limit, result.size));
  bytes.resize(std::min(limit, room + block));
  size_t filled = 0;
  while (filled < limit) {
    if (filled == bytes.size())
      bytes.resize(std::min(limit, bytes.size() + std::max(block, bytes.size() / 2)));
    ssize_t got = ::read(file.number, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return failed(errno);
    if (got == 0)
      break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return result;
}

} // namespace xphi::dsl
