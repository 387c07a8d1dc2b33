// Kernels that are called before they are compiled: what the interpreter says, and then the code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sandbox.h"

#include <cfenv>
#include <chrono>
#include <cmath>
#include <future>
#include <thread>

namespace xphi::test {
namespace {

// "* 45" takes the fake compiler 0.3 s, whose kernels compute what these texts say.
class InterpretedTest : public Sandbox {
protected:
  Engine engine{options()};

  Kernel awaited(const std::string &text, const CompileOptions &wanted = {}) {
    const auto kernel = engine.compileLater(text, wanted);
    EXPECT_TRUE(kernel) << kernel.error().render();
    EXPECT_FALSE(kernel->isReady());
    EXPECT_EQ(kernel->origin(), Origin::Awaited);
    return *kernel;
  }
};

TEST_F(InterpretedTest, IsCalledAtOnceAndReplaced) {
  const Kernel kernel = awaited("0 + x * 45"), copy = kernel;
  EXPECT_EQ(atOne(kernel), 45);
  EXPECT_CODE(kernel.bytes(), "X2048");
  EXPECT_EQ(kernel.certificate().method, Certificate::Method::None);
  EXPECT_EQ(kernel.info(), "");
  ASSERT_OK(kernel.wait());
  EXPECT_TRUE(kernel.isReady() && copy.isReady());
  EXPECT_EQ(atOne(copy), 45);
  EXPECT_NE(copy.info(), "");
  ASSERT_OK(copy.bytes());
  EXPECT_EQ(engine.compile("0 + x * 45")->origin(), Origin::Memory);
  EXPECT_EQ(engine.compileLater("0 + x * 45")->origin(), Origin::Memory);
  EXPECT_TRUE(engine.compileLater("0 + x * 45")->isReady());
  ASSERT_OK(engine.compileLater("0 + x * 45")->wait());
  EXPECT_EQ(engine.cacheStatistics().compiles, 1u);
  EXPECT_CODE(Kernel().wait(), "X2030");
  EXPECT_FALSE(Kernel().isReady());
}

TEST_F(InterpretedTest, EveryKindOfCallSaysTheSameBeforeAndAfter) {
  const Kernel kernel = awaited(
      "def f(a, b; shift: channel = 0.5, slope: channel = 2) = shift + slope * a + (a + b) * 45",
      withAllGradients);
  const std::size_t n = 12;
  std::vector<float> a(n), b(n), dy(n, 2), shifts{1, 2, 3}, slopes{-1, 4, 8};
  for (std::size_t i = 0; i != n; ++i) {
    a[i] = float(i);
    b[i] = float(i * i);
  }
  const auto all = [&] {
    std::vector<float> results, y(n), da(n), db(n), sum(1), slopeSum(1), sums(3), slopeSums(3);
    const auto keep = [&](const Status &status, std::initializer_list<std::vector<float> *> made) {
      EXPECT_TRUE(status) << status.error().render();
      for (auto *each : made) {
        results.insert(results.end(), each->begin(), each->end());
        std::ranges::fill(*each, -1.0f);
      }
    };
    keep(kernel.forward({a, b}, y), {&y});
    keep(kernel.forward({a, b}, y, {{"shift", 4}}), {&y});
    keep(kernel.gradients({a, b}, dy, {da, db, sum, slopeSum}), {&da, &db, &sum, &slopeSum});
    const Kernel::Input values[] = {shifts, slopes};
    const Kernel::Arguments arguments{values, {3, 2}};
    keep(kernel.forward({a, b}, y, arguments), {&y});
    keep(kernel.gradients({a, b}, dy, {da, db, sums, slopeSums}, arguments),
         {&da, &db, &sums, &slopeSums});
    const ConstTensor matrix = ConstTensor::of(a.data(), {3, 4}),
                      row = ConstTensor::of(b.data(), {4});
    keep(kernel.forward({matrix, row}, Tensor::of(y.data(), {3, 4})), {&y});
    std::vector<float> drow(4);
    keep(kernel.gradients({matrix, row}, ConstTensor::of(dy.data(), {3, 4}),
                          {Tensor::of(da.data(), {3, 4}), Tensor::of(drow.data(), {4}),
                           Tensor::of(sum.data(), {}), Tensor::of(slopeSum.data(), {})}),
         {&da, &drow, &sum, &slopeSum});
    std::vector<float> inPlace = a;
    keep(kernel.forward({inPlace, b}, inPlace), {&inPlace});
    EXPECT_FALSE(kernel.forward(a, y));
    return results;
  };
  const std::vector<float> before = all();
  EXPECT_FALSE(kernel.isReady());
  ASSERT_OK(kernel.wait());
  EXPECT_EQ(before, all());
  EXPECT_EQ(before[1], 0.5f + 2 * 1 + 2 * 45);
}

// Slopes, orders and types, which the fake compiler knows nothing of.
TEST_F(InterpretedTest, IsTheFunctionAndItsDerivatives) {
  const std::vector<float> x{-2, -0.5f, 0, 1, 3}, dy{1, 2, 3, 4, 5};
  std::vector<float> y(x.size());
  CompileOptions second;
  second.order = 1;
  const Kernel logistic = awaited("sigmoid(x) + 0 * 45"),
               slope = awaited("sigmoid(x) + 0 * 45", second);
  for (int order = 0; order != 3; ++order) {
    ASSERT_OK(order == 0   ? logistic.forward(x, y)
              : order == 1 ? logistic.backward(x, dy, y)
                           : slope.backward(x, dy, y));
    for (std::size_t i = 0; i != x.size(); ++i) {
      const double s = 1 / (1 + std::exp(-double(x[i]))), g = s * (1 - s);
      const double right = order == 0 ? s : dy[i] * (order == 1 ? g : g * (1 - 2 * s));
      EXPECT_NEAR(y[i], right, 1e-7 * std::abs(right)) << order << " at " << x[i];
    }
  }
  EXPECT_FALSE(slope.isReady());

  CompileOptions narrow;
  narrow.types = {ElementType::BF16, ElementType::F16};
  const Kernel mixed = awaited("x + 0 * 45", narrow);
  const std::uint16_t in[] = {0x3fc0, 0xc000}; // 1.5 and -2
  std::uint16_t out[2];
  ASSERT_OK(mixed.forward(ConstTensor::bits(in, ElementType::BF16, {2}),
                          Tensor::bits(out, ElementType::F16, {2})));
  EXPECT_EQ(out[0], 0x3e00);
  EXPECT_EQ(out[1], 0xc000);
}

TEST_F(InterpretedTest, LeavesTheRoundingModeAloneAndDoesNotFollowIt) {
  const Kernel third = awaited("x / 3 + 0 * 45");
  const float nearest = atOne(third);
  std::fesetround(FE_UPWARD);
  const float upward = atOne(third);
  const int mode = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(mode, FE_UPWARD);
  EXPECT_EQ(nearest, upward);
}

TEST_F(InterpretedTest, SaysWhatIsWrongAtOnceOrWhenAsked) {
  EXPECT_CODE(engine.compileLater("x * ("), "X0006");
  EXPECT_CODE(engine.compileLater("x", {.keep = Keep::Output}), "X2048");
  EXPECT_CODE(engine.compileLater("x", {.target = "cuda-sm_90"}), "X2048");
  EXPECT_CODE(engine.compileLater("x", {.target = "vax"}), "X2004");
  const auto refused = engine.compileLater("x * 42");
  ASSERT_OK(refused);
  EXPECT_CODE(refused->wait(), "X1042");
  EXPECT_CODE(refused->wait(), "X1042");
  EXPECT_FALSE(refused->isReady());
  EXPECT_EQ(atOne(*refused), 42);
  EXPECT_CODE(engine.compileLater("x * 48", {.accuracy = Accuracy::required()})->wait(), "X1101");
}

TEST_F(InterpretedTest, OutlivesItsEngine) {
  Options one = options();
  one.compileThreads = 1;
  std::vector<Kernel> kernels;
  {
    Engine gone(one);
    for (std::string text = "x * 45"; text.size() < 40; text = "0 * 45 + " + text)
      kernels.push_back(*gone.compileLater(text));
  }
  EXPECT_CODE(kernels.back().wait(), "X2032");
  for (const Kernel &kernel : kernels)
    EXPECT_EQ(atOne(kernel), 45);
}

TEST_F(InterpretedTest, IsReplacedWhileOthersCall) {
  const Kernel kernel = awaited("x * 45 + 0 * 45");
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i != 4; ++i)
    threads.emplace_back([&, copy = kernel] {
      while (!stop)
        wrong += atOne(copy) != 45;
    });
  ASSERT_OK(kernel.wait());
  EXPECT_EQ(atOne(kernel), 45);
  stop = true;
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

} // namespace
} // namespace xphi::test
