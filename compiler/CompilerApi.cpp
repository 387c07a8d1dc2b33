// The compiler library's border: plain C in, plain C out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/CompilerApi.h"

#include "CertifyLibrary.h"
#include "CompileThread.h"
#include "HostCalls.h"
#include "abi/Certificate.h"
#include "codegen/FreeMemory.h"
#include "codegen/JoinObjects.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <new>
#include <vector>

namespace {

struct Owner {
  xphi::compiler::Compiled product;
  std::string timings;
};

std::string orEmpty(const char *text) { return text ? text : ""; }

std::string timingsOf(const xphi::compiler::Compiled &product) {
  llvm::json::Object object;
  for (const auto &[stage, milliseconds] : product.milliseconds)
    object[stage] = milliseconds;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object));
  return text;
}

xphi::compiler::Compiled refusal(const char *code, std::string message) {
  return {{}, code, std::move(message), {}};
}

const char *const otherVersion = "the compiler library and the runtime are of different versions; "
                                 "install both from one build";

// Without memory of its own.
int outOfMemory(xphi_compile_reply &reply) {
  reply = {nullptr, 0, "X2099: there is not enough memory to compile", "X2099", "{}", nullptr};
  return 1;
}

xphi::compiler::Compiled join(const std::string &kind,
                              const std::vector<xphi::compiler::NamedObject> &objects,
                              const std::string &soname) {
  using xphi::compiler::LinkResult;
  if (kind != "archive" && kind != "object" && kind != "shared")
    return refusal("X1013",
                   "objects are joined to an `archive`, an `object` or a `shared` library");
  LinkResult joined = kind == "archive"  ? xphi::compiler::archive(objects)
                      : kind == "object" ? xphi::compiler::linkRelocatable(objects)
                                         : xphi::compiler::linkShared(objects, soname);
  if (joined.outcome == LinkResult::Done)
    return {std::move(joined.bytes), {}, {}, {}};
  return refusal(joined.outcome == LinkResult::NoMemory ? "X1004" : "X1013", joined.error);
}

// Runs `work`, which gives a Compiled, into the reply.
template <typename Work> int answer(xphi_compile_reply &reply, const Work &work) try {
  // GMP, in which constants and truths are computed, ends the process where it finds no memory.
  constexpr std::size_t enoughForNumbers = std::size_t(4) << 20;
  if (!xphi::compiler::hasMemoryForThread() || !xphi::compiler::isFree(enoughForNumbers))
    return outOfMemory(reply);
  auto owner = std::make_unique<Owner>();
  owner->product = work();
  if (!owner->product.ok())
    owner->product.message = owner->product.code + ": " + owner->product.message;
  owner->timings = timingsOf(owner->product);
  const bool ok = owner->product.ok();
  reply = {owner->product.bytes.data(), owner->product.bytes.size(), owner->product.message.c_str(),
           owner->product.code.c_str(), owner->timings.c_str(),      nullptr};
  reply.owner = owner.release();
  return ok ? 0 : 1;
} catch (const std::bad_alloc &) {
  return outOfMemory(reply);
}

} // namespace

int xphi_compiler_run(const xphi_compile_request *request, xphi_compile_reply *reply) {
  return answer(*reply, [&] {
    if (request->abi != XPHI_COMPILER_ABI)
      return refusal("X1006", otherVersion);
    auto spec = xphi::KernelSpec::parse(orEmpty(request->spec));
    if (!spec)
      return refusal("X1006", "the runtime describes what to compile in a way that this compiler "
                              "library does not know; install both from one build");
    const xphi::compiler::Request wanted{std::move(*spec),
                                         orEmpty(request->emit),
                                         orEmpty(request->cacheDirectory),
                                         request->targetInNames != 0,
                                         orEmpty(request->namePrefix),
                                         {request->seconds, request->megabytes},
                                         request->pause};
    return xphi::compiler::onOwnThread(wanted.limits,
                                       [&] { return xphi::compiler::compile(wanted); });
  });
}

int xphi_compiler_join(const xphi_join_request *request, xphi_compile_reply *reply) {
  return answer(*reply, [&] {
    if (request->abi != XPHI_COMPILER_ABI)
      return refusal("X1006", otherVersion);
    std::vector<xphi::compiler::NamedObject> objects;
    for (size_t i = 0; i < request->count; ++i)
      objects.push_back({request->name[i], {request->data[i], request->size[i]}});
    const xphi::compiler::Limits limits{request->seconds, request->megabytes};
    return xphi::compiler::onOwnThread(
        limits, [&] { return join(orEmpty(request->kind), objects, orEmpty(request->soname)); });
  });
}

int xphi_compiler_certify(const xphi_certify_request *request, xphi_compile_reply *reply) {
  return answer(*reply, [&] {
    if (request->abi != XPHI_COMPILER_ABI)
      return refusal("X1006", otherVersion);
    const xphi::compiler::Limits limits{request->seconds, request->megabytes};
    return xphi::compiler::onOwnThread(limits, [&]() -> xphi::compiler::Compiled {
      const std::string_view bytes(request->data, request->size);
      const auto points = std::size_t(request->points);
      xphi::compiler::Certification done =
          request->description
              ? xphi::compiler::certifyLibrary(bytes, request->description,
                                               orEmpty(request->function), request->seed, points,
                                               request->seconds)
              : xphi::compiler::certifyAgain(bytes, request->seed, points, request->seconds);
      if (xphi::compiler::budgetSpent())
        return refusal("X1009", xphi::compiler::currentBudget()->message());
      if (!done.code.empty())
        return {{}, std::move(done.code), std::move(done.message), {}};
      return {"{\"promise\":" + xphi::printCertificate(done.found, std::string::npos) + "}",
              {},
              {},
              {}};
    });
  });
}

void xphi_compiler_release(xphi_compile_reply *reply) {
  delete static_cast<Owner *>(reply->owner);
  *reply = {};
}

const char *xphi_compiler_version(void) {
  static const std::string version =
      "xphi " XPHI_VERSION " LLVM " LLVM_VERSION_STRING " Halide " XPHI_HALIDE_VERSION;
  return version.c_str();
}
