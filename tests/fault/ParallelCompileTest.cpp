// Compiles at the same time: each is what it is alone, to the byte.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.hpp>

#include <atomic>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace xphi::test {
namespace {

Options memoryOnly() {
  Options options;
  options.compilerLibrary = XPHI_REAL_COMPILER;
  options.compileSeconds = 3600; // what is compared is not how long it takes
  return options;
}

struct Wish {
  std::string text, kind;
  CompileOptions options;
};

std::vector<Wish> wishes() {
  std::vector<Wish> all;
  for (const char *text : {"x * Phi(x)", "tanh(x) * log1p(exp(x))", "mish", "swiglu",
                           "def f(x; a: channel = 1) = a * erf(x)", "if x > 0 then x else exp(x)"})
    for (const char *kind : {"shared", "asm", "stage:derived"})
      all.push_back({text, kind, {.order = unsigned(all.size() % 3)}});
  all.push_back({"x * Phi(x)", "ptx", {.target = "cuda-sm_80"}});
  all.push_back({"no_such_function(x)", "shared", {}});
  return all;
}

std::string outcome(Engine &engine, const Wish &wish) {
  const auto made = engine.emit(wish.text, wish.kind, wish.options);
  return made ? *made : made.error().code();
}

TEST(ParallelCompileTest, EachIsWhatItIsAlone) {
  const std::vector<Wish> all = wishes();
  Engine engine(memoryOnly());
  std::vector<std::string> alone;
  for (const Wish &wish : all)
    alone.push_back(outcome(engine, wish));
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (std::size_t first = 0; first != 4; ++first)
    threads.emplace_back([&, first] {
      Engine own(memoryOnly());
      for (std::size_t i = 0; i != all.size(); ++i) {
        const std::size_t at = (i + first * 5) % all.size();
        different += outcome(first % 2 ? own : engine, all[at]) != alone[at];
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(different, 0);
}

} // namespace
} // namespace xphi::test
