// Objects for WebAssembly: linked by its linker and run by node, they give the kernel's bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"
#include "KernelBits.h"

#include "compiler/codegen/WasmSupport.cpp" // NOLINT(bugprone-suspicious-include)

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

namespace xphi::ahead {
namespace {

constexpr const char *target = "wasm32-simd128";

class Wasm : public testing::Test {
protected:
  void SetUp() override {
    if (run(std::string(CLANG) + " --version").said.find("clang") == std::string::npos ||
        run(std::string(WASM_LD) + " --version").status != 0)
      GTEST_SKIP() << "Clang and wasm-ld are not installed";
  }

  /// Adds a function's object and header to the program.
  void add(const std::string &what, CompileOptions options) {
    options.target = target;
    const Result<std::string> object = engine().emit(what, "object", options);
    const Result<std::string> header = engine().emit(what, "header", options);
    ASSERT_TRUE(object) << object.error().render();
    ASSERT_TRUE(header) << header.error().render();
    const std::string name = std::to_string(count++), path = folder.write(name + ".o", *object);
    for (const std::string &wanted : symbolsOf(path).wanted) // the linker's own
      EXPECT_TRUE(wanted == "__stack_pointer" || wanted == "__indirect_function_table") << wanted;
    folder.write(name + ".h", *header);
    objects += " " + path;
    includes += fmt::format("#include \"{}.h\"\n", name);
  }

  /// Builds a program whose `body` reads `in` and writes by `emit`, runs it, and returns what it
  /// has written; nothing where there is no node.
  std::string results(const std::string &declarations, const std::string &body,
                      const std::string &numbers) {
    folder.write("main.c", fmt::format(R"(#include <stddef.h>
#define INFINITY __builtin_inff()
{0}
__attribute__((import_module("host"), import_name("emit")))
void written(const void *from, size_t bytes);
{1}
void start(void) {{
{2}}}
void *place(void) {{ return in; }}
)",
                                       includes, declarations, body));
    folder.write("run.mjs", R"(import fs from 'fs';
const [, , module, numbers, results] = process.argv;
const to = fs.openSync(results, 'w');
let memory;
const host = {emit: (from, bytes) => fs.writeSync(to, new Uint8Array(memory.buffer, from >>> 0, bytes))};
const {instance} = await WebAssembly.instantiate(fs.readFileSync(module), {host});
memory = instance.exports.memory;
const given = fs.readFileSync(numbers);
new Uint8Array(memory.buffer, instance.exports.place() >>> 0, given.length).set(given);
instance.exports.start();
fs.closeSync(to);
)");
    const std::string module = folder / "main.wasm", source = folder / "main.c";
    const Ran compiled = run(fmt::format(
        "{} --target=wasm32-unknown-unknown -std=c11 -O1 -ffreestanding -c {} -o "
        "{}.o && {} -z stack-size=1048576 --no-entry --export=start --export=place {}.o {} -o {}",
        CLANG, source, source, WASM_LD, source, objects, module));
    EXPECT_EQ(compiled.status, 0) << compiled.said.substr(0, 3000);
    if (compiled.status != 0 || run(std::string(NODE) + " --version").status != 0)
      return {};
    const std::string given = folder.write("numbers", numbers), results = folder / "results";
    const Ran ran = run(
        fmt::format("{} {} {} {} {}", NODE, (folder / "run.mjs").string(), module, given, results));
    EXPECT_EQ(ran.status, 0) << ran.said.substr(0, 3000);
    return readFile(results);
  }

  const Folder folder;

private:
  int count = 0;
  std::string includes, objects;
};

TEST_F(Wasm, GivesTheBitsOfX86) {
  const KernelBits bits;
  for (const ComparedFunction &function : bits.functions())
    add(function.what, {});
  const std::string written =
      results(fmt::format("static float in[{0}][{1}], out[{0}][{1}];\n"
                          "static void emit(float (*rows)[{1}], size_t count) {{\n"
                          "  written(rows, count * sizeof *rows);\n}}\n",
                          KernelBits::rows, KernelBits::count),
              bits.cCalls(), bits.numbers());
  if (written.empty() && !HasFailure())
    GTEST_SKIP() << "linked; node, which would run it, is not installed";
  bits.expectSame(written, KernelBits::Inputs::All);
}

// What objects bring along beside the kernel, where pointers have 32 bits: sums, channels, masks,
// the index of what is drawn, other types.
TEST_F(Wasm, SumsChannelsMasksAndDrawsAreTheRuntimes) {
  constexpr std::size_t n = 1200, channels = 3, inner = 4;
  std::vector<float> x(n), dy(n);
  for (std::size_t i = 0; i != n; ++i) {
    x[i] = float(int(i) - 600) * 0.0131f;
    dy[i] = 1 + float(i % 7);
  }
  const std::vector<float> alphas{0.1f, 0.2f, 0.3f};
  const std::string floats = fmt::format("in + 0, in + {}", n);
  std::string numbers, body, expected;
  const auto append = [](std::string &to, std::span<const float> values) {
    to.append(reinterpret_cast<const char *>(values.data()), values.size_bytes());
  };
  append(numbers, x);
  append(numbers, dy);
  append(numbers, alphas);

  CompileOptions all;
  all.gradients = CompileOptions::allGradients();
  add("prelu", all);
  const Result<Kernel> prelu = engine().compile("prelu", all);
  ASSERT_TRUE(prelu);
  std::vector<float> dx(n), sum(1), sums(channels), y(n);
  ASSERT_TRUE(prelu->gradients({x}, dy, {dx, sum}, {0.25f}));
  body += fmt::format("  prelu_f32_backward({}, 0.25f, out, out + {}, {});\n"
                      "  written(out, {});\n",
                      floats, n, n, 4 * (n + 1));
  append(expected, dx);
  append(expected, sum);
  const Kernel::Input values[] = {alphas};
  ASSERT_TRUE(prelu->gradients({x}, dy, {dx, sums}, {values, {channels, inner}}));
  body += fmt::format("  prelu_f32_backward_channels({}, in + {}, out, out + {}, {}, {}, {});\n"
                      "  written(out, {});\n",
                      floats, 2 * n, n, channels, inner, n, 4 * (n + channels));
  append(expected, dx);
  append(expected, sums);

  CompileOptions masked;
  masked.keep = Keep::Mask;
  add("relu", masked);
  const Result<Kernel> relu = engine().compile("relu", masked);
  ASSERT_TRUE(relu);
  std::vector<std::uint8_t> mask(Kernel::maskSize(n));
  ASSERT_TRUE(relu->forward(x, y, mask));
  ASSERT_TRUE(relu->backward(mask, dy, dx));
  body +=
      fmt::format("  relu_f32(in, out, (unsigned char *)(out + {0}), {0});\n"
                  "  relu_f32_backward((unsigned char *)(out + {0}), in + {0}, out + {1}, {0});\n"
                  "  written(out, {2});\n  written(out + {1}, {2});\n",
                  n, 2 * n, 4 * n);
  append(expected, y);
  append(expected, dx);

  add("dropout", {});
  const Result<Kernel> dropout = engine().compile("dropout");
  ASSERT_TRUE(dropout);
  ASSERT_TRUE(dropout->forward(x, y, {0.5f, 7, 1}));
  body += fmt::format("  dropout_f32(in, 0.5f, 7, 1, out, 0, 5);\n"
                      "  dropout_f32(in + 5, 0.5f, 7, 1, out + 5, 5, {});\n  written(out, {});\n",
                      n - 5, 4 * n);
  append(expected, y);

  CompileOptions narrow;
  narrow.types = {ElementType::BF16};
  add("x * Phi(x)", narrow); // of numbers that are bits of floats here: any will do
  const Result<Kernel> gelu = engine().compile("x * Phi(x)", narrow);
  ASSERT_TRUE(gelu);
  std::vector<std::uint16_t> half(2 * n), halfY(2 * n);
  std::memcpy(half.data(), x.data(), 4 * n);
  ASSERT_TRUE(gelu->forward(ConstTensor::bits(half, ElementType::BF16),
                            Tensor::bits(halfY, ElementType::BF16)));
  body += fmt::format("  f_bf16((const unsigned short *)in, (unsigned short *)out, {});\n"
                      "  written(out, {});\n",
                      2 * n, 4 * n);
  expected.append(reinterpret_cast<const char *>(halfY.data()), 4 * n);

  const std::string written = results(
      fmt::format("static float in[{}], out[{}];\n", 2 * n + channels, 3 * n), body, numbers);
  if (written.empty() && !HasFailure())
    GTEST_SKIP() << "linked; node, which would run it, is not installed";
  ASSERT_EQ(written.size(), expected.size());
  for (std::size_t i = 0; i != expected.size(); ++i)
    ASSERT_EQ(written[i], expected[i]) << "byte " << i;
}

TEST_F(Wasm, IsRefusedWithReasons) {
  CompileOptions options;
  options.target = target;
  EXPECT_EQ(engine().compile("gelu", options).error().code(), "X2005");
  EXPECT_EQ(engine().emit("gelu", "shared", options).error().code(), "X1005");
  EXPECT_EQ(engine().emit("gelu", std::string("dispatch:") + target).error().code(), "X1005");
  const Result<std::string> object = engine().emit("gelu", "object", options),
                            other = engine().emit("silu", "object", options);
  ASSERT_TRUE(object && other);
  EXPECT_EQ(*engine().join({{"gelu.o", *object}}, "object"), *object);
  for (const char *kind : {"object", "shared"})
    EXPECT_EQ(engine().join({{"gelu.o", *object}, {"silu.o", *other}}, kind).error().code(),
              "X1013");
  for (const ElementType type : {ElementType::F16, ElementType::FP8_E4M3, ElementType::FP8_E5M2}) {
    options.types = {type};
    EXPECT_EQ(engine().emit("gelu", "object", options).error().code(), "X1005") << nameOf(type);
  }
  for (const ElementType type :
       {ElementType::BF16, ElementType::INT8, ElementType::UINT8, ElementType::F64}) {
    options.types = {type};
    EXPECT_TRUE(engine().emit("gelu", "object", options)) << nameOf(type);
  }
}

/// Of every kind: any bits, numbers of one size, few bits, the smallest ones.
template <class Float, class Bits> class Operands {
public:
  Float any() {
    constexpr int fraction = std::numeric_limits<Float>::digits - 1,
                  bias = std::numeric_limits<Float>::max_exponent - 1;
    const auto exponentOnly = [](Bits exponent) { return exponent << fraction; };
    const Bits exponents = exponentOnly(2 * Bits(bias) + 1);
    Bits bits = Bits(random());
    switch (random() % 4) {
    case 1:
      bits = (bits & ~exponents) | exponentOnly(Bits(bias) - 30 + Bits(random() % 60));
      break;
    case 2:
      bits = (bits & ~exponents) | exponentOnly(Bits(random() % Bits(fraction + 3)));
      break;
    default:
      break;
    }
    if (random() % 4 == 0)
      bits &= ~((Bits(1) << random() % Bits(fraction)) - 1);
    return std::bit_cast<Float>(bits);
  }
  /// Beside or next to -a b, so that little is left of the sum, or anything.
  Float third(Float a, Float b) {
    switch (random() % 4) {
    case 0:
      return -a * b;
    case 1:
      return -a * b * (1 + Float(random() % 8) * std::numeric_limits<Float>::epsilon());
    case 2:
      return std::ldexp(any(), int(random() % 8)) * (a * b);
    default:
      return any();
    }
  }

private:
  std::mt19937_64 random{3};
};

template <class Float, class Bits, class Fma> void expectFused(const Fma &fma) {
  Operands<Float, Bits> operands;
  for (int i = 0; i != 1'000'000; ++i) {
    const Float a = operands.any(), b = operands.any(), c = operands.third(a, b);
    const Float got = fma(a, b, c), right = std::fma(a, b, c);
    if (!(std::isnan(got) && std::isnan(right)))
      ASSERT_EQ(std::bit_cast<Bits>(got), std::bit_cast<Bits>(right))
          << fmt::format("{:a} * {:a} + {:a}: {:a}, not {:a}", a, b, c, got, right);
  }
}

TEST(WasmSupport, FusedMultiplyAddsAreExact) {
  expectFused<float, std::uint32_t>(xphi_wasm_fma_f32);
  expectFused<double, std::uint64_t>(xphi_wasm_fma_f64);
}

TEST(WasmSupport, WideProductsAndShiftsAreExact) {
  using Wide = unsigned __int128;
  std::mt19937_64 random(5);
  for (int i = 0; i != 100'000; ++i) {
    const std::uint64_t a = random(), b = random(), c = random(), d = random();
    const Wide x = Wide(b) << 64 | a, y = Wide(d) << 64 | c;
    const unsigned by = unsigned(random() % 128);
    std::uint64_t result[2];
    const auto expect = [&](Wide right) {
      ASSERT_EQ(result[0], std::uint64_t(right));
      ASSERT_EQ(result[1], std::uint64_t(right >> 64));
    };
    xphi_wasm_multi3(result, a, b, c, d);
    expect(x * y);
    xphi_wasm_ashlti3(result, a, b, by);
    expect(x << by);
    xphi_wasm_lshrti3(result, a, b, by);
    expect(x >> by);
    xphi_wasm_ashrti3(result, a, b, by);
    expect(Wide(__int128(x) >> by));
  }
}

} // namespace
} // namespace xphi::ahead
