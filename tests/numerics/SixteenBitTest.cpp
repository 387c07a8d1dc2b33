// Results in f16 and bf16 are the nearest ones: every input there is, of the library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one input, value and gradient, at their defaults, all 65,536 inputs.
// XPHI_SIXTEEN_BIT_STRIDE=61 takes one in 61, where the first one is another for each function.
#include "NearestElements.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace xphi::numerics {
namespace {

std::uint32_t stride() {
  const char *given = std::getenv("XPHI_SIXTEEN_BIT_STRIDE");
  return given ? std::uint32_t(std::strtoul(given, nullptr, 10)) : 1;
}

struct SixteenBit : testing::TestWithParam<std::tuple<std::string, ElementType>> {};

TEST_P(SixteenBit, ResultsAreTheNearest) {
  const auto &[name, type] = GetParam();
  const auto first = std::uint32_t(std::hash<std::string>()(name));
  expectPromised(name, {{type}, type}, everyElement(type, stride(), first));
}

INSTANTIATE_TEST_SUITE_P(Library, SixteenBit,
                         testing::Combine(testing::ValuesIn(libraryFunctionsOfOneInput()),
                                          testing::Values(ElementType::F16, ElementType::BF16)),
                         [](const auto &tested) {
                           return std::get<0>(tested.param) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param)));
                         });

} // namespace
} // namespace xphi::numerics
