// Random programs as people write them, in every tier, type and with every gradient: right, or said
// not to be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XPHI_WRITTEN_PROGRAMS: how many of each sort. XPHI_WRITTEN_SEED: the first one's seed, the others
// follow. XPHI_WRITTEN_POINTS: at how many points, beside corners and zeros. XPHI_WRITTEN_LIST=1
// prints every program that is not right.
#include "tests/numerics/PromisedResults.h"
#include "tests/numerics/WrittenProgram.h"

#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <ostream>

namespace xphi::numerics {
namespace {

struct Sort {
  const char *name;
  Written written;
  CompileOptions options;
  std::uint64_t programs = 6; ///< of it in the suite

  friend void PrintTo(const Sort &sort, std::ostream *out) { *out << sort.name; }
};

std::vector<ElementType> types(std::initializer_list<ElementType> all) { return all; }

std::vector<Sort> sorts() {
  using enum ElementType;
  std::vector<Sort> all = {
      {"fast", {}, {.accuracy = Accuracy::fast()}},
      {"exact", {}, {.accuracy = Accuracy::exact()}},
      {"ulp1", {}, {.accuracy = Accuracy::ulp(1)}},
      {"ulp2", {}, {.accuracy = Accuracy::ulp(2)}},
      {"ulp8", {}, {.accuracy = Accuracy::ulp(8)}},
      {"ulp100", {}, {.accuracy = Accuracy::ulp(100)}},
      {"f64", {}, {.types = types({F64})}},
      {"exactf64", {}, {.accuracy = Accuracy::exact(), .types = types({F64})}},
      {"f16", {}, {.types = types({F16})}},
      {"bf16", {}, {.types = types({BF16})}},
      {"mixed", {.inputs = 2}, {.types = types({F32, BF16, BF16})}},
      {"int8", {.inputs = 1, .parameters = true}, {.types = types({INT8})}},
      {"fp8", {.inputs = 1, .parameters = true}, {.types = types({FP8_E4M3})}},
      {"int8bf16", {.inputs = 1, .parameters = true}, {.types = types({INT8, BF16})}},
      {"parameters", {.parameters = true}, {.gradients = CompileOptions::allGradients()}},
      {"parametersf16",
       {.parameters = true},
       {.gradients = CompileOptions::allGradients(), .types = types({F16})}},
      {"parametersf64",
       {.parameters = true},
       {.gradients = CompileOptions::allGradients(), .types = types({F64})}},
      {"fastparameters",
       {.parameters = true},
       {.gradients = CompileOptions::allGradients(), .accuracy = Accuracy::fast()}},
      {"second", {.steps = false}, {.order = 1}},
      {"diff", {.steps = false, .derivatives = true}, {}},
      {"clauses",
       {.parameters = true, .clauses = true},
       {.gradients = CompileOptions::allGradients()}},
      {"draws", {.draws = true}, {}},
      {"exactgates",
       {.inputs = 2, .parameters = true},
       {.gradients = CompileOptions::allGradients(), .accuracy = Accuracy::exact()},
       1},
      {"ulp3", {.parameters = true}, {.accuracy = Accuracy::ulp(3)}, 1},
      {"ulp4096", {.parameters = true}, {.accuracy = Accuracy::ulp(4096)}, 1},
      {"fastf16", {}, {.types = types({F16}), .accuracy = Accuracy::fast()}, 1},
      {"fastint8", {.inputs = 1}, {.types = types({INT8, BF16}), .accuracy = Accuracy::fast()}, 1},
      {"reproducible", {.parameters = true}, {.accuracy = Accuracy::reproducible()}, 1},
      {"halfgates", {.inputs = 2}, {.types = types({F32, BF16, F16})}, 1},
      {"shortened", {.inputs = 1, .parameters = true}, {.types = types({F64, F32})}, 1},
      {"lengthened", {.inputs = 2}, {.types = types({F32, F64, F64})}, 1},
      {"int8gates", {.inputs = 2}, {.types = types({INT8, F32, F32})}, 1},
      {"fp8gates", {.inputs = 2}, {.types = types({F32, BF16, FP8_E5M2})}, 1},
      {"composed", {.composed = true}, {}, 1},
      {"powers", {.powers = true}, {}, 1},
      {"extremes", {.parameters = true, .extremes = true}, {}, 1},
      {"ends", {.inputs = 2, .ends = true}, {.types = types({F64})}, 1},
      {"accurate", {}, {}}};
  return all;
}

struct WrittenPrograms : testing::TestWithParam<Sort> {};

TEST_P(WrittenPrograms, AreRightOrSayThatTheyAreNot) {
  const Sort &sort = GetParam();
  const std::uint64_t first = setting("XPHI_WRITTEN_SEED", 1),
                      count = setting("XPHI_WRITTEN_PROGRAMS", sort.programs),
                      points = setting("XPHI_WRITTEN_POINTS", 80);
  const bool isListed = std::getenv("XPHI_WRITTEN_LIST");
  JudgementCount counted;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string text = writtenProgram(seed, sort.written);
    const Judgement judged = judgePromise(text, sort.options, seed, points);
    counted.expectSaid(judged, seed, text, isListed);
  }
  std::printf("%s\n", counted.text(sort.name).c_str());
}

INSTANTIATE_TEST_SUITE_P(Sorts, WrittenPrograms, testing::ValuesIn(sorts()),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace xphi::numerics
