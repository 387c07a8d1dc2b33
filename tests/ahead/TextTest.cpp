// Kernels as text: each language's own compiler takes them, and what it makes gives the kernel's
// bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"
#include "KernelBits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace xphi::ahead {
namespace {

std::string emitted(const ComparedFunction &function, const char *kind) {
  const Result<std::string> text = engine().emit(function.what, kind);
  EXPECT_TRUE(text) << function.what << ": " << text.error().render();
  return text ? *text : "";
}

class Text : public testing::Test {
protected:
  Text() { folder.write("numbers", bits.numbers()); }

  std::string path(const std::string &name) const { return folder / name; }

  /// Emits all functions; the lines that include them.
  std::string includes(const char *kind, const std::string &suffix) const {
    std::string lines;
    for (const ComparedFunction &function : bits.functions()) {
      folder.write(function.name + suffix, emitted(function, kind));
      lines += fmt::format("#include \"{}{}\"\n", function.name, suffix);
    }
    return lines;
  }

  void writeProgram(const std::string &name, const std::string &declarations,
                    const std::string &calls) const {
    folder.write(name, fmt::format(R"(#include <math.h>
#include <stdio.h>
#include <string.h>
static float in[{1}][{2}], out[{1}][{2}];
static FILE *to;
{0}
static void emit(float (*rows)[{2}], size_t count) {{
  if (fwrite(rows, sizeof *rows, count, to) != count)
    perror("results");
}}
int main(int argc, char **argv) {{
  FILE *from = argc == 3 ? fopen(argv[1], "rb") : 0;
  to = argc == 3 ? fopen(argv[2], "wb") : 0;
  if (!from || !to || fread(in, sizeof in, 1, from) != 1)
    return 1;
{3}  return fclose(to);
}}
)",
                                   declarations, KernelBits::rows, KernelBits::count, calls));
  }

  void expectSame(const std::string &compilation) const {
    const Ran compiled = run(compilation);
    ASSERT_EQ(compiled.status, 0) << compilation << "\n" << compiled.said.substr(0, 3000);
    const Ran ran = run(fmt::format("{} {} {}", path("main"), path("numbers"), path("results")));
    ASSERT_EQ(ran.status, 0) << ran.said;
    SCOPED_TRACE(compilation);
    bits.expectSame(readFile(path("results")), KernelBits::Inputs::Finite);
  }

  const KernelBits bits;
  const Folder folder;
};

TEST_F(Text, InCIsTheKernelBitForBit) {
  writeProgram("main.c", includes("c", ".c"), bits.cCalls());
  for (const std::string &compiler : cCompilers())
    for (const char *flags : {"-O2 -mfma", "-O1"})
      expectSame(fmt::format(
          "{} -std=c11 -pedantic -Wall -Wextra -Werror -ffp-contract=off {} {} -o {} -lm", compiler,
          flags, path("main.c"), path("main")));
}

/// Eight elements at a time, by the functions of vectors.
std::string vectorCalls(const KernelBits &bits) {
  std::string text;
  for (const ComparedFunction &function : bits.functions()) {
    const std::size_t inputs = function.kernel.inputs().size();
    std::string loads, splats, further, declarations, stores;
    for (std::size_t i = 0; i < inputs; ++i)
      loads += fmt::format("{}load(in[{}] + i)", i == 0 ? "" : ", ", i);
    for (const Parameter &parameter : function.kernel.parameters())
      splats += fmt::format(", xphi_lanes::all<Vector>({})", literal(parameter.defaultValue));
    for (std::size_t i = 1; i < inputs; ++i) {
      declarations += fmt::format("    Vector d{};\n", i);
      further += fmt::format(", d{}", i);
      stores += fmt::format("    store(out[{}] + i, d{});\n", 1 + i, i);
    }
    text += fmt::format(R"(  for (int i = 0; i < {0}; i += 8) {{
    store(out[0] + i, {1}_element<8>({2}{3}));
{4}    store(out[1] + i, {1}_backward_element<8>({2}, load(in[{5}] + i){3}{6}));
{7}  }}
  emit(out, {8});
)",
                        KernelBits::count, function.name, loads, splats, declarations, inputs,
                        further, stores, 1 + inputs);
  }
  return text;
}

TEST_F(Text, InCppIsTheKernelBitForBit) {
  writeProgram("main.cpp", includes("cpp", ".hpp") + R"(using Vector = xphi_lanes::of<8>::f32;
static Vector load(const float *from) {
  Vector result;
  memcpy(&result, from, sizeof result);
  return result;
}
static void store(float *to, Vector value) { memcpy(to, &value, sizeof value); }
)",
               vectorCalls(bits));
  for (const std::string &compiler : cCompilers())
    if (const std::string cxx = cxxOf(compiler); !cxx.empty())
      expectSame(fmt::format("{} -std=c++17 -Wall -Wextra -Werror -Wno-psabi -ffp-contract=off -O2 "
                             "-march=x86-64-v3 {} -o {}",
                             cxx, path("main.cpp"), path("main")));
}

/// One pipeline a function: its value and its gradients of all elements.
std::string pipelineCalls(const KernelBits &bits) {
  std::string text;
  for (const ComparedFunction &function : bits.functions()) {
    const std::size_t inputs = function.kernel.inputs().size();
    std::string loads, parameters, further;
    for (std::size_t i = 0; i < inputs; ++i)
      loads += fmt::format("{}load({}, i)", i == 0 ? "" : ", ", i);
    for (const Parameter &parameter : function.kernel.parameters())
      parameters += fmt::format(", Halide::Expr({})", literal(parameter.defaultValue));
    for (std::size_t i = 1; i < inputs; ++i)
      further += fmt::format(", r[{}]", 1 + i);
    text += fmt::format(R"(  {{
    Halide::Var i("i");
    std::vector<Halide::Expr> r({0});
    r[0] = {1}_element({2}{3});
    r[1] = {1}_backward_element({2}, load({4}, i){3}{5});
    realize(i, r);
    emit(out, {0});
  }}
)",
                        1 + inputs, function.name, loads, parameters, inputs, further);
  }
  return text;
}

TEST_F(Text, InHalideIsTheKernelBitForBit) {
  const std::string folderOfHalide = HALIDE_INCLUDES, library = HALIDE_LIBRARY;
  std::string declarations = includes("halide", ".halide.hpp");
  declarations += fmt::format(
      R"(static Halide::Expr load(int row, Halide::Var i) {{ return Halide::Buffer<float>(in[row], {0})(i); }}
static void realize(Halide::Var i, const std::vector<Halide::Expr> &results) {{
  Halide::Func all;
  all(i) = Halide::Tuple(results);
  all.vectorize(i, 8);
  std::vector<Halide::Buffer<>> buffers;
  for (size_t k = 0; k < results.size(); ++k)
    buffers.push_back(Halide::Buffer<float>(out[k], {0}));
  all.realize(Halide::Realization(buffers),
              Halide::get_host_target().with_feature(Halide::Target::StrictFloat));
}}
)",
      KernelBits::count);
  writeProgram("main.cpp", declarations, pipelineCalls(bits));
  std::string cxx;
  for (const std::string &compiler : cCompilers())
    if (cxx.empty())
      cxx = cxxOf(compiler);
  expectSame(fmt::format("{0} -std=c++17 -Wall -Wextra -isystem {1} {2} {3} -Wl,-rpath,{4} -o {5}",
                         cxx, folderOfHalide, path("main.cpp"), library,
                         std::filesystem::path(library).parent_path().string(), path("main")));
}

TEST_F(Text, InCudaIsCompiledByNvcc) {
  if (run("nvcc --version").status != 0)
    GTEST_SKIP() << "nvcc is not installed";
  std::string all = includes("cuda", ".cuh");
  all += R"(struct Two {
  static const int kElements = 2;
  float values[2];
  __device__ float &operator[](int i) { return values[i]; }
  __device__ float operator[](int i) const { return values[i]; }
};
template <template <class> class Activation> __device__ Two fuse(Two both) {
  return Activation<Two>()(both);
}
__global__ void fused(Two *both, float *one) {
  *both = fuse<gelu_f32_epilogue>(fuse<elu_f32_epilogue>(*both));
  *one = gelu_f32_epilogue<float>()(*one);
}
)";
  all += "cudaError_t use(const float *x, float *y, size_t n) { return gelu_f32(x, y, n); }\n";
  folder.write("main.cu", all);
  const Ran ran = run(fmt::format("nvcc -arch=sm_80 -std=c++17 -Werror all-warnings -ptx {} -o {}",
                                  path("main.cu"), path("main.ptx")));
  EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
  const std::string ptx = readFile(path("main.ptx"));
  EXPECT_NE(ptx.find("fma.rn.f32"), std::string::npos);
  EXPECT_EQ(ptx.find(".ftz"), std::string::npos);
}

TEST_F(Text, InMlirIsOfUpstreamsDialects) {
  const std::string opt = MLIR_OPT, translate = MLIR_TRANSLATE;
  if (opt.empty() || translate.empty())
    GTEST_SKIP() << "mlir-opt and mlir-translate are not installed";
  for (const ComparedFunction &function : bits.functions()) {
    folder.write("f.mlir", emitted(function, "mlir"));
    const Ran ran = run(fmt::format(
        "{} --convert-scf-to-cf --convert-math-to-llvm --convert-arith-to-llvm "
        "--convert-cf-to-llvm "
        "--convert-func-to-llvm --reconcile-unrealized-casts {} | {} --mlir-to-llvmir -o {}",
        opt, path("f.mlir"), translate, path("f.ll")));
    EXPECT_EQ(ran.status, 0) << function.what << "\n" << ran.said.substr(0, 2000);
    EXPECT_NE(readFile(path("f.ll")).find("@" + function.name + "_element"), std::string::npos);
  }
}

// For the architecture, not a device: the compiler and its assembler run without one.
TEST_F(Text, InTritonIsCompiled) {
  if (run(PYTHON " -c 'import triton'").status != 0)
    GTEST_SKIP() << "Triton is not installed";
  std::string compiles = R"(from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
import importlib, triton
def made(module, name, floats):
    kernel = getattr(importlib.import_module(module), name)
    arguments = kernel.arg_names
    types = {a: "i64" if a == "n" else "fp32" if a in floats else "constexpr" if a == "BLOCK" else "*fp32" for a in arguments}
    source = ASTSource(fn=kernel, signature=types, constexprs={(len(arguments) - 1,): 256})
    ptx = triton.compile(source, target=GPUTarget("cuda", 80, 32), options={"enable_fp_fusion": False}).asm["ptx"]
    assert name in ptx and ".approx" not in ptx, name
)";
  for (const ComparedFunction &function : bits.functions()) {
    folder.write("t_" + function.name + ".py", emitted(function, "triton"));
    std::string floats;
    for (const Parameter &parameter : function.kernel.parameters())
      floats += fmt::format("\"par_{}\", ", parameter.name);
    for (const char *ending : {"", "_backward"})
      compiles +=
          fmt::format("made(\"t_{0}\", \"{0}{1}\", [{2}])\n", function.name, ending, floats);
  }
  folder.write("main.py", compiles);
  const Ran ran =
      run(fmt::format("TRITON_CACHE_DIR={} {} {}", path("cache"), PYTHON, path("main.py")));
  EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
}

TEST_F(Text, IsRefusedWhereThereIsNone) {
  CompileOptions bf16;
  bf16.types = {ElementType::BF16};
  CompileOptions mask;
  mask.keep = Keep::Mask;
  for (const char *kind : {"c", "cpp", "cuda", "halide", "mlir", "triton"})
    for (const auto &[what, options] : {std::pair("gelu", bf16), std::pair("relu", mask)}) {
      const Result<std::string> text = engine().emit(what, kind, options);
      ASSERT_FALSE(text) << kind << " " << what;
      EXPECT_EQ(text.error().code(), "X1014");
    }
}

} // namespace
} // namespace xphi::ahead
