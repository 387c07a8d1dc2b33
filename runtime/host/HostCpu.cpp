// Reads CPUID and XGETBV, and matches them against the levels of the x86-64 psABI.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "HostCpu.h"

#include <algorithm>
#include <array>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace xphi {
namespace {

// What the operating system must save for a feature to be usable.
constexpr std::uint64_t noState = 0, ymmState = 0x6, zmmState = 0xe6;

struct Feature {
  const char *name;
  std::uint32_t CpuWords::*word;
  unsigned bit;
  std::uint64_t state;
};

constexpr std::array features = {
    Feature{"sse4.2", &CpuWords::leaf1Ecx, 20, noState},
    Feature{"popcnt", &CpuWords::leaf1Ecx, 23, noState},
    Feature{"movbe", &CpuWords::leaf1Ecx, 22, noState},
    Feature{"lzcnt", &CpuWords::extended1Ecx, 5, noState},
    Feature{"bmi1", &CpuWords::leaf7Ebx, 3, noState},
    Feature{"bmi2", &CpuWords::leaf7Ebx, 8, noState},
    Feature{"avx", &CpuWords::leaf1Ecx, 28, ymmState},
    Feature{"f16c", &CpuWords::leaf1Ecx, 29, ymmState},
    Feature{"fma", &CpuWords::leaf1Ecx, 12, ymmState},
    Feature{"avx2", &CpuWords::leaf7Ebx, 5, ymmState},
    Feature{"avx512f", &CpuWords::leaf7Ebx, 16, zmmState},
    Feature{"avx512bw", &CpuWords::leaf7Ebx, 30, zmmState},
    Feature{"avx512cd", &CpuWords::leaf7Ebx, 28, zmmState},
    Feature{"avx512dq", &CpuWords::leaf7Ebx, 17, zmmState},
    Feature{"avx512vl", &CpuWords::leaf7Ebx, 31, zmmState},
    Feature{"avx512bf16", &CpuWords::leaf7Sub1Eax, 5, zmmState},
    Feature{"avx512fp16", &CpuWords::leaf7Edx, 23, zmmState},
};

constexpr std::array level3 = {"sse4.2", "popcnt", "movbe", "lzcnt", "bmi1",
                               "bmi2",   "avx",    "f16c",  "fma",   "avx2"};
constexpr std::array level4 = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"};

constexpr unsigned osxsaveBit = 27; // of leaf 1 ECX: XGETBV exists and is enabled

template <typename Names>
std::vector<std::string> missing(const Names &wanted, const std::vector<std::string> &have) {
  std::vector<std::string> result;
  for (const char *name : wanted)
    if (std::find(have.begin(), have.end(), name) == have.end())
      result.emplace_back(name);
  return result;
}

} // namespace

CpuWords readCpuWords() {
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

std::vector<std::string> cpuFeatures(const CpuWords &words) {
  const std::uint64_t saved = words.leaf1Ecx >> osxsaveBit & 1 ? words.xcr0 : 0;
  std::vector<std::string> result;
  for (const Feature &feature : features)
    if ((words.*feature.word >> feature.bit & 1) && (saved & feature.state) == feature.state)
      result.emplace_back(feature.name);
  return result;
}

Result<std::string> bestTarget(const CpuWords &words) {
  const std::vector<std::string> have = cpuFeatures(words);
  const std::vector<std::string> lacking = missing(level3, have);
  if (!lacking.empty()) {
    std::string list;
    for (const std::string &name : lacking)
      list += (list.empty() ? "" : ", ") + name;
    return Error("X2000", "this processor or its operating system lacks " + list +
                              ": xphi needs x86-64-v3 (AVX2 and FMA, as every server "
                              "processor since 2015 has)");
  }
  return std::string(missing(level4, have).empty() ? "x86-64-v4" : "x86-64-v3");
}

} // namespace xphi
