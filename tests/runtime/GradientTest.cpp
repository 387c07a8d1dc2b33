// Gradients of several inputs and of parameters: values, order of sums, refused calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fake kernel is y = 2 * (a + b) + shift + (alpha + ...) * a, see FakeArtifact.c.
#include "AllocationCount.h"
#include "Sandbox.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <xmmintrin.h>

namespace xphi::test {
namespace {

constexpr const char *gate = "def f(a, b; shift = 0.5, alpha = 1) = a * 2";

class GradientTest : public Sandbox {
protected:
  static std::vector<float> random(std::size_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> numbers(n);
    for (float &number : numbers)
      number = normal(generator);
    return numbers;
  }
};

TEST_F(GradientTest, EveryInputUnlessOthersAreNamed) {
  using Names = std::vector<std::string>;
  const auto names = [&](Names wanted) {
    const Kernel kernel = make(gate, {.gradients = wanted});
    return Names(kernel.gradientNames().begin(), kernel.gradientNames().end());
  };
  EXPECT_EQ(names({}), (Names{"a", "b"}));
  EXPECT_EQ(names({"alpha", "b"}), (Names{"alpha", "b"}));
  EXPECT_EQ(names(CompileOptions::allGradients()), (Names{"a", "b", "shift", "alpha"}));
}

TEST_F(GradientTest, UnknownNamesAreRefused) {
  Engine engine(options());
  CompileOptions wanted;
  wanted.gradients = {"a", "beta"};
  const auto unknown = engine.compile(gate, wanted);
  EXPECT_CODE(unknown, "X2024");
  EXPECT_EQ(unknown.error().message(),
            "f has no input or parameter 'beta'; it has a, b, shift, alpha");
  wanted.gradients = {"a", "a"};
  EXPECT_CODE(engine.compile(gate, wanted), "X2024");
  wanted.gradients = {};
  wanted.derivative = {"a", "gamma"};
  EXPECT_CODE(engine.compile(gate, wanted), "X2024");
  EXPECT_CODE(engine.emit(gate, "diff", wanted), "X2024");
  wanted.derivative = {"a", "shift"};
  wanted.order = 1;
  EXPECT_CODE(engine.compile(gate, wanted), "X2027");
  wanted.derivative = {};
  wanted.order = 17;
  EXPECT_CODE(engine.compile(gate, wanted), "X2009");
}

TEST_F(GradientTest, MoreGradientsThanACallHoldsAreRefused) {
  std::string inputs = "x0", parameters = "p0 = 1";
  for (int i = 1; i < 40; ++i) {
    inputs += ", x" + std::to_string(i);
    parameters += ", p" + std::to_string(i) + " = 1";
  }
  const std::string text = "def f(" + inputs + "; " + parameters + ") = x0";
  CompileOptions wanted;
  wanted.gradients = CompileOptions::allGradients();
  EXPECT_CODE(Engine(options()).compile(text, wanted), "X2009");
}

TEST_F(GradientTest, ZeroBecauseOfARoundingIsAWarning) {
  Engine engine(options());
  const auto warned = [&](const std::string &text, std::vector<std::string> gradients) {
    CompileOptions wanted;
    wanted.fileName = "f.phi";
    wanted.backward = !gradients.empty();
    wanted.gradients = std::move(gradients);
    std::string places;
    const auto kernel = engine.compile(text, wanted);
    EXPECT_TRUE(kernel) << kernel.error().render();
    for (const Diagnostic &each : kernel->warnings())
      places += each.code + " " + each.file + ":" + std::to_string(each.line) + ":" +
                std::to_string(each.column) + " ";
    return places;
  };
  const std::string text = "def f(x, y; a = 1) = x * 2 + round(y) * floor(a + y)";
  EXPECT_EQ(warned(text, {"x"}), "");
  EXPECT_EQ(warned(text, {"y"}), "X0036 f.phi:1:30 X0036 f.phi:1:41 ");
  EXPECT_EQ(warned("\n" + text, {"y"}), "X0036 f.phi:2:30 X0036 f.phi:2:41 ") << "the same kernel";
  EXPECT_EQ(warned(text, {"a", "y"}), "X0036 f.phi:1:30 X0036 f.phi:1:41 ");
  EXPECT_EQ(warned(text, {}), "");
  EXPECT_EQ(warned("def q(x; a = 1) = round(a * x)\n  grad x = a", {"x", "a"}),
            "X0036 f.phi:1:19 ");
  EXPECT_EQ(warned("symlog", {"x"}), "");
}

TEST_F(GradientTest, MessagesCallWhatIsReadByItsName) {
  Engine engine(options());
  const std::vector<float> two(2), three(3);
  std::vector<float> dx(2);
  CompileOptions wanted;
  wanted.keep = Keep::Output;
  const Kernel ofOutput = *engine.compile("x * 2", wanted);
  EXPECT_EQ(ofOutput.backward(three, two, dx).error().message(),
            "f: y has 3 elements, the result 2");
  EXPECT_EQ(ofOutput.forward(three, dx).error().message(),
            "f: input 'x' has 3 elements, the result 2");
  wanted.keep = Keep::Nothing;
  const Kernel ofNothing = *engine.compile("x * 2", wanted);
  EXPECT_EQ(ofNothing.backward(std::span<const Kernel::Input>(), three, dx).error().message(),
            "f: dy has 3 elements, the result 2");
}

TEST_F(GradientTest, DerivativesMakeOtherKernels) {
  Engine engine(options());
  CompileOptions second, mixed;
  second.order = 2;
  mixed.derivative = {"a", "shift"};
  EXPECT_EQ(engine.compile(gate)->origin(), Origin::Compiled);
  EXPECT_EQ(engine.compile(gate, second)->origin(), Origin::Compiled);
  const auto kernel = engine.compile(gate, mixed);
  ASSERT_OK(kernel);
  EXPECT_EQ(kernel->origin(), Origin::Compiled);
  EXPECT_EQ(kernel->order(), 2u);
  EXPECT_EQ(kernel->derivative()[1], "shift");
  mixed.derivative = {"a", "a"};
  EXPECT_EQ(engine.compile(gate, mixed)->origin(), Origin::Memory) << "order = 2 in other words";
}

TEST_F(GradientTest, AllOfThemInOneCall) {
  const Kernel kernel = make(gate, withAllGradients);
  const std::vector<float> a = {1, 2, 3}, b = {4, 5, 6}, dy = {1, 10, 100};
  std::vector<float> da(3), db(3), shift(1), alpha(1);
  ASSERT_OK(kernel.gradients({a, b}, dy, {da, db, shift, alpha}));
  EXPECT_EQ(da, (std::vector<float>{3, 30, 300}));
  EXPECT_EQ(db, (std::vector<float>{2, 20, 200}));
  EXPECT_EQ(shift[0], 111);
  EXPECT_EQ(alpha[0], 321);

  const float one = 4;
  const std::vector<Kernel::Input> values = {{}, {&one, 1}};
  ASSERT_OK(kernel.gradients({a, b}, dy, {da, db, shift, alpha}, {.parameters = values}));
  EXPECT_EQ(da, (std::vector<float>{6, 60, 600}));
  std::vector<float> y(3);
  ASSERT_OK(kernel.forward({a, b}, y, {.parameters = values}));
  EXPECT_EQ(y, (std::vector<float>{14.5, 22.5, 30.5}));
}

TEST_F(GradientTest, RunInPlace) {
  const Kernel kernel = make(gate, withAllGradients);
  std::vector<float> a = {1, 2, 3}, b = {4, 5, 6}, dy = {1, 10, 100}, shift(1), alpha(1);
  ASSERT_OK(kernel.gradients({a, b}, dy, {dy, a, shift, alpha}));
  EXPECT_EQ(dy, (std::vector<float>{3, 30, 300}));
  EXPECT_EQ(a, (std::vector<float>{2, 20, 200}));
  EXPECT_EQ(alpha[0], 321);
}

TEST_F(GradientTest, SumsOfNothingAreZero) {
  const Kernel kernel = make(gate, withAllGradients);
  std::vector<float> shift(1, 7), alpha(1, 7);
  ASSERT_OK(kernel.gradients({{}, {}}, {}, {{}, {}, shift, alpha}));
  EXPECT_EQ(shift[0], 0);
  EXPECT_EQ(alpha[0], 0);
}

TEST_F(GradientTest, RefusesOutputsThatDoNotFit) {
  const Kernel kernel = make(gate, {.gradients = {"b", "alpha", "a"}});
  std::vector<float> a(8), b(8), dy(8), db(8), da(8), alpha(1), two(2);
  const std::span<float> part(a);
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, alpha}), "X2023");
  EXPECT_CODE(kernel.backward({a, b}, dy, db), "X2023");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, two, da}), "X2010");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, alpha, two}), "X2010");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, {}, da}), "X2017");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, alpha, db}), "X2011");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, part.first(1), da}), "X2011");
  EXPECT_CODE(kernel.gradients({a, b}, dy, {db, std::span(db).last(1), da}), "X2011");
  EXPECT_CODE(kernel.gradients({part.first(4), std::span(b).first(4)}, std::span(dy).first(4),
                               {std::span(db).first(4), alpha, part.subspan(2, 4)}),
              "X2011");
  const Status named = kernel.gradients({a, b}, dy, {db, two, da});
  EXPECT_EQ(named.error().message(), "f: the gradient of 'alpha' has 2 elements, not 1");
}

TEST_F(GradientTest, RefusesParametersThatDoNotFit) {
  const Kernel kernel = make(gate);
  std::vector<float> a(8), b(8), y(8), two(2);
  const std::vector<Kernel::Input> one = {{}}, several = {{}, two};
  EXPECT_CODE(kernel.forward({a, b}, y, {.parameters = one}), "X2012");
  EXPECT_CODE(kernel.forward({a, b}, y, {.parameters = several}), "X2025");
  EXPECT_CODE(kernel.forward({a, b}, y, {.layout = {3, 1}}), "X2025");
  EXPECT_CODE(kernel.forward({a, b}, y, {.layout = {0, 1}}), "X2025");
  EXPECT_CODE(kernel.forward({a, b}, y, {.layout = {~std::size_t(0), 2}}), "X2025");
  EXPECT_TRUE(kernel.forward({a, b}, y, {.layout = {4, 2}}));
}

TEST_F(GradientTest, SumsAreThoseOfExactArithmetic) {
  const Kernel kernel =
      make("def f(x; shift = 0, alpha = 1) = x * 2", {.gradients = {"alpha", "shift"}});
  for (const std::size_t n : {1u, 15u, 16u, 17u, 1023u, 1025u, 40000u, 1000003u}) {
    const std::vector<float> x = random(n, 1), dy = random(n, 2);
    long double products = 0, sum = 0;
    for (std::size_t i = 0; i != n; ++i) {
      products += dy[i] * x[i]; // the kernel rounds each product to float, as this does
      sum += dy[i];
    }
    std::vector<float> alpha(1), shift(1);
    ASSERT_OK(kernel.gradients({x}, dy, {alpha, shift}));
    EXPECT_EQ(alpha[0], float(products)) << n;
    EXPECT_EQ(shift[0], float(sum)) << n;
  }
}

TEST_F(GradientTest, ThreadsDoNotChangeABit) {
  const std::size_t n = 1000003;
  const std::vector<float> a = random(n, 1), b = random(n, 2), dy = random(n, 3);
  std::vector<std::vector<float>> results;
  for (const unsigned threads : {1u, 2u, 3u, 8u, 0u}) {
    const Kernel kernel = make(gate, withAllGradients, threads);
    std::vector<float> result(2 * n + 2), y(n);
    const std::span<float> all(result);
    ASSERT_OK(kernel.gradients(
        {a, b}, dy, {all.first(n), all.subspan(n, n), all.subspan(2 * n, 1), all.last(1)}));
    ASSERT_OK(kernel.forward({a, b}, y));
    result.insert(result.end(), y.begin(), y.end());
    results.push_back(std::move(result));
  }
  for (const std::vector<float> &other : results)
    EXPECT_EQ(other, results[0]);
}

TEST_F(GradientTest, ThreadsTakeTheCallersFloatingPointEnvironment) {
  const Kernel kernel = make("def f(x) = x * 2", {}, 4);
  const std::size_t n = 1 << 20;
  const std::vector<float> subnormal(n, 0x1p-140f);
  std::vector<float> y(n);
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  ASSERT_OK(kernel.forward(subnormal, y));
  _mm_setcsr(before);
  EXPECT_EQ(y, std::vector<float>(n, 0));
  ASSERT_OK(kernel.forward(subnormal, y));
  EXPECT_EQ(y, std::vector<float>(n, 0x1p-139f));
}

TEST_F(GradientTest, SmallCallsAllocateNothing) {
  const Kernel kernel = make(gate, withAllGradients);
  std::vector<float> a(5000), b(5000), dy(5000), da(5000), db(5000), shift(1), alpha(1);
  const long before = allocationCount();
  ASSERT_OK(kernel.gradients({a, b}, dy, {da, db, shift, alpha}));
  ASSERT_OK(kernel.forward({a, b}, da, {.layout = {50, 1}}));
  EXPECT_EQ(allocationCount(), before);
}

TEST(ChannelLayout, FollowsTheShape) {
  const std::vector<std::size_t> shape = {2, 3, 4, 5};
  EXPECT_EQ(ChannelLayout::along(shape, 1)->channels, 3u);
  EXPECT_EQ(ChannelLayout::along(shape, 1)->inner, 20u);
  EXPECT_EQ(ChannelLayout::along(shape, -1)->channels, 5u);
  EXPECT_EQ(ChannelLayout::along(shape, -1)->inner, 1u);
  EXPECT_EQ(ChannelLayout::along(shape, -4)->inner, 60u);
  EXPECT_CODE(ChannelLayout::along(shape, 4), "X2025");
  EXPECT_CODE(ChannelLayout::along(shape, -5), "X2025");
  EXPECT_CODE(ChannelLayout::along({}, 0), "X2025");
}

} // namespace
} // namespace xphi::test
