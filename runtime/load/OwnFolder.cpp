// Asks the loader where this library came from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "OwnFolder.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace xphi {

// The loader's word for it holds after a chdir, which a relative path does not.
std::string ownFolder() {
  Dl_info here;
  if (!::dladdr(reinterpret_cast<const void *>(&ownFolder), &here) || !here.dli_fname)
    return {};
  std::string folder;
  if (void *self = ::dlopen(here.dli_fname, RTLD_LAZY | RTLD_NOLOAD)) {
    char origin[PATH_MAX];
    if (::dlinfo(self, RTLD_DI_ORIGIN, origin) == 0)
      folder = origin;
    ::dlclose(self);
  }
  return folder;
}

std::string realFolder() {
  Dl_info here;
  if (!::dladdr(reinterpret_cast<const void *>(&ownFolder), &here) || !here.dli_fname)
    return {};
  const std::string name = here.dli_fname;
  char path[PATH_MAX];
  const std::string loaded = ownFolder() + "/" + name.substr(name.rfind('/') + 1);
  return ::realpath(loaded.c_str(), path) ? std::string(path, ::strrchr(path, '/')) : std::string();
}

std::string shippedKernels() {
  const std::string folder = ownFolder();
  return folder.empty() ? std::string() : folder + "/xphi/kernels";
}

} // namespace xphi
