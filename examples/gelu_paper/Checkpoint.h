// A file that is whole or not there, and says what it belongs to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// By the rules for every file that xphi keeps (cache/): replaced by renaming, so that a process
// that is killed leaves the old file or the new one; with a checksum; and belonging to this user
// alone. The content is CBOR.
#pragma once

#include "cache/Folder.h"

#include <nlohmann/json.hpp>

namespace paper {

using Json = nlohmann::json;

class Checkpoints {
public:
  /// Makes the folder. P0004 if it cannot be used, P0006 while another process uses it.
  explicit Checkpoints(const std::string &path);

  /// P0004 if it cannot be written.
  void save(const std::string &name, const Json &of, const Json &state) const;
  /// Null if there is no such file. P0002 for one that is damaged, cut short or no checkpoint,
  /// P0003 for one that belongs to something else, which the message compares.
  Json load(const std::string &name, const Json &of) const;

private:
  std::string path;
  xphi::Folder folder;
  xphi::File lock;
};

} // namespace paper
