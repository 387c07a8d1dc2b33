// Random numbers and words of which tests put programs together.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <iterator>
#include <random>
#include <string>

namespace xphi::numerics {

class Dice {
public:
  explicit Dice(std::uint64_t seed) : random(seed) {}

  std::string oneOf(const auto &table) { return std::string(table[random() % std::size(table)]); }
  double normal() { return std::normal_distribution<double>()(random); }
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  }
  std::uint64_t operator()() { return random(); }

private:
  std::mt19937_64 random;
};

} // namespace xphi::numerics
