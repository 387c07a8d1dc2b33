// A test's own cache folder, the fake compiler and driver, and engines that use them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "FakeCompiler.h"
#include "FakeCuda.h"

#include <xphi/xphi.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

namespace xphi::test {

/// Everything it makes is gone with it.
class Sandbox : public ::testing::Test {
protected:
  Sandbox() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xphi-test-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  ~Sandbox() override {
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
  }

  Options options() const {
    Options result;
    result.cacheDirectory = cache();
    result.compilerLibrary = FAKE_COMPILER;
    result.cudaDriver = FAKE_CUDA;
    return result;
  }
  std::string cache() const { return root / "cache"; }

  /// From an engine of its own, which is gone when the kernel is called.
  Kernel make(const std::string &text, const CompileOptions &wanted = {},
              unsigned threads = 1) const {
    Options chosen = options();
    chosen.threads = threads;
    const auto kernel = Engine(chosen).compile(text, wanted);
    EXPECT_TRUE(kernel) << kernel.error().render();
    return *kernel;
  }

  /// The files of the cache that are entries.
  std::vector<std::filesystem::path> entries() const {
    std::vector<std::filesystem::path> found;
    std::error_code ignored;
    for (const auto &file : std::filesystem::directory_iterator(cache(), ignored))
      if (file.path().extension() == ".so")
        found.push_back(file.path());
    return found;
  }

  std::filesystem::path root;
};

inline std::string readFile(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void writeFile(const std::filesystem::path &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline const CompileOptions withAllGradients = {.gradients = CompileOptions::allGradients()};

/// f(1) of a kernel, or NaN when the call fails.
inline float atOne(const Kernel &kernel) {
  const float x = 1;
  float y = 0;
  return kernel.forward({&x, 1}, {&y, 1}) ? y : std::numeric_limits<float>::quiet_NaN();
}

/// Calls of the fake compiler in this process.
inline int compilerCalls() {
  void *library = ::dlopen(FAKE_COMPILER, RTLD_NOW | RTLD_NOLOAD);
  if (!library)
    return 0;
  auto *calls = reinterpret_cast<int (*)()>(::dlsym(library, "fake_compiler_calls"));
  const int result = calls();
  ::dlclose(library);
  return result;
}

inline bool isMapped(const std::string &name) {
  return readFile("/proc/self/maps").find(name) != std::string::npos;
}

#define EXPECT_CODE(RESULT, CODE)                                                                  \
  do {                                                                                             \
    const auto &result_ = (RESULT);                                                                \
    ASSERT_FALSE(result_) << "expected " << CODE;                                                  \
    EXPECT_EQ(result_.error().code(), CODE) << result_.error().render();                           \
  } while (false)

#define ASSERT_OK(RESULT)                                                                          \
  do {                                                                                             \
    const auto &result_ = (RESULT);                                                                \
    ASSERT_TRUE(result_) << result_.error().render();                                              \
  } while (false)

} // namespace xphi::test
