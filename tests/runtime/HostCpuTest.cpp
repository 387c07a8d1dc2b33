// Levels found for machines that are only described: CPUID words and XCR0.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/host/HostCpu.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace xphi {
namespace {

CpuWords zen4() {
  CpuWords words;
  words.maxLeaf = 0x10;
  words.leaf1Ecx = 0x7ef8320b;
  words.leaf7Ebx = 0xf1bf97a9;
  words.extended1Ecx = 0x75c237ff;
  words.xcr0 = 0x2e7;
  return words;
}

bool has(const CpuWords &words, const char *feature) {
  const auto features = cpuFeatures(words);
  return std::find(features.begin(), features.end(), feature) != features.end();
}

TEST(HostCpu, Avx512IsLevel4) { EXPECT_EQ(*bestTarget(zen4()), "x86-64-v4"); }

TEST(HostCpu, Avx512WithoutSavedRegistersIsLevel3) {
  CpuWords words = zen4();
  for (const std::uint64_t xcr0 : {0x7u, 0x27u, 0x47u, 0x87u, 0x67u, 0xa7u, 0xc7u}) {
    words.xcr0 = xcr0;
    EXPECT_EQ(*bestTarget(words), "x86-64-v3") << std::hex << xcr0;
    EXPECT_FALSE(has(words, "avx512f"));
  }
}

TEST(HostCpu, AnyMissingPartOfAvx512IsLevel3) {
  for (const unsigned bit : {16u, 17u, 28u, 30u, 31u}) {
    CpuWords words = zen4();
    words.leaf7Ebx &= ~(1u << bit);
    EXPECT_EQ(*bestTarget(words), "x86-64-v3") << bit;
  }
}

TEST(HostCpu, AnyMissingPartOfLevel3IsAnError) {
  const std::pair<std::uint32_t CpuWords::*, unsigned> parts[] = {
      {&CpuWords::leaf1Ecx, 12},    {&CpuWords::leaf1Ecx, 28}, {&CpuWords::leaf1Ecx, 29},
      {&CpuWords::leaf7Ebx, 5},     {&CpuWords::leaf7Ebx, 3},  {&CpuWords::leaf7Ebx, 8},
      {&CpuWords::extended1Ecx, 5}, {&CpuWords::leaf1Ecx, 22}, {&CpuWords::leaf1Ecx, 27}};
  for (const auto &[word, bit] : parts) {
    CpuWords words = zen4();
    words.*word &= ~(1u << bit);
    const auto target = bestTarget(words);
    ASSERT_FALSE(target) << bit;
    EXPECT_EQ(target.error().code(), "X2000");
  }
}

TEST(HostCpu, YmmNotSavedIsAnErrorThatNamesWhatIsMissing) {
  CpuWords words = zen4();
  words.xcr0 = 0x3;
  const auto target = bestTarget(words);
  ASSERT_FALSE(target);
  EXPECT_NE(target.error().message().find("avx2"), std::string::npos);
  EXPECT_TRUE(has(words, "bmi2"));
}

TEST(HostCpu, NothingIsAnError) { EXPECT_FALSE(bestTarget(CpuWords())); }

TEST(HostCpu, ReadsThisMachine) { EXPECT_GE(readCpuWords().maxLeaf, 1u); }

} // namespace
} // namespace xphi
