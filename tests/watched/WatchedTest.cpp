// Some 50 functions compiled and run, every product emitted, some 100 texts and wishes refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Other tests say whether the results are right. This one brings each part of the compiler to work
// once, for the sanitizers and the assertions of the build that it is part of.
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace xphi {
namespace {

// With more time than it needs on a busy machine, under sanitizers.
Engine &engine() {
  static Engine engine([] {
    Options options = numerics::uncachedEngine().options();
    options.compileSeconds = 300;
    return options;
  }());
  return engine;
}

/// Every few functions of the library, and of the forms that go ways of their own: wide numbers,
/// sums that cancel, limits, corners, channels, several inputs, derivatives within.
std::vector<std::string> functions() {
  std::vector<std::string> texts = {
      "sqrt(x + 1) - sqrt(x)",
      "exp(x) - 1 - x",
      "log(exp(x) + exp(2 * x))",
      "x^2.5 + x^3 + 2^x",
      "x - sin(x) + cos(x) * tan(x / 2)",
      "asin(x) + acos(x) * atan(x)",
      "asinh(x) + acosh(x) - atanh(x / 2)",
      "erfcx(x) * cbrt(x) + log_Phi(x)",
      "max(0, x) + min(0, exp(x) - 1)",
      "round(x) + floor(x) * ceil(x) + sign(x) * abs(x)",
      "let c = x <= 1 and not x == 2 or x > 3\nif c then 1/x else if x >= 0 then inf else -x",
      "x * tanh(exp(x)) / (1 + 1/x)",
      "sqrt(2) * sqrt(3) - sqrt(6) + 1e-300 * x",
      "def f(x, y) = x^y + log(exp(x) + exp(y)) - hypot(x, y)",
      "def f(x, y; a: channel = 1, b = 2) = if x > y then a * x else b * sin(y)",
      "def ste(x) = round(x)\n  grad x = 1\n"
      "def f(x; a = 1) =\n  let t = tanh(a * x)\n  diff(ste(t) * t, x, 2) + diff(t, a)\n"
      "  kink x = 0: 0.5",
  };
  for (std::size_t i = 0; i < lib::files().size(); i += 3)
    texts.emplace_back(lib::files()[i].name);
  return texts;
}

/// Numbers of every kind, no multiple of a vector's length, beginning with the given one.
std::vector<float> points(std::size_t first) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  std::vector<float> x = {-inf, -1e30f, -104, -9,    -2,  -0.5f,  -1e-20f,       -0.f,    0,  0.3f,
                          1.5,  8,      17.3, 1e17f, inf, 1e-45f, std::nanf(""), 0.9999f, -31};
  std::ranges::rotate(x, x.begin() + std::ptrdiff_t(first));
  return x;
}

CompileOptions allGradients() {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  return options;
}

void run(const Kernel &kernel) {
  const std::size_t inputCount = kernel.inputs().size(), size = points(0).size();
  std::vector<std::vector<float>> columns, gradients;
  for (std::size_t i = 0; i < inputCount; ++i)
    columns.push_back(points(5 * i % size));
  for (std::size_t i = 0; i < kernel.gradientNames().size(); ++i)
    gradients.emplace_back(i < inputCount ? size : 1);
  const std::vector<Kernel::Input> inputs(columns.begin(), columns.end());
  const std::vector<Kernel::Output> outputs(gradients.begin(), gradients.end());
  std::vector<float> y(size);
  const std::vector<float> dy(size, 1);
  EXPECT_TRUE(kernel.forward(inputs, std::span<float>(y)));
  EXPECT_TRUE(kernel.gradients(inputs, dy, outputs));
}

TEST(Watched, FunctionsAreCompiledAndRun) {
  const std::vector<std::string> texts = functions();
  EXPECT_GE(texts.size(), 45u);
  for (const std::string &text : texts) {
    const Result<Kernel> kernel = engine().compile(text, allGradients());
    ASSERT_TRUE(kernel) << text << ": " << kernel.error().render();
    EXPECT_GT(kernel->certificate().points, 0u) << text;
    run(*kernel);
  }
}

TEST(Watched, DerivativesAndKeepsAreCompiled) {
  CompileOptions options;
  options.order = 3;
  for (const char *text : {"mish", "x^4 * tanh(x)", "if x > 0 then sqrt(x) else x^3"})
    EXPECT_TRUE(engine().compile(text, options)) << text;
  EXPECT_TRUE(engine().compileDoubleBackward("def f(x, y; a = 1) = x * silu(a * y)"));
  for (const char *text : {"relu", "leaky_relu", "tanh(x)", "3 * x", "gelu", "sigmoid"}) {
    const Result<std::vector<Keep>> keeps = engine().enoughToKeep(text);
    ASSERT_TRUE(keeps) << text;
    for (Keep keep : *keeps) {
      options = {};
      options.keep = keep;
      EXPECT_TRUE(engine().compile(text, options)) << text;
    }
  }
}

TEST(Watched, EverythingIsEmitted) {
  for (const char *text : {"def f(x; a: channel = 0.25) = if x >= 0 then x else a * x",
                           "x - tanh(x) * sqrt(1 + x^2)"}) {
    CompileOptions options = allGradients();
    for (const char *target : {"x86-64-v3", "x86-64-v4"})
      for (const char *kind : {"object", "shared", "header", "llvm", "asm", "diff", "stage:ast",
                               "stage:xphi", "stage:derived", "stage:approx", "stage:body",
                               "stage:halide", "stage:llvm", "stage:asm"}) {
        options.target = target;
        const Result<std::string> product = engine().emit(text, kind, options);
        EXPECT_TRUE(product && !product->empty()) << kind << " of " << text;
      }
    options = {};
    options.target = "cuda-sm_80";
    EXPECT_TRUE(engine().emit(text, "ptx", options)) << text;
  }
}

TEST(Watched, WishesThatCannotBeGrantedAreRefused) {
  auto refusal = [](const char *text, const char *kind, CompileOptions options) {
    const Result<std::string> product = engine().emit(text, kind, options);
    return product ? std::string("done") : product.error().code();
  };
  CompileOptions options;
  options.target = "x86-64-v3";
  EXPECT_EQ(refusal("relu", "ptx", options), "X1005");
  EXPECT_EQ(refusal("relu", "nonsense", options), "X1005");
  options.target = "cuda-sm_80";
  EXPECT_EQ(refusal("relu", "object", options), "X1005");
  options = {};
  options.keep = Keep::Mask;
  EXPECT_EQ(refusal("gelu", "object", options), "X1008");
  options = {};
  options.gradients = {"x"};
  options.derivative = {"b"};
  EXPECT_NE(refusal("relu", "object", options), "done");
}

/// Library texts with a piece cut out or doubled, and what people write by mistake.
TEST(Watched, SpoiltTextsAreRefusedByTheLanguageOrCompile) {
  std::mt19937 random(10);
  std::vector<std::string> texts = {"",          "x +",          "(x",       "x)",
                                    "y",         "f(x)",         "relu(x,",  "def f(x) = y",
                                    "x ** 2",    "diff(x)",      "1e99999",  "if x > 0",
                                    "let x = x", "max(x)",       "\xff\xfe", "x @ x",
                                    "def",       "import \"a\"", "x^(1/0)^", "grad x = 1"};
  for (std::size_t i = 1; i < lib::files().size(); i += 2) {
    std::string text(lib::files()[i].text);
    const std::size_t at = random() % text.size(), count = 1 + random() % 9;
    if (i % 4 == 1)
      text.erase(at, count);
    else
      text.insert(at, text.substr(random() % text.size(), count));
    texts.push_back(std::move(text));
  }
  EXPECT_GE(texts.size(), 60u);
  std::size_t refused = 0;
  for (const std::string &text : texts) {
    const Result<std::string> derived = engine().emit(text, "stage:approx", {});
    EXPECT_TRUE(derived || derived.error().code().starts_with("X0")) << text << "\n"
                                                                     << derived.error().render();
    refused += derived ? 0 : 1;
  }
  EXPECT_GE(refused, 30u);
}

} // namespace
} // namespace xphi
