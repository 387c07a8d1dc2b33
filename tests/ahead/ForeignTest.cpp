// Objects for processors that this machine has not: run by an emulator, they give the kernel's
// bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"
#include "KernelBits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace xphi::ahead {
namespace {

struct Machine {
  const char *name, *target, *clang, *emulator;
  const char *fusedVector;                            ///< an instruction that the loop must have
  const char *number, *first, *second, *third, *trap; ///< of a call of Linux
};

void PrintTo(const Machine &machine, std::ostream *out) { *out << machine.name; }

const Machine machines[] = {
    {"aarch64", "aarch64-neon", "--target=aarch64-linux-gnu", "qemu-aarch64", "fmla\tv", "x8", "x0",
     "x1", "x2", "svc 0"},
    {"aarch64_sve_of_256", "aarch64-sve256", "--target=aarch64-linux-gnu",
     "qemu-aarch64 -cpu max,sve256=on", "fmad\tz", "x8", "x0", "x1", "x2", "svc 0"},
    {"aarch64_sve_of_512", "aarch64-sve256", "--target=aarch64-linux-gnu",
     "qemu-aarch64 -cpu max,sve512=on", "fmad\tz", "x8", "x0", "x1", "x2", "svc 0"},
    {"riscv64", "riscv64-rvv", "--target=riscv64-linux-gnu -march=rv64gc -mabi=lp64d",
     "qemu-riscv64 -cpu rv64,v=true,vlen=128", "vfmadd.vv", "a7", "a0", "a1", "a2", "ecall"},
};

/// Without a C library, which is not there for such a machine.
std::string withoutLibrary(const Machine &machine) {
  return fmt::format(R"(#include <stddef.h>
#define INFINITY __builtin_inff()
static long ask(long number, long a, const void *b, size_t c) {{
  register long call __asm__("{}") = number, first __asm__("{}") = a;
  register const void *second __asm__("{}") = b;
  register size_t third __asm__("{}") = c;
  __asm__ volatile("{}" : "+r"(first) : "r"(call), "r"(second), "r"(third) : "memory");
  return first;
}}
static void all(long number, long file, const char *bytes, size_t size) {{
  while (size != 0) {{
    const long done = ask(number, file, bytes, size);
    if (done <= 0)
      ask(93, 1, 0, 0);
    bytes += done;
    size -= (size_t)done;
  }}
}}
)",
                     machine.number, machine.first, machine.second, machine.third, machine.trap);
}

class Foreign : public testing::TestWithParam<Machine> {};

TEST_P(Foreign, GivesTheBitsOfX86) {
  const Machine &machine = GetParam();
  const Folder folder;
  const std::string compiler = CLANG;
  if (run(compiler + " --version").said.find("clang") == std::string::npos ||
      run(LLD " --version").status != 0)
    GTEST_SKIP() << "Clang and lld are not installed";
  const KernelBits bits;
  folder.write("numbers", bits.numbers());
  CompileOptions options;
  options.target = machine.target;
  std::string declarations = withoutLibrary(machine), objects;
  for (const ComparedFunction &function : bits.functions()) {
    const Result<std::string> object = engine().emit(function.what, "object", options);
    const Result<std::string> header = engine().emit(function.what, "header", options);
    ASSERT_TRUE(object) << object.error().render();
    ASSERT_TRUE(header) << header.error().render();
    const std::string path = folder.write(function.name + ".o", *object);
    EXPECT_EQ(symbolsOf(path).wanted, std::vector<std::string>()) << function.what;
    folder.write(function.name + ".h", *header);
    objects += " " + path;
    declarations += fmt::format("#include \"{}.h\"\n", function.name);
  }
  folder.write("main.c",
               fmt::format(R"({0}
static float in[{1}][{2}], out[{1}][{2}];
static void emit(float (*rows)[{2}], size_t count) {{
  all(64, 1, (const char *)rows, count * sizeof *rows);
}}
void _start(void) {{
  all(63, 0, (const char *)in, sizeof in);
{3}  ask(93, 0, 0, 0);
}}
)",
                           declarations, KernelBits::rows, KernelBits::count, bits.cCalls()));
  const std::string main = folder / "main", source = folder / "main.c";
  const Ran compiled =
      run(fmt::format("{} {} -std=c11 -O1 -ffreestanding -nostdlib -static -fuse-ld=lld "
                      "--ld-path={} {}{} -o {}",
                      compiler, machine.clang, LLD, source, objects, main));
  ASSERT_EQ(compiled.status, 0) << compiled.said.substr(0, 3000);
  if (run(std::string(machine.emulator) + " --version").status != 0)
    GTEST_SKIP() << "linked; " << machine.emulator
                 << ", which would run it, is not installed: it is in qemu-user";
  const std::string numbers = folder / "numbers", results = folder / "results";
  const Ran ran = run(fmt::format("({} {} < {} > {})", machine.emulator, main, numbers, results));
  ASSERT_EQ(ran.status, 0) << ran.said;
  bits.expectSame(readFile(results), KernelBits::Inputs::All);
}

TEST_P(Foreign, HasObjectsAndNoKernels) {
  const std::string target = GetParam().target;
  CompileOptions options;
  options.target = target;
  EXPECT_EQ(engine().compile("gelu", options).error().code(), "X2005");
  EXPECT_EQ(engine().fillCache("gelu", options).error().code(), "X1005");
  EXPECT_EQ(engine().emit("gelu", "shared", options).error().code(), "X1005");
  EXPECT_EQ(engine().emit("gelu", "dispatch:" + target).error().code(), "X1005");
  const Result<std::string> assembly = engine().emit("gelu", "asm", options);
  ASSERT_TRUE(assembly) << assembly.error().render();
  EXPECT_NE(assembly->find(GetParam().fusedVector), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Machines, Foreign, testing::ValuesIn(machines),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace xphi::ahead
