// Each is written beside its place, and all are moved there when that is done.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WrittenFiles.h"

#include "Session.h"
#include "cache/File.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace xphi::command {
namespace {

namespace fs = std::filesystem;

/// Where a file is written first, and where it belongs. Devices and pipes cannot be replaced, and
/// have no first place.
struct Draft {
  fs::path first, place;
};

/// 0, or why not (errno).
int writeTo(const fs::path &path, int flags, std::string_view contents, const struct stat *like) {
  const File file = File::open(AT_FDCWD, path, O_WRONLY | O_CREAT | flags, 0666);
  if (!file)
    return errno;
  if (like) {
    struct stat own;
    const bool isOthers = ::fstat(file.descriptor(), &own) == 0 &&
                          (own.st_uid != like->st_uid || own.st_gid != like->st_gid);
    // Who may not give a file away keeps it.
    if (isOthers && ::fchown(file.descriptor(), like->st_uid, like->st_gid) != 0)
      errno = 0;
    if (::fchmod(file.descriptor(), like->st_mode & 07777) != 0)
      return errno;
  }
  if (!file.write(contents))
    return errno;
  // File systems of a network may say it no sooner.
  const int copy = ::dup(file.descriptor());
  return copy < 0 || ::close(copy) == 0 ? 0 : errno;
}

/// Where a path leads by its links, also if nothing is there yet.
fs::path behindLinks(fs::path path) {
  std::error_code failed;
  for (int links = 0; links < 40 && fs::is_symlink(path, failed); ++links)
    path = path.parent_path() / fs::read_symlink(path, failed);
  return path;
}

/// Writes the draft of a file, if it is to have one; 0, or why not.
int writeDraft(const WrittenFile &file, std::size_t number, Draft &draft) {
  draft.place = behindLinks(file.path);
  struct stat there;
  const bool exists = ::stat(draft.place.c_str(), &there) == 0;
  if (exists && !S_ISREG(there.st_mode))
    return 0;
  if (exists && ::access(draft.place.c_str(), W_OK) != 0)
    return errno;
  draft.first = draft.place.parent_path() / fmt::format(".{}.{}.part", ::getpid(), number);
  ::unlink(draft.first.c_str()); // of a process that had this number before
  return writeTo(draft.first, O_EXCL, file.contents, exists ? &there : nullptr);
}

int moveIntoPlace(const WrittenFile &file, Draft &draft) {
  if (draft.first.empty())
    return writeTo(draft.place, O_TRUNC, file.contents, nullptr);
  if (::rename(draft.first.c_str(), draft.place.c_str()) != 0)
    return errno;
  draft.first.clear();
  return 0;
}

} // namespace

Status writeFiles(std::span<const WrittenFile> files) {
  std::vector<Draft> drafts(files.size());
  std::size_t at = 0;
  int reason = 0;
  for (at = 0; at < files.size() && reason == 0; ++at)
    reason = writeDraft(files[at], at, drafts[at]);
  if (reason == 0)
    for (at = 0; at < files.size() && reason == 0; ++at)
      reason = moveIntoPlace(files[at], drafts[at]);
  for (const Draft &draft : drafts)
    if (!draft.first.empty())
      ::unlink(draft.first.c_str());
  if (reason == 0)
    return {};
  return Error(code::unwritableFile,
               fmt::format("cannot write '{}': {}", files[at - 1].path, std::strerror(reason)));
}

Status writeFile(const std::string &path, std::string_view contents) {
  const WrittenFile file{path, contents};
  return writeFiles({&file, 1});
}

} // namespace xphi::command
