// Random programs whose sums cancel: right, or the kernel says that it is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XPHI_CANCELLING_PROGRAMS: how many programs. XPHI_CANCELLING_SEED: the first one's seed, the
// others follow. XPHI_CANCELLING_LIST=1 prints every program that is not right.
#include "tests/numerics/CancellingProgram.h"

#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace xphi::numerics {
namespace {

constexpr std::size_t pointCount = 200;

dsl::Program parsed(const std::string &text) {
  const dsl::ParseResult result = dsl::analyse({"<program>", text}, &lib::library());
  EXPECT_TRUE(result) << text << "\n" << result.render();
  return *result.program;
}

/// A seed in a report is worth nothing if another compiler makes another program of it.
TEST(CancellingPrograms, ASeedIsOneProgramEverywhere) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    for (const char c : cancellingProgram(seed))
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  EXPECT_EQ(hash, 0xde21303ca2dc36c0u);
}

TEST(CancellingPrograms, AreRightOrSayThatTheyAreNot) {
  const std::uint64_t first = setting("XPHI_CANCELLING_SEED", 1),
                      count = setting("XPHI_CANCELLING_PROGRAMS", 100);
  const bool isListed = std::getenv("XPHI_CANCELLING_LIST");
  JudgementCount counts[3]; // by number of inputs
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string text = cancellingProgram(seed);
    const dsl::Program program = parsed(text);
    const Judgement judged = judge(text, cancellingPoints(program, seed, pointCount));
    counts[program.definitions[program.entry()].inputs.size()].expectSaid(judged, seed, text,
                                                                          isListed);
  }
  for (const int inputs : {1, 2})
    std::printf("%s\n", counts[inputs].text(inputs == 1 ? "one input" : "two inputs").c_str());
}

/// Programs that were once wrong without a word: where the truth was told from an undecided
/// comparison, where 385 bits cancel, where an exponential behind a condition is infinite, and
/// where more cancel than wide numbers have, but less than the truth is told from, only for some
/// signs of another term.
TEST(CancellingPrograms, ThatWereSilentAreNotAnyMore) {
  for (const std::uint64_t seed : {31501, 41148, 60016, 200026, 201206, 302183}) {
    const std::string text = cancellingProgram(seed);
    const Judgement judged = judge(text, cancellingPoints(parsed(text), seed, pointCount));
    EXPECT_NE(judged.kind, Judgement::Kind::Silent) << "seed " << seed << ": " << text << "\n"
                                                    << judged.text();
  }
}

} // namespace
} // namespace xphi::numerics
