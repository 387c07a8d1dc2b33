// Opens the library with Halide in it, and has loops made there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// It lies beside the compiler library. Once open it stays: Halide's LLVM cannot be taken down.
#include "codegen/LoopMaker.h"

#include "codegen/HalideLoops.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace xphi::compiler {
namespace {

using Maker = decltype(&xphi_make_loop);

struct LoopLibraryHandle {
  Maker make = nullptr, print = nullptr;
  std::string error;
};

std::string besideThisLibrary(const char *file) {
  Dl_info self;
  if (!dladdr(reinterpret_cast<void *>(&makeLoop), &self))
    return file;
  std::string path = self.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + file;
}

LoopLibraryHandle open() {
  const std::string path = besideThisLibrary("libxphi-loops.so");
  void *opened = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!opened)
    return {nullptr, nullptr, dlerror()};
  return {reinterpret_cast<Maker>(dlsym(opened, "xphi_make_loop")),
          reinterpret_cast<Maker>(dlsym(opened, "xphi_print_loop")), ""};
}

// Tried again where it failed: memory may have been short. For one thread at a time.
const LoopLibraryHandle &library() {
  static LoopLibraryHandle handle;
  if (!handle.make)
    handle = open();
  return handle;
}

// Halide ends the process where memory is short, or a file that it writes cannot grow. Opening it
// and making a loop takes some 70 MiB, and a file of less than 1 MiB.
std::string shortage() {
  constexpr size_t enough = size_t(96) << 20;
  void *memory = mmap(nullptr, enough, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || munmap(memory, enough) != 0)
    return "there is not enough memory";
  rlimit files;
  if (getrlimit(RLIMIT_FSIZE, &files) == 0 && files.rlim_cur < (1u << 20))
    return "this process may not write a file of 1 MiB (RLIMIT_FSIZE)";
  return {};
}

Loop ask(Maker LoopLibraryHandle::*which, const LoopSignature &signature) {
  if (std::string error = shortage(); !error.empty())
    return {"", error};
  const Maker maker = library().*which;
  if (!maker)
    return {"", "the library with Halide cannot be opened: " + library().error};
  Loop loop;
  xphi_loop_request request{signature.inputs.c_str(),
                            signature.parameters.c_str(),
                            signature.outputs.c_str(),
                            signature.target.name.c_str(),
                            &loop,
                            [](void *receiver, const char *data, size_t size, const char *error) {
                              *static_cast<Loop *>(receiver) = {std::string(data, size), error};
                            }};
  maker(&request);
  return loop;
}

} // namespace

Loop makeLoop(const LoopSignature &signature) { return ask(&LoopLibraryHandle::make, signature); }

std::string printLoop(const LoopSignature &signature) {
  Loop loop = ask(&LoopLibraryHandle::print, signature);
  return loop.error.empty() ? loop.bitcode : loop.error;
}

} // namespace xphi::compiler
