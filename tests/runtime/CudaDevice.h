// The driver calls that a caller of xphi makes for itself, and arrays on the device.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <dlfcn.h>
#include <span>
#include <type_traits>

namespace xphi::test {

class CudaDevice {
public:
  CudaDevice() {
    void *library = ::dlopen("libcuda.so.1", RTLD_NOW);
    if (!library)
      return;
    int (*init)(unsigned) = nullptr;
    int (*deviceCount)(int *) = nullptr;
    int (*device)(int *, int) = nullptr;
    int (*retain)(void **, int) = nullptr;
    int (*makeCurrent)(void *) = nullptr;
    const auto find = [&](const char *name, auto &function) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(library, name));
      return function != nullptr;
    };
    if (!find("cuInit", init) || !find("cuDeviceGetCount", deviceCount) ||
        !find("cuDeviceGet", device) || !find("cuDevicePrimaryCtxRetain", retain) ||
        !find("cuCtxSetCurrent", makeCurrent) || !find("cuMemAlloc_v2", allocate) ||
        !find("cuMemFree_v2", release) || !find("cuMemcpyHtoD_v2", upload) ||
        !find("cuMemcpyDtoH_v2", download))
      return;
    int count = 0, first = 0;
    void *context = nullptr;
    isPresent = init(0) == 0 && deviceCount(&count) == 0 && count != 0 && device(&first, 0) == 0 &&
                retain(&context, first) == 0 && makeCurrent(context) == 0;
  }

  bool isPresent = false;
  int (*allocate)(std::uint64_t *, std::size_t) = nullptr;
  int (*release)(std::uint64_t) = nullptr;
  int (*upload)(std::uint64_t, const void *, std::size_t) = nullptr;
  int (*download)(void *, std::uint64_t, std::size_t) = nullptr;
};

/// Bytes on the device.
class DeviceArray {
public:
  DeviceArray(const CudaDevice &device, std::size_t bytes)
      : device(device), isThere(device.allocate(&address, bytes) == 0) {}
  DeviceArray(const CudaDevice &device, std::span<const std::byte> bytes)
      : DeviceArray(device, bytes.size()) {
    isThere = isThere && device.upload(address, bytes.data(), bytes.size()) == 0;
  }
  DeviceArray(const DeviceArray &) = delete;
  ~DeviceArray() { device.release(address); }

  /// Waits for what was launched on the default stream.
  bool read(std::span<std::byte> bytes) const {
    return device.download(bytes.data(), address, bytes.size()) == 0;
  }

private:
  const CudaDevice &device;

public:
  std::uint64_t address = 0;
  bool isThere;
};

} // namespace xphi::test
