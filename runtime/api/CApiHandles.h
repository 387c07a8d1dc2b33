// What the handles of the C interface hold, and how a C++ result becomes one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.h>
#include <xphi/xphi.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct xphi_engine {
  xphi::Engine engine;
};

struct xphi_bytes {
  std::string contents;
};

struct xphi_pending {
  std::shared_future<xphi::Result<xphi::Kernel>> kernel;
};

/// The strings of `given` are the kernel's or the error's, which is kept beside it.
std::vector<xphi_diagnostic> toC(std::span<const xphi::Diagnostic> given);

struct xphi_kernel {
  explicit xphi_kernel(xphi::Kernel compiled);

  const xphi::Kernel kernel;
  const std::string text; ///< of the certificate
  const std::vector<xphi_diagnostic> warnings;
  const xphi_certificate certificate;
  const std::vector<xphi_certificate_piece> pieces; ///< of it
};

struct xphi_error {
  const char *code, *message, *text, *coloured;
  struct Contents;
  std::unique_ptr<const Contents> contents; ///< that these point to; null: out of memory
};

namespace xphi::c {

/// Of an error that is freed by nobody, made beforehand.
xphi_error *outOfMemory();
xphi_error *handle(const Error &error);
Error isNull(const char *what);

/// What `call` returns, a Status or an Error, as a handle. No exception leaves the library.
template <typename Call> xphi_error *attempt(const Call &call) noexcept {
  try {
    const Status status = call();
    return status ? nullptr : handle(status.error());
  } catch (...) {
    return outOfMemory();
  }
}

struct NamedPointer {
  const void *pointer;
  const char *name;
};
/// The same, if none of the pointers is null; else X2017.
template <typename Call>
xphi_error *attemptWith(std::initializer_list<NamedPointer> needed, const Call &call) noexcept {
  return attempt([&]() -> Status {
    for (const auto &[pointer, name] : needed)
      if (!pointer)
        return isNull(name);
    return call();
  });
}

/// A caller's struct, of whatever size its header had, as ours: what it lacks is zero. `first` is
/// the size of version 0.1, which a size of 0 stands for.
template <typename Struct> Struct read(const Struct *given, std::size_t first = sizeof(Struct)) {
  Struct own = {};
  if (given)
    std::memcpy(&own, given, std::min(given->size ? given->size : first, sizeof own));
  own.size = sizeof own;
  return own;
}
/// And back, as much as the caller has room for.
template <typename Struct>
void write(const Struct &own, Struct *given, std::size_t first = sizeof(Struct)) {
  const std::size_t size = given->size;
  std::memcpy(given, &own, std::min(size ? size : first, sizeof own));
  given->size = size;
}

inline std::string orEmpty(const char *text) { return text ? text : ""; }

/// X1008 for a `keep` that there is none of.
Result<CompileOptions> toOptions(const xphi_compile_options *given);

/// Gives the kernel to the caller, or the error.
Status give(Result<Kernel> kernel, xphi_kernel **place);
Status give(Result<std::string> contents, xphi_bytes **place);

} // namespace xphi::c
