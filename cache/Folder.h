// A folder of files that are kept between processes, and the rules for every file in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lies here becomes code of this process, so who may write it decides everything; checksums
// only tell damage. A folder, and each file in it, counts only if it belongs to this user or to
// root and nobody else may write it. A file is regular (no link, pipe or device), of limited size,
// and written beside its place under a name of its own, then renamed: readers see all of it or
// nothing. A writer holds a lock on its temporary file, so what a killed one left is told from what
// another is writing.
#ifndef XPHI_CACHE_FOLDER_H
#define XPHI_CACHE_FOLDER_H

#include "cache/File.h"

#include <dirent.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace xphi {

class Folder {
public:
  /// Whether a folder may be reached by a link: one that the user chose, not one that lies in it.
  enum class Links { Followed, Refused };

  /// The folder, if it is there and may be trusted.
  static Folder open(const std::string &path, Links links = Links::Followed);
  /// The same, made first where it is missing, with its parents, for this user only.
  static Folder make(const std::string &path, Links links = Links::Followed);

  explicit operator bool() const { return bool(directory); }
  /// Why the folder is not used although it is there, for people; empty otherwise.
  const std::string &refusal() const { return why; }

  /// The bytes of a file; nothing if it breaks a rule or is larger than `limit` bytes.
  std::optional<std::string> read(const std::string &name, std::size_t limit) const;
  /// A file to change in place, made with mode 0600 where it is missing; closed if it breaks a
  /// rule.
  File openShared(const std::string &name) const;
  /// Replaces a file as a whole. False costs speed only: nothing is left behind.
  bool publish(const std::string &name, std::string_view bytes) const;
  bool remove(const std::string &name) const;

  /// Removes temporary files whose writers are gone: what nobody holds a lock on, and under names
  /// that are not from publish() what is an hour old.
  void removeAbandoned() const;

  /// Calls `visit(name)` for every name but "." and "..", in no order.
  template <typename Visit> void forEachName(Visit visit) const {
    const auto close = [](DIR *stream) { ::closedir(stream); };
    const std::unique_ptr<DIR, decltype(close)> stream(openStream(), close);
    while (const dirent *found = stream ? ::readdir(stream.get()) : nullptr) {
      const std::string name = found->d_name;
      if (name != "." && name != "..")
        visit(name);
    }
  }
  /// Of the folder; for fstatat.
  int descriptor() const { return directory.descriptor(); }

private:
  DIR *openStream() const;

  File directory;
  std::string why;
};

/// What a name in the cache folder stands for.
inline bool isTemporaryName(std::string_view name) {
  return name.starts_with('.') && name.ends_with(".tmp");
}

} // namespace xphi

#endif // XPHI_CACHE_FOLDER_H
