// Opens the driver, explains its errors, finds the current context and the device's target.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CudaDriver.h"

#include "Mxcsr.h"
#include "abi/Target.h"

#include <dlfcn.h>

namespace xphi {
namespace {

// Values of CUdevice_attribute, fixed by the driver's binary interface.
constexpr int computeCapabilityMajor = 75, computeCapabilityMinor = 76;

template <typename Function>
void find(void *library, const char *name, Function &function, std::string &missing) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (!function)
    missing += std::string(missing.empty() ? "" : ", ") + name;
}

} // namespace

Result<std::shared_ptr<const CudaDriver>> CudaDriver::open(const std::string &path) {
  const MxcsrGuard guard;
  // Never closed: the driver does not survive being unloaded.
  void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = ::dlerror();
    return Error("X2002", "there is no CUDA driver on this machine (" +
                              std::string(why ? why : path) +
                              "). Kernels for CUDA compile without one, but run only where "
                              "NVIDIA's driver is installed");
  }

  auto driver = std::make_shared<CudaDriver>();
  std::string missing, optional;
  find(library, "cuInit", driver->init, missing);
  find(library, "cuDeviceGet", driver->deviceGet, missing);
  find(library, "cuDeviceGetAttribute", driver->deviceGetAttribute, missing);
  find(library, "cuCtxGetCurrent", driver->contextGetCurrent, missing);
  find(library, "cuCtxSetCurrent", driver->contextSetCurrent, missing);
  find(library, "cuDevicePrimaryCtxRetain", driver->primaryContextRetain, missing);
  find(library, "cuModuleLoadDataEx", driver->moduleLoadDataEx, missing);
  find(library, "cuModuleGetFunction", driver->moduleGetFunction, missing);
  find(library, "cuLaunchKernel", driver->launchKernel, missing);
  find(library, "cuGetErrorName", driver->getErrorName, missing);
  find(library, "cuGetErrorString", driver->getErrorString, missing);
  find(library, "cuCtxGetId", driver->contextGetId, optional);
  if (!missing.empty())
    return Error("X2002", "the CUDA driver " + path + " is too old: it lacks " + missing);
  if (const CudaResult code = driver->init(0))
    return driver->failure("cuInit", code);
  return std::shared_ptr<const CudaDriver>(std::move(driver));
}

Error CudaDriver::failure(const char *call, CudaResult code) const {
  const char *name = nullptr, *meaning = nullptr;
  getErrorName(code, &name);
  getErrorString(code, &meaning);
  return Error("X2020", std::string(call) + ": " + (name ? name : "error " + std::to_string(code)) +
                            (meaning ? std::string(" (") + meaning + ")" : ""));
}

Result<std::uint64_t> CudaDriver::currentContext() const {
  CudaHandle context = nullptr;
  if (const CudaResult code = contextGetCurrent(&context))
    return failure("cuCtxGetCurrent", code);
  if (!context) {
    int device = 0;
    if (const CudaResult code = deviceGet(&device, 0))
      return failure("cuDeviceGet", code);
    if (const CudaResult code = primaryContextRetain(&context, device))
      return failure("cuDevicePrimaryCtxRetain", code);
    if (const CudaResult code = contextSetCurrent(context))
      return failure("cuCtxSetCurrent", code);
  }
  // The address of a context is used again once it is destroyed; its number is not.
  unsigned long long id = 0;
  if (contextGetId && contextGetId(context, &id) == 0)
    return std::uint64_t(id);
  return std::uint64_t(reinterpret_cast<std::uintptr_t>(context));
}

Result<std::string> CudaDriver::deviceTarget() const {
  int device = 0, major = 0, minor = 0;
  if (deviceGet(&device, 0) != 0 ||
      deviceGetAttribute(&major, computeCapabilityMajor, device) != 0 ||
      deviceGetAttribute(&minor, computeCapabilityMinor, device) != 0)
    return Error("X2021", "the CUDA driver finds no device");
  const auto capability = unsigned(10 * major + minor);
  const Target *nearest = nullptr;
  for (const Target &target : Target::all())
    if (target.isCuda() && target.level <= capability &&
        (!nearest || target.level > nearest->level))
      nearest = &target;
  if (nearest)
    return std::string(nearest->name);
  return Error("X2021", "device 0 has compute capability " + std::to_string(major) + "." +
                            std::to_string(minor) + "; xphi needs 8.0 or newer");
}

Result<std::shared_ptr<const CudaDriver>> LazyCudaDriver::get() {
  const std::lock_guard lock(mutex);
  if (!driver) {
    auto opened = CudaDriver::open(path);
    if (!opened)
      return opened;
    driver = std::move(*opened);
  }
  return driver;
}

} // namespace xphi
