// The bytes of a file that is kept: no damage goes unseen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache/KeptFile.h"
#include "cache/Hash.h"

#include <cstdint>
#include <cstring>
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

/// `whole` with other lengths, and a checksum that is right for them.
std::string withLengths(std::uint64_t content, std::uint64_t label) {
  std::string file = whole.substr(0, whole.size() - sizeof(Hash128));
  std::memcpy(file.data() + file.size() - 16, &content, 8);
  std::memcpy(file.data() + file.size() - 8, &label, 8);
  const Hash128 checksum = hash128(file);
  return file.append(reinterpret_cast<const char *>(&checksum), sizeof checksum);
}

// A checksum tells damage only; a file made on purpose has a right one.
TEST(KeptFileTest, LengthsThatDoNotAddUpAreSeen) {
  const std::uint64_t content = decodeKept(whole)->content.size(), both = whole.size() - 40;
  EXPECT_TRUE(decodeKept(withLengths(content, both - content)));
  for (std::uint64_t first = 0; first != whole.size() + 2; ++first)
    for (std::uint64_t second = 0; second != whole.size() + 2; ++second)
      if (first + second != both) {
        EXPECT_FALSE(decodeKept(withLengths(first, second))) << first << " and " << second;
      }
  // Those that add up to it modulo 2^64.
  for (const std::uint64_t first : {both + 1, std::uint64_t(1) << 63, ~std::uint64_t(0)}) {
    EXPECT_FALSE(decodeKept(withLengths(first, both - first))) << first;
    EXPECT_FALSE(decodeKept(withLengths(both - first, first))) << first;
  }
}

} // namespace
} // namespace xphi
