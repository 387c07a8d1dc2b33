// What the backward pass keeps: less than x where that is enough, and then the same gradient.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/xphi.h>
#include <xphi/xphi.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace xphi {
namespace {

Engine &engine() {
  static Engine engine{Options{}};
  return engine;
}

Kernel compile(const char *what, Keep keep, Engine &with = engine()) {
  CompileOptions options;
  options.keep = keep;
  Result<Kernel> kernel = with.compile(what, options);
  EXPECT_TRUE(kernel) << kernel.error().render();
  return *kernel;
}

struct Data {
  std::vector<float> x, dy, y, dx, expected;
  std::vector<std::uint8_t> mask;

  explicit Data(std::size_t n = 1003)
      : x(n), dy(n), y(n), dx(n), expected(n), mask(Kernel::maskSize(n), 0xff) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 2);
    for (float &value : x)
      value = normal(random);
    for (float &value : dy)
      value = normal(random);
    x[0] = 0;
  }
};

std::vector<Keep> enough(const char *what) {
  Result<std::vector<Keep>> answer = engine().enoughToKeep(what);
  EXPECT_TRUE(answer) << answer.error().render();
  return answer ? *answer : std::vector<Keep>();
}

TEST(Keep, IsWorkedOutFromTheDerivative) {
  using enum Keep;
  EXPECT_EQ(enough("gelu"), (std::vector{Input}));
  EXPECT_EQ(enough("sigmoid"), (std::vector{Input, Output}));
  EXPECT_EQ(enough("relu"), (std::vector{Input, Output, Mask}));
  // Half at the tie: three slopes, and y = 0 on two of the sides.
  EXPECT_EQ(enough("max(x, 0)"), (std::vector{Input}));
  EXPECT_EQ(enough("3 * x + 2"), (std::vector{Input, Output, Nothing}));
  EXPECT_EQ(enough("if abs(x) > 0.5 then x else 0"), (std::vector{Input, Mask}));
  // y tells the sides apart only if alpha is positive, and alpha is the caller's.
  EXPECT_EQ(enough("elu"), (std::vector{Input}));
  EXPECT_EQ(enough("if x > 0 then x else 2 * expm1(x)"), (std::vector{Input, Output}));
  EXPECT_EQ(enough("swiglu"), (std::vector{Input}));
}

// Whatever was tried before: what is not enough has left the functions as they were.
TEST(Keep, WhatIsNotEnoughIsRefusedInFavourOfWhatIs) {
  constexpr std::pair<Keep, const char *> keeps[] = {
      {Keep::Input, "x"}, {Keep::Output, "y"}, {Keep::Mask, "mask"}, {Keep::Nothing, "nothing"}};
  for (const char *what : {"clip", "relu", "relu6", "leaky_relu", "elu", "gelu", "sigmoid",
                           "hard_tanh", "hardshrink", "threshold", "keras_relu", "linear",
                           "3 * x + 2", "def f(x; a = 1, b = 2, c = 3) = min(max(a * x, b), c)"}) {
    const std::vector<Keep> known = enough(what);
    std::string names;
    for (const auto &[keep, name] : keeps)
      if (std::ranges::find(known, keep) != known.end())
        names += std::string(" ") + name;
    for (const auto &[keep, name] : keeps) {
      CompileOptions options;
      options.keep = keep;
      const Result<Kernel> kernel = engine().compile(what, options);
      ASSERT_EQ(bool(kernel), std::ranges::find(known, keep) != known.end()) << what << name;
      if (kernel)
        continue;
      EXPECT_EQ(kernel.error().code(), "X1008") << what << name;
      EXPECT_NE(kernel.error().render().find("each by itself:" + names), std::string::npos)
          << kernel.error().render();
    }
  }
}

TEST(Keep, TheOutputIsNotEnoughWhereItSaysTooLittle) {
  using enum Keep;
  // The bound is no float, and y is its rounding: upwards, so that it is also y of the next float.
  EXPECT_EQ(enough("clamp(x, 0.1, inf)"), (std::vector{Input, Mask}));
  EXPECT_EQ(enough("clamp(x, -inf, 0.7)"), (std::vector{Input, Mask}));
  EXPECT_EQ(enough("clamp(x, 0.7, inf)"), (std::vector{Input, Output, Mask}));
  // y underflows, or is the same float everywhere.
  EXPECT_EQ(enough("if x > 0 then exp(-x) else x"), (std::vector{Input}));
  EXPECT_EQ(enough("if x > 0 then x / 2 else x"), (std::vector{Input, Mask}));
  EXPECT_EQ(enough("tanh(x) + 100000000"), (std::vector{Input}));
  EXPECT_EQ(enough("(tanh(x) + 1000) / 2000"), (std::vector{Input}));
  EXPECT_EQ(enough("tanh(x) + 1"), (std::vector{Input, Output}));
  EXPECT_EQ(enough("relu(x) + 1"), (std::vector{Input, Mask}));
  // A rounding decides the side, but where that can be told of x.
  EXPECT_EQ(enough("def f(x; a = 3) = clamp(x / a, -inf, 1)"), (std::vector{Input}));
  EXPECT_EQ(enough("clamp(x / 3, -inf, 1)"), (std::vector{Input, Mask}));
  // Two inputs have nothing in common.
  EXPECT_EQ(enough("def f(x, y) = x + y"), (std::vector{Input}));
}

TEST(Keep, AMaskDoesNotHideThatAnInputIsNoNumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Kernel kernel = compile("relu", Keep::Mask);
  for (std::size_t n : {1u, 15u, 16u, 17u, 5000u})
    for (std::size_t at : {std::size_t(0), n / 2, n - 1}) {
      Data data(n);
      data.x[at] = nan;
      const Status status = kernel.forward(data.x, data.x, Kernel::Mask(data.mask));
      ASSERT_FALSE(status) << n;
      EXPECT_EQ(status.error().code(), "X2047");
      EXPECT_TRUE(std::isnan(data.x[at])) << "y is complete";
    }
}

TEST(Keep, TheOutputPassesOnThatAnInputIsNoNumber) {
  const std::vector<float> y = {std::numeric_limits<float>::quiet_NaN()}, dy = {1};
  std::vector<float> dx = {0};
  for (const char *what : {"relu", "tanh(x)", "if x > 0 then x else 2 * expm1(x)"}) {
    ASSERT_TRUE(compile(what, Keep::Output).backward(y, dy, dx));
    EXPECT_TRUE(std::isnan(dx[0])) << what;
  }
}

TEST(Keep, NothingPassesWhereAChoiceIsZero) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {-1, -1, 2}, dy = {infinity, -infinity, infinity};
  std::vector<float> dx(3);
  ASSERT_TRUE(compile("relu", Keep::Input).backward(x, dy, dx));
  EXPECT_EQ(dx, (std::vector<float>{0, 0, infinity})); // as in PyTorch, not inf times zero
  ASSERT_TRUE(compile("relu", Keep::Output).backward(x, dy, dx));
  EXPECT_EQ(dx, (std::vector<float>{0, 0, infinity}));
}

TEST(Keep, TheOutputGivesTheGradientToItsOwnRounding) {
  Data data;
  const Kernel kernel = compile("tanh(x)", Keep::Output);
  ASSERT_TRUE(kernel.forward(data.x, data.y));
  ASSERT_TRUE(kernel.backward(data.y, data.dy, data.dx));
  for (std::size_t i = 0; i < data.x.size(); ++i) {
    const double y = std::tanh(double(data.x[i])), slope = 1 - y * y;
    // y is good to 4 ulp, and 1 - y² has the derivative -2y in it.
    EXPECT_NEAR(data.dx[i], data.dy[i] * slope, std::abs(data.dy[i]) * (2 * 4 * 0x1p-24 + 1e-7))
        << data.x[i];
  }
}

// y − y² is no normal number only where it is y, or 0.
TEST(Keep, SlopesOfYAreRightWhereItIsTinyOrAlmostOne) {
  std::vector<float> y, dy;
  for (const float gradient : {1.0f, -3.5f, 0x1p100f, 0x1.8p127f, 0x1p-60f})
    for (const float end : {0.0f, 1.0f})
      for (int exponent = -149; exponent != 0; ++exponent)
        for (const float part : {1.0f, 1.3f, 1.999f}) {
          y.push_back(std::abs(end - std::ldexp(part, exponent - 1)));
          dy.push_back(gradient);
        }
  std::vector<float> dx(y.size());
  const std::pair<const char *, double> slopes[] = {
      {"sigmoid", 1}, {"1 / (1 + exp(-x))", 1}, {"sigmoid(3 * x)", 3}, {"sigmoid(x / 8)", 0.125}};
  for (const auto &[what, factor] : slopes) {
    ASSERT_TRUE(compile(what, Keep::Output).backward(y, dy, dx));
    for (std::size_t i = 0; i != y.size(); ++i) {
      const long double slope = factor * y[i] * (1 - (long double)y[i]) * dy[i];
      if (std::abs(slope) > std::numeric_limits<float>::max())
        EXPECT_EQ(dx[i], std::copysign(HUGE_VALF, float(dy[i]))) << what << " of " << y[i];
      else
        EXPECT_NEAR(dx[i], double(slope), 4 * std::max(0x1p-24 * std::abs(double(slope)), 0x1p-149))
            << what << " of " << y[i] << " times " << dy[i];
    }
  }
}

TEST(Keep, TheValueDoesNotDependOnIt) {
  for (const char *what : {"relu", "sigmoid", "tanh", "softplus", "exp(x)", "tanh(0.5 * x) + 1",
                           "3 * x + 2", "-softplus(-x)"})
    for (const ElementType type : {ElementType::F16, ElementType::BF16, ElementType::F32}) {
      std::mt19937 random(1);
      std::vector<std::uint16_t> x(1 << 16);
      for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = type == ElementType::F32 ? std::uint16_t(random()) : std::uint16_t(i);
      const std::int64_t shape[] = {
          std::int64_t(type == ElementType::F32 ? x.size() / 2 : x.size())};
      std::vector<std::uint16_t> expected;
      for (const Keep each : enough(what)) {
        if (each == Keep::Mask)
          continue;
        const Result<Kernel> kernel = engine().compile(what, {.keep = each, .types = {type}});
        ASSERT_TRUE(kernel) << kernel.error().render();
        std::vector<std::uint16_t> y(x.size());
        ASSERT_TRUE(kernel->forward(ConstTensor::bits(x.data(), type, shape),
                                    Tensor::bits(y.data(), type, shape)));
        if (expected.empty())
          expected = y;
        EXPECT_TRUE(y == expected) << what << ", " << nameOf(type) << ", " << nameOf(each);
      }
    }
}

TEST(Keep, TensorsTakeWhatIsKeptInCallsOfAnyLength) {
  for (const std::size_t n : {1, 7, 16, 1003, 100003}) {
    Data data(n);
    const Kernel kernel = compile("tanh(x)", Keep::Output);
    ASSERT_TRUE(kernel.forward(data.x, data.y));
    ASSERT_TRUE(kernel.backward(data.y, data.dy, data.expected));
    const Tensor dx = Tensor::of(data.dx);
    ASSERT_TRUE(kernel.backward(ConstTensor::of(data.y), ConstTensor::of(data.dy), dx));
    EXPECT_EQ(data.dx, data.expected) << n;
    // In place of y, and refused where it lies across.
    std::vector<float> both = data.y;
    ASSERT_TRUE(kernel.backward(ConstTensor::of(both), ConstTensor::of(data.dy), Tensor::of(both)));
    EXPECT_EQ(both, data.expected) << n;
    both.resize(n + 1);
    const std::int64_t length[] = {std::int64_t(n)};
    const Status across =
        kernel.backward(ConstTensor::of(both.data(), length), ConstTensor::of(data.dy),
                        Tensor::of(both.data() + 1, length));
    EXPECT_EQ(across.ok(), n == 1) << n;
  }
}

TEST(Keep, AMaskGivesTheVeryGradient) {
  for (const char *what : {"relu6", "hard_tanh", "hardshrink", "leaky_relu"}) {
    Data data;
    const Kernel usual = compile(what, Keep::Input), kernel = compile(what, Keep::Mask);
    ASSERT_TRUE(usual.backward(data.x, data.dy, data.expected));
    ASSERT_TRUE(kernel.forward(data.x, data.y, Kernel::Mask(data.mask)));
    ASSERT_TRUE(kernel.backward(std::span<const std::uint8_t>(data.mask), data.dy, data.dx));
    EXPECT_EQ(data.dx, data.expected) << what;
    ASSERT_TRUE(usual.forward(data.x, data.expected));
    EXPECT_EQ(data.y, data.expected) << what;
  }
}

TEST(Keep, AMaskHasABitForEachElement) {
  Data data;
  const Kernel kernel = compile("relu", Keep::Mask);
  ASSERT_EQ(data.mask.size(), 126u);
  ASSERT_TRUE(kernel.forward(data.x, data.y, Kernel::Mask(data.mask)));
  for (std::size_t i = 0; i < data.x.size(); ++i)
    EXPECT_EQ(data.mask[i / 8] >> i % 8 & 1, data.x[i] > 0) << i;
  EXPECT_EQ(data.mask.back() >> 1003 % 8, 0);
}

TEST(Keep, CHasTheSameChoices) {
  xphi_engine *engine = xphi_engine_create(nullptr);
  xphi_compile_options options = {};
  Data data;
  xphi_kernel *kernel;
  options.keep = XPHI_KEEP_MASK;
  ASSERT_EQ(xphi_compile(engine, "relu6", &options, &kernel), nullptr);
  ASSERT_EQ(xphi_mask_size(data.x.size()), data.mask.size());
  EXPECT_EQ(xphi_kernel_forward_mask(kernel, data.x.data(), data.y.data(), data.mask.data(),
                                     data.x.size(), nullptr),
            nullptr);
  EXPECT_EQ(xphi_kernel_backward_mask(kernel, data.mask.data(), data.dy.data(), data.dx.data(),
                                      data.x.size(), nullptr),
            nullptr);
  xphi_kernel_free(kernel);
  ASSERT_TRUE(compile("relu6", Keep::Input).backward(data.x, data.dy, data.expected));
  EXPECT_EQ(data.dx, data.expected);

  options.keep = XPHI_KEEP_NOTHING;
  ASSERT_EQ(xphi_compile(engine, "3 * x + 2", &options, &kernel), nullptr);
  EXPECT_EQ(xphi_kernel_backward_many(kernel, nullptr, data.dy.data(), data.dx.data(),
                                      data.x.size(), nullptr),
            nullptr);
  EXPECT_EQ(data.dx[1], 3 * data.dy[1]);
  xphi_kernel_free(kernel);

  options.keep = 4;
  xphi_error *error = xphi_compile(engine, "relu6", &options, &kernel);
  ASSERT_NE(error, nullptr);
  EXPECT_STREQ(xphi_error_code(error), "X1008");
  EXPECT_EQ(kernel, nullptr);
  xphi_error_free(error);
  xphi_engine_destroy(engine);
}

TEST(Keep, ThreadsMakeTheSameMaskAndGradient) {
  Options options;
  options.threads = 2;
  Engine threaded(options);
  Data alone(200003), shared(200003);
  const Kernel one = compile("relu6", Keep::Mask), two = compile("relu6", Keep::Mask, threaded);
  ASSERT_TRUE(one.forward(alone.x, alone.y, Kernel::Mask(alone.mask)));
  ASSERT_TRUE(two.forward(shared.x, shared.x, Kernel::Mask(shared.mask)));
  EXPECT_EQ(alone.mask, shared.mask);
  EXPECT_EQ(alone.y, shared.x);
  ASSERT_TRUE(one.backward(alone.mask, alone.dy, alone.dx));
  ASSERT_TRUE(two.backward(shared.mask, shared.dy, shared.dy));
  EXPECT_EQ(alone.dx, shared.dy);
}

TEST(Keep, NothingNeedsNoInput) {
  Data data;
  const Kernel kernel = compile("3 * x + 2", Keep::Nothing);
  ASSERT_TRUE(kernel.backward(std::span<const Kernel::Input>(), data.dy, data.dx));
  for (std::size_t i = 0; i < data.x.size(); ++i)
    EXPECT_EQ(data.dx[i], 3 * data.dy[i]);
}

TEST(Keep, WhatIsNotEnoughIsRefusedWithWhatIs) {
  CompileOptions options;
  options.keep = Keep::Mask;
  const Result<Kernel> kernel = engine().compile("tanh(x)", options);
  ASSERT_FALSE(kernel);
  EXPECT_EQ(kernel.error().code(), "X1008");
  EXPECT_NE(kernel.error().render().find("x y"), std::string::npos) << kernel.error().render();
}

TEST(Keep, WhatIsSaidToBeEnoughIsTakenAndNothingElse) {
  for (const char *what :
       {"relu", "tanh(x)", "3 * x", "def f(x; a = 1) = x + a", "def f(x; a = 2) = a * x",
        "def f(x; a: channel = 2) = if x > 0 then x else a * x", "def f(x, y) = x + y"})
    for (const std::vector<std::string> &gradients :
         {std::vector<std::string>(), {"x"}, CompileOptions::allGradients()}) {
      CompileOptions options;
      options.gradients = gradients;
      const Result<std::vector<Keep>> enough = engine().enoughToKeep(what, options);
      ASSERT_TRUE(enough) << what << ": " << enough.error().render();
      for (const Keep keep : {Keep::Input, Keep::Output, Keep::Mask, Keep::Nothing}) {
        options.keep = keep;
        const Result<Kernel> kernel = engine().compile(what, options);
        EXPECT_EQ(bool(kernel), std::ranges::count(*enough, keep) != 0)
            << what << " keeping " << int(keep) << " for " << gradients.size();
        if (!kernel) {
          EXPECT_EQ(kernel.error().code(), "X1008");
        }
      }
    }
}

TEST(Keep, WithoutABackwardKernelThereIsNothingToKeepFor) {
  CompileOptions options;
  options.backward = false;
  for (const Keep keep : {Keep::Output, Keep::Mask, Keep::Nothing}) {
    options.keep = keep;
    const Result<Kernel> kernel = engine().compile("relu", options);
    ASSERT_FALSE(kernel);
    EXPECT_EQ(kernel.error().code(), "X1008");
    EXPECT_NE(kernel.error().message().find("CompileOptions::backward"), std::string::npos);
  }
}

TEST(Keep, ACallForAnotherChoiceIsRefused) {
  Data data;
  const Kernel masked = compile("relu6", Keep::Mask), usual = compile("relu6", Keep::Input);
  EXPECT_EQ(masked.forward(data.x, data.y).error().code(), "X2028");
  EXPECT_EQ(masked.backward(data.x, data.dy, data.dx).error().code(), "X2028");
  EXPECT_EQ(usual.forward(data.x, data.y, Kernel::Mask(data.mask)).error().code(), "X2028");
}

TEST(Keep, AMaskMustFitAndLieApart) {
  Data data;
  const Kernel kernel = compile("relu6", Keep::Mask);
  const Kernel::Mask mask(data.mask);
  const Kernel::Mask inside(reinterpret_cast<std::uint8_t *>(data.y.data()), mask.size());
  EXPECT_EQ(kernel.forward(data.x, data.y, mask.first(125)).error().code(), "X2010");
  EXPECT_EQ(kernel.forward(data.x, data.y, inside).error().code(), "X2011");
  EXPECT_EQ(kernel.backward(inside, data.dy, data.y).error().code(), "X2011");
  EXPECT_EQ(kernel.forward(data.x, Kernel::Output(data.x).first(1002), mask).error().code(),
            "X2010");
  EXPECT_EQ(kernel
                .forward(Kernel::Input(data.y).first(1000), Kernel::Output(data.y).last(1000),
                         mask.first(125))
                .error()
                .code(),
            "X2011");
  EXPECT_EQ(kernel.forward(data.x, data.y, Kernel::Mask(static_cast<std::uint8_t *>(nullptr), 126))
                .error()
                .code(),
            "X2017");
  EXPECT_TRUE(kernel.forward({}, {}, Kernel::Mask()));
}

} // namespace
} // namespace xphi
