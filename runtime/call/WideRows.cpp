// Sixteen columns at a time. What takes longest are conversions to doubles, eight a cycle.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WideRows.h"

#ifdef __x86_64__

#include <cstdint>
#include <cstring>
#include <immintrin.h>

#define XPHI_512_BITS __attribute__((target("avx512f,f16c")))

namespace xphi {
namespace {

typedef std::uint16_t Shorts __attribute__((vector_size(16)));
typedef std::uint32_t Words __attribute__((vector_size(32)));
typedef float Floats __attribute__((vector_size(32)));
typedef double Doubles __attribute__((vector_size(64)));
constexpr std::size_t width = 8, columns = 2 * width;

template <class Vector> XPHI_512_BITS void load(Vector &into, const void *from) {
  std::memcpy(&into, from, sizeof into);
}

// Each reads eight elements.
struct WideF64 {
  static constexpr std::size_t bytes = 8;
  XPHI_512_BITS static void read(const std::byte *from, Doubles &into) { load(into, from); }
};

struct WideF32 {
  static constexpr std::size_t bytes = 4;
  XPHI_512_BITS static void read(const std::byte *from, Doubles &into) {
    Floats floats;
    load(floats, from);
    into = __builtin_convertvector(floats, Doubles);
  }
};

struct WideBfloat {
  static constexpr std::size_t bytes = 2;
  XPHI_512_BITS static void read(const std::byte *from, Doubles &into) {
    Shorts shorts;
    Floats floats;
    load(shorts, from);
    const Words upper = __builtin_convertvector(shorts, Words) << 16;
    load(floats, &upper);
    into = __builtin_convertvector(floats, Doubles);
  }
};

struct WideHalf {
  static constexpr std::size_t bytes = 2;
  XPHI_512_BITS static void read(const std::byte *from, Doubles &into) {
    const Floats floats = _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(from)));
    into = __builtin_convertvector(floats, Doubles);
  }
};

template <class Reader>
XPHI_512_BITS std::size_t addColumns(double *sums, const Rows &rows, std::size_t n) {
  const auto *first = static_cast<const std::byte *>(rows.first);
  std::size_t i = 0;
  for (; i + columns <= n; i += columns) {
    Doubles running[2];
    load(running, sums + i);
    const std::byte *from = first + i * Reader::bytes;
    for (std::size_t row = 0; row != rows.count; ++row, from += rows.bytesApart)
      for (std::size_t k : {0, 1}) {
        Doubles numbers;
        Reader::read(from + k * width * Reader::bytes, numbers);
        running[k] += numbers;
      }
    std::memcpy(sums + i, running, sizeof running);
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
