// Many functions, passes, types and targets in one library: each computes itself, and one header
// declares them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XPHI_LIBRARY=whole takes all functions of xphi's library in place of a few.
#include "CProgram.h"

#include "KernelLibrary.h"
#include "lib/EmbeddedLibrary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace xphi::ahead {
namespace {

using command::AheadFunction;
using command::AheadRequest;
using command::KernelLibrary;
using command::LibraryRequest;

constexpr std::size_t count = 259;

class Library : public testing::Test {
protected:
  std::vector<AheadFunction> functions(const AheadRequest &request) {
    CompileOptions options;
    options.gradients = CompileOptions::allGradients();
    Result<std::vector<AheadFunction>> read = readFunctions(request, options);
    EXPECT_TRUE(read) << read.error().render();
    return read ? *read : std::vector<AheadFunction>();
  }

  KernelLibrary make(const std::vector<AheadFunction> &functions, const LibraryRequest &request) {
    Result<KernelLibrary> made = makeLibrary(functions, request, session);
    EXPECT_TRUE(made) << made.error().render();
    return made ? *made : KernelLibrary();
  }

  /// The header, by every compiler in every standard.
  void expectHeaderCompiles(const std::string &name) {
    const std::string path = folder / name;
    for (const std::string &compiler : cCompilers()) {
      std::vector<std::string> commands{compiler + " -x c -std=c99", compiler + " -x c -std=c11"};
      if (const std::string cxx = cxxOf(compiler); !cxx.empty())
        for (const char *standard : {"c++11", "c++14", "c++17", "c++20", "c++23"})
          commands.push_back(cxx + " -x c++ -std=" + standard);
      for (const std::string &command : commands) {
        const Ran ran =
            run(command + " -pedantic -Wall -Wextra -Wshadow -Werror -fsyntax-only " + path);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.said.substr(0, 2000);
      }
    }
  }

  const Folder folder;
  command::Session session;
};

void addCalls(CProgram &program, const AheadFunction &function, const std::string &name,
              const std::string &target) {
  CompileOptions options = function.options;
  options.target = target;
  program.expectKernel(function.what.text, options, name, count);
}

TEST_F(Library, EachFunctionComputesItself) {
  AheadRequest request;
  const char *wanted = std::getenv("XPHI_LIBRARY");
  const bool whole = wanted && wanted == std::string("whole");
  if (whole)
    for (const dsl::LibraryFile &file : lib::library().entries())
      request.whats.emplace_back(file.name);
  else
    request.whats = {"gelu", "silu", "prelu", "swiglu", "relu", "elu"};
  request.types = {"f32", "bf16"};
  if (whole)
    request.types = {"f32"};
  const std::vector<AheadFunction> all = functions(request);
  const auto start = std::chrono::steady_clock::now();
  const KernelLibrary library =
      make(all, {"mine", "archive", "", "my_", "", {"x86-64-v3", "x86-64-v4"}});
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} functions, forward and backward, two targets: {} bytes, {:.1f} s\n", all.size(),
             library.bytes.size(), seconds);
  const std::string path = folder.write("libmine.a", library.bytes);
  folder.write("mine.h", library.header);
  expectHeaderCompiles("mine.h");

  CProgram program(folder, 2 * count, CProgram::Numbers::Usual);
  program.include("mine.h");
  const Result<std::string> host = hostTarget();
  ASSERT_TRUE(host);
  for (const AheadFunction &function : all)
    if (function.options.types == std::vector{ElementType::F32}) {
      const std::string name = "my_" + function.name + "_f32";
      addCalls(program, function, name, *host);
      addCalls(program, function, name + "_v3", "x86-64-v3");
    }
  const std::string compiler = cCompilers().front(), main = program.compile(compiler, "-O0");
  program.check(fmt::format("{} {} {}", compiler, main, path));
  // All at once: no two members define the same.
  program.check(
      fmt::format("{} {} -Wl,--whole-archive {} -Wl,--no-whole-archive", compiler, main, path));
  const Symbols symbols = symbolsOf(path);
  for (const std::string &name : symbols.wanted)
    EXPECT_TRUE(std::ranges::binary_search(symbols.exported, name)) << name;
  for (const std::string &name : symbols.exported)
    EXPECT_NE(library.header.find(name + "("), std::string::npos) << name;
  for (const command::Json &function : library.description["functions"])
    for (const command::Json &symbol : function["symbols"])
      EXPECT_TRUE(std::ranges::binary_search(symbols.exported, symbol["name"].get<std::string>()));
}

TEST_F(Library, IsOneObjectOrASharedLibrary) {
  AheadRequest request;
  request.whats = {"gelu", "prelu"};
  request.types = {"f32"};
  const std::vector<AheadFunction> all = functions(request);
  CProgram program(folder, 2 * count, CProgram::Numbers::Usual);
  const KernelLibrary object =
      make(all, {"some", "object", "", "a_b_", "a::b", {"x86-64-v3", "x86-64-v4"}});
  const KernelLibrary shared =
      make(all, {"some", "shared", "libsome.so", "a_b_", "a::b", {"x86-64-v3", "x86-64-v4"}});
  EXPECT_EQ(object.header, shared.header);
  folder.write("some.h", object.header);
  expectHeaderCompiles("some.h");
  program.include("some.h");
  for (const AheadFunction &function : all)
    addCalls(program, function, "a_b_" + function.name + "_f32", *hostTarget());
  const std::string compiler = cCompilers().front(), main = program.compile(compiler, "-O0");
  const std::string objectPath = folder.write("some.o", object.bytes);
  EXPECT_EQ(symbolsOf(objectPath).wanted, std::vector<std::string>());
  program.check(fmt::format("{} {} {}", compiler, main, objectPath));
  folder.write("libsome.so", shared.bytes);
  program.check(
      fmt::format("{0} {1} -L{2} -lsome -Wl,-rpath,{2}", compiler, main, (folder / "").string()));

  // In C++ the names are in the namespace.
  folder.write("use.cpp", R"(#include "some.h"
int main() {
  float x = 1, y = 0;
  a::b::gelu_f32(&x, &y, 1);
  return !(a::b::gelu_f32_runs_here() && y > 0.84f && y < 0.85f);
})");
  if (const std::string cxx = cxxOf(compiler); !cxx.empty()) {
    const Ran ran =
        run(fmt::format("{0} -std=c++11 -Wall -Werror {1}/use.cpp {2} -o {1}/use && {1}/use", cxx,
                        (folder / "").string(), objectPath));
    EXPECT_EQ(ran.status, 0) << ran.said;
  }
}

TEST_F(Library, ParametersWithValuesAreNoArguments) {
  folder.write("f.phi",
               "/// A slope */ of its own.\n"
               "def leak(x; alpha = 0.25, s: channel = 2) = if x > 0 then x * s else alpha * x\n"
               "def other(x) = leak(x; alpha = 0.5)\n");
  AheadRequest request;
  request.whats = {(folder / "f.phi").string() + ":*"};
  request.types = {"f32"};
  request.params = {"alpha=0.0625", "s=1.5"};
  const std::vector<AheadFunction> all = functions(request);
  ASSERT_EQ(all.size(), 2u);
  const KernelLibrary library = make(all, {"leaks", "object", "", "", "", {"x86-64-v3"}});
  folder.write("leaks.h", library.header);
  expectHeaderCompiles("leaks.h");
  EXPECT_NE(library.header.find("void leak_f32(const float *in_x, float *out_y, size_t n);"),
            std::string::npos);
  CProgram program(folder, 2 * count, CProgram::Numbers::Usual);
  program.include("leaks.h");
  std::vector<float> leak(count), other(count);
  for (std::size_t i = 0; i < count; ++i) {
    const float x = program.numbers(0)[i];
    leak[i] = x > 0 ? 1.5f * x : 0.0625f * x;
    other[i] = x > 0 ? 2 * x : 0.5f * x;
  }
  program.expect(fmt::format("leak_f32(in[0], out[0], {});", count), {bytesOf(leak)});
  program.expect(fmt::format("other_f32(in[0], out[0], {});", count), {bytesOf(other)});
  const std::string compiler = cCompilers().front();
  program.check(fmt::format("{} {} {}", compiler, program.compile(compiler, "-O0"),
                            folder.write("leaks.o", library.bytes)));

  for (const auto &[params, code] :
       {std::pair(std::vector<std::string>{"beta=1"}, "X2013"),
        std::pair(std::vector<std::string>{"alpha=1", "alpha=2"}, "X3004"),
        std::pair(std::vector<std::string>{"alpha"}, "X3004"),
        std::pair(std::vector<std::string>{"alpha=nan"}, "X3003"),
        std::pair(std::vector<std::string>{"alpha=x"}, "X3003")}) {
    request.params = params;
    const Result<std::vector<AheadFunction>> read = readFunctions(request, {});
    ASSERT_FALSE(read) << params.front();
    EXPECT_EQ(read.error().code(), code) << params.front();
  }
}

/// `-o DIR` writes kernels.h wherever DIR is, and a name need not be one of C's.
TEST_F(Library, HeadersOfOneNameDoNotHideEachOther) {
  AheadRequest request;
  request.whats = {"relu"};
  request.types = {"f32"};
  const std::vector<AheadFunction> all = functions(request);
  std::string includes, uses;
  for (const auto &[name, prefix] : {std::pair("kernels", "a_"), std::pair("kernels", "b_"),
                                     std::pair("my-lib", "c_"), std::pair("my_lib", "d_")}) {
    const std::string header = std::string("of_") + prefix + ".h";
    folder.write(header, make(all, {name, "object", "", prefix, "", {"x86-64-v3"}}).header);
    includes += fmt::format("#include \"{0}\"\n#include \"{0}\"\n", header);
    uses += fmt::format("  {}relu_f32(x, y, n);\n", prefix);
  }
  folder.write("all.h", includes +
                            "void use(const float *x, float *y, size_t n);\nvoid use(const float "
                            "*x, float *y, size_t n) {\n" +
                            uses + "}\n");
  expectHeaderCompiles("all.h");
}

TEST_F(Library, HasEachNameOnce) {
  AheadRequest request;
  request.whats = {"x * 2", "x * 3"};
  request.types = {"f32"};
  const Result<KernelLibrary> made =
      makeLibrary(functions(request), {"two", "archive", "", "", "", {"x86-64-v3"}}, session);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), "X3004");
}

} // namespace
} // namespace xphi::ahead
