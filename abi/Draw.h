// Random bits of an element: Philox 4x32-10, counted by the element's index and nothing else.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the reference interpreter draws and what kernels draw must be the same bits, on every
// machine, for any vector width, number of threads and way of cutting a call into pieces.
//
// Source: Salmon, Moraes, Dror & Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, 2011.
#pragma once

#include <array>
#include <cstdint>

namespace xphi {

namespace philox {

inline constexpr unsigned rounds = 10;
inline constexpr std::uint32_t multipliers[2] = {0xD2511F53, 0xCD9E8D57};
inline constexpr std::uint32_t keySteps[2] = {0x9E3779B9, 0xBB67AE85}; ///< between rounds
/// Words that one counter gives: elements 4 i to 4 i + 3 have those of counter i.
inline constexpr unsigned words = 4;

constexpr std::array<std::uint32_t, words> block(std::array<std::uint32_t, words> counter,
                                                 std::array<std::uint32_t, 2> key) {
  for (unsigned round = 0; round != rounds; ++round) {
    const std::uint64_t first = std::uint64_t(multipliers[0]) * counter[0],
                        second = std::uint64_t(multipliers[1]) * counter[2];
    counter = {std::uint32_t(second >> 32) ^ counter[1] ^ key[0], std::uint32_t(second),
               std::uint32_t(first >> 32) ^ counter[3] ^ key[1], std::uint32_t(first)};
    key = {key[0] + keySteps[0], key[1] + keySteps[1]};
  }
  return counter;
}

} // namespace philox

/// A word of the key: the whole part of a number, of 0 for what is below it or NaN, of 2^32 - 1
/// for what is above that.
constexpr std::uint32_t keyWord(double number) {
  constexpr double most = 0xffffffff;
  return !(number > 0) ? 0 : number < most ? std::uint32_t(number) : std::uint32_t(most);
}

constexpr std::uint32_t wordOf(std::uint64_t element, double seed, double stream) {
  const std::uint64_t counter = element / philox::words;
  return philox::block({std::uint32_t(counter), std::uint32_t(counter >> 32), 0, 0},
                       {keyWord(seed), keyWord(stream)})[element % philox::words];
}

/// Whether an element is dropped: the upper 31 bits of its word, as a number from 0 to 1, are below
/// p. Never for p = 0, always for p = 1.
constexpr bool isDropped(std::uint64_t element, double p, double seed, double stream) {
  return double(wordOf(element, seed, stream) >> 1) < p * 0x1p31;
}

} // namespace xphi
