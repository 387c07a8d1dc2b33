// Memory that runs out in the middle of a compile: a coded error, and the next one works.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <gtest/gtest.h>
#include <link.h>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>

// So many allocations of the compiler library there are until none succeeds any more; negative is
// for ever. Those of GMP and FLINT, which end the process where one fails, are not counted.
static std::atomic<long> untilShortage = -1;
static std::atomic<std::uintptr_t> firstAddress = 0, lastAddress = 0;

// glibc's, under its other name.
extern "C" void *__libc_malloc(std::size_t);
extern "C" void *__libc_calloc(std::size_t, std::size_t);
extern "C" void *__libc_realloc(void *, std::size_t);
extern "C" void *__libc_memalign(std::size_t, std::size_t);

static bool fails(const void *caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  if (untilShortage < 0 || address < firstAddress || address >= lastAddress)
    return false;
  long left = untilShortage;
  while (left > 0 && !untilShortage.compare_exchange_weak(left, left - 1))
    continue;
  return left == 0;
}

extern "C" __attribute__((visibility("default"))) void *malloc(std::size_t size) {
  return fails(__builtin_return_address(0)) ? (errno = ENOMEM, nullptr) : __libc_malloc(size);
}
extern "C" __attribute__((visibility("default"))) void *calloc(std::size_t count,
                                                               std::size_t size) {
  return fails(__builtin_return_address(0)) ? (errno = ENOMEM, nullptr)
                                            : __libc_calloc(count, size);
}
extern "C" __attribute__((visibility("default"))) void *realloc(void *memory, std::size_t size) {
  return fails(__builtin_return_address(0)) ? (errno = ENOMEM, nullptr)
                                            : __libc_realloc(memory, size);
}
extern "C" __attribute__((visibility("default"))) void *aligned_alloc(std::size_t alignment,
                                                                      std::size_t size) {
  return fails(__builtin_return_address(0)) ? (errno = ENOMEM, nullptr)
                                            : __libc_memalign(alignment, size);
}

namespace xphi::test {
namespace {

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 60;
  return options;
}

// What RLIMIT_DATA limits.
std::size_t dataBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kibibytes = 0;
  while (status >> word)
    if (word == "VmData:")
      status >> kibibytes;
  return kibibytes << 10;
}

void allow(std::size_t bytes) {
  rlimit limit = {};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_DATA, &limit);
}

bool isOutOfMemory(const Error &error) {
  return error.code() == "X2099" || error.code() == "X2001" || // a library cannot be opened
         error.code() == "X1004" || error.code() == "X2006";
}

// Long enough to need more memory than the allocator has in hand.
std::string longText() {
  std::string text = "sin(x)";
  for (int i = 2; i != 14; ++i)
    text += " + sin(" + std::to_string(i) + " * x) * exp(x / " + std::to_string(i) + ")";
  return text;
}

constexpr int refused = 10, wrongCode = 20, laterFailed = 30;

// One compile with so much more memory than is in use, and some with all of it.
int compileWith(double megabytes, bool warm, bool backward = false) {
  Engine engine(memoryOnly());
  if (warm && !engine.compile("x + 1"))
    return 1;
  rlimit before = {};
  ::getrlimit(RLIMIT_DATA, &before);
  allow(dataBytes() + std::size_t(megabytes * 1048576));
  const auto tried = engine.compile(longText(), {.backward = backward});
  ::setrlimit(RLIMIT_DATA, &before);
  if (!tried && !isOutOfMemory(tried.error())) {
    ADD_FAILURE() << tried.error().render();
    return wrongCode;
  }
  for (int i = 2; i != 5; ++i)
    if (const auto later = engine.compile("tanh(x) + " + std::to_string(i)); !later)
      return laterFailed;
  return tried ? 0 : refused;
}

TEST(CompileMemoryTest, AfterEachShortageTheNextCompileWorks) {
  int refusals = 0;
  for (double megabytes : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0,
                           5.0, 6.0, 8.0, 12.0, 16.0}) {
    const int result = inChild([&] { return compileWith(megabytes, true); });
    EXPECT_TRUE(result == 0 || result == refused) << megabytes << " MiB: " << result;
    refusals += result == refused;
  }
  EXPECT_GT(refusals, 0) << "none of these was too little";
}

// Both threads may be the first to meet it.
TEST(CompileMemoryTest, AfterAShortageOnTwoThreadsTheNextCompileWorks) {
  int refusals = 0;
  for (double megabytes : {0.0, 0.3, 0.7, 1.2, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 12.0, 16.0, 20.0, 24.0,
                           28.0, 34.0, 40.0}) {
    const int result = inChild([&] { return compileWith(megabytes, true, true); });
    EXPECT_TRUE(result == 0 || result == refused) << megabytes << " MiB: " << result;
    refusals += result == refused;
  }
  EXPECT_GT(refusals, 0) << "none of these was too little";
}

// Also while the library is opened and LLVM initialises itself.
TEST(CompileMemoryTest, AShortageInTheFirstCompileIsNotTheLast) {
  int refusals = 0;
  for (double megabytes : {1.0, 17.0, 18.0, 19.0, 20.0, 21.0, 24.0, 50.0, 70.0, 120.0}) {
    const int result = inChild([&] { return compileWith(megabytes, false); });
    EXPECT_TRUE(result == 0 || result == refused) << megabytes << " MiB: " << result;
    refusals += result == refused;
  }
  EXPECT_GT(refusals, 0) << "none of these was too little";
}

constexpr const char *shortText = "def f(x, y; a = 1.5) = x * Phi(1.03 * x) + exp(a * y) * y";

void findCompilerLibrary() {
  ::dl_iterate_phdr(
      [](dl_phdr_info *library, std::size_t, void *) {
        if (!std::string_view(library->dlpi_name).ends_with("libxphi-compiler.so"))
          return 0;
        firstAddress = library->dlpi_addr;
        for (const ElfW(Phdr) &part : std::span(library->dlpi_phdr, library->dlpi_phnum))
          if (part.p_type == PT_LOAD)
            lastAddress = library->dlpi_addr + part.p_vaddr + part.p_memsz;
        return 1;
      },
      nullptr);
}

/// Of which `count` allocations succeed, and then none until it has returned.
int compileWithAllocations(long count, long &left) {
  Engine engine(memoryOnly());
  if (!engine.compile("x + 1"))
    return 1;
  findCompilerLibrary();
  untilShortage = count;
  const auto tried = engine.compile(shortText, {.backward = true});
  left = untilShortage;
  untilShortage = -1;
  if (!tried && !isOutOfMemory(tried.error())) {
    ADD_FAILURE() << tried.error().render();
    return wrongCode;
  }
  return !engine.compile("tanh(x) + 2") ? laterFailed : tried ? 0 : refused;
}

// Wherever it begins, and whatever is asked for there: that of the exception itself, too.
TEST(CompileMemoryTest, WhereNoAllocationSucceedsAnyMoreTheNextCompileWorks) {
  auto *left = static_cast<long *>(
      ::mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(left, MAP_FAILED);
  constexpr long many = 1L << 40;
  ASSERT_EQ(inChild([&] { return compileWithAllocations(many, *left); }), 0);
  const long all = many - *left;
  ASSERT_GT(all, 10000) << "the allocations were seen";
  std::mt19937_64 random(::testing::UnitTest::GetInstance()->random_seed());
  constexpr int samples = 60;
  for (int i = 0; i != samples; ++i) {
    const long count = long((i + double(random() % 1000) / 1000) / samples * double(all));
    const int result = inChild([&] { return compileWithAllocations(count, *left); });
    EXPECT_TRUE(result == refused || result == 0) << count << " of " << all << ": " << result;
  }
  ::munmap(left, sizeof(long));
}

} // namespace
} // namespace xphi::test
