// dlopen of libxphi-compiler.so and calls through its C interface.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompilerLibrary.h"

#include "Mxcsr.h"
#include "OwnFolder.h"
#include "abi/CompilerApi.h"

#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace xphi {

struct CompilerLibrary::Functions {
  decltype(&xphi_compiler_run) run = nullptr;
  decltype(&xphi_compiler_join) join = nullptr;       ///< null where it is not there
  decltype(&xphi_compiler_certify) certify = nullptr; ///< likewise
  decltype(&xphi_compiler_release) release = nullptr;
  decltype(&xphi_compiler_version) version = nullptr;
  std::string maker; ///< what CompileReply says
  std::string file;  ///< what fileIdentity() says of it
};

namespace {

constexpr const char *libraryName = "libxphi-compiler.so";

std::string besideThisLibrary() {
  for (const std::string &folder : {ownFolder(), realFolder()})
    if (const std::string path = folder + "/" + libraryName;
        !folder.empty() && ::access(path.c_str(), F_OK) == 0)
      return path;
  return ownFolder() + "/" + libraryName;
}

// Two files never have the same one, and a file that is written again gets another. Empty where
// there is no file, or where it is the library of this build under a name of its own.
std::string fileIdentity(const std::string &path) {
  struct stat file, own;
  if (path.empty() || ::stat(path.c_str(), &file) != 0)
    return {};
  if (::stat(besideThisLibrary().c_str(), &own) == 0 && own.st_dev == file.st_dev &&
      own.st_ino == file.st_ino)
    return {};
  const std::uint64_t facts[] = {file.st_dev, file.st_ino, std::uint64_t(file.st_size),
                                 std::uint64_t(file.st_mtim.tv_sec),
                                 std::uint64_t(file.st_mtim.tv_nsec)};
  const Hash128 hash = hash128({reinterpret_cast<const char *>(facts), sizeof facts});
  return fmt::format("file-{:016x}", hash.high);
}

std::string pathOf(const void *symbol) {
  Dl_info where;
  return ::dladdr(symbol, &where) && where.dli_fname ? where.dli_fname : "";
}

// The loader gives the library that it has under a name, whatever the file of that name is now.
bool isStillThatFile(void *handle, const std::string &file) {
  static ForkAwareLock lock;
  static auto &firstSeen = *new std::map<void *, std::string>; // never destroyed
  const std::lock_guard held(lock);
  return firstSeen.try_emplace(handle, file).first->second == file;
}

// A library says for itself who it is: dlsym would also find the word of one that it links.
std::string makerOf(void *handle, const void *run) {
  using Identity = decltype(&xphi_compiler_identity);
  const auto identity = reinterpret_cast<Identity>(::dlsym(handle, "xphi_compiler_identity"));
  Dl_info speaker, worker;
  const bool itself = identity && ::dladdr(reinterpret_cast<const void *>(identity), &speaker) &&
                      ::dladdr(run, &worker) && speaker.dli_fbase == worker.dli_fbase;
  const char *said = itself ? identity() : nullptr;
  return said && *said ? said : "unnamed";
}

/// The library that the loader did not find, if it is not the one that was asked for.
std::string neededBy(const std::string &candidate, const std::string &why) {
  const std::string name = why.substr(0, why.find(':'));
  const bool isMissing = why.find("cannot open shared object file") != std::string::npos;
  return isMissing && name != candidate && name.find(".so") != std::string::npos ? name : "";
}

void *openFirst(const std::vector<std::string> &candidates, std::string &tried,
                std::string &needed) {
  for (const std::string &candidate : candidates) {
    if (candidate.empty())
      continue;
    // The default search order of symbols keeps LLVM's names to the library itself.
    if (void *handle = ::dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL))
      return handle;
    const char *why = ::dlerror();
    tried += std::string("\n  ") + (why ? why : candidate.c_str());
    if (why && needed.empty())
      needed = neededBy(candidate, why);
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

CompilerLibrary::CompilerLibrary(std::string path)
    : path(std::move(path)), file(fileIdentity(this->path)) {}

KeyCompiler CompilerLibrary::identity() {
  std::string named = file;
  if (named.empty() && !path.empty() && path.find('/') == std::string::npos) {
    const ForkGate::Pass pass;
    if (const Result<const Functions *> library = open())
      named = (*library)->file;
  }
  return named.empty() ? ownCompiler() : KeyCompiler{named, {}};
}

Result<const CompilerLibrary::Functions *> CompilerLibrary::open() {
  const std::lock_guard held(lock);
  if (functions)
    return functions.get();

  std::string tried;
  std::string needed;
  void *handle = path.empty() ? openFirst({besideThisLibrary(), libraryName}, tried, needed)
                              : openFirst({path}, tried, needed);
  if (!handle && !needed.empty())
    return Error("X2001", "this kernel is not in the cache, and the compiler library needs " +
                              needed +
                              ", which is not there: install the package it is from, put it beside "
                              "libxphi-compiler.so, or name its folder in LD_LIBRARY_PATH. Tried:" +
                              tried);
  if (!handle)
    return Error("X2001", "this kernel is not in the cache and the compiler library cannot be "
                          "loaded. Install libxphi-compiler.so beside libxphi.so, into " +
                              ownFolder() +
                              ", or name it in Options::compilerLibrary (XPHI_COMPILER_LIBRARY). "
                              "Tried:" +
                              tried);

  auto found = std::make_shared<Functions>();
  found->run = reinterpret_cast<decltype(found->run)>(::dlsym(handle, "xphi_compiler_run"));
  found->release =
      reinterpret_cast<decltype(found->release)>(::dlsym(handle, "xphi_compiler_release"));
  found->version =
      reinterpret_cast<decltype(found->version)>(::dlsym(handle, "xphi_compiler_version"));
  found->join = reinterpret_cast<decltype(found->join)>(::dlsym(handle, "xphi_compiler_join"));
  found->certify =
      reinterpret_cast<decltype(found->certify)>(::dlsym(handle, "xphi_compiler_certify"));
  if (!found->run || !found->release || !found->version)
    return Error("X2003", "the library loaded as the compiler does not export xphi_compiler_run, "
                          "_release and _version");
  const auto *run = reinterpret_cast<const void *>(found->run);
  found->file = fileIdentity(path.find('/') == std::string::npos ? pathOf(run) : path);
  if ((file.empty() || found->file == file) && isStillThatFile(handle, found->file))
    found->maker = makerOf(handle, run);
  functions = std::move(found);
  return functions.get();
}

Result<const CompilerLibrary::Functions *> CompilerLibrary::openToCompile() {
  if (ForkGate::instance().leftHalfDone())
    return Error("X2029", "this process was forked while its parent was in the middle of a compile "
                          "that took too long to wait for, and cannot compile. Compile before "
                          "forking, or start the process with exec");
  return open();
}

Result<CompileReply> CompilerLibrary::run(const CompileRequest &request) {
  const MxcsrGuard guard;
  const ForkGate::Pass pass;
  const Result<const Functions *> library = openToCompile();
  if (!library)
    return library.error();

  xphi_compile_request raw = {};
  raw.abi = XPHI_COMPILER_ABI;
  const std::string spec = request.spec.print();
  raw.spec = spec.c_str();
  raw.emit = request.emit.c_str();
  raw.cacheDirectory =
      request.templateDirectory.empty() ? nullptr : request.templateDirectory.c_str();
  raw.targetInNames = request.targetInNames;
  raw.namePrefix = request.namePrefix.c_str();
  raw.seconds = request.seconds;
  raw.megabytes = request.megabytes;
  raw.pause = &ForkGate::pause;

  xphi_compile_reply reply = {};
  const int failed = (*library)->run(&raw, &reply);
  CompileReply result{reply.data ? std::string(reply.data, reply.size) : std::string(),
                      orEmpty(reply.timings), (*library)->maker};
  const std::string code = orEmpty(reply.code), diagnostics = orEmpty(reply.diagnostics);
  (*library)->release(&reply);
  if (failed)
    return toError(code, diagnostics);
  if (result.timings.empty())
    result.timings = "{}";
  return result;
}

template <typename Call, typename Request>
Result<std::string> CompilerLibrary::productOf(Call call, const Request &request,
                                               const Functions &library) {
  xphi_compile_reply reply = {};
  const int failed = call(&request, &reply);
  std::string product = reply.data ? std::string(reply.data, reply.size) : std::string();
  const std::string code = orEmpty(reply.code), diagnostics = orEmpty(reply.diagnostics);
  library.release(&reply);
  return failed ? Result<std::string>(toError(code, diagnostics)) : std::move(product);
}

Result<std::string> CompilerLibrary::join(const JoinRequest &request) {
  const MxcsrGuard guard;
  const ForkGate::Pass pass;
  const Result<const Functions *> library = openToCompile();
  if (!library)
    return library.error();
  if (!(*library)->join)
    return Error("X2003", "the library loaded as the compiler does not export xphi_compiler_join");

  std::vector<std::string> names; // terminated
  std::vector<const char *> name, data;
  std::vector<std::size_t> size;
  for (const JoinRequest::Object &object : request.objects) {
    names.emplace_back(object.name);
    data.push_back(object.bytes.data());
    size.push_back(object.bytes.size());
  }
  for (const std::string &each : names)
    name.push_back(each.c_str());
  const xphi_join_request raw = {XPHI_COMPILER_ABI,
                                 request.kind.c_str(),
                                 request.soname.empty() ? nullptr : request.soname.c_str(),
                                 name.data(),
                                 data.data(),
                                 size.data(),
                                 request.objects.size(),
                                 request.seconds,
                                 request.megabytes};
  return productOf((*library)->join, raw, **library);
}

Result<std::string> CompilerLibrary::certify(const CertifyRequest &request) {
  const MxcsrGuard guard;
  const ForkGate::Pass pass;
  const Result<const Functions *> library = openToCompile();
  if (!library)
    return library.error();
  if (!(*library)->certify)
    return Error("X2003", "the library loaded as the compiler does not export "
                          "xphi_compiler_certify");
  const xphi_certify_request raw = {
      XPHI_COMPILER_ABI,        request.bytes.data(),
      request.bytes.size(),     request.description.empty() ? nullptr : request.description.c_str(),
      request.function.c_str(), request.seed,
      request.points,           request.seconds,
      request.megabytes};
  return productOf((*library)->certify, raw, **library);
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
