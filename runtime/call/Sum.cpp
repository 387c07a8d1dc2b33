// Four vectors of four doubles at a time, on every processor that kernels run on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sum.h"

#include <cstring>

#ifdef __x86_64__
#define XPHI_KERNEL_MACHINE __attribute__((target("avx2")))
#else
#define XPHI_KERNEL_MACHINE
#endif

namespace xphi {
namespace {

typedef float Floats __attribute__((vector_size(16)));
typedef double Doubles __attribute__((vector_size(32)));
constexpr std::size_t width = 4;

} // namespace

XPHI_KERNEL_MACHINE void LaneSum::add(const float *values, std::size_t n) {
  Doubles running[lanes / width];
  std::memcpy(running, sums.data(), sizeof running);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::size_t k = 0; k != lanes / width; ++k) {
      Floats four;
      std::memcpy(&four, values + i + k * width, sizeof four);
      running[k] += __builtin_convertvector(four, Doubles);
    }
  }
  std::memcpy(sums.data(), running, sizeof running);
  for (std::size_t k = 0; i != n; ++i, ++k)
    sums[k] += double(values[i]);
}

void LaneSum::add(const double *values, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    sums[i % lanes] += values[i];
}

double LaneSum::total() const {
  std::array<double, lanes> copy = sums;
  return joinTree(copy.data(), lanes);
}

XPHI_KERNEL_MACHINE void addColumns(double *sums, const float *values, std::size_t n) {
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    Floats four;
    Doubles running;
    std::memcpy(&four, values + i, sizeof four);
    std::memcpy(&running, sums + i, sizeof running);
    running += __builtin_convertvector(four, Doubles);
    std::memcpy(sums + i, &running, sizeof running);
  }
  for (; i != n; ++i)
    sums[i] += double(values[i]);
}

void addColumns(double *sums, const double *values, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    sums[i] += values[i];
}

double joinTree(double *numbers, std::size_t count, std::size_t stride) {
  for (; count > 1; count = (count + 1) / 2)
    for (std::size_t i = 0; 2 * i < count; ++i)
      numbers[i * stride] = 2 * i + 1 == count
                                ? numbers[2 * i * stride]
                                : numbers[2 * i * stride] + numbers[(2 * i + 1) * stride];
  return count ? numbers[0] : 0;
}

} // namespace xphi
