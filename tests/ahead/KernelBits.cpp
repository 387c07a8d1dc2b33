// Some kernels, numbers for them, and what they make of these: to compare other code with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelBits.h"

#include "CProgram.h"
#include "lib/EmbeddedLibrary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace xphi::ahead {
namespace {

std::vector<float> structured(std::size_t count, std::uint32_t seed) {
  std::vector<float> numbers{0.0f, -0.0f, 1.0f, -1.0f, INFINITY, -INFINITY, NAN, 3.4e38f, -3.4e38f};
  std::uint64_t state = seed;
  while (numbers.size() < count) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto bits = std::uint32_t(state >> 32);
    numbers.push_back(numbers.size() % 2 ? std::bit_cast<float>(bits)
                                         : std::ldexp(float(int(bits)), -28));
  }
  return numbers;
}

} // namespace

KernelBits::KernelBits() {
  std::vector<std::string> whats{"gelu", "silu",  "mish", "swiglu",   "elu",
                                 "tanh", "snake", "relu", "softplus", "hard_swish"};
  const char *wanted = std::getenv("XPHI_LIBRARY");
  if (wanted && wanted == std::string("whole")) {
    whats.clear();
    for (const dsl::LibraryFile &file : lib::library().entries())
      if (file.name != "dropout") // draws: there is no text for that, and objects take an index
        whats.emplace_back(file.name);
  }
  for (const std::string &what : whats) {
    // Text and other processors' code take the way that all can take.
    const Result<Kernel> kernel = engine().compile(what, {.accuracy = Accuracy::reproducible()});
    EXPECT_TRUE(kernel) << kernel.error().render();
    if (kernel)
      all.push_back({what, kernel->name() + "_f32", *kernel});
  }
  for (std::uint32_t seed = 1; seed <= rows; ++seed) {
    in.push_back(structured(count, seed));
    bytes.append(reinterpret_cast<const char *>(in.back().data()), count * sizeof(float));
  }
}

std::string KernelBits::cCalls() const {
  std::string text;
  for (const ComparedFunction &function : all) {
    const std::size_t inputs = function.kernel.inputs().size();
    std::string arrays, results, parameters;
    for (std::size_t i = 0; i < inputs; ++i) {
      arrays += fmt::format("in[{}], ", i);
      results += fmt::format("out[{}], ", 1 + i);
    }
    for (const Parameter &parameter : function.kernel.parameters())
      parameters += literal(parameter.defaultValue) + ", ";
    text += fmt::format("  {0}({1}{2}out[0], {5});\n  {0}_backward({1}in[{3}], {2}{4}{5});\n"
                        "  emit(out, {6});\n",
                        function.name, arrays, parameters, inputs, results, count, 1 + inputs);
  }
  return text;
}

void KernelBits::expectSame(const std::string &written, Inputs compared) const {
  std::size_t at = 0;
  for (const ComparedFunction &function : all) {
    const std::size_t inputs = function.kernel.inputs().size();
    std::vector<std::vector<float>> out(1 + inputs, std::vector<float>(count));
    const std::vector<Kernel::Input> arrays(in.begin(), in.begin() + std::ptrdiff_t(inputs));
    ASSERT_TRUE(function.kernel.forward(arrays, out[0]));
    ASSERT_TRUE(function.kernel.gradients(arrays, in[inputs],
                                          std::vector<Kernel::Output>(out.begin() + 1, out.end())));
    std::size_t differ = 0;
    for (const std::vector<float> &right : out) {
      ASSERT_LE(at + count * sizeof(float), written.size());
      for (std::size_t i = 0; i < count; ++i, at += sizeof(float)) {
        float got;
        std::memcpy(&got, written.data() + at, sizeof got);
        const bool left = compared == Inputs::Finite &&
                          std::any_of(in.begin(), in.begin() + std::ptrdiff_t(inputs) + 1,
                                      [i](const auto &row) { return std::isinf(row[i]); });
        const bool same =
            left || std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(right[i]) ||
            (std::isnan(got) && std::isnan(right[i]));
        if (!same && differ++ == 0)
          ADD_FAILURE() << function.name << ", result " << &right - out.data() << " of " << in[0][i]
                        << ", " << in[1][i] << ": " << got << ", and the kernel gives " << right[i];
      }
    }
    EXPECT_EQ(differ, 0u) << function.name;
  }
  EXPECT_EQ(at, written.size());
}

} // namespace xphi::ahead
