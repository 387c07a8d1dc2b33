// Sixteen columns at a time; what takes longest are conversions to doubles, eight a cycle.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WideRows.h"

#ifdef __x86_64__

#include <immintrin.h>

#define XPHI_512_BITS __attribute__((target("avx512f")))

namespace xphi {
namespace {

constexpr std::size_t columns = 16;

struct Sixteen {
  __m512d low, high;
};

XPHI_512_BITS inline void ofFloats(__m512 floats, Sixteen &into) {
  into.low = _mm512_cvtps_pd(_mm512_castps512_ps256(floats));
  into.high =
      _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(floats), 1)));
}

struct WideF64 {
  static constexpr std::size_t bytes = 8;
  XPHI_512_BITS static void read(const std::byte *from, Sixteen &into) {
    into = {_mm512_loadu_pd(from), _mm512_loadu_pd(from + 8 * bytes)};
  }
};

struct WideF32 {
  static constexpr std::size_t bytes = 4;
  XPHI_512_BITS static void read(const std::byte *from, Sixteen &into) {
    ofFloats(_mm512_loadu_ps(from), into);
  }
};

struct WideBfloat {
  static constexpr std::size_t bytes = 2;
  XPHI_512_BITS static void read(const std::byte *from, Sixteen &into) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from));
    ofFloats(_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16)), into);
  }
};

struct WideHalf {
  static constexpr std::size_t bytes = 2;
  XPHI_512_BITS static void read(const std::byte *from, Sixteen &into) {
    ofFloats(_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(from))), into);
  }
};

template <class Reader>
XPHI_512_BITS std::size_t addColumns(double *sums, const Rows &rows, std::size_t n) {
  const auto *first = static_cast<const std::byte *>(rows.first);
  std::size_t i = 0;
  for (; i + columns <= n; i += columns) {
    Sixteen running = {_mm512_loadu_pd(sums + i), _mm512_loadu_pd(sums + i + columns / 2)};
    const std::byte *from = first + i * Reader::bytes;
    for (std::size_t row = 0; row != rows.count; ++row, from += rows.bytesApart) {
      Sixteen read;
      Reader::read(from, read);
      running.low = _mm512_add_pd(running.low, read.low);
      running.high = _mm512_add_pd(running.high, read.high);
    }
    _mm512_storeu_pd(sums + i, running.low);
    _mm512_storeu_pd(sums + i + columns / 2, running.high);
  }
  return i;
}

} // namespace

std::size_t addRowsIn512Bits(double *sums, const Rows &rows, std::size_t n) {
  static const bool isHere = __builtin_cpu_supports("avx512f");
  if (!isHere || n < columns)
    return 0;
  switch (rows.type) {
  case ElementType::F64:
    return addColumns<WideF64>(sums, rows, n);
  case ElementType::F32:
    return addColumns<WideF32>(sums, rows, n);
  case ElementType::F16:
    return addColumns<WideHalf>(sums, rows, n);
  case ElementType::BF16:
    return addColumns<WideBfloat>(sums, rows, n);
  default:
    return 0;
  }
}

} // namespace xphi

#else

namespace xphi {

std::size_t addRowsIn512Bits(double *, const Rows &, std::size_t) { return 0; }

} // namespace xphi

#endif
