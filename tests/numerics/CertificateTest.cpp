// A kernel that is not what its program says does not leave unmarked, and one that is does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The check is given kernels of one program as those of another, which differs from it at one
// float, in one binade, at an infinity, in a gradient, or for parameters other than the defaults.
#include "check/KernelCheck.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace xphi::numerics {
namespace {

KernelSpec specOf(std::vector<std::string> gradients, std::size_t inputs) {
  KernelSpec spec{.target = *hostTarget(), .gradients = std::move(gradients)};
  spec.types.inputs.resize(inputs);
  return spec;
}

Certificate certify(const std::string &kernel, const std::string &program) {
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  const Result<std::string> artifact = uncachedEngine().emit(kernel, "artifact", options);
  EXPECT_TRUE(artifact) << artifact.error().render();
  const dsl::ParseResult parsed = dsl::analyse({"<test>", program}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  const dsl::DefinitionIndex entry = parsed.program->entry();
  const dsl::Definition &definition = parsed.program->definitions[entry];
  std::vector<std::string> gradients = definition.inputs;
  for (const dsl::Parameter &parameter : definition.parameters)
    gradients.push_back(parameter.name);
  return compiler::certify(
      {parsed.program, entry, specOf(std::move(gradients), definition.inputs.size())}, *artifact);
}

const Result<std::string> &identityArtifact() {
  static const Result<std::string> artifact = uncachedEngine().emit("x", "artifact");
  return artifact;
}

struct Right : testing::TestWithParam<const char *> {};

TEST_P(Right, IsCertified) {
  const Certificate certificate = certify(GetParam(), GetParam());
  EXPECT_TRUE(certificate.kept) << certificate.worst.output << " at "
                                << certificate.worst.inputs.at(0) << " is " << certificate.worst.got
                                << ", not " << certificate.worst.right;
  EXPECT_EQ(certificate.method, Certificate::Method::Checked);
  EXPECT_GE(certificate.points, 300u);
  EXPECT_LE(certificate.worst.error, certificate.bound);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Right,
    testing::Values("x", "x * sigmoid(x) * 2", "x * Phi(x) / 2", "max(x, 0.1)", "min(x, 0.7)",
                    "if x > 0.1 then x else x / 2", "if x * x > 0.3 then 1 else x", "1 / x",
                    "log(x)", "sqrt(x)", "floor(x) * x", "sin(x)", "tanh(x) + x",
                    "relu(x) + elu(x)", "def f(x; a = 1.5) = x * sigmoid(a * x)",
                    "def f(x; a: channel = 0.25) = if x >= 0 then x else a * x",
                    "def f(x) = max(x, 0)\n  kink x = 0: 0.25", "def f(x) = round(x)\n  grad x = 1",
                    "def f(a, b) = a * b", "def f(a, b) = max(a, b)", "def f(a, b) = a * tanh(b)",
                    // Infinity is at a border of its own.
                    "def f(x; m = inf) = keras_relu(x; max_value = m)",
                    "def f(x; m = inf) = if x >= m then m else 2 * x",
                    "def f(x; m = inf) = if x <= -m then m else exp(x)"));

/// What overflows every float, and what lies beside an integer by less than any: the check ends, in
/// little memory.
TEST(Certificate, OfTowersIsMade) {
  const char *const inner[] = {"exp(x)", "exp(exp(x))", "exp(exp(exp(x)))",
                               "x^x",    "x^1e30",      "2^(2^x)"};
  const char *const outer[] = {"floor", "round", "ceil", "sin",  "tan",  "atan", "erf",  "Phi",
                               "log2",  "sqrt",  "tanh", "cosh", "sign", "cbrt", "log1p"};
  for (const std::string function : outer)
    for (const std::string argument : inner) {
      const std::string text = function + "(" + argument + ")";
      const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
      ASSERT_TRUE(parsed);
      // Of the kernel of another function: only that there is an answer counts.
      const Result<std::string> artifact = identityArtifact();
      ASSERT_TRUE(artifact);
      const Certificate certificate =
          compiler::certify({parsed.program, parsed.program->entry(), specOf({"x"}, 1)}, *artifact);
      EXPECT_EQ(certificate.method, Certificate::Method::Checked) << text;
      EXPECT_FALSE(certificate.kept) << text;
    }
}

struct Pair {
  const char *name, *kernel, *program;
};

struct Wrong : testing::TestWithParam<Pair> {};

TEST_P(Wrong, IsNotCertified) {
  const Certificate certificate = certify(GetParam().kernel, GetParam().program);
  EXPECT_FALSE(certificate.kept);
  EXPECT_EQ(certificate.method, Certificate::Method::Checked);
  EXPECT_FALSE(certificate.worst.inputs.empty());
}

const Pair pairs[] = {
    {"Everywhere", "x * 1.0000007", "x"},
    {"AtABound", "if x < 3 then 1 else 2", "if x <= 3 then 1 else 2"},
    {"AtABoundThatIsNoFloat", "if x < 0.10000001 then 1 else 2", "if x < 0.1 then 1 else 2"},
    {"AtABoundOfASquare", "if x * x < 2.0001 then 1 else 2", "if x * x < 2 then 1 else 2"},
    {"InTheLastBinade", "min(x, 2e38)", "x"},
    {"InTheFirstBinades", "if abs(x) < 1e-40 then 0 else x", "x"},
    {"InOneBinade", "if x > 1024 and x < 2048 then x * 1.00001 else x", "x"},
    {"BesideAZero", "x - 1.4142137", "x - sqrt(2)"},
    {"AtAnInfinity", "min(x, 3.4028235e38)", "x"},
    {"AtAnInfinityAsAParameterIs", "def f(x; m = inf) = if x >= m then 7 else x",
     "def f(x; m = inf) = if x >= m then m else x"},
    {"SlopeAtAnInfinityAsAParameterIs", "def f(x; m = inf) = if x >= m then 2 * x else x",
     "def f(x; m = inf) = if x >= m then m else x"},
    {"OutsideTheDomain", "log(abs(x))", "log(x)"},
    {"NoNumberInside", "sqrt(x)", "sqrt(abs(x))"},
    {"GradientAlone", "def f(x) = x\n  grad x = 1.00001", "x"},
    {"SlopeAtAKink", "def f(x) = max(x, 0)\n  kink x = 0: 1",
     "def f(x) = max(x, 0)\n  kink x = 0: 0"},
    {"ParameterAwayFromItsDefault", "def f(x; a = 1) = x * a", "def f(x; a = 1) = x * a^2"},
    {"EqualInputs", "def f(a, b) = if a == b then 1 else 0", "def f(a, b) = 0"},
    {"OneInputInfinite", "def f(a, b) = min(a, 1e30) * b", "def f(a, b) = a * b"},
    {"SecondGradient", "def f(a, b) = a + b\n  grad b = 1.00001", "def f(a, b) = a + b"},
    {"WhereManyBitsCancel", "if x > -250 and x < -200 then 0 else -0.5 - softplus(x)^2 / 5",
     "def f(x) = let s = softplus(x) in (if x > -20 then -0.5 - s^2 / 5 else (s - sin(s)) / (s - "
     "tan(s)))"},
    {"AtAnExtremeQuotient", "def f(a, b) = if a / b < -1e60 then 1 else asinh(a / b)",
     "def f(a, b) = log(a / b + sqrt((a / b)^2 + 1))"},
};

INSTANTIATE_TEST_SUITE_P(Kernels, Wrong, testing::ValuesIn(pairs),
                         [](const auto &instance) { return std::string(instance.param.name); });

/// A sum of -0 and +0 is +0 at any precision. Beside zero such a function is what it should be.
struct SignOfZero : testing::TestWithParam<const char *> {};

TEST_P(SignOfZero, IsNoted) {
  const Certificate certificate = certify(GetParam(), GetParam());
  EXPECT_TRUE(certificate.kept) << certificate.worst.output;
  ASSERT_EQ(certificate.zero.inputs.size(), 1u);
  EXPECT_EQ(certificate.zero.inputs[0], 0);
  EXPECT_EQ(certificate.zero.got, 0);

  CompileOptions strict;
  strict.accuracy = Accuracy::required();
  const Result<Kernel> kernel = uncachedEngine().compile(GetParam(), strict);
  ASSERT_TRUE(kernel) << kernel.error().render();
  EXPECT_TRUE(kernel->warnings().empty());
  EXPECT_NE(kernel->certificate().text().find("where the function beside it has the other sign"),
            std::string::npos)
      << kernel->certificate().text();
}

INSTANTIATE_TEST_SUITE_P(Programs, SignOfZero,
                         testing::Values("def f(x; b = 0) = x + b", "def f(x; b = 0) = b - x",
                                         "def f(x; s = 0) = tanh(x) + s",
                                         "def f(x; s = 0) = (x + s) * 2"));

// A float of them would be infinite.
TEST(Certificate, PlacesOfDoublesAreDoubles) {
  const auto kernel = uncachedEngine().compile("sqrt(x^2 + 1) - x", {.types = {ElementType::F64}});
  ASSERT_TRUE(kernel) << kernel.error().render();
  const Certificate &certificate = kernel->certificate();
  ASSERT_FALSE(certificate.kept) << "512 bits do not tell x^2 + 1 from x^2";
  ASSERT_EQ(certificate.worst.inputs.size(), 1u);
  EXPECT_TRUE(std::isfinite(certificate.worst.inputs[0]) &&
              certificate.worst.inputs[0] > std::numeric_limits<float>::max());
  EXPECT_EQ(certificate.text().find("at inf"), std::string::npos) << certificate.text();
}

TEST(Certificate, NotesNoZeroThatHasItsSign) {
  for (const char *text : {"x", "-x", "x^2", "tanh(x)", "def f(x; b = 0) = x - b", "x * abs(x)"}) {
    const Certificate certificate = certify(text, text);
    EXPECT_TRUE(certificate.kept && certificate.zero.inputs.empty()) << text;
  }
}

TEST(Certificate, IsBrokenByAnErrorBesideTheSignOfAZero) {
  const Certificate certificate =
      certify("def f(x; b = 0) = x * 1.0000007 + b", "def f(x; b = 0) = x + b");
  EXPECT_FALSE(certificate.kept);
  EXPECT_GT(certificate.worst.error, certificate.bound);
}

// More bits cancel near 1e-8 than wide numbers have.
constexpr const char *broken = "def cubic(x) = (sin(x^9) - x^9) / x^27";

TEST(Certificate, TravelsWithTheKernelThroughTheCache) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "xphi-certificates";
  std::filesystem::remove_all(folder);
  Options options = Options::fromEnvironment();
  options.cacheDirectory = folder;
  for (const char *text : {"x * sigmoid(x) / 3", broken}) {
    const Result<Kernel> made = Engine(options).compile(text),
                         found = Engine(options).compile(text);
    ASSERT_TRUE(made && found);
    EXPECT_EQ(found->origin(), Origin::Disk);
    const Certificate &a = made->certificate(), &b = found->certificate();
    EXPECT_EQ(a.method, Certificate::Method::Checked);
    EXPECT_EQ(a.unit, Certificate::Unit::Terms);
    EXPECT_EQ(a.bound, 4);
    EXPECT_GE(a.points, 300u);
    EXPECT_EQ(a.text(), b.text());
    EXPECT_EQ(a.kept, text != broken);
    EXPECT_EQ(a.worst.inputs, b.worst.inputs);
    EXPECT_EQ(a.zero.inputs, b.zero.inputs);
  }
  std::filesystem::remove_all(folder);
}

TEST(Certificate, OfTheLibraryComesFromTheBuild) {
  const Result<Kernel> kernel = uncachedEngine().compile("gelu");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->certificate().points, 20'000u);
  EXPECT_TRUE(kernel->certificate().kept);
  EXPECT_TRUE(kernel->certificate().worst.inputs.empty());
}

TEST(Certificate, BrokenIsAWarningOrAnError) {
  const Result<Kernel> kernel = uncachedEngine().compile(broken);
  ASSERT_TRUE(kernel);
  ASSERT_EQ(kernel->warnings().size(), 1u);
  EXPECT_EQ(kernel->warnings()[0].code, "X1101");
  EXPECT_NE(kernel->warnings()[0].message.find("cubic"), std::string::npos);

  CompileOptions strict;
  strict.accuracy = Accuracy::required();
  const Result<Kernel> refused = uncachedEngine().compile(broken, strict);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "X1101");
  EXPECT_TRUE(uncachedEngine().compile("x * sigmoid(x) / 3", strict));
}

/// Whether the kernel of a text gives a number somewhere there, and whether it is said to be right.
std::pair<bool, bool> numberAndPromise(const std::string &text, std::vector<float> x) {
  const Result<Kernel> kernel = uncachedEngine().compile(text);
  EXPECT_TRUE(kernel) << text;
  if (!kernel)
    return {};
  std::vector<float> y(x.size());
  EXPECT_TRUE(kernel->forward(x, y));
  return {!std::ranges::all_of(y, [](float each) { return std::isnan(each); }),
          kernel->certificate().kept};
}

/// None of these is a number for any x above 0; the further out, the nearer the argument is to one
/// that has one, and nearer than any bits tell.
TEST(Certificate, KnowsWhatIsBeyondAnEndByForm) {
  const std::vector<float> x = {3, 7, 13, 26, 40, 90, 200, 370, 500, 700, 1000};
  for (const std::string inner : {"x^2", "exp(x)"}) {
    for (const char *form : {"sigmoid(#)", "tanh(#)^2", "Phi(#)", "erf(#)", "exp(-exp(-(#)))",
                             "1 / (1 + exp(-(#)))", "1 / cosh(1 / (#))"}) {
      const std::string text = "acosh(" + replaced(form, '#', inner) + ") * x";
      const auto [isNumber, kept] = numberAndPromise(text, x);
      EXPECT_FALSE(isNumber && kept) << text;
    }
    for (const char *form : {"1 + exp(-(#)^2)", "2 - erfc(#)", "exp(exp(-(#)))"})
      for (const char *outer : {"asin", "atanh", "rsqrt(1 - "}) {
        const bool isOpen = std::string(outer).ends_with(" ");
        const std::string argument = replaced(form, '#', inner),
                          text = std::string(outer) +
                                 (isOpen ? "(" + argument + "))" : "(" + argument + ")");
        const auto [isNumber, kept] = numberAndPromise(text, x);
        EXPECT_FALSE(isNumber && kept) << text;
      }
  }
}

/// A sine is a number, be its argument of as many bits as it likes.
TEST(Certificate, KnowsThatASineIsANumber) {
  for (const char *outer : {"sin(#)", "max(cos(#), 0.5)", "atan(cos(#))"})
    for (const char *inner :
         {"exp(x)", "x^14", "exp(x^2) * x", "sinh(x) * x", "exp(b) * (b + x)", "x / exp(-b)"}) {
      const std::string text = "def f(x; b = 1) = " + replaced(outer, '#', inner);
      const Result<Kernel> kernel = uncachedEngine().compile(text);
      ASSERT_TRUE(kernel) << text;
      const std::vector<float> x = {900.0f, 1.1e30f}, b = {934.9f};
      std::vector<float> y(x.size());
      ASSERT_TRUE(kernel->forward(x, y, b));
      EXPECT_FALSE(kernel->certificate().kept && (std::isnan(y[0]) || std::isnan(y[1]))) << text;
    }
}

/// The kernel of `kernel` in bf16, as one of `program`.
Certificate certifyInBf16(const std::string &kernel, const std::string &program) {
  const Result<std::string> artifact =
      uncachedEngine().emit(kernel, "artifact", {.types = {ElementType::BF16}});
  EXPECT_TRUE(artifact) << artifact.error().render();
  const dsl::ParseResult parsed = dsl::analyse({"<test>", program}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  KernelSpec spec = specOf({"x"}, 1);
  spec.types = {{ElementType::BF16}, ElementType::BF16};
  return compiler::certify({parsed.program, parsed.program->entry(), std::move(spec)}, *artifact);
}

TEST(Certificate, Of16BitsTellsTheNearestElementFromItsNeighbour) {
  const Certificate right = certifyInBf16("x * Phi(x) * 1", "x * Phi(x) * 1");
  EXPECT_TRUE(right.kept);
  EXPECT_EQ(right.bound, 0.5);
  // Within an ulp of each other everywhere, and often rounded to different elements.
  EXPECT_FALSE(certifyInBf16("x * Phi(x) * 1", "x * Phi(x) * 1.001").kept);
  EXPECT_TRUE(certifyInBf16("x * 1.001", "x").kept); // a quarter of an ulp: the same elements
  EXPECT_FALSE(certifyInBf16("x * 1.003", "x").kept);
}

} // namespace
} // namespace xphi::numerics
