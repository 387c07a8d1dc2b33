// Two, five and fifty functions in one program, in every form and linked in every way: each has the
// bits of its own kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "MixedProgram.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>

namespace xphi::ahead {
namespace {

bool isShared(const std::string &part) { return part.ends_with(".so"); }

std::string made(const Folder &folder, const std::string &name, const std::string &command) {
  const std::string path = folder / name;
  const Ran ran = run(command + " -o " + path);
  EXPECT_EQ(ran.status, 0) << command << "\n" << ran.said.substr(0, 3000);
  return path;
}

struct Way {
  const char *caller, *texts;
};

void checkAll(std::size_t count, unsigned seed, std::size_t ways) {
  const Folder folder;
  const MixedProgram program(folder, somePieces(count, seed));
  if (testing::Test::HasFatalFailure())
    return;
  const std::string path = fmt::format("-Wl,-rpath,{}", (folder / "").string());
  constexpr Way all[] = {{"-std=c99 -O0", "-O0"},
                         {"-std=c++20 -O3 -flto", "-O3"},
                         {"-std=c11 -O2 -fvisibility=hidden", "-O2 -flto -fvisibility=hidden"},
                         {"-std=c++17 -O1 -fvisibility=hidden", "-O1"}};
  std::size_t turn = seed;
  for (const std::string &compiler : cCompilers())
    for (std::size_t way = 0; way < ways; ++way) {
      const Way &each = all[turn++ % std::size(all)];
      SCOPED_TRACE(fmt::format("{} {} | {}", compiler, each.caller, each.texts));
      const bool hasCpp = !cxxOf(compiler).empty();
      if (!hasCpp)
        continue;
      std::vector<std::string> parts = program.parts(compiler, each.texts);
      std::shuffle(parts.begin(), parts.end(), std::mt19937(seed));
      // Archives give what is asked for before them.
      const std::string caller = program.caller(compiler, each.caller), cxx = cxxOf(compiler),
                        flto = std::string(each.caller).find("flto") == std::string::npos &&
                                       std::string(each.texts).find("flto") == std::string::npos
                                   ? ""
                                   : "-O2 -flto";
      if (compiler.find("clang") != std::string::npos && !flto.empty() &&
          run("command -v ld.lld-22 ld.lld").status != 0)
        continue;
      const std::string link =
          cxx + " " + flto +
          (compiler.find("clang") != std::string::npos && !flto.empty() ? " -fuse-ld=lld" : "");
      program.check(
          made(folder, "program",
               fmt::format("{} {} {} {} -lm", link, caller, fmt::join(parts, " "), path)));

      // All that is no shared library in one; and half of it in each of two.
      std::vector<std::string> own, shared;
      std::ranges::partition_copy(parts, std::back_inserter(shared), std::back_inserter(own),
                                  isShared);
      if (!flto.empty() || own.size() < 2)
        continue;
      const auto library = [&](const char *name, std::span<const std::string> members) {
        return made(folder, name,
                    fmt::format("{} -shared -Wl,--whole-archive {} -Wl,--no-whole-archive", link,
                                fmt::join(members, " ")));
      };
      const std::string whole = library("libwhole.so", own);
      program.check(made(
          folder, "program",
          fmt::format("{} {} {} {} {} -lm", link, caller, whole, fmt::join(shared, " "), path)));
      const std::size_t half = own.size() / 2;
      std::vector<std::string> opened = shared;
      opened.push_back(library("libone.so", std::span(own).first(half)));
      opened.push_back(library("libother.so", std::span(own).subspan(half)));
      // Opened at run time, with what calls them in a third that was opened before.
      std::string opens;
      for (const std::string &each : opened)
        opens += fmt::format(
            "  if (!dlopen(\"{}\", RTLD_NOW | RTLD_GLOBAL)) return puts(dlerror());\n", each);
      folder.write("opens.c", fmt::format(R"(#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {{
{}  void *callers = dlopen("{}", RTLD_LAZY | RTLD_LOCAL);
  int (*callAll)(int, char **) = 0;
  if (!callers) return puts(dlerror());
  *(void **)&callAll = dlsym(callers, "callAll");
  return callAll ? callAll(argc, argv) : 9;
}}
)",
                                          opens, (folder / "libcallers.so").string()));
      const bool isHidden = std::string(each.caller).find("hidden") != std::string::npos;
      if (isHidden)
        continue;
      made(folder, "libcallers.so", fmt::format("{} -shared {}", link, caller));
      program.check(made(folder, "opens",
                         fmt::format("{} {} -ldl", compiler, (folder / "opens.c").string())));
    }
}

TEST(MixedProgram, OfTwo) {
  for (unsigned seed = 1; seed != 4; ++seed)
    checkAll(2, seed, 2);
}
TEST(MixedProgram, OfFive) { checkAll(5, 11, 4); }
TEST(MixedProgram, OfFifty) { checkAll(50, 21, 2); }

} // namespace
} // namespace xphi::ahead
