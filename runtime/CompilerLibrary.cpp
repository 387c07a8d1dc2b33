// dlopen of libxphi-compiler.so and calls through its C interface.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompilerLibrary.h"

#include "Mxcsr.h"
#include "compiler/CompilerApi.h"

#include <dlfcn.h>
#include <vector>

namespace xphi {

struct CompilerLibrary::Functions {
  decltype(&xphi_compiler_run) run = nullptr;
  decltype(&xphi_compiler_release) release = nullptr;
  decltype(&xphi_compiler_version) version = nullptr;
};

namespace {

constexpr const char *libraryName = "libxphi-compiler.so";

std::string besideThisLibrary() {
  Dl_info here;
  if (!::dladdr(reinterpret_cast<const void *>(&besideThisLibrary), &here) || !here.dli_fname)
    return {};
  const std::string path = here.dli_fname;
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1) + libraryName;
}

void *openFirst(const std::vector<std::string> &candidates, std::string &tried) {
  for (const std::string &candidate : candidates) {
    if (candidate.empty())
      continue;
    // The default search order of symbols keeps LLVM's names to the library itself.
    if (void *handle = ::dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL))
      return handle;
    const char *why = ::dlerror();
    tried += std::string("\n  ") + (why ? why : candidate.c_str());
  }
  return nullptr;
}

std::string orEmpty(const char *text) { return text ? text : ""; }

// The compiler renders "X1234: what"; Error adds the code itself.
Error toError(const std::string &code, std::string what) {
  if (!code.empty() && what.starts_with(code + ": "))
    what.erase(0, code.size() + 2);
  while (what.ends_with('\n'))
    what.pop_back();
  return Error(code.empty() ? "X2007" : code,
               what.empty() ? "the compiler failed without saying why" : std::move(what));
}

} // namespace

Result<const CompilerLibrary::Functions *> CompilerLibrary::open() {
  const std::lock_guard held(lock);
  if (functions)
    return functions.get();

  std::string tried;
  void *handle = path.empty() ? openFirst({besideThisLibrary(), libraryName}, tried)
                              : openFirst({path}, tried);
  if (!handle)
    return Error("X2001", "this kernel is not in the cache and the compiler library cannot be "
                          "loaded. Install libxphi-compiler.so beside libxphi.so or name it in "
                          "Options::compilerLibrary (XPHI_COMPILER_LIBRARY). Tried:" +
                              tried);

  auto found = std::make_shared<Functions>();
  found->run = reinterpret_cast<decltype(found->run)>(::dlsym(handle, "xphi_compiler_run"));
  found->release =
      reinterpret_cast<decltype(found->release)>(::dlsym(handle, "xphi_compiler_release"));
  found->version =
      reinterpret_cast<decltype(found->version)>(::dlsym(handle, "xphi_compiler_version"));
  if (!found->run || !found->release || !found->version)
    return Error("X2003", "the library loaded as the compiler does not export xphi_compiler_run, "
                          "_release and _version");
  functions = std::move(found);
  return functions.get();
}

Result<CompileReply> CompilerLibrary::run(const CompileRequest &request) {
  const MxcsrGuard guard;
  const ForkGate::Pass pass;
  if (ForkGate::instance().leftHalfDone())
    return Error("X2029", "this process was forked while its parent was in the middle of a compile "
                          "that took too long to wait for, and cannot compile. Compile before "
                          "forking, or start the process with exec");
  const Result<const Functions *> library = open();
  if (!library)
    return library.error();

  xphi_compile_request raw = {};
  raw.abi = XPHI_COMPILER_ABI;
  raw.program = request.program.c_str();
  raw.symbol = request.symbol.c_str();
  raw.target = request.target.c_str();
  raw.emit = request.emit.c_str();
  raw.derivative = request.derivative.c_str();
  raw.gradients = request.gradients.c_str();
  raw.keep = request.keep.c_str();
  raw.cacheDirectory =
      request.templateDirectory.empty() ? nullptr : request.templateDirectory.c_str();

  raw.seconds = request.seconds;
  raw.megabytes = request.megabytes;
  raw.pause = &ForkGate::pause;

  xphi_compile_reply reply = {};
  const int failed = (*library)->run(&raw, &reply);
  CompileReply result{reply.data ? std::string(reply.data, reply.size) : std::string(),
                      orEmpty(reply.timings)};
  const std::string code = orEmpty(reply.code), diagnostics = orEmpty(reply.diagnostics);
  (*library)->release(&reply);
  if (failed)
    return toError(code, diagnostics);
  if (result.timings.empty())
    result.timings = "{}";
  return result;
}

Result<std::string> CompilerLibrary::version() {
  const MxcsrGuard guard;
  const ForkGate::Pass pass;
  const Result<const Functions *> library = open();
  if (!library)
    return library.error();
  return orEmpty((*library)->version());
}

} // namespace xphi
