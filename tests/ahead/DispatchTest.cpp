// Functions that pick among targets: each processor gets the best code that it runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace xphi::ahead {
namespace {

/// In place of kernels there are functions that say which one was called.
constexpr const char *program = R"(#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

#define TWIN(target, digit)                                                                        \
  void f_f32_##target(const float *x, float p, float *y, size_t n) { *y = digit + p * x[n]; }      \
  void f_f32_##target##_backward(const float *x, const float *g, float p, float *dx, size_t n) {   \
    *dx = digit + p * x[n] * *g;                                                                   \
  }
TWIN(v3, 3)
TWIN(v4, 4)

void f_f32(const float *x, float p, float *y, size_t n);
void f_f32_backward(const float *x, const float *g, float p, float *dx, size_t n);
int f_f32_runs_here(void);

static const float x[2] = {0, 0.5f}, g = 0.5f;
static float seen[8];

static void *first(void *at) {
  f_f32(x, 0.5f, at, 1);
  return 0;
}

int main(void) {
  pthread_t threads[8];
  float dx;
  if (!f_f32_runs_here()) {
    puts("none");
    return 0;
  }
  for (int i = 0; i < 8; ++i)
    pthread_create(threads + i, 0, first, seen + i);
  for (int i = 0; i < 8; ++i)
    pthread_join(threads[i], 0);
  f_f32_backward(x, &g, 0.5f, &dx, 1);
  for (int i = 1; i < 8; ++i)
    if (seen[i] != seen[0])
      return 1;
  printf("%g %g\n", seen[0], dx);
  return 0;
}
)";

class Dispatch : public testing::Test {
protected:
  /// Links the program with what picks among these targets.
  void build(const std::string &targets) {
    CompileOptions options;
    options.gradients = {"x"};
    const Result<std::string> object =
        engine().emit("def f(x; p = 1) = x * p", "dispatch:" + targets, options);
    ASSERT_TRUE(object) << object.error().render();
    const std::string path = folder.write("f.o", *object);
    const Symbols symbols = symbolsOf(path);
    EXPECT_EQ(symbols.exported,
              (std::vector<std::string>{"f_f32", "f_f32_backward", "f_f32_runs_here"}));
    folder.write("main.c", program);
    const Ran ran =
        run(fmt::format("{} -Wall -Wextra -Werror -pthread {} {} -o {}", cCompilers().front(),
                        (folder / "main.c").string(), path, (folder / "main").string()));
    ASSERT_EQ(ran.status, 0) << ran.said;
  }

  Ran start(const std::string &emulator = "") const {
    return run(emulator + " " + (folder / "main").string());
  }

  const Folder folder;
};

std::string expected(char level) { return fmt::format("{0}.25 {0}.125\n", level); }

TEST_F(Dispatch, PicksTheBestThatThisProcessorRuns) {
  const Result<std::string> host = hostTarget();
  ASSERT_TRUE(host);
  for (const char *targets : {"x86-64-v3,x86-64-v4", "x86-64-v4,x86-64-v3"}) {
    build(targets);
    EXPECT_EQ(start().said, expected(host->back())) << targets;
  }
}

TEST_F(Dispatch, AloneIsPickedToo) {
  build("x86-64-v3");
  EXPECT_EQ(start().said, expected('3'));
}

// An emulator that has AVX2 and no AVX-512, and processors before that.
TEST_F(Dispatch, PicksLessForALesserProcessor) {
  if (run("qemu-x86_64 --version").status != 0)
    GTEST_SKIP() << "qemu-x86_64 is not installed: ./x installs qemu-user";
  build("x86-64-v3,x86-64-v4");
  EXPECT_EQ(start("qemu-x86_64 -cpu max").said, expected('3'));
  for (const char *lesser :
       {"max,-avx2", "max,-fma", "max,-f16c", "max,-xsave", "qemu64", "max,-movbe"})
    EXPECT_EQ(start(std::string("qemu-x86_64 -cpu ") + lesser).said, "none\n") << lesser;
}

TEST_F(Dispatch, OnlyAmongLevelsOfX86) {
  for (const auto &[targets, code] :
       {std::pair("cuda-sm_80", "X1005"), std::pair("vax", "X1002"), std::pair("", "X1002"),
        std::pair("x86-64-v3,", "X1002"), std::pair("x86-64", "X1002")}) {
    const Result<std::string> made = engine().emit("gelu", std::string("dispatch:") + targets);
    ASSERT_FALSE(made) << targets;
    EXPECT_EQ(made.error().code(), code) << targets;
  }
}

} // namespace
} // namespace xphi::ahead
