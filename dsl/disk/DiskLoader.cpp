// Reading imported files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/disk/DiskLoader.h"

#include "dsl/Limits.h"
#include "dsl/disk/RegularFile.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace xphi::dsl {
namespace {

using std::filesystem::path;

/// Both without links and dots.
bool isBelow(const path &file, const path &folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

class ImportFolder {
public:
  explicit ImportFolder(const std::string &root) : root(root.empty() ? "." : root) {}

  ImportedText load(std::string_view written, std::string_view importer) {
    // The text itself may have any name: only files that were read here have folders.
    auto known = files.find(importer);
    path folder = known == files.end() ? root : path(*known).parent_path();
    path file = (folder / path(written)).lexically_normal();
    ImportedText result{file.string(), std::nullopt, ""};
    std::error_code failed;
    path real = std::filesystem::canonical(file, failed);
    if (failed)
      return result;
    path realRoot = std::filesystem::canonical(root, failed);
    if (failed || !isBelow(real, realRoot)) {
      result.help = "files are imported from the folder of the program and those below it";
      return result;
    }
    if (file.extension() != ".phi") {
      result.help = "the names of files that are imported end in `.phi`";
      return result;
    }
    // One byte more than is allowed, for the language to complain about.
    FileContents contents = readRegularFile(real.string(), kMaxSourceBytes + 1);
    if (!contents.bytes)
      return result;
    files.insert(result.name);
    result.text = std::move(contents.bytes);
    return result;
  }

private:
  path root;
  std::set<std::string, std::less<>> files;
};

} // namespace

FileLoader loaderOf(std::string root) {
  return
      [folder = ImportFolder(root)](std::string_view written, std::string_view importer) mutable {
        return folder.load(written, importer);
      };
}

} // namespace xphi::dsl
