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

std::size_t addressSpace() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * std::size_t(::getpagesize());
}

void allow(std::size_t bytes) {
  rlimit limit = {};
  ::getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_AS, &limit);
}

bool isOutOfMemory(const Error &error) {
  return error.code() == "X2099" || error.code() == "X2006" || error.code() == "X1003" ||
         error.code() == "X2001" || error.code() == "X1004" || error.code() == "X1000";
}

// Long enough to need more memory than the allocator has in hand.
std::string longText(int number) {
  std::string text = "sin(x)";
  for (int i = 0; i != 40; ++i)
    text +=
        " + sin(" + std::to_string(number + i) + " * x) * exp(x / " + std::to_string(i + 2) + ")";
  return text;
}

constexpr int refused = 10, wrongCode = 20, laterFailed = 30;

// One compile with so much more memory than there is, and one with all of it.
int compileWith(std::size_t more, bool warm) {
  Engine engine(memoryOnly());
  if (warm && !engine.compile("x + 1"))
    return 1;
  rlimit before = {};
  ::getrlimit(RLIMIT_AS, &before);
  allow(addressSpace() + more);
  const auto tried = engine.compile(longText(1), {.backward = false});
  ::setrlimit(RLIMIT_AS, &before);
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
  for (std::size_t megabytes : {17, 18, 20, 24, 28, 32, 40, 48, 64, 80, 96}) {
    const int result = inChild([&] { return compileWith(megabytes << 20, true); });
    EXPECT_TRUE(result == 0 || result == refused) << megabytes << " MiB: " << result;
    refusals += result == refused;
  }
  EXPECT_GT(refusals, 0) << "none of these was too little";
}

// Also while the library is opened and LLVM initialises itself.
TEST(CompileMemoryTest, AShortageInTheFirstCompileIsNotTheLast) {
  int refusals = 0;
  for (std::size_t megabytes : {8, 150, 160, 170, 176, 180, 184, 188, 192, 200}) {
    const int result = inChild([&] { return compileWith(megabytes << 20, false); });
    EXPECT_TRUE(result == 0 || result == refused) << megabytes << " MiB: " << result;
    refusals += result == refused;
  }
  EXPECT_GT(refusals, 0) << "none of these was too little";
}

} // namespace
} // namespace xphi::test
