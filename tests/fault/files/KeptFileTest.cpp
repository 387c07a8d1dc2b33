// The bytes of a file that is kept: no damage goes unseen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache/KeptFile.h"

#include <gtest/gtest.h>

namespace xphi {
namespace {

const std::string whole =
    encodeKept(std::string("con\0tent", 8), {"kernel", "maker 1", "the\nkey"});

TEST(KeptFileTest, GivesBackWhatWasPutIn) {
  const auto kept = decodeKept(whole);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->content, std::string_view("con\0tent", 8));
  EXPECT_EQ(kept->label.kind, "kernel");
  EXPECT_EQ(kept->label.maker, "maker 1");
  EXPECT_EQ(kept->label.key, "the\nkey");
  EXPECT_TRUE(whole.starts_with("con")) << "tools open the file as what it holds";
}

TEST(KeptFileTest, AMakerOfSeveralLinesCannotForgeTheKey) {
  const std::string file = encodeKept("", {"kernel", "x\nmaker y\nkey of another", "key"});
  EXPECT_EQ(decodeKept(file)->label.key, "key");
}

TEST(KeptFileTest, EveryCutIsSeen) {
  for (std::size_t length = 0; length != whole.size(); ++length)
    EXPECT_FALSE(decodeKept(whole.substr(0, length))) << length;
  for (std::size_t start = 1; start != whole.size(); ++start)
    EXPECT_FALSE(decodeKept(whole.substr(start))) << start;
}

TEST(KeptFileTest, EveryFlippedBitIsSeen) {
  for (std::size_t bit = 0; bit != 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = char(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decodeKept(damaged)) << bit;
  }
}

TEST(KeptFileTest, EveryByteLostOrDoubledIsSeen) {
  for (std::size_t at = 0; at != whole.size(); ++at) {
    EXPECT_FALSE(decodeKept(std::string(whole).erase(at, 1))) << at;
    EXPECT_FALSE(decodeKept(std::string(whole).insert(at, 1, whole[at]))) << at;
  }
}

} // namespace
} // namespace xphi
