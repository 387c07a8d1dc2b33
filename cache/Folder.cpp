// Opens by descriptor, so that what was checked is what is used.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache/Folder.h"

#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace xphi {
namespace {

// Root can write everything anyhow; a folder that an administrator filled for all users is of use.
bool isTrusted(const struct stat &status) {
  return (status.st_uid == ::geteuid() || status.st_uid == 0) &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool isTrustedFile(const File &file, struct stat &status) {
  return file && ::fstat(file.descriptor(), &status) == 0 && S_ISREG(status.st_mode) &&
         isTrusted(status);
}

// Neither a pipe nor a device may hang the open, nor a link lead elsewhere.
constexpr int careful = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

// A folder that is made gets its mode whatever the umask is.
void makeOne(const std::string &path) {
  if (::mkdir(path.c_str(), 0700) == 0)
    ::fchmodat(AT_FDCWD, path.c_str(), 0700, AT_SYMLINK_NOFOLLOW);
}

constexpr std::size_t serialDigits = 16;

// Of no other writer, in whatever namespace of processes that one lives.
std::string temporaryName(const std::string &name) {
  std::uint64_t serial = 0;
  if (::getrandom(&serial, sizeof serial, GRND_NONBLOCK) != sizeof serial) {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    serial = std::uint64_t(now.tv_nsec) << 32 ^ std::uint64_t(::getpid());
  }
  char digits[serialDigits + 1];
  std::snprintf(digits, sizeof digits, "%016" PRIx64, serial);
  return "." + name + "." + digits + ".tmp";
}

// Whether temporaryName() made this name.
bool hasSerial(std::string_view name) {
  name.remove_suffix(4); // ".tmp"
  return name.size() > serialDigits + 1 && name[name.size() - serialDigits - 1] == '.' &&
         name.substr(name.size() - serialDigits).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

constexpr std::time_t hour = 3600;

} // namespace

Folder Folder::open(const std::string &path, Links links) {
  Folder folder;
  if (path.empty())
    return folder;
  const int noLinks = links == Links::Refused ? O_NOFOLLOW : 0;
  File directory = File::open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | noLinks);
  struct stat status;
  if (!directory || ::fstat(directory.descriptor(), &status) != 0)
    return folder;
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    folder.why = "it belongs to another user (" + std::to_string(status.st_uid) + ")";
  else if (!isTrusted(status))
    folder.why = "others may write to it (`chmod go-w` makes it yours alone)";
  else
    folder.directory = std::move(directory);
  return folder;
}

Folder Folder::make(const std::string &path, Links links) {
  if (path.empty())
    return {};
  Folder there = open(path, links);
  if (there || !there.why.empty())
    return there;
  // A parent that exists may still refuse mkdir (read-only, automounted): only the end result
  // counts.
  for (std::size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1))
    makeOne(path.substr(0, end));
  makeOne(path);
  return open(path, links);
}

std::optional<std::string> Folder::read(const std::string &name, std::size_t limit) const {
  if (!directory)
    return std::nullopt;
  const File file = File::open(descriptor(), name, O_RDONLY | careful);
  struct stat status;
  if (!isTrustedFile(file, status) || status.st_size < 0 || std::size_t(status.st_size) > limit)
    return std::nullopt;
  return file.read(std::size_t(status.st_size));
}

File Folder::openShared(const std::string &name) const {
  if (!directory)
    return {};
  File file = File::open(descriptor(), name, O_RDWR | O_CREAT | careful, 0600);
  struct stat status;
  return isTrustedFile(file, status) ? std::move(file) : File();
}

bool Folder::publish(const std::string &name, std::string_view bytes) const {
  if (!directory)
    return false;
  const std::string temporary = temporaryName(name);
  const File file =
      File::open(descriptor(), temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file)
    return false;
  file.lock(0, 0);
  if (::fchmod(file.descriptor(), 0600) == 0 && file.write(bytes) &&
      ::renameat(descriptor(), temporary.c_str(), descriptor(), name.c_str()) == 0)
    return true;
  remove(temporary);
  return false;
}

bool Folder::remove(const std::string &name) const {
  return directory && ::unlinkat(descriptor(), name.c_str(), 0) == 0;
}

void Folder::removeAbandoned() const {
  if (!directory)
    return;
  forEachName([&](const std::string &name) {
    struct stat status;
    if (!isTemporaryName(name) ||
        ::fstatat(descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return;
    bool abandoned = status.st_mtime < ::time(nullptr) - hour;
    if (S_ISREG(status.st_mode) && hasSerial(name)) {
      const File file = File::open(descriptor(), name, O_WRONLY | careful);
      const File::Lock lock = file ? file.lock(0, 0) : File::Lock::Impossible;
      if (lock != File::Lock::Impossible)
        abandoned = lock == File::Lock::Taken;
    }
    if (abandoned)
      remove(name);
  });
}

DIR *Folder::openStream() const {
  const int descriptor =
      directory ? ::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  DIR *stream = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
  if (!stream && descriptor >= 0)
    ::close(descriptor);
  return stream;
}

} // namespace xphi
