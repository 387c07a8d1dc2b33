// Four vectors of four doubles at a time, or vectors of 512 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ElementSums.h"

#include "WideRows.h"
#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"

#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#define XPHI_KERNEL_MACHINE __attribute__((target("avx2,f16c")))
#else
#define XPHI_KERNEL_MACHINE
#endif

namespace xphi {
namespace {

typedef std::uint16_t Shorts __attribute__((vector_size(8)));
typedef std::uint32_t Words __attribute__((vector_size(16)));
typedef float Floats __attribute__((vector_size(16)));
typedef double Doubles __attribute__((vector_size(32)));
constexpr std::size_t width = 4, atOnce = 4;
static_assert(LaneSum::lanes == atOnce * width);

template <class Value> Value load(const std::byte *from) {
  Value value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Each reads four elements, or one.
struct OfF64 {
  static constexpr std::size_t bytes = sizeof(double);
  XPHI_KERNEL_MACHINE static Doubles four(const std::byte *from) {
    Doubles numbers;
    std::memcpy(&numbers, from, sizeof numbers);
    return numbers;
  }
  static double one(const std::byte *from) { return load<double>(from); }
};

struct OfF32 {
  static constexpr std::size_t bytes = sizeof(float);
  XPHI_KERNEL_MACHINE static Doubles four(const std::byte *from) {
    return __builtin_convertvector(load<Floats>(from), Doubles);
  }
  static double one(const std::byte *from) { return load<float>(from); }
};

struct OfBfloat {
  static constexpr std::size_t bytes = sizeof(std::uint16_t);
  XPHI_KERNEL_MACHINE static Doubles four(const std::byte *from) {
    const Words upper = __builtin_convertvector(load<Shorts>(from), Words) << 16;
    return __builtin_convertvector(std::bit_cast<Floats>(upper), Doubles);
  }
  static double one(const std::byte *from) {
    return std::bit_cast<float>(std::uint32_t(load<std::uint16_t>(from)) << 16);
  }
};

struct OfHalf {
  static constexpr std::size_t bytes = sizeof(std::uint16_t);
#ifdef __x86_64__
  XPHI_KERNEL_MACHINE static Doubles four(const std::byte *from) {
    return _mm256_cvtps_pd(_mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from))));
  }
#else
  static Doubles four(const std::byte *from) {
    return Doubles{one(from), one(from + bytes), one(from + 2 * bytes), one(from + 3 * bytes)};
  }
#endif
  static double one(const std::byte *from) {
    return valueOf(load<std::uint16_t>(from), ElementType::F16);
  }
};

/// Calls `with` with the reader of a type that has one; false for others.
template <class With> bool withReader(ElementType type, With with) {
  switch (type) {
  case ElementType::F64:
    with(OfF64());
    return true;
  case ElementType::F32:
    with(OfF32());
    return true;
  case ElementType::F16:
    with(OfHalf());
    return true;
  case ElementType::BF16:
    with(OfBfloat());
    return true;
  default:
    return false;
  }
}

template <class Reader>
XPHI_KERNEL_MACHINE void addLanes(double *sums, const std::byte *from, std::size_t n) {
  Doubles running[atOnce];
  std::memcpy(running, sums, sizeof running);
  std::size_t i = 0;
  for (; i + LaneSum::lanes <= n; i += LaneSum::lanes)
    for (std::size_t k = 0; k != atOnce; ++k)
      running[k] += Reader::four(from + (i + k * width) * Reader::bytes);
  std::memcpy(sums, running, sizeof running);
  for (std::size_t k = 0; i != n; ++i, ++k)
    sums[k] += Reader::one(from + i * Reader::bytes);
}

// Of all rows some columns after the others, so that their sums stay in registers.
template <class Reader>
XPHI_KERNEL_MACHINE void addColumns(double *sums, const Rows &rows, std::size_t n) {
  const auto *first = static_cast<const std::byte *>(rows.first);
  std::size_t i = 0;
  for (; i + atOnce * width <= n; i += atOnce * width) {
    Doubles running[atOnce];
    std::memcpy(running, sums + i, sizeof running);
    const std::byte *from = first + i * Reader::bytes;
    for (std::size_t row = 0; row != rows.count; ++row, from += rows.bytesApart)
      for (std::size_t k = 0; k != atOnce; ++k)
        running[k] += Reader::four(from + k * width * Reader::bytes);
    std::memcpy(sums + i, running, sizeof running);
  }
  for (; i != n; ++i)
    for (std::size_t row = 0; row != rows.count; ++row)
      sums[i] += Reader::one(first + row * rows.bytesApart + i * Reader::bytes);
}

} // namespace

void addElements(LaneSum &sum, const void *elements, ElementType type, std::size_t n) {
  const auto *from = static_cast<const std::byte *>(elements);
  if (withReader(type, [&]<class Reader>(Reader) { addLanes<Reader>(sum.sums.data(), from, n); }))
    return;
  for (std::size_t i = 0; i != n; ++i)
    sum.sums[i % LaneSum::lanes] += valueOf(load<std::uint8_t>(from + i), type);
}

void addRows(double *sums, const Rows &rows, std::size_t n) {
  const std::size_t done = addRowsIn512Bits(sums, rows, n);
  sums += done;
  n -= done;
  const auto *from = static_cast<const std::byte *>(rows.first) + done * sizeOf(rows.type);
  const Rows rest = {from, rows.type, rows.count, rows.bytesApart};
  if (withReader(rest.type, [&]<class Reader>(Reader) { addColumns<Reader>(sums, rest, n); }))
    return;
  for (std::size_t row = 0; row != rest.count; ++row, from += rest.bytesApart)
    for (std::size_t i = 0; i != n; ++i)
      sums[i] += valueOf(load<std::uint8_t>(from + i), rest.type);
}

} // namespace xphi
