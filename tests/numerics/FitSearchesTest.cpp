// Searches that are not made again, and those that end before a model is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitSearches.h"
#include "approx/FarOff.h"
#include "approx/FitWords.h"
#include "approx/KnownFits.h"
#include "approx/TaylorModel.h"
#include "approx/TriedTables.h"
#include "dsl/Frontend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <malloc.h>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::FitLimits;
using compiler::SmoothFunction;
using compiler::View;

std::shared_ptr<const dsl::Program> programOf(const std::string &text) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  if (!parsed)
    throw std::runtime_error(parsed.render());
  return parsed.program;
}

/// Functions with fits and without, no two the same.
std::string randomText(std::mt19937 &random) {
  constexpr const char *forms[] = {
      "tanh(%.3f * x) / (1 + exp(-x))", "x * erf(%.3f * x)",          "exp(-(%.3f * x)^2)",
      "x / (1 + exp(-%.3f * x))",       "sqrt(1 + (%.3f * x)^2) - 1", "exp(-exp(-%.3f * x))"};
  char text[80];
  std::snprintf(text, sizeof text, forms[random() % std::size(forms)],
                0.3 * std::exp2(double(random() % 1000) / 300));
  return std::string("def part(x) =\n") + text + "\n";
}

TEST(FitSearches, GiveWhatASearchOfItsOwnDoes) {
  std::mt19937 random(41);
  int found = 0, none = 0;
  for (int i = 0; i != 8; ++i) {
    compiler::FitSearches searches;
    const std::string text = randomText(random);
    const std::shared_ptr<const dsl::Program> program = programOf(text);
    for (int j = 0; j != 6; ++j) {
      constexpr double ulps[] = {4, 3.5, 3, 2.25};
      FitLimits limits;
      limits.segments = random() % 2 ? 8 : 16;
      limits.mostUlps = limits.mostUlpsAtZero = ulps[random() % std::size(ulps)];
      limits.isOrdered = random() % 3 != 0;
      const auto expected = compiler::findFit(program, program->entry(), limits);
      EXPECT_EQ(searches.find(text, limits), expected) << text << limits.mostUlps;
      ++(expected ? found : none);
    }
  }
  EXPECT_GT(found, 5);
  EXPECT_GT(none, 5);
}

/// A function and what is asked of its fit, of all kinds that there are.
std::pair<std::string, FitLimits> randomSearch(std::mt19937 &random) {
  using compiler::FitLimits;
  constexpr unsigned segments[] = {8, 16, 32};
  constexpr ElementType types[] = {ElementType::F16, ElementType::BF16};
  FitLimits limits;
  limits.segments = segments[random() % std::size(segments)];
  limits.moreSegments = random() % 2 ? 2 * limits.segments : 0;
  limits.isOfPair = random() % 3 == 0;
  if (random() % 3 == 0) {
    const ElementType type = types[random() % std::size(types)];
    limits.elements = {type, type, random() % 2 == 0};
    limits.mostUlps = limits.mostUlpsAtZero = 32;
  } else if (random() % 3 == 0) {
    limits.pairs = true;
  } else if (random() % 3 == 0) {
    limits.leastResult = 0x1p-14;
  }
  return {randomText(random), limits};
}

// All that a fit is, and all that is asked of one.
TEST(FitWords, AreReadAsTheyWereWritten) {
  std::mt19937 random(47);
  int found = 0;
  for (int i = 0; i != 40; ++i) {
    const auto [text, limits] = randomSearch(random);
    const std::string line = compiler::wordsOf(limits) + " " + text;
    std::string_view rest = line;
    const std::optional<FitLimits> read = compiler::limitsOfWords(rest);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(*read, limits) << line;
    EXPECT_EQ(rest, text);

    const std::optional<compiler::Fit> fit = compiler::FitSearches().find(text, limits);
    const std::string words = compiler::wordsOf(fit);
    const auto again = compiler::foundOfWords(words);
    ASSERT_TRUE(again) << line;
    ASSERT_EQ(again->has_value(), fit.has_value()) << line;
    if (fit) {
      compiler::Fit whole = **again;
      if (fit->accurate && whole.accurate) {
        EXPECT_EQ(*whole.accurate, *fit->accurate);
        whole.accurate = fit->accurate; // compared by its place
      }
      EXPECT_EQ(whole, *fit) << line;
      EXPECT_FALSE(compiler::foundOfWords(words.substr(0, words.size() - 1 - random() % 9)));
      EXPECT_FALSE(compiler::foundOfWords(words + " 1"));
    }
    found += fit.has_value();
  }
  EXPECT_GT(found, 15);
}

std::optional<std::optional<compiler::Fit>> fromTheStart(const std::string &text,
                                                         const FitLimits &) {
  if (text != "known")
    return std::nullopt;
  return std::optional<std::optional<compiler::Fit>>(std::in_place, std::nullopt);
}

TEST(KnownFits, AreNotSearchedForAgain) {
  compiler::KnownFits known(fromTheStart);
  const std::string text = "def part(x) =\ntanh(x)\n";
  FitLimits limits, closer;
  closer.mostUlps = 3;
  const auto first = compiler::FitSearches(&known).find(text, limits);
  ASSERT_TRUE(first);
  ASSERT_TRUE(known.find(text, limits));
  EXPECT_EQ(*known.find(text, limits), first);
  EXPECT_FALSE(known.find(text, closer));
  EXPECT_EQ(compiler::FitSearches(&known).find(text, limits), first);
  EXPECT_TRUE(known.find("known", limits));
  // What is there is taken as it is.
  compiler::Fit other = *first;
  other.segments = 1;
  known.keep(text, closer, other);
  EXPECT_EQ(compiler::FitSearches(&known).find(text, closer), std::optional(other));
}

TEST(KnownFits, ForgetTheOldest) {
  compiler::KnownFits known(nullptr);
  const FitLimits limits;
  const auto text = [](int i) { return std::to_string(i); };
  for (int i = 0; i != 5000; ++i)
    known.keep(text(i), limits, std::nullopt);
  EXPECT_TRUE(known.find(text(4999), limits));
  EXPECT_FALSE(known.find(text(0), limits));
}

/// With malloc filling what it gives with this.
std::optional<compiler::Fit> foundInMemoryOf(int filling, const std::string &text,
                                             const FitLimits &limits) {
  ::mallopt(M_PERTURB, filling);
  compiler::FitSearches searches;
  std::optional<compiler::Fit> found = searches.find(text, limits);
  ::mallopt(M_PERTURB, 0);
  return found;
}

// Of few segments degrees are high, and next to a zero models may have fewer terms.
TEST(FitSearches, GiveTheSameWhateverIsInMemory) {
  std::mt19937 random(43);
  std::uniform_real_distribution<double> factors(0.5, 2);
  constexpr const char *forms[] = {"sin(%.4f * u)", "cos(%.4f * u)", "sin(%.4f * u)^2",
                                   "tanh(u) - %.4f * u", "u * exp(-%.4f * u^2)"};
  for (const char *form : forms)
    for (int i = 0; i != 4; ++i) {
      char part[60];
      std::snprintf(part, sizeof part, form, i ? factors(random) : 1);
      const std::string text = std::string("def part(u) =\n") + part + "\n";
      FitLimits limits;
      limits.segments = 8;
      limits.moreSegments = 16;
      limits.isOfPair = i % 2 == 0;
      limits.isOrdered = false;
      const auto expected = foundInMemoryOf(0, text, limits);
      for (const int filling : {85, 127, 170, 255})
        EXPECT_EQ(foundInMemoryOf(filling, text, limits), expected) << text << filling;
    }
}

// Each asks for some that the other asks for, too, in an order of its own.
TEST(FitSearches, OfTwoThreadsGiveWhatASearchOfItsOwnDoes) {
  std::mt19937 random(44);
  for (int round = 0; round != 4; ++round) {
    struct Asked {
      std::string text;
      FitLimits limits;
      std::optional<compiler::Fit> found;
    };
    std::vector<std::string> texts;
    for (int i = 0; i != 3; ++i)
      texts.push_back(randomText(random));
    std::vector<Asked> asked[2];
    for (std::vector<Asked> &each : asked)
      for (int i = 0; i != 6; ++i) {
        FitLimits limits;
        limits.segments = 16;
        limits.mostUlps = limits.mostUlpsAtZero = random() % 2 ? 4 : 3;
        each.push_back({texts[random() % texts.size()], limits, {}});
      }
    compiler::FitSearches here, beside = here.beside();
    const auto ask = [](compiler::FitSearches &searches, std::vector<Asked> &of) {
      for (Asked &each : of)
        each.found = searches.find(each.text, each.limits);
    };
    std::thread other([&] { ask(beside, asked[1]); });
    ask(here, asked[0]);
    other.join();
    for (const std::vector<Asked> &each : asked)
      for (const auto &[text, limits, found] : each) {
        const std::shared_ptr<const dsl::Program> program = programOf(text);
        EXPECT_EQ(found, compiler::findFit(program, program->entry(), limits)) << text;
      }
  }
}

TEST(FitSearches, OfWhatIsNoTextFindNothing) {
  compiler::FitSearches searches;
  EXPECT_FALSE(searches.find("def part(x) =\nunknown(x)\n", {}));
}

/// Both are known to be what they are: eᶜ/k!, and of 1/(1 + t) its powers.
TEST(LeastModel, CoefficientsAreNoMoreThanTaylorsAndNearThem) {
  constexpr unsigned count = 18;
  std::mt19937 random(42);
  std::uniform_real_distribution<double> places(-0.75, 4);
  const auto expectNear = [&](const std::string &text, View view, unsigned order, double c,
                              const auto &truth) {
    const std::shared_ptr<const dsl::Program> program = programOf(text);
    const SmoothFunction f(program, program->entry());
    const auto model = f.leastModel(c, 0x1p-4, view, order, count);
    ASSERT_TRUE(model);
    ASSERT_EQ(model->quotient.size(), count);
    std::vector<double> least = model->quotient;
    for (double &each : least)
      each = std::fabs(each);
    for (unsigned k = 0; k != count; ++k) {
      EXPECT_LE(least[k], std::fabs(truth(k)) * (1 + 1e-12)) << text << " at " << c << ", " << k;
      if (k < 8)
        EXPECT_GE(least[k], std::fabs(truth(k)) * (1 - 0x1p-8)) << text << " at " << c << ", " << k;
    }
  };
  for (int i = 0; i != 20; ++i) {
    const double c = i == 0 ? 0 : places(random), right = std::fabs(c);
    const auto ofExp = [&](unsigned k) { return std::exp(c - std::lgamma(k + 1.0)); };
    expectNear("def f(x) =\nexp(x)\n", View::Through, 0, c, ofExp);
    expectNear("def f(x) =\nx * exp(x)\n", View::Through, 1, c, ofExp);
    expectNear("def f(x) =\n1 / (1 + x)\n", View::Through, 0, c,
               [&](unsigned k) { return std::pow(1 + c, -1.0 - k); });
    expectNear("def f(x) =\n1 / (1 - x)\n", View::Left, 0, right,
               [&](unsigned k) { return std::pow(1 + right, -1.0 - k); });
  }
  const std::shared_ptr<const dsl::Program> corner = programOf("def f(x) =\nabs(x - 1)\n");
  EXPECT_FALSE(
      SmoothFunction(corner, corner->entry()).leastModel(1, 0x1p-4, View::Through, 0, count))
      << "nothing is known there";
}

/// Smooth functions with a random scale, and the fits that they have.
template <class Body> void forFitsOfSamples(const compiler::FitLimits &limits, const Body &body) {
  constexpr const char *forms[] = {"x * Phi(%.4f * x)",       "x * sigmoid(%.4f * x)",
                                   "tanh(%.4f * x)",          "x * tanh(log1p(exp(%.4f * x)))",
                                   "exp(-(%.4f * x)^2)",      "tanh(%.4f * x) * sigmoid(x)",
                                   "asinh(%.4f * x)",         "x / sqrt(1 + (%.4f * x)^2)",
                                   "sigmoid(%.4f * x + 0.3)", "cos(%.4f * x) * exp(-x^2 / 2)"};
  std::mt19937 random(7);
  for (const char *form : forms)
    for (int i = 0; i != 4; ++i) {
      char text[80];
      std::snprintf(text, sizeof text, form, 0.5 * std::exp2(double(random() % 1000) / 400));
      const auto program = programOf(std::string("def part(x) =\n") + text + "\n");
      if (const auto fit = compiler::findFit(program, program->entry(), limits))
        body(text, SmoothFunction(program, program->entry()), *fit);
    }
}

// What is given up before a model is made would have had none: no segment of any fit that is found.
TEST(FarOff, NoSegmentOfAFitIsButAtHalfItsDegreeOneIs) {
  using enum compiler::Fit::Form;
  unsigned count = 0, seen = 0;
  for (const unsigned segments : {32, 8}) {
    compiler::FitLimits limits;
    limits.segments = segments;
    forFitsOfSamples(
        limits, [&](const char *text, const SmoothFunction &f, const compiler::Fit &fit) {
          if (fit.form == Halves || fit.isOfPair)
            return;
          bool isAnyFarOff = false;
          for (unsigned i = 0; i != fit.segments; ++i) {
            const bool isRow = fit.form == TwoSided;
            const int end = fit.first + int(fit.segments),
                      k = isRow && int(i) >= end ? int(i) - int(fit.segments) : int(i);
            const View view = isRow                                     ? View::Through
                              : fit.form == Ramp || fit.form == Reflect ? View::Left
                                                                        : View::Right;
            compiler::WantedSegment segment{
                i, {k, view}, 0.5 * double(fit.step) * (1 + 0x1p-18), std::nullopt};
            if (fit.zero) {
              const double zero = view == View::Left ? -double(*fit.zero) : double(*fit.zero);
              if (std::fabs(zero - k * double(fit.step)) <= segment.radius)
                segment.zero = compiler::Zero{float(zero), f.value(double(*fit.zero))->nearest() /
                                                               std::pow(zero, double(fit.order))};
            }
            EXPECT_FALSE(isFarOff(f, fit, segment, fit.degree, limits, {}))
                << text << ": " << fit.text() << ", segment " << k;
            isAnyFarOff |= isFarOff(f, fit, segment, fit.degree / 2, limits, {});
          }
          ++count;
          seen += isAnyFarOff;
        });
  }
  EXPECT_GT(count, 50u);
  EXPECT_EQ(seen, count);
}

// Of nothing else is more told in parts: without a zero the shortest segments say whether any do.
TEST(TriedTables, OnlyFormsWhoseShortestSegmentsWereLeftUntoldAreTriedAgain) {
  compiler::TriedTables tables;
  compiler::Fit odd, row;
  odd.form = compiler::Fit::Form::Odd;
  const auto tried = [&](compiler::Fit &fit, float step, bool isUntold, bool isNextToZero = false) {
    fit.step = step;
    tables.begin(fit);
    tables.failed(isUntold, isNextToZero);
  };
  tried(odd, 0.5F, true);
  tried(odd, 0.25F, false);
  EXPECT_TRUE(tables.untold().empty());
  tried(row, 0.5F, true);
  tried(row, 0.25F, true);
  EXPECT_EQ(tables.untold(), std::vector<bool>({false, false, true, true}));
  EXPECT_EQ(tables.untoldOfShortest(), std::vector<bool>({false, false, false, true}));
  EXPECT_FALSE(tables.areByLuck());
  tried(row, 0.125F, false, true);
  EXPECT_TRUE(tables.areByLuck());
  EXPECT_EQ(tables.untold(), std::vector<bool>({true, false, true, true, false}));
}

} // namespace
} // namespace xphi::numerics
