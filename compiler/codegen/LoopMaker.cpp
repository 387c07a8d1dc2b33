// Opens the library with Halide in it, and has loops made there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// It lies beside the compiler library. Once open it stays: Halide's LLVM cannot be taken down.
#include "codegen/LoopMaker.h"

#include "codegen/FreeMemory.h"
#include "codegen/HalideLoops.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <mutex>

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

// Halide is for one thread at a time, and so is what follows.
std::mutex &halide() {
  static std::mutex one;
  return one;
}

bool isEnding = false;

// A loop that is being made is waited for, and Halide that is being opened; its statics stay
// (LateStatics.cpp).
void waitAtTheEnd() {
  static const int registered = on_exit(
      [](int, void *) {
        const std::lock_guard lock(halide());
        isEnding = true;
      },
      nullptr);
  (void)registered;
}

// Tried again where it failed: memory may have been short.
const LoopLibraryHandle &library() {
  static LoopLibraryHandle handle;
  if (!handle.make) {
    waitAtTheEnd();
    handle = open();
  }
  return handle;
}

// Halide ends the process where memory is short. Opening it and making a loop takes some 70 MiB.
bool memoryIsShort() {
  constexpr size_t enough = size_t(96) << 20;
  return !isFree(enough);
}

// The loader says why as the system does.
bool isShortage(llvm::StringRef loaderError) {
  return llvm::any_of(std::initializer_list<int>{ENOMEM, EMFILE, ENFILE},
                      [&](int reason) { return loaderError.contains(std::strerror(reason)); });
}

Loop ask(Maker LoopLibraryHandle::*which, const LoopSignature &signature) {
  const std::lock_guard lock(halide());
  if (isEnding)
    return {"", "the process is ending"};
  if (memoryIsShort())
    return {"", std::string(shortage) + "memory"};
  const Maker maker = library().*which;
  if (!maker) {
    const std::string &why = library().error;
    return {"", (isShortage(why) ? std::string(shortage)
                                 : "the library with Halide cannot be opened: ") +
                    why};
  }
  Loop loop;
  xphi_loop_request request{signature.inputs.c_str(),
                            signature.parameters.c_str(),
                            signature.outputs.c_str(),
                            signature.target.name.data(),
                            signature.vectors,
                            &loop,
                            [](void *receiver, const char *data, size_t size, const char *error) {
                              *static_cast<Loop *>(receiver) = {std::string(data, size), error};
                            }};
  maker(&request);
  return loop;
}

} // namespace

Loop makeLoop(const LoopSignature &signature) { return ask(&LoopLibraryHandle::make, signature); }

Loop printLoop(const LoopSignature &signature) { return ask(&LoopLibraryHandle::print, signature); }

std::string missingHalide() {
  const std::lock_guard lock(halide());
  if (memoryIsShort() || (library().make && library().print))
    return "";
  const std::string &why = library().error;
  // What the loader does not find is named first: the library itself, or one that it needs.
  const bool isHalide = why.starts_with("libHalide");
  return "the loop of this kernel is not among those made before, and Halide, which would make it, "
         "cannot be loaded: " +
         (why.empty() ? "libxphi-loops.so is of another build" : why) + ". " +
         (isHalide ? "Install Halide 21 (`pip install halide==21.0.0`) and name the folder of "
                     "libHalide.so in LD_LIBRARY_PATH"
                   : "Install libxphi-loops.so beside libxphi-compiler.so");
}

} // namespace xphi::compiler
