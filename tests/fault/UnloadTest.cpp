// dlclose of libxphi after calls on several threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.h>

#include <chrono>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace xphi::test {
namespace {

template <typename Function> Function *find(void *library, const char *name) {
  return reinterpret_cast<Function *>(::dlsym(library, name));
}
#define FIND(NAME) find<decltype(NAME)>(library, #NAME)

int useAndClose(bool keepKernel) {
  void *library = ::dlopen(XPHI_RUNTIME, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return 1;
  xphi_engine_options options = {};
  options.compiler_library = FAKE_COMPILER;
  options.threads = 2;
  xphi_engine *engine = FIND(xphi_engine_create)(&options);
  xphi_kernel *kernel = nullptr;
  if (FIND(xphi_compile)(engine, "x * 3", nullptr, &kernel))
    return 2;
  const std::vector<float> x(1 << 20, 1);
  std::vector<float> y(x.size());
  if (FIND(xphi_kernel_forward)(kernel, x.data(), y.data(), x.size(), nullptr) || y[9] != 3)
    return 3;
  if (!keepKernel)
    FIND(xphi_kernel_free)(kernel);
  FIND(xphi_engine_destroy)(engine);
  ::dlclose(library);
  std::this_thread::sleep_for(std::chrono::milliseconds(50)); // what a worker needs to wake up
  return 0;
}

TEST(UnloadTest, TheLibraryMayBeClosedAfterCallsOnSeveralThreads) {
  for (bool keepKernel : {false, true})
    for (int i = 0; i != 3; ++i)
      EXPECT_EQ(inChild([&] { return useAndClose(keepKernel); }), 0);
}

TEST(UnloadTest, AndOpenedAgain) {
  EXPECT_EQ(inChild([] {
              const int first = useAndClose(false);
              return first ? first : useAndClose(false);
            }),
            0);
}

} // namespace
} // namespace xphi::test
