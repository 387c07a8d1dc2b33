// Terms of x and y made by chance, and points at which they are numbers or are none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>

namespace xphi::analysis {

/// From XPHI_PROPERTY_SEED (1) on, XPHI_PROPERTY_PROGRAMS of them, as in tests/property.
struct Seeds {
  explicit Seeds(std::uint64_t usual);

  std::uint64_t first, end;
  bool areUsual; ///< so that what is counted means something
};

class TermGenerator {
public:
  explicit TermGenerator(std::uint64_t seed) : random(seed) {}

  std::string term(int depth);

private:
  std::string one(std::initializer_list<const char *> choices);

  std::mt19937_64 random;
};

constexpr double termPoints[][2] = {
    {0.5, 2}, {-0.5, 2}, {3, -1},  {-4, -0.25},         {0, 0},     {0, -5},   {2.5, 0},
    {-1, 1},  {6, 6},    {-7, -3}, {0x1p-60, -0x1p-60}, {-0.25, 9}, {1, -1.5}, {0.125, -8}};

} // namespace xphi::analysis
