// A CUDA driver that writes down what it is asked for. Signatures as in the real one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FakeCuda.h"

#include <cstring>

#define EXPORT extern "C" __attribute__((visibility("default")))

static FakeCuda state;
FakeCuda *fake_cuda() { return &state; }

EXPORT int cuInit(unsigned) { return state.failInit; }
EXPORT int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return state.capability ? 0 : 101;
}
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int) {
  *value = attribute == 75 ? state.capability / 10 : attribute == 76 ? state.capability % 10 : -1;
  return 0;
}
EXPORT int cuCtxGetCurrent(void **context) {
  *context = state.hasContext ? &state : nullptr;
  return 0;
}
EXPORT int cuCtxSetCurrent(void *) {
  ++state.contextSet;
  state.hasContext = true;
  return 0;
}
EXPORT int cuCtxGetId(void *, unsigned long long *id) {
  *id = state.contextId;
  return 0;
}
EXPORT int cuDevicePrimaryCtxRetain(void **context, int) {
  ++state.primaryRetained;
  *context = &state;
  return 0;
}
EXPORT int cuModuleLoadDataEx(void **module, const void *image, unsigned count, int *options,
                              void **values) {
  if (state.failLoad) {
    for (unsigned i = 0; i != count; ++i)
      if (options[i] == 5)
        std::strcpy(static_cast<char *>(values[i]), "line 1: fake parse error");
    return state.failLoad;
  }
  state.modules.emplace_back(static_cast<const char *>(image));
  *module = &state.modules;
  return 0;
}
EXPORT int cuModuleGetFunction(void **function, void *, const char *name) {
  *function = const_cast<char *>(std::strcmp(name, "forward_kernel") == 0 ? "forward" : "backward");
  return 0;
}
EXPORT int cuLaunchKernel(void *function, unsigned gridX, unsigned gridY, unsigned gridZ,
                          unsigned blockX, unsigned blockY, unsigned blockZ, unsigned, void *stream,
                          void **arguments, void **) {
  if (state.failLaunch)
    return state.failLaunch;
  FakeLaunch launch{static_cast<const char *>(function),
                    {gridX, gridY, gridZ},
                    {blockX, blockY, blockZ},
                    stream,
                    {},
                    0,
                    0};
  for (int i = 0; i != state.pointerCount; ++i)
    launch.pointers.push_back(*static_cast<std::uint64_t *>(arguments[i]));
  launch.n = *static_cast<std::int32_t *>(arguments[state.pointerCount]);
  launch.shift = *static_cast<float *>(arguments[state.pointerCount + 1]);
  state.launches.push_back(launch);
  return 0;
}
EXPORT int cuGetErrorName(int code, const char **text) {
  *text = code == 700   ? "CUDA_ERROR_ILLEGAL_ADDRESS"
          : code == 218 ? "CUDA_ERROR_INVALID_PTX"
          : code == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
                        : "CUDA_ERROR_FAKE";
  return 0;
}
EXPORT int cuGetErrorString(int, const char **text) {
  *text = "as the test wished";
  return 0;
}
EXPORT int cuStreamSynchronize(void *) { return ++state.synchronised, 0; }
EXPORT int cuCtxSynchronize() { return ++state.synchronised, 0; }
