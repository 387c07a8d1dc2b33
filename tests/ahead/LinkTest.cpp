// Every function of the library in one C program, linked in every way: each computes itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include "lib/EmbeddedLibrary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace xphi::ahead {
namespace {

constexpr std::size_t count = 259;

/// Adds forward and backward of `what`, all variables' gradients, for this target.
void addFunction(CProgram &program, const std::string &what, const CompileOptions &options,
                 bool call = true) {
  program.add(what, options);
  if (!call)
    return;
  const Result<Kernel> kernel = engine().compile(what, options);
  ASSERT_TRUE(kernel) << kernel.error().render();
  std::string name = kernel->name() + "_f32";
  if (options.targetInNames)
    name += options.target.substr(options.target.rfind('-')).replace(0, 1, "_");
  program.expectKernel(what, options, name, count);
}

CompileOptions allGradients(const std::string &target) {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  options.target = target;
  return options;
}

TEST(Link, EveryFunctionComputesItself) {
  const Folder folder;
  CProgram program(folder, 2 * count, CProgram::Numbers::AnyBits);
  for (const dsl::LibraryFile &file : lib::library().entries())
    addFunction(program, std::string(file.name), allGradients("x86-64-v3"));
  ASSERT_GT(program.objects().size(), 100u);
  // The same functions again, for two targets, under names of their own.
  const bool hasV4 = engine().compile("x", allGradients("x86-64-v4")).ok();
  for (const char *name : {"gelu", "silu", "prelu", "swiglu", "relu"})
    for (const char *target : {"x86-64-v3", "x86-64-v4"}) {
      CompileOptions options = allGradients(target);
      options.targetInNames = true;
      addFunction(program, name, options, hasV4 || options.target == "x86-64-v3");
    }
  if (HasFatalFailure())
    return;

  std::vector<std::string> objects = program.objects();
  const std::string inOrder = fmt::format("{}", fmt::join(objects, " "));
  std::ranges::reverse(objects);
  const std::string reversed = fmt::format("{}", fmt::join(objects, " "));
  const std::string compiler = cCompilers().front(), main = program.compile(compiler, "-O0");
  program.check(fmt::format("{} {} {}", compiler, main, inOrder));
  program.check(fmt::format("{} {} {}", compiler, reversed, main));
  program.check(fmt::format("{} -static {} {}", compiler, main, inOrder));
  const auto prepare = [](const std::string &command) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.status, 0) << command << "\n" << ran.said;
  };

  const std::string archive = folder / "libfunctions.a";
  prepare(fmt::format("{} rcs {} {}", archiver(), archive, inOrder));
  program.check(fmt::format("{} {} {}", compiler, main, archive));

  const std::string merged = folder / "merged.o";
  prepare(fmt::format("{} -r {} -o {}", compiler, reversed, merged));
  program.check(fmt::format("{} {} {}", compiler, main, merged));

  const std::string shared = folder / "libfunctions.so";
  prepare(fmt::format("{} -shared {} -o {}", compiler, inOrder, shared));
  program.check(
      fmt::format("{} {} {} -Wl,-rpath,{}", compiler, main, shared, (folder / "").string()));

  if (cCompilers().size() > 1) { // the other compiler's linker, with link-time optimisation
    const std::string other = cCompilers().back(), optimised = program.compile(other, "-O1 -flto");
    program.check(fmt::format("{} -O1 -flto {} {}", other, optimised, inOrder));
  }
}

} // namespace
} // namespace xphi::ahead
