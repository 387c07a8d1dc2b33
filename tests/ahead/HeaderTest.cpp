// Headers compile, whatever the variables and the functions are called.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace xphi::ahead {
namespace {

/// Each stands alone for a kind: words of C and of C++, types and macros of their headers, what the
/// generated code itself says, spellings close to that.
constexpr const char *words =
    "auto break case char const continue default do double enum extern float for goto inline int "
    "long register restrict return short signed sizeof static struct switch typedef union unsigned "
    "void volatile while _Bool _Complex _Imaginary _Alignas _Alignof _Atomic _Generic _Noreturn "
    "_Static_assert _Thread_local alignas alignof and_eq asm bitand bitor bool catch char8_t "
    "char16_t class compl concept consteval constexpr constinit const_cast co_await co_return "
    "co_yield decltype delete dynamic_cast explicit export false friend mutable namespace new "
    "noexcept not_eq nullptr operator or_eq private protected public reinterpret_cast requires "
    "static_assert static_cast template this thread_local throw true try typeid typename typeof "
    "using virtual wchar_t xor xor_eq override final size_t ptrdiff_t NULL EOF errno assert I "
    "complex stdin BUFSIZ RAND_MAX INFINITY NAN HUGE_VAL SIG_DFL CHAR_BIT INT_MAX offsetof va_arg "
    "setjmp linux unix i386 __linux__ __x86_64__ __GNUC__ __cplusplus __LINE__ __FILE__ __func__ "
    "_GNU_SOURCE __attribute__ __asm__ __int128 _Float32 y n dy dx mask x0 x_ in_x par_x out_y "
    "kept_y "
    "grad_y out_dx channels inner dalpha main printf memcpy malloc j0 y0 gamma signgam index time "
    "_ __ ___ X _X __x";

/// Headers that define many macros.
constexpr const char *system = R"(#include <complex.h>
#include <ctype.h>
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
)";

std::vector<std::string> listed() {
  std::vector<std::string> names;
  std::istringstream stream(words);
  for (std::string name; stream >> name;)
    names.push_back(name);
  return names;
}

/// What the compiler defines for itself.
std::vector<std::string> predefined(const std::string &compiler) {
  std::vector<std::string> names;
  std::istringstream lines(run(compiler + " -dM -E -x c /dev/null").said);
  for (std::string define, name, rest; lines >> define >> name && std::getline(lines, rest);)
    if (name.find('(') == std::string::npos)
      names.push_back(name);
  return names;
}

/// The header of a function of this text; nothing if the language does not allow it.
std::string headerOf(const std::string &what, const std::string &function) {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  options.function = function;
  const Result<std::string> header = engine().emit(what, "header", options);
  return header ? *header : "";
}

/// Includes all of the headers as C and as C++, by each compiler, alone and after the system's.
void expectCompiles(const Folder &folder, const std::string &includes) {
  folder.write("alone.c", includes);
  folder.write("after.c", system + includes);
  for (const std::string &compiler : cCompilers())
    for (const std::string file : {"alone.c", "after.c"}) {
      const std::string path = folder / file,
                        flags = " -pedantic -Wall -Wextra -Werror -fsyntax-only ";
      std::vector<std::string> commands{compiler + " -std=c99" + flags + path,
                                        compiler + " -std=c11" + flags + path,
                                        compiler + " -std=gnu11" + flags + path};
      if (const std::string cxx = cxxOf(compiler); !cxx.empty())
        commands.push_back(cxx + " -std=c++17 -x c++" + flags + path);
      for (const std::string &command : commands) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.said.substr(0, 2000);
      }
    }
}

TEST(Header, CompilesForEveryNameOfAVariable) {
  const Folder folder;
  std::vector<std::string> names = listed();
  for (const std::string &compiler : cCompilers())
    for (const std::string &name : predefined(compiler))
      names.push_back(name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string includes;
  std::size_t allowed = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // As the first input, as the second, as a parameter, with a gradient each.
    const std::string &name = names[i];
    const std::string header = headerOf(
                          fmt::format(
                              "def f{0}({1}, other; {1}_p: channel = 1, p_{1} = 2) = {1} * other * "
                              "{1}_p + p_{1}",
                              i, name),
                          fmt::format("f{}", i)),
                      parameter =
                          headerOf(fmt::format("def g{0}(u; {1}: channel = 1) = {1} * u", i, name),
                                   fmt::format("g{}", i));
    allowed += !header.empty() && !parameter.empty();
    folder.write(fmt::format("f{}.h", i), header);
    folder.write(fmt::format("g{}.h", i), parameter);
    includes += fmt::format("#include \"f{0}.h\"\n#include \"g{0}.h\"\n", i);
  }
  EXPECT_GT(allowed, 400u);
  expectCompiles(folder, includes);
}

TEST(Header, CompilesForNamesThatMeetTheOnesOfItsOwn) {
  const Folder folder;
  std::string includes;
  std::size_t count = 0;
  for (const char *inputs : {"y, n", "dy, y", "x, dx", "mask, dmask", "x, dy, ddy", "in_x, x",
                             "out_y, y", "grad_y, y", "par_a, a", "channels, inner, n"}) {
    const std::string name = fmt::format("h{}", count++);
    const std::string header = headerOf(
        fmt::format("def {}({}; k: channel = 1, dk = 2, y_ = 3, n_ = 1) = k * dk * y_ * n_", name,
                    inputs),
        name);
    EXPECT_NE(header, "") << inputs;
    folder.write(name + ".h", header);
    includes += fmt::format("#include \"{}.h\"\n", name);
  }
  expectCompiles(folder, includes);
}

TEST(Header, CompilesForEveryNameOfAFunction) {
  const Folder folder;
  std::string includes;
  std::vector<std::string> names = listed();
  // Names that differ in case only have headers that do not hide each other.
  for (const char *name : {"Case", "case_", "CASE", "sinf", "sin_f32", "f32", "f32_backward"})
    names.emplace_back(name);
  std::size_t allowed = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string header = headerOf(fmt::format("def {}(x) = x * x", names[i]), names[i]);
    if (header.empty())
      continue;
    ++allowed;
    folder.write(fmt::format("n{}.h", i), header);
    includes +=
        fmt::format("#include \"n{0}.h\"\nvoid *p{0} = (void *)&{1}_f32_backward;\n", i, names[i]);
  }
  EXPECT_GT(allowed, 100u);
  folder.write("alone.c", includes);
  for (const std::string &compiler : cCompilers()) {
    // Without -pedantic: the address of a function as one of data.
    const Ran ran = run(compiler + " -std=c11 -Wall -Wextra -Werror -fsyntax-only " +
                        (folder / "alone.c").string());
    EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 2000);
  }
}

/// In place of the first one's code under both.
TEST(Header, AnotherTextOfTheSameNameIsAnError) {
  const Folder folder;
  CompileOptions fast;
  fast.accuracy = Accuracy::fast();
  folder.write("accurate.hpp", *engine().emit("gelu", "cpp"));
  folder.write("fast.hpp", *engine().emit("gelu", "cpp", fast));
  folder.write("once.cpp", "#include \"fast.hpp\"\n#include \"fast.hpp\"\n");
  folder.write("both.cpp", "#include \"fast.hpp\"\n#include \"accurate.hpp\"\n");
  for (const std::string &compiler : cCompilers())
    if (const std::string cxx = cxxOf(compiler); !cxx.empty()) {
      const std::string command = cxx + " -std=c++17 -Wno-psabi -fsyntax-only ";
      const Ran once = run(command + (folder / "once.cpp").string());
      EXPECT_EQ(once.status, 0) << once.said.substr(0, 2000);
      const Ran both = run(command + (folder / "both.cpp").string());
      EXPECT_NE(both.said.find("redefinition of"), std::string::npos) << both.said.substr(0, 2000);
    }
}

TEST(Header, DeclaresNothingForAGpu) {
  CompileOptions options;
  options.target = "cuda-sm_80";
  for (const char *kind : {"header", "object", "shared"}) {
    const Result<std::string> made = engine().emit("gelu", kind, options);
    ASSERT_FALSE(made) << kind;
    EXPECT_EQ(made.error().code(), "X1005");
  }
}

TEST(Header, IsMadeOnlyForWhatCanBeMade) {
  CompileOptions options;
  options.keep = Keep::Mask;
  const Result<std::string> made = engine().emit("gelu", "header", options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), "X1008");
}

} // namespace
} // namespace xphi::ahead
