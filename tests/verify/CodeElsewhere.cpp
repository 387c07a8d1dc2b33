// A cache is filled for any machine, so what would be run there is found in one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CodeElsewhere.h"

#include "cache/KeptFile.h"
#include "check/CodeHash.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace xphi::verify {
namespace {

namespace fs = std::filesystem;

/// An empty folder, gone with its end.
class Folder {
public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "xphi-verify-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      throw std::runtime_error("no folder can be made in " + fs::temp_directory_path().string());
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;

  fs::path path;
};

} // namespace

Result<std::string> codeElsewhere(std::string_view function, const CompileOptions &options) {
  const Folder folder;
  Options settings = Options::fromEnvironment();
  settings.cacheDirectory = settings.sharedCache = folder.path.string();
  Engine engine(settings);
  if (const Result<bool> filled = engine.fillCache(function, options); !filled)
    return filled.error();
  for (const fs::directory_entry &entry : fs::directory_iterator(folder.path))
    if (entry.path().extension() == ".so") {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(file), {});
      if (const std::optional<KeptFile> kept = decodeKept(bytes))
        return compiler::codeHash(kept->content);
    }
  throw std::runtime_error("nothing is in the cache that was filled");
}

} // namespace xphi::verify
