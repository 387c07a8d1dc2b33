// A certificate that is as the compiler wrote it holds when it is looked at again; one that says
// more, or is of other code, does not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Certification.h"
#include "abi/Certificate.h"
#include "approx/Lines.h"
#include "check/CodeHash.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "runtime/load/ArtifactInfo.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Certification;
using compiler::certifyAgain;
using compiler::codeHash;
using Method = Certificate::Method;

std::string artifactOf(const std::string &text, CompileOptions options = {}) {
  if (options.derivative.empty() && options.keep == Keep::Input)
    options.gradients = CompileOptions::allGradients();
  const Result<std::string> artifact = uncachedEngine().emit(text, "artifact", options);
  EXPECT_TRUE(artifact) << artifact.error().render();
  return artifact.value_or("");
}

std::string certificateOf(const std::string &artifact) {
  const std::optional<CertificatePlace> place = certificatePlace(artifact);
  return place ? artifact.substr(place->begin, place->end - place->begin) : std::string();
}

/// The same code with another certificate.
std::string with(std::string artifact, std::string certificate) {
  const std::optional<CertificatePlace> place = certificatePlace(artifact);
  const std::size_t room = place->end - place->begin, last = certificate.find_last_not_of(' ');
  certificate.resize(std::min(last + 1, certificate.size()));
  EXPECT_LE(certificate.size(), room);
  certificate.resize(room, ' ');
  return artifact.replace(place->begin, room, certificate);
}

/// With each `from` in the certificate replaced.
std::string edited(const std::string &artifact, const std::string &from, const std::string &to) {
  std::string certificate = certificateOf(artifact);
  EXPECT_NE(certificate.find(from), certificate.npos) << from << " in " << certificate;
  for (std::size_t at = 0; (at = certificate.find(from, at)) != certificate.npos; at += to.size())
    certificate.replace(at, from.size(), to);
  return with(artifact, certificate);
}

Certification again(const std::string &artifact, std::size_t points = 300) {
  return certifyAgain(artifact, 7, points);
}

bool isProved(const Certificate &certificate, const std::string &output) {
  return std::ranges::any_of(certificate.pieces, [&](const auto &piece) {
    return piece.output == output && piece.method == Method::Proved && piece.points > 1000;
  });
}

struct Holds : testing::TestWithParam<const char *> {};

TEST_P(Holds, WhenItIsLookedAtAgain) {
  const Certification done = again(artifactOf(GetParam()));
  EXPECT_EQ(done.code, "") << done.message;
  EXPECT_TRUE(done.found.kept);
  EXPECT_GE(done.found.points, 300u);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Holds,
    testing::Values("x", "gelu", "gelu_tanh", "mish", "elu", "relu", "softplus", "tanhshrink",
                    "x * tanh(exp(x))", "sin(x)", "1 / x", "log(x)", "floor(x) * x", "swiglu",
                    "swish", "x - sqrt(2)", "if x * x > 0.3 then 1 else x",
                    "def f(x) = max(x, 0)\n  kink x = 0: 0.25", "def f(a, b) = a * tanh(b)",
                    "def f(x; p = 0.5, seed = 3) = dropout(x; p = p, seed = seed)"));

TEST(Certification, ProvesWhatIsProvedAndRunsTheCodeThere) {
  for (const char *text : {"gelu", "x * erf(softplus(x))", "sigmoid", "gelu_tanh"}) {
    const Certification done = again(artifactOf(text));
    EXPECT_EQ(done.code, "") << done.message;
    if (*hostTarget() != "x86-64-v4") // elsewhere there are other fits
      continue;
    EXPECT_TRUE(isProved(done.found, "value")) << text;
    EXPECT_TRUE(isProved(done.found, "gradient in x")) << text;
  }
}

TEST(Certification, LooksAtAsManyPointsAsThereIsTimeFor) {
  const std::string artifact = artifactOf("1 / x");
  const std::size_t usual = again(artifact, 0).found.points;
  constexpr double seconds = 2;
  const auto start = std::chrono::steady_clock::now();
  const Certification done = certifyAgain(artifact, 7, 1'000'000'000'000, seconds);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(done.code, "") << done.message;
  EXPECT_GE(done.found.points, usual);
  EXPECT_LT(taken.count(), 10 * seconds) << "of a busy machine";
  EXPECT_GE(again(artifact, 3 * usual).found.points, 3 * usual);
}

/// Those of an output that are proved; with the defaults, where there are parameters.
std::vector<Certificate::Piece> provedOf(const Certificate &certificate,
                                         const std::string &output) {
  std::vector<Certificate::Piece> pieces;
  std::ranges::copy_if(certificate.pieces, std::back_inserter(pieces), [&](const auto &piece) {
    return piece.output == output && piece.method == Method::Proved;
  });
  return pieces;
}

TEST(Certification, OfAFewOperationsProvesThem) {
  for (const char *text : {"relu", "hard_swish", "x / (1 + abs(x))", "clamp(x, -1, 1) * 0.5",
                           "x^2 + 1", "def f(x; a = 0.3) = if x > 0 then x else a * x"}) {
    const Certification done = again(artifactOf(text));
    EXPECT_EQ(done.code, "") << text << ": " << done.message;
    EXPECT_TRUE(isProved(done.found, "value")) << text;
    for (const Certificate::Piece &piece : provedOf(done.found, "value"))
      EXPECT_EQ(piece.isOfDefaults, std::string(text).find(';') != std::string::npos) << text;
  }
}

/// Text, output and order; where the range that matters is.
struct Composed {
  const char *text, *output;
  unsigned order;
  float low, high;
};

struct OfComposed : testing::TestWithParam<Composed> {};

// Elementary functions, tables, parameters and arithmetic around them, in f32 and f64: all of the
// range is proved, and no float that is tried there is farther off than that.
TEST_P(OfComposed, IsProvedWhereFunctionsBend) {
  const Composed &composed = GetParam();
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "other operations on this machine";
  const Certification done = again(artifactOf(composed.text));
  EXPECT_EQ(done.code, "") << done.message;
  const auto file = std::ranges::find(lib::files(), composed.text, &dsl::LibraryFile::name);
  const std::string text(file == lib::files().end() ? composed.text : file->text);
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  ASSERT_TRUE(parsed) << parsed.render();
  reference::KernelTruth truth(parsed.program, parsed.program->entry(),
                               std::vector<std::uint32_t>(composed.order), {});
  std::vector<float> defaults;
  for (const dsl::Parameter &parameter :
       parsed.program->definitions[parsed.program->entry()].parameters)
    defaults.push_back(float(parameter.value));
  const std::vector<Certificate::Piece> pieces = provedOf(done.found, composed.output);
  std::mt19937 random(17);
  std::uniform_real_distribution<float> inside(composed.low, composed.high);
  for (int i = 0; i < 2000; ++i) {
    const float x = inside(random);
    const auto piece = std::ranges::find_if(
        pieces, [&](const auto &each) { return each.low <= x && x <= each.high; });
    ASSERT_NE(piece, pieces.end()) << composed.text << " at " << x;
    const std::optional<compiler::Lines> lines = compiler::linesOfRecord(piece->fit);
    ASSERT_TRUE(lines) << piece->fit;
    const double inputs[] = {double(x)}, right = truth.at(inputs, defaults)[0].truth.high,
                 unit = std::ldexp(1.0, std::max(std::ilogb(right), -126) - 23);
    EXPECT_LE(std::fabs(double(*lines->at(x, defaults)) - right), piece->bound * unit * 1.000001)
        << composed.text << " at " << x;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Programs, OfComposed,
    testing::Values(
        Composed{"exp(x)", "value", 0, -80, 80}, Composed{"log(x)", "value", 0, 1, 1e30f},
        Composed{"elu(x)", "value", 0, -40, 40}, Composed{"selu(x)", "gradient in x", 1, -40, 40},
        Composed{"cos(x)", "value", 0, 2, 30}, Composed{"Phi(x)", "gradient in x", 1, -8, 8},
        Composed{"def f(x; beta = 1.3) = x * sigmoid(beta * x)", "value", 0, -3.5f, 30},
        Composed{"def f(x; a = 0.5, g = 1.5) = g * tanh(a * x)", "value", 0, -20, 20},
        Composed{"def f(x; b = 2) = softplus(b * x) / b", "value", 0, -20, 40},
        // What quotients of polynomials are too wide for series show.
        Composed{"def f(x; b = 2) = x^b", "value", 0, -30, 60},
        Composed{"def f(x; b = 1.5) = x^b", "value", 0, 0.01f, 60},
        // Branches by parameters; by those of a channel, with another inside.
        Composed{"star_relu", "value", 0, -30, 30}, Composed{"xielu", "value", 0, -30, 30},
        Composed{"hard_sigmoid_onnx", "gradient in x", 1, -30, 30},
        Composed{"def f(x; p: channel = 0.9, q: channel = 0.2) = p * x * sigmoid(x) + q * x",
                 "value", 0, 0.01f, 30}));

// What is made for parameters near their defaults is proved for these, and the rest is no part of
// it: so nothing is where the condition is another, or what is made is.
TEST(Certification, OfABranchByParametersIsOfWhatDefaultsTake) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "other operations on this machine";
  for (const char *name : {"star_relu", "hard_sigmoid_onnx", "rational", "xielu"}) {
    CompileOptions options;
    options.backward = std::string(name) == "hard_sigmoid_onnx"; // the value has no branch
    const Result<std::string> artifact = uncachedEngine().emit(name, "artifact", options);
    ASSERT_TRUE(artifact) << artifact.error().render();
    const std::string output = options.backward ? "gradient in x" : "value";
    const Certification done = again(*artifact);
    EXPECT_EQ(done.code, "") << name << ": " << done.message;
    EXPECT_TRUE(isProved(done.found, output)) << name;
    for (const Certificate::Piece &piece : provedOf(done.found, output))
      EXPECT_TRUE(piece.isOfDefaults) << name;
    // The other side is not recorded; and what is may not be something else.
    const auto isProvedWith = [&](const char *from, const char *to) {
      const Certification other = again(edited(*artifact, from, to));
      return other.code.empty() &&
             std::ranges::any_of(provedOf(other.found, output), [](const auto &piece) {
               return piece.low < 1.75f && piece.high > 1.5f; // not where a factor is zero
             });
    };
    EXPECT_FALSE(isProvedWith(" cmpc,3,", " cmpc,12,")) << name;
    if (!options.backward)
      EXPECT_FALSE(isProvedWith(" muld,", " addd,")) << name;
  }
}

// Of two inputs the one that is a factor: of the value, and of both gradients.
TEST(Certification, OfAGateIsProvedForEveryFactor) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "other operations on this machine";
  for (const char *text : {"swiglu", "def f(a, b) = b / (1 + abs(a))"}) {
    const Certification done = again(artifactOf(text));
    EXPECT_EQ(done.code, "") << done.message;
    EXPECT_TRUE(isProved(done.found, "value")) << text;
    for (const Certificate::Piece &piece : provedOf(done.found, "value")) {
      EXPECT_FALSE(piece.input.empty()) << text;
      EXPECT_EQ(piece.mostOther, 0x1p32f) << text;
    }
    EXPECT_NE(done.found.text().find("for the other input"), std::string::npos)
        << done.found.text();
    for (const Certificate::Piece &piece : done.found.pieces)
      EXPECT_TRUE(isProved(done.found, piece.output)) << text << ", " << piece.output;
  }
}

// What random bits say is not proved: for either outcome it is what is made of the input.
TEST(Certification, OfRandomBitsIsProvedForEitherOutcome) {
  CompileOptions options;
  options.backward = true;
  const Result<std::string> artifact = uncachedEngine().emit("dropout", "artifact", options);
  ASSERT_TRUE(artifact) << artifact.error().render();
  const Certification done = again(*artifact);
  EXPECT_EQ(done.code, "") << done.message;
  for (const char *output : {"value", "gradient in x"}) {
    EXPECT_TRUE(isProved(done.found, output)) << output;
    for (const Certificate::Piece &piece : provedOf(done.found, output))
      EXPECT_TRUE(piece.isOfDefaults);
  }
  // Where it draws other bits than the text, or none, the code does not give what was proved.
  for (const char *other : {"tc,1", "tc,0"}) {
    const Certification changed = again(edited(*artifact, "drawnc", other));
    EXPECT_FALSE(isProved(changed.found, "value")) << other;
  }
}

// With a digit changed in one of its constants an exponential is another function, or not what the
// code gives.
TEST(Certification, OfChangedConstantsIsNotProved) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "other operations on this machine";
  const std::string artifact = *uncachedEngine().emit("exp(x)", "artifact", {}),
                    certificate = certificateOf(artifact);
  std::vector<std::size_t> constants;
  for (std::size_t at = 0; (at = certificate.find(" nf,", at)) != certificate.npos; ++at)
    constants.push_back(at + 4);
  ASSERT_GT(constants.size(), 8u);
  const auto isProvedNearOne = [](const Certification &done) {
    return done.code.empty() && std::ranges::any_of(done.found.pieces, [](const auto &each) {
             return each.output == "value" && each.method == Method::Proved && each.low < 1 &&
                    each.high > 2;
           });
  };
  EXPECT_TRUE(isProvedNearOne(again(artifact, 50)));
  // The first tell rare floats apart and make an integer, of which many would do.
  for (std::size_t i = 5; i < 10; ++i) {
    std::string changed = certificate;
    char &digit = changed[constants[i] + 4]; // some 2^-5 of it
    digit = digit == '3' ? '4' : '3';
    const Certification done = again(with(artifact, changed), 50);
    EXPECT_FALSE(isProvedNearOne(done)) << i << ": " << done.found.text();
  }
}

TEST(Certification, IsReadAsItWasWritten) {
  for (const char *input : {"", "gate"}) {
    Certificate written;
    written.method = Method::Checked;
    written.pieces = {{"value", -1, 0x1p96f, 3.5, Certificate::Unit::Ulp, Method::Proved, 7,
                       "lines xf", true, input, *input ? 0x1p32f : 0},
                      {"value"}};
    const Certificate read =
        readCertificate(readArtifactInfo("{\"promise\":" + printCertificate(written, 4096) + "}"));
    ASSERT_EQ(read.pieces.size(), 2u);
    EXPECT_EQ(read.pieces[0].input, input);
    EXPECT_EQ(read.pieces[0].mostOther, written.pieces[0].mostOther);
    EXPECT_EQ(read.pieces[0].high, 0x1p96f);
    EXPECT_EQ(read.pieces[0].fit, "lines xf");
    EXPECT_TRUE(read.pieces[0].isOfDefaults);
    EXPECT_EQ(read.pieces[1].input, "");
  }
}

TEST(Certification, OfTheSameEverywhereIsProvedWhenItIsCompiled) {
  const auto proved = [](const char *text) {
    return provedOf(uncachedEngine().compile(text)->certificate(), "value");
  };
  ASSERT_EQ(proved("relu").size(), 1u);
  EXPECT_EQ(proved("relu")[0].bound, 0);
  ASSERT_EQ(proved("x * 0.75").size(), 1u);
  EXPECT_EQ(proved("x * 0.75")[0].bound, 0.5);
  // Of this every binade is another matter: `xphi certify` goes through them.
  EXPECT_TRUE(proved("x / (1 + abs(x))").empty());
}

TEST(Certification, OfOtherOperationsThanTheCodesDoesNotHold) {
  const std::string artifact = artifactOf("x / (1 + abs(x))");
  EXPECT_EQ(again(artifact).code, "");
  // Nothing is proved of a sum in place of the quotient.
  const Certification other = again(edited(artifact, "divf,", "addf,"));
  EXPECT_FALSE(isProved(other.found, "value"));
  // Claims that say more than there is.
  const std::string relu = artifactOf("max(x, 0)");
  const Certification claimed =
      again(edited(relu, "\"low\":\"-0x1.fffffep+127\"", "\"low\":\"-inf\""));
  EXPECT_EQ(claimed.code, "X1102") << claimed.message;
  EXPECT_EQ(again(edited(artifactOf("x * 0.75"), "\"bound\":0.5,", "\"bound\":0.4,")).code,
            "X1102");
}

TEST(Certification, OfDerivativesIsOfTheProgramAsItIsWritten) {
  CompileOptions second;
  second.derivative = {"x", "x"};
  for (const char *text : {"gelu", "tanh(x)", "x * sigmoid(x)"}) {
    const Certification done = again(artifactOf(text, second));
    EXPECT_EQ(done.code, "") << text << ": " << done.message;
  }
}

TEST(Certification, OfFewBitsIsByEveryElement) {
  for (ElementType type : {ElementType::BF16, ElementType::F16, ElementType::FP8_E4M3}) {
    CompileOptions options;
    options.types = {type};
    const Certification done = again(artifactOf("gelu", options));
    EXPECT_EQ(done.code, "") << done.message;
    EXPECT_EQ(done.found.method, Method::Exhaustive);
    EXPECT_EQ(done.found.points, std::size_t(1) << (8 * sizeOf(type)));
  }
}

TEST(Certification, OfACompiledKernelOfFewBitsSaysHowManyWereRun) {
  CompileOptions options;
  options.types = {ElementType::FP8_E5M2};
  const Kernel kernel = *uncachedEngine().compile("silu", options);
  EXPECT_EQ(kernel.certificate().method, Method::Exhaustive) << kernel.certificate().text();
  EXPECT_EQ(kernel.certificate().points, 256u);
  options.types = {ElementType::F32};
  EXPECT_EQ(uncachedEngine().compile("silu", options)->certificate().method, Method::Checked);
}

TEST(Certification, OfOneKernelIsNotOfAnother) {
  const std::vector<std::string> texts = {"gelu", "x * sigmoid(1.702 * x)", "silu", "mish"};
  std::vector<std::string> artifacts;
  for (const std::string &text : texts)
    artifacts.push_back(artifactOf(text));
  for (const std::string &one : artifacts)
    for (const std::string &other : artifacts) {
      const std::string certificate = certificateOf(other);
      const std::size_t last = certificate.find_last_not_of(' ');
      const auto place = certificatePlace(one);
      if (&one == &other || last + 1 > place->end - place->begin)
        continue;
      // Swapped; and with a hash that fits.
      std::string swapped = with(one, certificate);
      EXPECT_EQ(again(swapped).code, "X1103");
      const std::size_t hash = certificate.find("\"code\":\"") + 8;
      swapped = with(one, std::string(certificate).replace(hash, 32, codeHash(one)));
      const std::string code = again(swapped).code;
      if (*hostTarget() == "x86-64-v4") // where there are tables to tell by
        EXPECT_TRUE(code == "X1102" || code == "X1103") << code;
    }
}

TEST(Certification, OfChangedCodeIsNoticed) {
  const std::string whole = artifactOf("x * tanh(exp(x))");
  std::mt19937 random(11);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    const std::size_t at = random() % damaged.size();
    const auto place = certificatePlace(whole);
    if (at >= place->begin && at < place->end)
      continue;
    damaged[at] = char(damaged[at] ^ 1 << random() % 8);
    const std::string code = again(damaged).code;
    EXPECT_TRUE(code == "X1103" || code == "X2006" || code == "X2003") << at << ": " << code;
  }
}

TEST(Certification, ThatSaysMoreThanIsSoDoesNotHold) {
  const std::string artifact = artifactOf("gelu");
  EXPECT_EQ(again(artifact).code, "");
  EXPECT_EQ(again(edited(artifact, "\"bound\":4,", "\"bound\":3,")).code, "X1102");
  EXPECT_EQ(again(edited(artifact, "\"tier\":\"accurate\"", "\"tier\":\"exact\"")).code, "X1102");
  EXPECT_EQ(again(edited(artifact, "\"kept\":true", "\"kept\":false")).code, "X1101");
  EXPECT_EQ(
      again(edited(artifact, "\"method\":\"checked\",\"points\":20000,\"defaults\":false,\"fit\"",
                   "\"method\":\"exhaustive\",\"points\":9,\"defaults\":false,\"fit\""))
          .code,
      "X1102");
  EXPECT_EQ(again(edited(artifact, "\"low\":\"-inf\"", "\"low\":\"-0x1p+3\"")).code, "X1102");
  EXPECT_EQ(again(edited(artifact, "gradient in x", "gradient in y")).code, "X1102");
  EXPECT_EQ(again(edited(artifact, "\"unit\":\"terms\"", "\"unit\":\"relative\"")).code, "X1102");
}

// The bits are the table's, and the bound is one that no proof shows.
TEST(Certification, OfABoundThatIsNoneDoesNotHold) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "no fit on this machine";
  const std::string artifact = artifactOf("gelu"), certificate = certificateOf(artifact);
  const std::size_t begin = certificate.find("\"bound\":3."), end = certificate.find(',', begin);
  ASSERT_LT(begin, end);
  for (const char *bound : {"1.50", "0", "-4"}) {
    std::string changed = certificate;
    changed.replace(begin, end - begin, std::string("\"bound\":") + bound);
    const Certification done = again(with(artifact, changed), 50);
    EXPECT_EQ(done.code, "X1102") << bound;
    EXPECT_NE(done.message.find("cannot be proved"), std::string::npos) << done.message;
  }
}

// A range of one float, or beyond where functions bend, has points, too.
TEST(Certification, OfANarrowRangeEnds) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "no fit on this machine";
  const std::string artifact = artifactOf("tanh"), certificate = certificateOf(artifact);
  const std::size_t begin = certificate.find("\"low\":"),
                    end = certificate.find(",\"bound\"", begin);
  for (const char *range :
       {"\"low\":\"0x1p-1\",\"high\":\"0x1p-1\"", "\"low\":\"0x1p+6\",\"high\":\"0x1p+7\"",
        "\"low\":\"0x0p+0\",\"high\":\"0x1p-149\""}) {
    std::string changed = certificate;
    changed.replace(begin, end - begin, range);
    const Certification done = again(with(artifact, changed));
    EXPECT_EQ(done.code, "") << range << ": " << done.message;
  }
}

// Where there is no table to tell by, the points do: code of one program that says it is another's.
TEST(Certification, OfCodeOfAnotherProgramDoesNotHold) {
  std::string artifact = artifactOf("x * x / 3");
  const std::size_t program = artifact.find("x / 3");
  ASSERT_NE(program, artifact.npos);
  artifact[program + 4] = '7';
  EXPECT_EQ(again(artifact).code, "X1103");
  const std::string certificate = certificateOf(artifact);
  const std::size_t hash = certificate.find("\"code\":\"") + 8;
  const Certification done =
      again(with(artifact, std::string(certificate).replace(hash, 32, codeHash(artifact))));
  EXPECT_EQ(done.code, "X1102") << done.message;
  EXPECT_NE(done.message.find(" is "), std::string::npos) << done.message;
}

/// Of each number of a certificate's tables: a digit changed is noticed, but for one in the last
/// places, which may leave the bound as it is, or one of an entry that no float is served by.
TEST(Certification, OfAChangedTableDoesNotHold) {
  if (*hostTarget() != "x86-64-v4")
    GTEST_SKIP() << "no fit on this machine";
  const std::string artifact = artifactOf("gelu"), certificate = certificateOf(artifact);
  std::mt19937 random(13);
  const std::size_t fit = certificate.find("\"fit\":\"0 1 "), end = certificate.find('"', fit + 8);
  ASSERT_LT(fit, end);
  int refused = 0;
  constexpr int changes = 24;
  for (int i = 0; i < changes; ++i) {
    std::string changed = certificate;
    char &digit = changed[fit + 8 + random() % (end - fit - 8)];
    digit = digit == '3' ? '4' : '3';
    refused += !again(with(artifact, changed), 50).code.empty();
  }
  EXPECT_GE(refused, changes - 3);
}

TEST(Certification, OfADeviceIsForAnotherMachine) {
  const Certification done = again(artifactOf("gelu", {.target = "cuda-sm_80"}));
  EXPECT_EQ(done.code, "X2005") << done.message;
}

// Made on a machine that does not run it, a kernel says that nobody did; here it is looked at.
TEST(Certification, ThatSaysNothingIsOfWhatIsFound) {
  const std::string artifact = artifactOf("x * x / 3");
  const Certification done = again(with(artifact, "{\"method\":\"none\",\"code\":\"" +
                                                      codeHash(artifact) + "\",\"pieces\":[]}"));
  EXPECT_EQ(done.code, "") << done.message;
  EXPECT_EQ(done.found.method, Method::Checked);
  EXPECT_GE(done.found.points, 300u);
}

TEST(Certification, OfWhatIsNoKernelIsAnError) {
  for (const std::string bytes : {"", "not an ELF file",
                                  "\x7f"
                                  "ELF"})
    EXPECT_EQ(again(bytes).code, "X2006");
}

TEST(Certification, OfKeptBytesGoesThroughTheEngine) {
  const Kernel kernel = *uncachedEngine().compile("x * sigmoid(x) / 3");
  ASSERT_TRUE(kernel.bytes()) << kernel.bytes().error().render();
  const std::string bytes = *kernel.bytes();
  const Result<Certificate> found = uncachedEngine().certify(bytes, {.seed = 5, .points = 400});
  ASSERT_TRUE(found) << found.error().render();
  EXPECT_EQ(found->code, kernel.certificate().code);
  EXPECT_GE(found->points, 400u);
  const Result<Certificate> same = uncachedEngine().certify(bytes, {.seed = 5, .points = 400});
  EXPECT_EQ(found->text(), same->text()); // of one seed the points are the same
  std::string damaged = bytes;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_EQ(uncachedEngine().certify(damaged).error().code(), "X2006");
  EXPECT_EQ(uncachedEngine().certify("").error().code(), "X2006");
  EXPECT_EQ(uncachedEngine().certify("x", {.description = "{", .function = "f"}).error().code(),
            "X2003");
}

} // namespace
} // namespace xphi::numerics
