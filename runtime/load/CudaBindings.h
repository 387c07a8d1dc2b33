// The calls that Halide's CUDA host code makes, answered with the caller's own objects.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nothing of Halide's own runtime is linked: it would bring a context, a stream and synchronisation
// of its own. What a launch needs travels as the artifact's userContext.
#pragma once

#include "CudaDriver.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace xphi {

/// The modules of one artifact, one for each context it ran in. They are left to their context when
/// the artifact goes: unloading would have to wait for launches still under way, and the context
/// may be gone already.
class CudaModules {
public:
  /// Loads the PTX into the current context unless it is there. X2022 with the driver's log when it
  /// is refused.
  Status load(const CudaDriver &driver, std::uint64_t context, const char *ptx, int size);
  Result<CudaHandle> function(const CudaDriver &driver, std::uint64_t context, const void *ptx,
                              const char *entry);

private:
  struct Module {
    CudaHandle handle = nullptr;
    std::map<std::string, CudaHandle, std::less<>> functions;
  };
  std::mutex mutex;
  std::map<std::pair<std::uint64_t, const void *>, Module> modules;
};

/// One launch, on its way through the artifact.
struct CudaLaunch {
  const CudaDriver &driver;
  CudaModules &modules;
  std::uint64_t context;
  CudaHandle stream;
  std::optional<Error> error; ///< set where a binding fails
};

/// Fills an artifact's xphi_cuda_bindings. They expect a CudaLaunch as userContext.
void bindCuda(void **bindings);

} // namespace xphi
