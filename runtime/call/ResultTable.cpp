// A table of 256 results: bytes and words within registers where a machine has instructions for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ResultTable.h"

#include <cstdint>
#include <cstring>
#include <numeric>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace xphi {
namespace {

template <class Result>
void lookUpEach(const std::uint8_t *x, const std::byte *table, std::byte *y, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    std::memcpy(y + i * sizeof(Result), table + x[i] * sizeof(Result), sizeof(Result));
}

#ifdef __x86_64__
#define XPHI_BYTES __attribute__((target("avx512f,avx512bw,avx512vbmi")))
#define XPHI_WORDS __attribute__((target("avx512f,avx512bw")))

// Whole vectors of 64 elements from four registers of the table: how many are done.
XPHI_BYTES std::size_t lookUpBytes(const std::uint8_t *x, const std::byte *table, std::byte *y,
                                   std::size_t n) {
  __m512i rows[4];
  for (std::size_t i = 0; i != 4; ++i)
    rows[i] = _mm512_loadu_si512(table + 64 * i);
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i at = _mm512_loadu_si512(x + i); // seven bits of it choose from two registers
    const __m512i below = _mm512_permutex2var_epi8(rows[0], at, rows[1]),
                  above = _mm512_permutex2var_epi8(rows[2], at, rows[3]);
    _mm512_storeu_si512(y + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(at), below, above));
  }
  return i;
}

// 32 elements from eight registers.
XPHI_WORDS std::size_t lookUpWords(const std::uint8_t *x, const std::byte *table, std::byte *y,
                                   std::size_t n) {
  __m512i rows[8];
  for (std::size_t i = 0; i != 8; ++i)
    rows[i] = _mm512_loadu_si512(table + 64 * i);
  const __m512i sixth = _mm512_set1_epi16(1 << 6), seventh = _mm512_set1_epi16(1 << 7);
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const __m512i at =
        _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(x + i)));
    __m512i pairs[4];
    for (std::size_t k = 0; k != 4; ++k)
      pairs[k] = _mm512_permutex2var_epi16(rows[2 * k], at, rows[2 * k + 1]);
    const __mmask32 second = _mm512_test_epi16_mask(at, sixth),
                    upper = _mm512_test_epi16_mask(at, seventh);
    const __m512i below = _mm512_mask_blend_epi16(second, pairs[0], pairs[1]),
                  above = _mm512_mask_blend_epi16(second, pairs[2], pairs[3]);
    _mm512_storeu_si512(y + 2 * i, _mm512_mask_blend_epi16(upper, below, above));
  }
  return i;
}

std::size_t lookUpVectors(const std::uint8_t *x, const std::byte *table, std::byte *y,
                          std::size_t n, std::size_t bytes) {
  static const bool hasWords = __builtin_cpu_supports("avx512bw"),
                    hasBytes = hasWords && __builtin_cpu_supports("avx512vbmi");
  if (bytes == 1 && hasBytes)
    return lookUpBytes(x, table, y, n);
  if (bytes == 2 && hasWords)
    return lookUpWords(x, table, y, n);
  return 0;
}
#else
std::size_t lookUpVectors(const std::uint8_t *, const std::byte *, std::byte *, std::size_t,
                          std::size_t) {
  return 0;
}
#endif

} // namespace

std::int32_t ResultTable::fill(const KernelEntry &entry, const float *parameters,
                               std::size_t resultBytes) {
  bytes = resultBytes;
  alignas(64) std::uint8_t numbers[count];
  std::iota(numbers, numbers + count, std::uint8_t(0));
  const void *in[] = {numbers};
  void *out[] = {results};
  return entry(in, out, parameters, count, 0);
}

std::int32_t ResultTable::lookUp(const void *context, const void *const *inputs,
                                 void *const *outputs, const void *, std::int64_t n, std::int64_t) {
  const auto &table = *static_cast<const ResultTable *>(context);
  const auto *x = static_cast<const std::uint8_t *>(inputs[0]);
  auto *y = static_cast<std::byte *>(outputs[0]);
  const std::size_t done = lookUpVectors(x, table.results, y, std::size_t(n), table.bytes);
  x += done;
  y += done * table.bytes;
  const std::size_t left = std::size_t(n) - done;
  switch (table.bytes) {
  case 1:
    lookUpEach<std::uint8_t>(x, table.results, y, left);
    break;
  case 2:
    lookUpEach<std::uint16_t>(x, table.results, y, left);
    break;
  case 4:
    lookUpEach<std::uint32_t>(x, table.results, y, left);
    break;
  default:
    lookUpEach<std::uint64_t>(x, table.results, y, left);
  }
  return 0;
}

} // namespace xphi
