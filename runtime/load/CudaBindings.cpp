// Halide 21's CUDA entry points over the driver.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CudaBindings.h"

#include "abi/Artifact.h"

#include <array>
#include <cstring>

namespace xphi {
namespace {

// Values of CUjit_option, fixed by the driver's binary interface.
constexpr int jitErrorLogBuffer = 5, jitErrorLogBufferBytes = 6;

constexpr int maxArguments = 64;

CudaLaunch &launchOf(void *userContext) { return *static_cast<CudaLaunch *>(userContext); }

int failed(CudaLaunch &launch, Error error) {
  launch.error = std::move(error);
  return 1;
}

int initializeKernels(void *userContext, void **state, const char *ptx, int size) noexcept {
  CudaLaunch &launch = launchOf(userContext);
  // Always the same value, so that threads which race here write what is there already.
  *state = const_cast<char *>(ptx);
  const Status loaded = launch.modules.load(launch.driver, launch.context, ptx, size);
  return loaded ? 0 : failed(launch, loaded.error());
}

int run(void *userContext, void *state, const char *entry, int blocksX, int blocksY, int blocksZ,
        int threadsX, int threadsY, int threadsZ, int sharedBytes, std::uint64_t argumentSizes[],
        void *arguments[], std::int8_t argumentIsBuffer[]) noexcept {
  CudaLaunch &launch = launchOf(userContext);
  if (launch.error) // an artifact goes on to launch what could not be loaded
    return 1;
  const auto function = launch.modules.function(launch.driver, launch.context, state, entry);
  if (!function)
    return failed(launch, function.error());

  std::array<void *, maxArguments> passed;
  int count = 0;
  for (; argumentSizes[count] != 0; ++count) {
    if (count == maxArguments)
      return failed(launch, Error("X2009", "a CUDA kernel takes too many arguments"));
    // A halide_buffer_t begins with its device pointer, and that is what the kernel takes: passing
    // the address of the buffer passes the address of the pointer.
    passed[count] = arguments[count];
  }
  static_cast<void>(argumentIsBuffer);
  const CudaResult code =
      launch.driver.launchKernel(*function, unsigned(blocksX), unsigned(blocksY), unsigned(blocksZ),
                                 unsigned(threadsX), unsigned(threadsY), unsigned(threadsZ),
                                 unsigned(sharedBytes), launch.stream, passed.data(), nullptr);
  return code ? failed(launch, launch.driver.failure("cuLaunchKernel", code)) : 0;
}

void finalizeKernels(void *, void *) noexcept {}

// Buffers are on the device already: the caller passed device pointers.
int copyToDevice(void *, void *, const void *) noexcept { return 0; }

} // namespace

Status CudaModules::load(const CudaDriver &driver, std::uint64_t context, const char *ptx,
                         int size) {
  const std::lock_guard lock(mutex);
  if (modules.contains({context, ptx}))
    return {};
  // The driver wants a zero at the end, which the size given may not count.
  const std::string text(ptx, ::strnlen(ptx, std::size_t(size)));
  std::array<char, 4096> log{};
  std::array<int, 2> options = {jitErrorLogBuffer, jitErrorLogBufferBytes};
  std::array<void *, 2> values = {log.data(), reinterpret_cast<void *>(log.size() - 1)};
  Module module;
  if (const CudaResult code = driver.moduleLoadDataEx(&module.handle, text.c_str(), options.size(),
                                                      options.data(), values.data()))
    return Error("X2022", driver.failure("cuModuleLoadDataEx", code).message() +
                              (log[0] ? "\n" + std::string(log.data()) : ""));
  modules.emplace(std::pair(context, static_cast<const void *>(ptx)), std::move(module));
  return {};
}

Result<CudaHandle> CudaModules::function(const CudaDriver &driver, std::uint64_t context,
                                         const void *ptx, const char *entry) {
  const std::lock_guard lock(mutex);
  const auto module = modules.find({context, ptx});
  if (module == modules.end())
    return Error("X2022", "a CUDA kernel was launched before its module was loaded");
  auto &functions = module->second.functions;
  if (const auto known = functions.find(std::string_view(entry)); known != functions.end())
    return known->second;
  CudaHandle function = nullptr;
  if (const CudaResult code = driver.moduleGetFunction(&function, module->second.handle, entry))
    return driver.failure("cuModuleGetFunction", code);
  functions.emplace(entry, function);
  return function;
}

void bindCuda(void **bindings) {
  const InitializeKernels initialize = &initializeKernels;
  const RunKernel launch = &run;
  const FinalizeKernels finalize = &finalizeKernels;
  const CopyToDevice copy = &copyToDevice;
  bindings[initializeKernelsBinding] = reinterpret_cast<void *>(initialize);
  bindings[runBinding] = reinterpret_cast<void *>(launch);
  bindings[finalizeKernelsBinding] = reinterpret_cast<void *>(finalize);
  bindings[copyToDeviceBinding] = reinterpret_cast<void *>(copy);
}

} // namespace xphi
