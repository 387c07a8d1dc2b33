// Memory that runs out in the middle of a compile: a coded error, and the next one works.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Child.h"

#include <xphi/xphi.hpp>

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>

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

} // namespace
} // namespace xphi::test
