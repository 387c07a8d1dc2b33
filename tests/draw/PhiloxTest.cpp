// The generator against published words, and what an element draws.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/Draw.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace xphi {
namespace {

using Words = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;

// The known answers of philox4x32 with 10 rounds in the tests of Random123 (kat_vectors).
static_assert(philox::block({0, 0, 0, 0}, {0, 0}) ==
              Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox::block({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                            {0xffffffff, 0xffffffff}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox::block({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                            {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

TEST(Philox, FourElementsShareACounter) {
  for (std::uint64_t element : {0ull, 1ull, 2ull, 3ull, 4ull, 1001ull, (1ull << 34) + 7, ~0ull}) {
    const std::uint64_t counter = element / 4;
    const Words words =
        philox::block({std::uint32_t(counter), std::uint32_t(counter >> 32), 0, 0}, {12, 34});
    EXPECT_EQ(wordOf(element, 12, 34), words[element % 4]) << element;
  }
}

TEST(Philox, KeysAreWholeNumbers) {
  EXPECT_EQ(keyWord(0), 0u);
  EXPECT_EQ(keyWord(7), 7u);
  EXPECT_EQ(keyWord(7.9), 7u);
  EXPECT_EQ(keyWord(4294967295.0), 0xffffffffu);
  EXPECT_EQ(keyWord(1e20), 0xffffffffu);
  EXPECT_EQ(keyWord(-3), 0u);
  EXPECT_EQ(keyWord(std::numeric_limits<double>::quiet_NaN()), 0u);
}

TEST(Philox, NothingIsDroppedWithZeroAndAllWithOne) {
  for (std::uint64_t element = 0; element < 1000; ++element) {
    for (double p : {0.0, -1.0, double(std::numeric_limits<double>::quiet_NaN())})
      EXPECT_FALSE(isDropped(element, p, 1, 2)) << element << " " << p;
    for (double p : {1.0, 2.0})
      EXPECT_TRUE(isDropped(element, p, 1, 2)) << element << " " << p;
  }
}

// Equal words of two keys are a matter of 2^-32.
TEST(Philox, EachSeedAndStreamHasBitsOfItsOwn) {
  std::set<std::uint32_t> seen;
  for (int seed = 0; seed < 20; ++seed)
    for (int stream = 0; stream < 20; ++stream)
      for (std::uint64_t element = 0; element < 20; ++element)
        seen.insert(wordOf(element, seed, stream));
  EXPECT_GE(seen.size(), 20u * 20 * 20 - 2);
}

TEST(Interpreter, DrawsForTheElementThatItIsAt) {
  const dsl::ParseResult parsed =
      dsl::analyse({"t.phi", "def f(x; p = 0.5) = if dropped(p, 3, 4) then 0 else x"});
  ASSERT_TRUE(parsed) << parsed.render();
  const dsl::Program &program = *parsed.program;
  EXPECT_TRUE(dsl::draws(program, program.entry()));
  const double x = 8, p = 0.3;
  const std::uint32_t variable = 0;
  unsigned dropped = 0;
  for (std::uint64_t index = 0; index < 200; ++index) {
    const dsl::Element here(index);
    const bool drop = isDropped(index, p, 3, 4);
    EXPECT_EQ(dsl::evaluate(program, 0, {&x, 1}, {&p, 1}), drop ? 0 : 8) << index;
    EXPECT_EQ(here.drops(), unsigned(drop));
    dsl::DoubleArithmetic doubles;
    EXPECT_EQ(dsl::evaluateDerivative(program, 0, std::span(&x, 1), std::span(&p, 1),
                                      std::span(&variable, 1), doubles),
              drop ? 0 : 1);
    dropped += drop;
  }
  EXPECT_GT(dropped, 30u);
  EXPECT_LT(dropped, 90u);
}

TEST(Interpreter, KnowsWhoDraws) {
  const auto draws = [](const char *text) {
    const dsl::ParseResult parsed = dsl::analyse({"t.phi", text});
    EXPECT_TRUE(parsed) << parsed.render();
    return parsed && dsl::draws(*parsed.program, parsed.program->entry());
  };
  EXPECT_FALSE(draws("x"));
  EXPECT_TRUE(draws("def f(x) = if x > 0 and dropped(0.1, 1, 2) then 0 else x"));
  EXPECT_TRUE(draws("def g(x) = if dropped(0.1, 1, 2) then 0 else x\ndef f(x) = 2 * g(x)"));
  EXPECT_TRUE(draws("def f(x) = x\n  grad x = if dropped(0.1, 1, 2) then 0 else 1"));
  EXPECT_FALSE(draws("def g(x) = if dropped(0.1, 1, 2) then 0 else x\ndef f(x) = 2 * x"));
}

} // namespace
} // namespace xphi
