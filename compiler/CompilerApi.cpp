// The compiler library's border: plain C in, plain C out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/CompilerApi.h"

#include "CompileThread.h"
#include "HostCalls.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <new>

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

// Without memory of its own.
int outOfMemory(xphi_compile_reply &reply) {
  reply = {nullptr, 0, "X2099: there is not enough memory to compile", "X2099", "{}", nullptr};
  return 1;
}

} // namespace

int xphi_compiler_run(const xphi_compile_request *request, xphi_compile_reply *reply) try {
  if (!xphi::compiler::hasMemoryForThread())
    return outOfMemory(*reply);
  auto owner = std::make_unique<Owner>();
  if (request->abi != XPHI_COMPILER_ABI) {
    owner->product.code = "X1006";
    owner->product.message = "the compiler library and the runtime are of different versions; "
                             "install both from one build";
  } else if (auto spec = xphi::KernelSpec::parse(orEmpty(request->spec)); !spec) {
    owner->product.code = "X1006";
    owner->product.message = "the runtime describes what to compile in a way that this compiler "
                             "library does not know; install both from one build";
  } else {
    owner->product = xphi::compiler::compileOnOwnThread({std::move(*spec),
                                                         orEmpty(request->emit),
                                                         orEmpty(request->cacheDirectory),
                                                         request->targetInNames != 0,
                                                         {request->seconds, request->megabytes},
                                                         request->pause});
  }
  if (!owner->product.ok())
    owner->product.message = owner->product.code + ": " + owner->product.message;
  owner->timings = timingsOf(owner->product);
  const bool ok = owner->product.ok();
  *reply = {owner->product.bytes.data(),    owner->product.bytes.size(),
            owner->product.message.c_str(), owner->product.code.c_str(),
            owner->timings.c_str(),         nullptr};
  reply->owner = owner.release();
  return ok ? 0 : 1;
} catch (const std::bad_alloc &) {
  return outOfMemory(*reply);
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
