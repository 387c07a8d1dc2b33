// What is compiled, as text and back: nothing is lost, and nothing else is read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/KernelSpec.h"
#include "abi/Target.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace xphi {
namespace {

KernelSpec randomSpec(std::mt19937 &random) {
  const auto below = [&](std::size_t count) { return std::size_t(random()) % count; };
  const auto names = [&] {
    const char *known[] = {"x", "alpha", "gate"};
    std::vector<std::string> list(below(3));
    for (std::string &name : list)
      name = known[below(std::size(known))];
    return list;
  };
  KernelSpec spec;
  spec.target = Target::all()[below(Target::all().size())].name;
  for (std::size_t i = 0; i <= below(3); ++i)
    spec.types.inputs.push_back(elementTypes[below(std::size(elementTypes))]);
  spec.types.output = elementTypes[below(std::size(elementTypes))];
  spec.derivative = names();
  spec.gradients = names();
  spec.keep = everyKeep[below(std::size(everyKeep))];
  spec.tier = everyTier[below(std::size(everyTier))];
  spec.ulps = below(2) ? 4 : 1 + double(below(1000)) / 7;
  spec.program = below(2) ? "def f(x) = x\n" : "def g(x) = x * 2\n\ndef f(x) = g(x)\nkeep y\n";
  return spec;
}

TEST(KernelSpecTest, ComesBackAsItWas) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const KernelSpec spec = randomSpec(random);
    const std::optional<KernelSpec> read = KernelSpec::parse(spec.print());
    ASSERT_TRUE(read) << spec.print();
    ASSERT_EQ(*read, spec) << spec.print();
  }
}

TEST(KernelSpecTest, DifferentOnesHaveDifferentTexts) {
  std::mt19937 random(2);
  std::vector<KernelSpec> specs;
  for (int i = 0; i < 300; ++i)
    if (KernelSpec spec = randomSpec(random); std::ranges::find(specs, spec) == specs.end())
      specs.push_back(std::move(spec));
  std::set<std::string> texts;
  for (const KernelSpec &spec : specs)
    texts.insert(spec.print());
  EXPECT_EQ(texts.size(), specs.size());
}

TEST(KernelSpecTest, WhatLacksALineOrAKnownWordIsNone) {
  std::mt19937 random(3);
  const std::string text = randomSpec(random).print();
  const std::string head = text.substr(0, text.find("program\n"));
  for (std::size_t at = 0; at < head.size(); at = head.find('\n', at) + 1) {
    std::string without = text;
    without.erase(at, head.find('\n', at) + 1 - at);
    EXPECT_FALSE(KernelSpec::parse(without)) << without;
  }
  EXPECT_FALSE(KernelSpec::parse(""));
  EXPECT_FALSE(ArrayTypes::parse("f32"));
  EXPECT_FALSE(ArrayTypes::parse("f32->f15"));
  EXPECT_FALSE(ArrayTypes::parse("f32,->f32,"));
}

TEST(TargetTest, AProcessorRunsItsOwnLevelAndThoseBelow) {
  const Target v3 = *Target::parse("x86-64-v3"), v4 = *Target::parse("x86-64-v4");
  EXPECT_TRUE(v3.runsOn(v3) && v3.runsOn(v4) && v4.runsOn(v4));
  EXPECT_FALSE(v4.runsOn(v3));
  EXPECT_FALSE(Target::parse("cuda-sm_80")->runsOn(v4));
  const Target neon = *Target::parse("aarch64-neon");
  EXPECT_TRUE(neon.runsOn(neon) && !neon.runsOn(v4) && !v3.runsOn(neon));
  EXPECT_FALSE(neon.runsOn(*Target::parse("riscv64-rvv")));
  EXPECT_FALSE(Target::parse("x86-64-v2"));
}

} // namespace
} // namespace xphi
