// Kernels as text: each language's own compiler takes them, and what it makes gives the kernel's
// bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"
#include "KernelBits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

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

/// Compilers tell the text of most of these flags. What they do not tell it of is not looked for.
TEST_F(Text, InCAndCppIsNotCompiledWithFastMath) {
  const auto compiles = [&](const std::string &compiler, const char *flag, const char *file) {
    return run(fmt::format("{} -O2 {} -c {} -o {}", compiler, flag, path(file), path("one.o")))
               .status == 0;
  };
  folder.write("one.c", emitted(bits.functions().front(), "c"));
  folder.write("one.cpp", emitted(bits.functions().front(), "cpp"));
  for (const std::string &compiler : cCompilers()) {
    const std::string cxx = cxxOf(compiler);
    for (const char *flag : {"-ffast-math", "-Ofast", "-ffinite-math-only"}) {
      EXPECT_FALSE(compiles(compiler, flag, "one.c")) << compiler << " " << flag;
      EXPECT_FALSE(cxx.empty() || compiles(cxx, flag, "one.cpp")) << cxx << " " << flag;
    }
    for (const char *flag : {"", "-O3", "-std=c99", "-fno-math-errno", "-fno-trapping-math"})
      EXPECT_TRUE(compiles(compiler, flag, "one.c")) << compiler << " " << flag;
  }
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

/// What draws takes the place of its first element: the random bits are those of the kernel.
class RandomText : public testing::Test {
protected:
  static constexpr std::size_t count = 4096, first = 1003; // no multiple of anything
  static constexpr float p = 0.3F, seed = 16777215, stream = 5;

  static std::string definition() {
    return "def noisy(x; p = 0.3, seed = 16777215, stream = 5) = "
           "dropout(gelu(x); p = p, seed = seed, stream = stream)";
  }

  void SetUp() override {
    const Result<Kernel> compiled =
        engine().compile(definition(), {.accuracy = Accuracy::reproducible()});
    ASSERT_TRUE(compiled) << compiled.error().render();
    std::vector<float> x(count), dy(count, 1.5F), y(count), dx(count);
    for (std::size_t i = 0; i < count; ++i)
      x[i] = float(i % 256) / 32 - 4;
    ASSERT_TRUE(compiled->forward(x, y));
    ASSERT_TRUE(compiled->backward(x, dy, dx));
    right.assign(y.begin() + first, y.end());
    right.insert(right.end(), dx.begin() + first, dx.end());
  }

  std::string path(const std::string &name) const { return folder / name; }

  std::string emitted(const char *kind) const {
    const Result<std::string> text = engine().emit(definition(), kind);
    EXPECT_TRUE(text) << text.error().render();
    return text ? *text : "";
  }

  /// Fills `y` and `dx` from `first` on by `calls`, and writes them.
  void expectKernelsBits(const char *file, const std::string &declarations,
                         const std::string &calls, const std::string &compilation) const {
    folder.write(file, fmt::format(R"(#include <stdio.h>
{0}
enum {{ count = {1}, first = {2} }};
static float x[count], dy[count], y[count], dx[count];
int main(int argc, char **argv) {{
  FILE *to = fopen(argv[argc - 1], "wb");
  for (int i = 0; i < count; ++i) {{
    x[i] = (float)(i % 256) / 32 - 4;
    dy[i] = 1.5f;
  }}
  {3}
  if (!to || fwrite(y + first, sizeof *y, count - first, to) != count - first ||
      fwrite(dx + first, sizeof *dx, count - first, to) != count - first)
    return 1;
  return fclose(to);
}}
)",
                                   declarations, count, first, calls));
    const Ran made = run(compilation);
    ASSERT_EQ(made.status, 0) << compilation << "\n" << made.said.substr(0, 3000);
    ASSERT_EQ(run(fmt::format("{} {}", path("main"), path("results"))).status, 0);
    const std::string written = readFile(path("results"));
    std::vector<float> got(right.size());
    ASSERT_EQ(written.size(), got.size() * sizeof(float));
    std::memcpy(got.data(), written.data(), written.size());
    EXPECT_EQ(got, right) << compilation;
  }

  std::vector<float> right; ///< y, then dx, from `first` on
  const Folder folder;
};

TEST_F(RandomText, InCDrawsTheKernelsBits) {
  folder.write("noisy.c", emitted("c"));
  const std::string arguments = fmt::format("{}f, {}.0f, {}.0f", p, seed, stream);
  for (const std::string &compiler : cCompilers())
    expectKernelsBits(
        "main.c", "#include \"noisy.c\"",
        fmt::format("noisy_f32(x + first, {0}, y + first, first, count - first);\n"
                    "  noisy_f32_backward(x + first, dy + first, {0}, dx + first, first, "
                    "count - first);",
                    arguments),
        fmt::format("{} -std=c11 -Wall -Wextra -Werror -ffp-contract=off -O2 -mfma {} -o {} -lm",
                    compiler, path("main.c"), path("main")));
}

TEST_F(RandomText, InCppDrawsTheKernelsBits) {
  folder.write("noisy.hpp", emitted("cpp"));
  const std::string calls = fmt::format(R"(using Lanes = xphi_lanes::of<4>;
  const auto all = [](float number) {{ return xphi_lanes::all<Lanes::f32>(number); }};
  for (int i = 0; i + 4 <= count; i += 4) {{
    Lanes::f32 in, grad;
    memcpy(&in, x + i, sizeof in);
    memcpy(&grad, dy + i, sizeof grad);
    const Lanes::u64 at = {{uint64_t(i), uint64_t(i + 1), uint64_t(i + 2), uint64_t(i + 3)}};
    const Lanes::f32 out = noisy_f32_element<4>(in, all({0}f), all({1}), all({2}), at),
                     back = noisy_f32_backward_element<4>(in, grad, all({0}f), all({1}), all({2}), at);
    memcpy(y + i, &out, sizeof out);
    memcpy(dx + i, &back, sizeof back);
  }})",
                                        p, seed, stream);
  for (const std::string &compiler : cCompilers())
    if (const std::string cxx = cxxOf(compiler); !cxx.empty())
      expectKernelsBits("main.cpp", "#include \"noisy.hpp\"\n#include <string.h>", calls,
                        fmt::format("{} -std=c++17 -Wall -Wextra -Werror -Wno-psabi "
                                    "-ffp-contract=off -O2 -march=x86-64-v3 {} -o {}",
                                    cxx, path("main.cpp"), path("main")));
}

TEST_F(RandomText, InCudaIsCompiledByNvcc) {
  if (run("nvcc --version").status != 0)
    GTEST_SKIP() << "nvcc is not installed";
  folder.write("main.cu", emitted("cuda") +
                              "cudaError_t use(const float *x, float *y, size_t n) {\n"
                              "  return noisy_f32(x, 0.3f, 7, 5, y, 1003, n);\n}\n");
  const Ran ran = run(fmt::format("nvcc -arch=sm_80 -std=c++17 -Werror all-warnings -ptx {} -o {}",
                                  path("main.cu"), path("main.ptx")));
  EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
}

TEST_F(RandomText, InHalideAndTritonHasWords) {
  EXPECT_NE(emitted("halide").find("noisy_f32_element"), std::string::npos);
  EXPECT_NE(emitted("triton").find("first + i"), std::string::npos);
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
    types = {a: "i64" if a in ("n", "first") else "fp32" if a in floats else "constexpr" if a == "BLOCK" else "*fp32" for a in arguments}
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
  folder.write("t_dropout.py", *engine().emit("dropout", "triton"));
  for (const char *ending : {"", "_backward"})
    compiles += fmt::format("made(\"t_dropout\", \"dropout_f32{}\", "
                            "[\"par_p\", \"par_seed\", \"par_stream\"])\n",
                            ending);
  folder.write("main.py", compiles);
  const Ran ran =
      run(fmt::format("TRITON_CACHE_DIR={} {} {}", path("cache"), PYTHON, path("main.py")));
  EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
}

// A text has f64 where a kernel of the library goes on to wide numbers: what is known of one is not
// known of the other.
TEST_F(Text, SaysWhatItIsItself) {
  const auto promiseOf = [](const std::string &what) {
    const std::string text = emitted({what}, "c");
    const std::size_t first = text.find("within ");
    return first == text.npos ? text : text.substr(first, text.find('\n', first) - first);
  };
  for (const char *what : {"gelu", "silu", "elu", "dyt", "snake", "softabs"}) {
    EXPECT_NE(promiseOf(what).find("; the worst is "), std::string::npos) << promiseOf(what);
    EXPECT_EQ(promiseOf(what).find("not kept"), std::string::npos) << promiseOf(what);
  }
  for (const char *what : {"soft_clipping", "power"})
    EXPECT_NE(promiseOf(what).find("not kept"), std::string::npos) << promiseOf(what);
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
