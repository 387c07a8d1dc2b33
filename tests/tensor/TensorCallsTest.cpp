// Real kernels of every element type on random tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RandomCall.h"

namespace xphi::test {
namespace {

TestedKernel compileBoth(const std::string &text, const std::vector<ElementType> &types) {
  Options options = Options::fromEnvironment();
  const CompileOptions wanted = {.gradients = CompileOptions::allGradients(), .types = types};
  const auto one = Engine(options).compile(text, wanted);
  options.threads = 2;
  const auto several = Engine(options).compile(text, wanted);
  EXPECT_TRUE(one) << one.error().render();
  EXPECT_TRUE(several) << several.error().render();
  return {*one, *several};
}

TEST(TensorCallsTest, RandomCallsEqualOneElementAtATime) {
  using enum ElementType;
  const std::string gate = "def gate(x, bias, value) = silu(x + bias) * value";
  std::vector<TestedKernel> kernels;
  for (const ElementType type : elementTypes) {
    const bool slow = type == F64; // with an exponential
    kernels.push_back(compileBoth(slow ? "hard_swish" : "gelu", {type}));
    kernels.push_back(
        compileBoth(slow ? "def gate(x, bias, value) = max(x + bias, 0) * value" : gate, {type}));
    kernels.push_back(compileBoth("def prelu(x; a: channel = 0.25, s = 1) = "
                                  "if x >= 0 then s * x else a * x",
                                  {type}));
  }
  kernels.push_back(compileBoth(gate, {BF16, F32, F16, BF16}));
  kernels.push_back(compileBoth("def f(x, y) = tanh(x) * y", {F32, F16, F32}));
  kernels.push_back(compileBoth(gate, {INT8, F32, BF16, FP8_E4M3}));
  kernels.push_back(compileBoth(gate, {FP8_E4M3, UINT8, F16, INT8}));
  kernels.push_back(compileBoth("def f(x, y) = max(x, y) * y", {F64, BF16, FP8_E5M2}));
  runRandomCalls(kernels, 500);
}

TEST(TensorCallsTest, LookedUpResultsEqualOneElementAtATime) {
  using enum ElementType;
  const std::string quantised = "def q(x; from = 0.05, to = 0.02) = gelu(x * from) / to";
  std::vector<TestedKernel> kernels;
  for (const ElementType input : {INT8, UINT8, FP8_E4M3, FP8_E5M2})
    for (const ElementType output : {input, BF16, F32})
      kernels.push_back(compileBoth(quantised, {input, output}));
  kernels.push_back(compileBoth("def shifted(x; b = 1) = max(x + b, 0)", {INT8, F64}));
  runRandomCalls(kernels, 120);
}

TEST(TensorCallsTest, DrawnResultsAreNotLookedUp) {
  const auto kernel =
      Engine(Options::fromEnvironment())
          .compile("def d(x; p = 0.5, seed = 3) = if dropped(p, seed, 0) then 0 else x",
                   {.types = {ElementType::INT8}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<std::int8_t> x(5000, 7);
  std::vector<std::int8_t> y(x.size());
  ASSERT_TRUE(kernel->forward({ConstTensor::of(x)}, Tensor::of(y)));
  const auto kept = std::ranges::count(y, 7);
  EXPECT_EQ(kept + std::ranges::count(y, 0), 5000);
  EXPECT_GT(kept, 2200);
  EXPECT_LT(kept, 2800);
}

} // namespace
} // namespace xphi::test
