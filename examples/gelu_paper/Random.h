// Random numbers by what they are for: nothing depends on how many were drawn before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// So a run that is resumed, or whose blocks are computed in another order, draws the same.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

namespace paper {

using Generator = std::mt19937_64;
enum Purpose : std::uint64_t { ForWeights, ForOrder, ForDropout };

inline Generator generatorFor(std::initializer_list<std::uint64_t> purpose) {
  std::uint64_t seed = 0;
  for (std::uint64_t part : purpose) {
    // The finalizer of splitmix64 (Steele, Lea and Flood, 2014).
    seed += part + 0x9e3779b97f4a7c15;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
    seed ^= seed >> 31;
  }
  return Generator(seed);
}

/// -1 to 1. By hand: the standard's distributions differ between libraries.
inline double uniform(Generator &random) {
  return static_cast<double>(random() >> 11) * 0x1p-52 - 1;
}

inline std::vector<std::uint32_t> shuffled(std::size_t count, Generator random) {
  std::vector<std::uint32_t> order(count);
  for (std::size_t i = 0; i < count; ++i)
    order[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[random() % i]);
  return order;
}

} // namespace paper
