// Which x86-64 level this processor and this operating system reach together.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPUID alone is not enough: under a kernel or hypervisor that does not save the upper registers it
// still reports AVX-512. XCR0, read by XGETBV, says what is saved.
#pragma once

#include <xphi/Result.hpp>

#include <cstdint>
#include <string>
#include <vector>

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

CpuWords readCpuWords();

/// Features usable for real: each asks CPUID and, where it has registers of its own, XCR0.
std::vector<std::string> cpuFeatures(const CpuWords &words);

/// "x86-64-v4", "x86-64-v3", or X2000.
Result<std::string> bestTarget(const CpuWords &words);

} // namespace xphi
