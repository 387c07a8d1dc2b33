// A folder that exists as long as its object.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "measure/TemporaryFolder.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace xphi::measure {

TemporaryFolder::TemporaryFolder() {
  std::error_code failure;
  std::filesystem::path base = std::filesystem::temp_directory_path(failure);
  std::string name = (failure ? std::filesystem::path("/tmp") : base) / "xphi-XXXXXX";
  if (mkdtemp(name.data()))
    folder = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!folder.empty())
    std::filesystem::remove_all(folder, ignored);
}

} // namespace xphi::measure
