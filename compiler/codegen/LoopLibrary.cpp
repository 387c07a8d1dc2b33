// The loops made so far, by signature: in memory, and in a folder for the next process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file is a checksum of 8 bytes and the bitcode. It is written beside its place and renamed, so a
// reader sees all of it or nothing.
#include "codegen/LoopLibrary.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

namespace xphi::compiler {
namespace {

std::string pathOf(const LoopSignature &signature, const std::string &folder) {
  llvm::SmallString<256> path(folder);
  llvm::sys::path::append(path, signature.key() + "-halide-" XPHI_HALIDE_VERSION
                                                  "-" XPHI_LOOP_FINGERPRINT ".bc");
  return std::string(path);
}

std::string read(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path, false, false);
  if (!file || (*file)->getBufferSize() <= sizeof(uint64_t))
    return {};
  llvm::StringRef bytes = (*file)->getBuffer(), bitcode = bytes.drop_front(sizeof(uint64_t));
  uint64_t checksum;
  std::memcpy(&checksum, bytes.data(), sizeof checksum);
  return checksum == llvm::xxh3_64bits(bitcode) ? bitcode.str() : std::string();
}

void write(const std::string &path, const std::string &bitcode) {
  if (llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return;
  int descriptor;
  llvm::SmallString<256> temporary;
  if (llvm::sys::fs::createUniqueFile(path + "-%%%%%%%%", descriptor, temporary))
    return;
  uint64_t checksum = llvm::xxh3_64bits(llvm::StringRef(bitcode));
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream.write(reinterpret_cast<const char *>(&checksum), sizeof checksum);
  stream << bitcode;
  stream.close();
  bool failed = stream.has_error();
  stream.clear_error();
  if (failed || llvm::sys::fs::rename(temporary, path))
    llvm::sys::fs::remove(temporary);
}

} // namespace

Loop LoopLibrary::find(const LoopSignature &signature, const std::string &folder) {
  std::string &bitcode = known[signature.key()];
  if (!bitcode.empty())
    return {bitcode, ""};
  const std::string path = folder.empty() ? "" : pathOf(signature, folder);
  if (!path.empty())
    bitcode = read(path);
  if (!bitcode.empty())
    return {bitcode, ""};
  Loop made = makeLoop(signature);
  bitcode = made.bitcode;
  if (!path.empty() && made.error.empty())
    write(path, bitcode);
  return made;
}

} // namespace xphi::compiler
