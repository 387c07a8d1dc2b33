// Reading imported files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/disk/DiskLoader.h"

#include "dsl/Limits.h"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace xphi::dsl {

ImportedText loadFromDisk(std::string_view path, std::string_view importer) {
  if (importer.starts_with('<'))
    return {std::string(path), std::nullopt};
  std::filesystem::path folder = std::filesystem::path(importer).parent_path();
  std::filesystem::path file = (folder / std::filesystem::path(path)).lexically_normal();
  ImportedText result{file.string(), std::nullopt};
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    return result;
  std::ifstream stream(file, std::ios::binary);
  // One byte more than is allowed, for the language to complain about.
  std::string text(kMaxSourceBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || !stream.is_open())
    return result;
  text.resize(static_cast<size_t>(stream.gcount()));
  result.text = std::move(text);
  return result;
}

} // namespace xphi::dsl
