// The compiler library, opened when something must be compiled and not a moment before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Once opened it stays for the life of the process: LLVM's global state cannot be taken down and
// set up again.
//
// Which library compiles decides what a cache may serve, and must be known without opening it. The
// library of this build says the fingerprint that this runtime knows, or its kernels are not kept.
// A library that Options::compilerLibrary names is known by its file: number, size, time.
#pragma once

#include "runtime/cache/CacheKey.h"
#include "runtime/host/ForkGate.h"

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

struct CompileRequest {
  const KernelSpec &spec;
  std::string emit;
  std::string templateDirectory; ///< empty: none
  double seconds;                ///< Options::compileSeconds
  std::uint64_t megabytes;       ///< Options::compileMegabytes
  bool targetInNames = false;
  std::string namePrefix;
};

/// Of objects that were made before.
struct JoinRequest {
  struct Object {
    std::string_view name, bytes;
  };

  std::string kind, soname; ///< "archive", "object", "shared"
  std::vector<Object> objects;
  double seconds;
  std::uint64_t megabytes;
};

/// Of a kernel, or of a library with its description (abi/CompilerApi.h).
struct CertifyRequest {
  std::string_view bytes;
  std::string description, function;
  std::uint64_t seed, points;
  double seconds;
  std::uint64_t megabytes;
};

struct CompileReply {
  std::string data;
  std::string timings; ///< a JSON object
  std::string maker;   ///< what the library says of itself; empty if it was replaced meanwhile
};

class CompilerLibrary {
public:
  /// `path` may be empty: beside libxphi.so, then wherever the dynamic loader finds it.
  explicit CompilerLibrary(std::string path);

  /// Who compiles, for cache keys; does not open the library unless it is named without a folder.
  KeyCompiler identity();

  /// X2001 without a library, X2003 when it is of another ABI, X2029 in a child that was forked in
  /// the middle of a compile, the compiler's own code when it refuses the program.
  Result<CompileReply> run(const CompileRequest &request);
  /// X2001, X2003, X2029 likewise; X1013 when the linker refuses.
  Result<std::string> join(const JoinRequest &request);
  /// X2001, X2003, X2029 likewise; else what the library says: the certificate as JSON.
  Result<std::string> certify(const CertifyRequest &request);
  Result<std::string> version();

private:
  struct Functions;
  template <typename Call, typename Request>
  static Result<std::string> productOf(Call call, const Request &request, const Functions &library);
  Result<const Functions *> open();
  Result<const Functions *> openToCompile();

  const std::string path;
  const std::string
      file; ///< what is known of the file named by `path`; empty: this build's library
  ForkAwareLock lock;
  std::shared_ptr<const Functions> functions; ///< set once, under the lock
};

} // namespace xphi
