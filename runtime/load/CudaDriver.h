// The few driver calls that launching needs, found by dlopen: no toolkit, no header.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace xphi {

/// The driver's own types, as it passes them: handles are pointers, results are small integers with
/// 0 for success.
using CudaHandle = void *;
using CudaResult = int;

class CudaDriver {
public:
  /// Opens and initialises it; X2002 when there is none, X2020 when it refuses.
  static Result<std::shared_ptr<const CudaDriver>> open(const std::string &path);

  CudaResult (*init)(unsigned flags) = nullptr;
  CudaResult (*deviceGet)(int *device, int ordinal) = nullptr;
  CudaResult (*deviceGetAttribute)(int *value, int attribute, int device) = nullptr;
  CudaResult (*contextGetCurrent)(CudaHandle *context) = nullptr;
  CudaResult (*contextSetCurrent)(CudaHandle context) = nullptr;
  CudaResult (*primaryContextRetain)(CudaHandle *context, int device) = nullptr;
  CudaResult (*moduleLoadDataEx)(CudaHandle *module, const void *image, unsigned optionCount,
                                 int *options, void **values) = nullptr;
  CudaResult (*moduleGetFunction)(CudaHandle *function, CudaHandle module,
                                  const char *name) = nullptr;
  CudaResult (*launchKernel)(CudaHandle function, unsigned gridX, unsigned gridY, unsigned gridZ,
                             unsigned blockX, unsigned blockY, unsigned blockZ,
                             unsigned sharedBytes, CudaHandle stream, void **arguments,
                             void **extra) = nullptr;
  CudaResult (*getErrorName)(CudaResult code, const char **text) = nullptr;
  CudaResult (*getErrorString)(CudaResult code, const char **text) = nullptr;
  /// Since CUDA 12; null in older drivers.
  CudaResult (*contextGetId)(CudaHandle context, unsigned long long *id) = nullptr;

  /// X2020: "cuLaunchKernel: CUDA_ERROR_... (what it means)".
  Error failure(const char *call, CudaResult code) const;

  /// Identifies the calling thread's context, after making device 0's primary one current if there
  /// was none.
  Result<std::uint64_t> currentContext() const;

  /// "cuda-sm_90": the newest target that device 0 runs. X2021 when there is no device new enough.
  Result<std::string> deviceTarget() const;
};

/// Opens the driver once, at its first use, for all kernels of an engine.
class LazyCudaDriver {
public:
  explicit LazyCudaDriver(std::string path) : path(std::move(path)) {}
  Result<std::shared_ptr<const CudaDriver>> get();

private:
  const std::string path;
  std::mutex mutex;
  std::shared_ptr<const CudaDriver> driver;
};

} // namespace xphi
