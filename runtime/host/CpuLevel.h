// Which level of x86-64 this processor and this operating system reach together, read with nothing
// but instructions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPUID alone is not enough: under a kernel or hypervisor that does not save the upper registers it
// still reports AVX-512. XCR0, read by XGETBV, says what is saved. Nothing here calls a library, so
// that what is made ahead of time can bring it along (runtime/call/ObjectLevel.cpp).
#pragma once

#include <cstdint>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace xphi {

/// The raw words, so that tests can describe any machine.
struct CpuWords {
  std::uint32_t maxLeaf = 0;
  std::uint32_t leaf1Ecx = 0;
  std::uint32_t leaf7Ebx = 0;
  std::uint32_t leaf7Edx = 0;
  std::uint32_t leaf7Sub1Eax = 0;
  std::uint32_t maxExtendedLeaf = 0;
  std::uint32_t extended1Ecx = 0;
  std::uint64_t xcr0 = 0; // 0 where OSXSAVE is off
};

// What the operating system must save for a feature to be usable.
inline constexpr std::uint64_t noState = 0, ymmState = 0x6, zmmState = 0xe6;

struct CpuFeature {
  const char *name;
  std::uint32_t CpuWords::*word;
  unsigned bit;
  std::uint64_t state;
  unsigned level; ///< of x86-64 that begins to need it; 0 for none
};

inline constexpr CpuFeature cpuFeatureTable[] = {
    {"sse4.2", &CpuWords::leaf1Ecx, 20, noState, 3},
    {"popcnt", &CpuWords::leaf1Ecx, 23, noState, 3},
    {"movbe", &CpuWords::leaf1Ecx, 22, noState, 3},
    {"lzcnt", &CpuWords::extended1Ecx, 5, noState, 3},
    {"bmi1", &CpuWords::leaf7Ebx, 3, noState, 3},
    {"bmi2", &CpuWords::leaf7Ebx, 8, noState, 3},
    {"avx", &CpuWords::leaf1Ecx, 28, ymmState, 3},
    {"f16c", &CpuWords::leaf1Ecx, 29, ymmState, 3},
    {"fma", &CpuWords::leaf1Ecx, 12, ymmState, 3},
    {"avx2", &CpuWords::leaf7Ebx, 5, ymmState, 3},
    {"avx512f", &CpuWords::leaf7Ebx, 16, zmmState, 4},
    {"avx512bw", &CpuWords::leaf7Ebx, 30, zmmState, 4},
    {"avx512cd", &CpuWords::leaf7Ebx, 28, zmmState, 4},
    {"avx512dq", &CpuWords::leaf7Ebx, 17, zmmState, 4},
    {"avx512vl", &CpuWords::leaf7Ebx, 31, zmmState, 4},
    {"avx512bf16", &CpuWords::leaf7Sub1Eax, 5, zmmState, 0},
    {"avx512fp16", &CpuWords::leaf7Edx, 23, zmmState, 0},
};

inline constexpr unsigned osxsaveBit = 27; // of leaf 1 ECX: XGETBV exists and is enabled

inline CpuWords readCpuWords() {
  CpuWords words;
#ifdef __x86_64__
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  words.maxLeaf = __get_cpuid_max(0, nullptr);
  words.maxExtendedLeaf = __get_cpuid_max(0x80000000u, nullptr);
  if (words.maxLeaf >= 1) {
    __cpuid(1, eax, ebx, ecx, edx);
    words.leaf1Ecx = ecx;
  }
  if (words.maxLeaf >= 7) {
    __cpuid_count(7, 0, eax, ebx, ecx, edx);
    words.leaf7Ebx = ebx, words.leaf7Edx = edx;
    if (eax >= 1) {
      __cpuid_count(7, 1, eax, ebx, ecx, edx);
      words.leaf7Sub1Eax = eax;
    }
  }
  if (words.maxExtendedLeaf >= 0x80000001u) {
    __cpuid(0x80000001u, eax, ebx, ecx, edx);
    words.extended1Ecx = ecx;
  }
  if (words.leaf1Ecx >> osxsaveBit & 1) {
    std::uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    words.xcr0 = std::uint64_t(high) << 32 | low;
  }
#endif
  return words;
}

inline bool isUsable(const CpuFeature &feature, const CpuWords &words) {
  const std::uint64_t saved = words.leaf1Ecx >> osxsaveBit & 1 ? words.xcr0 : 0;
  return (words.*feature.word >> feature.bit & 1) && (saved & feature.state) == feature.state;
}

/// Whether everything is there that this level and those below need.
inline bool hasLevel(unsigned level, const CpuWords &words) {
  for (const CpuFeature &feature : cpuFeatureTable)
    if (feature.level != 0 && feature.level <= level && !isUsable(feature, words))
      return false;
  return true;
}

} // namespace xphi
