// Gates with parameters as text in C: values and gradients of inputs are the kernel's bits, and the
// terms of parameters' gradients those of its sums over one element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>

namespace xphi::ahead {
namespace {

constexpr std::size_t count = 1500;

struct Gate {
  std::string name, definition;
};

/// Two inputs, two parameters that other values are given for, and what people write of them.
std::vector<Gate> gates() {
  constexpr const char *parts[] = {
      "silu(s * {0})",        "tanh({0} + b)",
      "sigmoid(s * {0} + b)", "gelu({0}) * s",
      "softplus({0}) - b",    "max({0}, b * {0})",
      "Phi(s * {0})",         "if {0} > b then {0} else s * expm1({0})",
      "exp(-(s * {0})^2)",    "{0} / (1 + abs(s * {0}))"};
  std::mt19937 random(5);
  std::vector<Gate> all;
  for (int i = 0; i != 10; ++i) {
    const auto part = [&](const char *input) {
      return fmt::format(fmt::runtime(parts[random() % std::size(parts)]), input);
    };
    const std::string name = fmt::format("gate{}", i);
    all.push_back({name, fmt::format("def {}(u, v; s = 1.5, b = 0.25) = ({}) * ({}){}", name,
                                     part("u"), part("v"), i % 2 ? " + b * v" : "")});
  }
  return all;
}

constexpr float values[] = {0.8125F, -0.375F}; ///< of s and b

/// As the C function writes them: y, du, dv, and the terms of ds and db, of each element.
std::vector<float> ofKernel(const Kernel &kernel, const std::vector<float> &u,
                            const std::vector<float> &v, const std::vector<float> &dy) {
  std::vector<float> y(count), du(count), dv(count), ds(1), db(1), all;
  EXPECT_TRUE(kernel.forward({u, v}, y, {values[0], values[1]}));
  EXPECT_TRUE(kernel.gradients({u, v}, dy, {du, dv, ds, db}, {values[0], values[1]}));
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = [i](const std::vector<float> &array) {
      return std::span(array).subspan(i, 1);
    };
    std::vector<float> oneDu(1), oneDv(1);
    EXPECT_TRUE(kernel.gradients({one(u), one(v)}, one(dy), {oneDu, oneDv, ds, db},
                                 {values[0], values[1]}));
    all.insert(all.end(), {y[i], du[i], dv[i], ds[0], db[0]});
  }
  return all;
}

TEST(TextGradients, OfGatesAndParametersAreTheKernels) {
  const Folder folder;
  std::mt19937 random(9);
  std::normal_distribution<float> normal(0, 3);
  std::vector<float> numbers(3 * count);
  for (float &each : numbers)
    each = normal(random);
  folder.write("numbers", {reinterpret_cast<const char *>(numbers.data()), 4 * numbers.size()});
  const std::vector<float> u(numbers.begin(), numbers.begin() + count),
      v(numbers.begin() + count, numbers.begin() + 2 * count),
      dy(numbers.begin() + 2 * count, numbers.end());

  CompileOptions options;
  options.accuracy = Accuracy::reproducible();
  options.gradients = CompileOptions::allGradients();
  std::string includes, calls;
  std::vector<std::vector<float>> right;
  for (const Gate &gate : gates()) {
    SCOPED_TRACE(gate.definition);
    const Result<Kernel> kernel = engine().compile(gate.definition, options);
    ASSERT_TRUE(kernel) << kernel.error().render();
    const Result<std::string> text = engine().emit(gate.definition, "c", options);
    ASSERT_TRUE(text) << text.error().render();
    folder.write(gate.name + ".c", *text);
    includes += fmt::format("#include \"{}.c\"\n", gate.name);
    const std::string given = fmt::format("{}, {}", literal(values[0]), literal(values[1]));
    calls += fmt::format(R"(  for (int i = 0; i < {0}; ++i) {{
    float r[5];
    r[0] = {1}_f32_element(in[0][i], in[1][i], {2});
    r[1] = {1}_f32_backward_element(in[0][i], in[1][i], in[2][i], {2}, r + 2, r + 3, r + 4);
    fwrite(r, sizeof r, 1, to);
  }}
)",
                         count, gate.name, given);
    right.push_back(ofKernel(*kernel, u, v, dy));
  }
  folder.write("main.c", programOf(includes, 3, count, calls));
  const std::vector<Gate> all = gates();
  for (const std::string &compiler : cCompilers())
    for (const char *flags : {"-O2 -mfma", "-O3 -march=x86-64-v3", "-O0"}) {
      SCOPED_TRACE(compiler + " " + flags);
      const std::string program = folder / "main", results = folder / "results";
      const Ran made = run(fmt::format(
          "{} -std=c99 -Wall -Wextra -Wno-unused-result -ffp-contract=off {} {} -o {} -lm",
          compiler, flags, (folder / "main.c").string(), program));
      ASSERT_EQ(made.status, 0) << made.said.substr(0, 3000);
      ASSERT_EQ(
          run(fmt::format("{} {} {}", program, (folder / "numbers").string(), results)).status, 0);
      const std::string written = readFile(results);
      ASSERT_EQ(written.size(), all.size() * count * 5 * sizeof(float));
      for (std::size_t k = 0; k < all.size(); ++k) {
        std::size_t differ = 0;
        for (std::size_t i = 0; i < right[k].size(); ++i) {
          float got;
          std::memcpy(&got, written.data() + (k * right[k].size() + i) * sizeof got, sizeof got);
          const bool isSum = i % 5 >= 3; // which begins with +0
          const bool same =
              std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(right[k][i]) ||
              (isSum && got == 0 && right[k][i] == 0);
          if (!same && differ++ == 0)
            ADD_FAILURE() << all[k].definition << ", result " << i % 5 << " of " << u[i / 5] << ", "
                          << v[i / 5] << ", " << dy[i / 5] << ": " << got
                          << ", and the kernel gives " << right[k][i];
        }
        EXPECT_EQ(differ, 0u) << all[k].definition;
      }
    }
}

} // namespace
} // namespace xphi::ahead
