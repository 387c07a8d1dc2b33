// memfd_create and dlopen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LoadedImage.h"

#include "Mxcsr.h"
#include "cache/File.h"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace xphi {
namespace {

// The loader takes two requests for one name to mean one library, and descriptor numbers come back.
// Every load therefore spells the same folder in its own way: a serial number written in "/" and
// "./". A process may hold this code twice, in libxphi and in its compiler: the numbers of each
// copy begin at an address of its own.
std::string uniquePath(int descriptor) {
  static std::atomic<std::uint64_t> serial{0};
  constexpr unsigned loads = 20; // bits left for the number of loads
  const std::uint64_t own = reinterpret_cast<std::uintptr_t>(&serial) >> 12 << loads;
  std::string path = "/proc/self/fd/";
  for (std::uint64_t rest = own + ++serial; rest != 0; rest >>= 1)
    path += rest & 1 ? "./" : "/";
  return path + std::to_string(descriptor);
}

void *openObject(const std::string &path, std::string &why) {
  const MxcsrGuard guard;
  void *handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *text = ::dlerror();
    why = text ? text : "unknown reason";
  }
  return handle;
}

File makeMemoryFile() {
  // Kernels before 6.3 do not know MFD_EXEC and allow execution anyhow.
  int descriptor = ::memfd_create("xphi-kernel", MFD_CLOEXEC | MFD_EXEC);
  if (descriptor < 0)
    descriptor = ::memfd_create("xphi-kernel", MFD_CLOEXEC);
  return File(descriptor);
}

void *openFromMemory(std::string_view bytes, std::string &why) {
  const File file = makeMemoryFile();
  if (!file || !file.write(bytes)) {
    why = "no memory file to be had";
    return nullptr;
  }
  return openObject(uniquePath(file.descriptor()), why);
}

void *openFromFolder(std::string_view bytes, const std::string &folder, std::string &why) {
  std::string path = folder + "/.xphi-XXXXXX.tmp";
  const File file(::mkostemps(path.data(), 4, O_CLOEXEC));
  if (!file)
    return nullptr;
  void *handle = file.write(bytes) ? openObject(path, why) : nullptr;
  ::unlink(path.c_str());
  return handle;
}

} // namespace

Result<LoadedImage> LoadedImage::load(std::string_view bytes, const std::string &fallbackFolder) {
  std::string why;
  void *handle = openFromMemory(bytes, why);
  for (const std::string &folder : {fallbackFolder, std::string(P_tmpdir)})
    if (!handle && !folder.empty())
      handle = openFromFolder(bytes, folder, why);
  if (!handle)
    return Error("X2006", "cannot load the compiled kernel: " + why);
  return LoadedImage(handle);
}

LoadedImage::~LoadedImage() {
  if (handle)
    ::dlclose(handle);
}

void *LoadedImage::symbol(const char *name) const { return ::dlsym(handle, name); }

} // namespace xphi
