// Each allocation of a load from the cache fails once: an error, never the end of the process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"
#include "runtime/Sandbox.h"

#include <atomic>

// The count is of this thread, so that nothing of the harness meets it; -1 is never.
static thread_local long untilFailure = -1;

// glibc's, under its other name.
extern "C" void *__libc_malloc(std::size_t);
extern "C" void *__libc_calloc(std::size_t, std::size_t);
extern "C" void *__libc_realloc(void *, std::size_t);

static bool fails() {
  if (untilFailure < 0)
    return false;
  return untilFailure-- == 0;
}

extern "C" __attribute__((visibility("default"))) void *malloc(std::size_t size) {
  return fails() ? (errno = ENOMEM, nullptr) : __libc_malloc(size);
}
extern "C" __attribute__((visibility("default"))) void *calloc(std::size_t count,
                                                               std::size_t size) {
  return fails() ? (errno = ENOMEM, nullptr) : __libc_calloc(count, size);
}
extern "C" __attribute__((visibility("default"))) void *realloc(void *memory, std::size_t size) {
  return fails() ? (errno = ENOMEM, nullptr) : __libc_realloc(memory, size);
}

namespace xphi::test {
namespace {

class LoadMemoryTest : public Sandbox {};

TEST_F(LoadMemoryTest, EveryAllocationOfALoadMayFail) {
  const std::string text = "def f(a, b; shift = 0.5, slope: channel = 2) = a * 3";
  ASSERT_OK(Engine(options()).compile(text, withAllGradients));
  constexpr int loaded = 0, refused = 1, wrongCode = 2, wrongResult = 3, notAgain = 4;
  int failures = 0;
  for (long k = 0; k < 5000; ++k) {
    const int result = inChild([&] {
      Engine engine(options());
      untilFailure = k;
      const auto kernel = engine.compile(text, withAllGradients);
      const bool failed = untilFailure < 0;
      untilFailure = -1;
      if (!kernel && kernel.error().code() != "X2099" && kernel.error().code() != "X2006")
        return wrongCode;
      if (kernel && kernel->program().empty())
        return wrongResult;
      if (!engine.compile(text, withAllGradients))
        return notAgain;
      return failed ? refused : loaded;
    });
    if (result == loaded)
      break; // k is beyond the last
    ++failures;
    ASSERT_EQ(result, refused) << "allocation " << k;
  }
  EXPECT_GT(failures, 100) << "the allocations were seen";
  EXPECT_LT(failures, 5000);
}

} // namespace
} // namespace xphi::test
