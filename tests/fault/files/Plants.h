// What may lie in place of a file that is kept: a generator of damaged, planted and foreign ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "cache/KeptFile.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace xphi::test {

namespace fs = std::filesystem;

inline std::string contentsOf(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A new file with mode 0600.
inline void place(const fs::path &path, const std::string &bytes) {
  fs::remove_all(path);
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), 0600);
}

struct Plant {
  std::string name;
  std::function<void(const fs::path &)> put; ///< in place of the genuine file
  bool canBeReplaced = true;                 ///< by a rename
};

/// `genuine` are the bytes of the file; `other` those of a file of the same kind for another key.
/// `stride` thins out the positions of bit flips and cuts.
inline std::vector<Plant> plantsFor(const std::string &genuine, const std::string &other,
                                    const fs::path &elsewhere, std::size_t stride) {
  std::vector<Plant> plants;
  const auto bytes = [&](std::string name, std::string content) {
    plants.push_back({std::move(name), [content = std::move(content)](const fs::path &path) {
                        place(path, content);
                      }});
  };
  const auto at = [&](std::string name, std::function<void(const fs::path &)> put,
                      bool canBeReplaced = true) {
    plants.push_back({std::move(name),
                      [put = std::move(put)](const fs::path &path) {
                        fs::remove_all(path);
                        put(path);
                      },
                      canBeReplaced});
  };

  // Damage.
  for (std::size_t length = 0; length < genuine.size(); length += stride)
    bytes("cut after " + std::to_string(length), genuine.substr(0, length));
  for (const std::size_t missing : {1, 8, 16, 17, 39, 40, 41})
    bytes("without the last " + std::to_string(missing),
          genuine.substr(0, genuine.size() - missing));
  for (std::size_t i = 0; i < genuine.size(); i += stride) {
    std::string flipped = genuine;
    flipped[i] = char(flipped[i] ^ (1 << i % 8));
    bytes("bit of byte " + std::to_string(i), flipped);
  }
  bytes("longer", genuine + '\0');
  bytes("twice", genuine + genuine);
  bytes("zeros", std::string(genuine.size(), '\0'));
  for (const std::size_t field : {genuine.size() - 32, genuine.size() - 24})
    for (const char fill : {'\0', '\x7f', '\xff'})
      bytes("a length of " + std::to_string(int(fill)),
            std::string(genuine).replace(field, 8, 8, fill));

  // Whole, and not what it is taken for.
  const KeptFile kept = *decodeKept(genuine);
  bytes("of another key", other);
  bytes("of another kind", encodeKept(kept.content, {"letter", kept.label.maker, kept.label.key}));
  bytes("of garbage with a right checksum", encodeKept("no such thing", kept.label));
  bytes("empty with a right checksum", encodeKept("", kept.label));

  // Not a file of ours.
  at("a pipe", [](const fs::path &path) { ::mkfifo(path.c_str(), 0600); });
  at("a link to /dev/zero", [](const fs::path &path) { fs::create_symlink("/dev/zero", path); });
  at("a link to nothing",
     [](const fs::path &path) { fs::create_symlink("/nowhere/at/all", path); });
  place(elsewhere, genuine);
  at("a link to the genuine one",
     [elsewhere](const fs::path &path) { fs::create_symlink(elsewhere, path); });
  at("a folder", [](const fs::path &path) { fs::create_directory(path); }, false);
  at("a socket", [](const fs::path &path) {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    ::close(descriptor);
  });
  at("huge", [](const fs::path &path) {
    place(path, "");
    fs::resize_file(path, std::uintmax_t(1) << 40);
  });
  for (const mode_t mode : {0620, 0602, 0666, 0777})
    at("writable for others " + std::to_string(mode), [genuine, mode](const fs::path &path) {
      place(path, genuine);
      ::chmod(path.c_str(), mode);
    });
  if (::geteuid() == 0) {
    at("of another user", [genuine](const fs::path &path) {
      place(path, genuine);
      [[maybe_unused]] const int done = ::chown(path.c_str(), 12345, 12345);
    });
    at("a device", [](const fs::path &path) {
      ::mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 5)); // zeros without an end
    });
  }
  return plants;
}

} // namespace xphi::test
