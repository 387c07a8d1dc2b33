// Checkpoints on disk.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Checkpoint.h"

#include "Failure.h"
#include "cache/KeptFile.h"

#include <filesystem>
#include <fmt/format.h>

namespace paper {
namespace {

/// Of the files' format: another one is another program's.
constexpr std::string_view kKind = "training", kMaker = "gelu_paper 1";

/// The first field in which they differ.
std::string difference(const Json &found, const Json &wanted) {
  for (const auto &[key, value] : wanted.items())
    if (found.value(key, Json()) != value)
      return fmt::format("`{}` is {} there and {} here", key, found.value(key, Json()).dump(),
                         value.dump());
  return "it has more fields";
}

} // namespace

Checkpoints::Checkpoints(const std::string &path)
    : path(path), folder(xphi::Folder::make(path)),
      lock(folder ? folder.openShared("lock") : xphi::File()) {
  if (!lock)
    throw Failure("P0004", fmt::format("{} cannot be used as a folder {}", path, folder.refusal()));
  if (lock.lock(0, 1) == xphi::File::Lock::Busy)
    throw Failure("P0006",
                  fmt::format("another process works in {}; give this one another --folder", path));
  folder.removeAbandoned();
}

void Checkpoints::save(const std::string &name, const Json &of, const Json &state) const {
  const std::vector<std::uint8_t> body = Json::to_cbor(state);
  const std::string_view content(reinterpret_cast<const char *>(body.data()), body.size());
  if (!folder.publish(name, xphi::encodeKept(content, {kKind, kMaker, of.dump()})))
    throw Failure("P0004", fmt::format("{}/{} cannot be written: is the disk full?", path, name));
}

Json Checkpoints::load(const std::string &name, const Json &of) const {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path + "/" + name, error)))
    return nullptr;
  const std::optional<std::string> bytes = folder.read(name, xphi::maxKeptBytes);
  const std::optional<xphi::KeptFile> file = bytes ? xphi::decodeKept(*bytes) : std::nullopt;
  if (!file || file->label.kind != kKind || file->label.maker != kMaker)
    throw Failure("P0002",
                  fmt::format("{}/{} is damaged, or no checkpoint of this program; delete it, "
                              "and its run starts again",
                              path, name));
  const Json found = Json::parse(file->label.key, nullptr, false);
  if (found != of)
    throw Failure("P0003",
                  fmt::format("{}/{} belongs to another experiment: {}; delete the folder, or "
                              "give this experiment another --folder",
                              path, name, difference(found, of)));
  return Json::from_cbor(file->content, true, false);
}

} // namespace paper
