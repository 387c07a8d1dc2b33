// Kernels of one text verified against another: what differs is found, and what does not is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Verification.h"

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace xphi::verify {
namespace {

/// The truth is that of `text`, the kernel is of `kernel`.
Request requestOf(const std::string &text, const std::string &kernel, CompileOptions options = {},
                  Pass pass = Pass::Value) {
  Request request;
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  EXPECT_TRUE(parsed) << parsed.render();
  request.program = parsed.program;
  request.definition = parsed.program->entry();
  options.backward = pass == Pass::Derivative;
  auto compiled = numerics::uncachedEngine().compile(kernel, options);
  EXPECT_TRUE(compiled) << compiled.error().render();
  request.kernel = *compiled;
  for (const Parameter &parameter : compiled->parameters())
    request.parameters.push_back(parameter.defaultValue);
  request.spec =
      *KernelSpec::parse(nlohmann::json::parse(compiled->info())["spec"].get<std::string>());
  request.pass = pass;
  request.points = 3000;
  return request;
}

Report reportOf(const Request &request) {
  double done = 0;
  Request counted = request;
  counted.did = [&](double part) { done += part; };
  Result<Report> report = verify(counted);
  EXPECT_TRUE(report) << report.error().render();
  EXPECT_NEAR(done, 1, 1e-6);
  return *report;
}

CompileOptions of(std::vector<ElementType> types, Accuracy accuracy = Accuracy::accurate()) {
  CompileOptions options;
  options.types = std::move(types);
  options.accuracy = accuracy;
  return options;
}

// One in 2^-10 of the result too large: 2^13 ulp of f32, an ulp of f16, four of 2^-12.
const std::string right = "sigmoid(x)", wrong = "sigmoid(x) * 1.0009765625";

TEST(Verify, FindsNothingWhereThereIsNothing) {
  using enum ElementType;
  for (const ElementType type : {F32, F64, F16, BF16, INT8, FP8_E4M3})
    for (const Pass pass : {Pass::Value, Pass::Derivative}) {
      const Request request = requestOf(right, right, of({type}), pass);
      const Report report = reportOf(request);
      EXPECT_TRUE(report.isKept()) << int(type) << ": " << report.worst;
      EXPECT_EQ(report.isExhaustive, type != F32 && type != F64);
      EXPECT_GT(report.worst, 0);
      EXPECT_TRUE(*report.isInRange && report.keepsNaN && report.hasLimits);
    }
}

TEST(Verify, FindsWhatIsTooLargeInEveryTypeAndTier) {
  using enum ElementType;
  struct Case {
    ElementType type;
    Accuracy accuracy;
    double worst; ///< in the promise's unit, all but the rounding
  };
  for (const Case &each :
       {Case{F32, Accuracy::accurate(), 0x1p14}, Case{F32, Accuracy::fast(), 0x1p14},
        Case{F64, Accuracy::accurate(), 0x1p43}, Case{F16, Accuracy::accurate(), 2}}) {
    const Report report = reportOf(requestOf(right, wrong, of({each.type}, each.accuracy)));
    EXPECT_FALSE(report.isKept());
    EXPECT_GT(report.worst, 0.4 * each.worst);
    EXPECT_LE(report.worst, 1.1 * each.worst + 1);
    EXPECT_FALSE(*report.isInRange) << "it is above 1";
    EXPECT_FALSE(report.hasLimits);
    EXPECT_NEAR(report.worstAbsolute, 0x1p-10, 0x1p-11);
    EXPECT_GT(report.misrounded, report.inputs / 16);
  }
  const Report exact = reportOf(requestOf(right, wrong, of({F32}, Accuracy::exact())));
  EXPECT_GT(exact.misrounded, exact.inputs / 16);
  EXPECT_FALSE(exact.isKept());
}

TEST(Verify, FindsOneFloatInAllBetweenTwoNumbers) {
  Request request = requestOf("tanh(x)", "if x == 0.75 then tanh(x) + 2^-20 else tanh(x)");
  request.low = 0.7, request.high = 0.8;
  const Report report = reportOf(request);
  EXPECT_TRUE(report.isExhaustive);
  EXPECT_EQ(report.inputs, std::uint64_t(std::floor(0.8 * 0x1p24) - std::ceil(0.7 * 0x1p24) + 1));
  EXPECT_FALSE(report.isKept());
  EXPECT_EQ(report.worstInput, std::vector<double>{0.75});
  EXPECT_EQ(*report.isMonotone, false);
  request.high = 0.74;
  EXPECT_TRUE(reportOf(request).isKept());
}

TEST(Verify, LooksAtTheEndsThatASampleHasNot) {
  EXPECT_FALSE(reportOf(requestOf("x", "clamp(x, -3.4028234e38, 3.4028234e38)")).hasLimits);
  EXPECT_FALSE(reportOf(requestOf("x", "abs(x)")).isKept());
  EXPECT_FALSE(reportOf(requestOf("-x", "0 - x")).hasSignedZeros) << "0 - 0 is 0";
  EXPECT_TRUE(reportOf(requestOf("-x", "-x")).hasSignedZeros);
  EXPECT_TRUE(reportOf(requestOf("x + x^2", "x + x^2")).hasSignedZeros) << "-0 + 0 is 0";
  EXPECT_TRUE(reportOf(requestOf("x + x^2", "x * (1 + x)")).hasSignedZeros) << "as its limit";
  // At infinity, beside an infinite parameter, the text's own slope is as right as its limit.
  const std::string cut = "def f(x; m = inf) = if x >= m then m else x";
  for (const char *slope : {"def f(x; m = inf) = if x >= m then m else x", "def f(x; m = inf) = x"})
    EXPECT_TRUE(reportOf(requestOf(cut, slope, {}, Pass::Derivative)).isKept()) << slope;
  EXPECT_FALSE(reportOf(requestOf(cut, "def f(x; m = inf) = if x >= m then 2 * x else x", {},
                                  Pass::Derivative))
                   .isKept());
}

TEST(Verify, LooksAtEachOfSeveralInputsAndParameters) {
  const std::string gate = "def f(a, b) = sigmoid(a) * b";
  for (const Pass pass : {Pass::Value, Pass::Derivative}) {
    const Report same = reportOf(requestOf(gate, gate, {}, pass));
    EXPECT_TRUE(same.isKept()) << same.worst;
    EXPECT_FALSE(same.isInRange || same.isMonotone);
    EXPECT_EQ(same.inputs, 3000u);
  }
  // Of the second input alone, in the second gradient alone.
  const std::string other =
      "def f(a, b) = if b > 1 then sigmoid(a) * b + 0.001 * (b - 1) else sigmoid(a) * b";
  EXPECT_FALSE(reportOf(requestOf(gate, other, {}, Pass::Derivative)).isKept());
  const std::string scaled = "def f(x; c = 2) = tanh(c * x)";
  Request request = requestOf(scaled, scaled);
  EXPECT_TRUE(reportOf(request).isKept());
  request.parameters = {0.75f};
  EXPECT_TRUE(reportOf(request).isKept()) << "kernel and truth have the same";
  EXPECT_FALSE(reportOf([&] {
                 Request mixed = requestOf("def f(x; c = 0.5) = tanh(0.5 * x + 0 * c)", scaled);
                 mixed.parameters = {0.75f};
                 return mixed;
               }())
                   .isKept());
}

// The largest value lies between the floats of a sample, so what is beyond theirs may be right.
TEST(Verify, KnowsTheRangeBeyondItsSample) {
  for (const char *text :
       {"sigmoid(x) * (1 - sigmoid(x))", "x * exp(-x)", "exp(-(x - 3.3)^2)", "tanh(x)"})
    for (const std::uint64_t points : {1000u, 100'000u}) {
      Request request = requestOf(text, text);
      request.points = points;
      EXPECT_TRUE(reportOf(request).isInRange.value()) << text;
    }
}

TEST(Verify, DrawsWhatItFinds) {
  Request request = requestOf("tanh(x)", "if x > 1 then tanh(x) + 2^-20 else tanh(x)");
  request.columns = 100;
  request.pictureLow = 0, request.pictureHigh = 2;
  const Report report = reportOf([&] {
    Request quiet = request;
    quiet.columns = 0;
    return quiet;
  }());
  EXPECT_TRUE(report.x.empty());
  const Result<Report> drawn = verify(request);
  ASSERT_TRUE(drawn);
  ASSERT_EQ(drawn->error.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(drawn->x[i], 0.02 * (double(i) + 0.5), 1e-6);
    if (i != 49)
      EXPECT_EQ(drawn->error[i] > 8, i > 49) << i;
  }
}

TEST(Verify, SaysWhatItCannotDo) {
  Request request = requestOf("def f(a, b) = a * b", "def f(a, b) = a * b");
  request.isExhaustive = true;
  EXPECT_EQ(verify(request).error().code(), "X3004");
  request.isExhaustive = false;
  request.columns = 10;
  EXPECT_EQ(verify(request).error().code(), "X3004");
}

} // namespace
} // namespace xphi::verify
