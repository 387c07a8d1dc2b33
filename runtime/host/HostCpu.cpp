// Matches what CPUID and XGETBV say against the levels of the x86-64 psABI.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "HostCpu.h"

namespace xphi {

std::vector<std::string> cpuFeatures(const CpuWords &words) {
  std::vector<std::string> result;
  for (const CpuFeature &feature : cpuFeatureTable)
    if (isUsable(feature, words))
      result.emplace_back(feature.name);
  return result;
}

Result<std::string> bestTarget(const CpuWords &words) {
  if (hasLevel(4, words))
    return std::string("x86-64-v4");
  if (hasLevel(3, words))
    return std::string("x86-64-v3");
  std::string lacking;
  for (const CpuFeature &feature : cpuFeatureTable)
    if (feature.level == 3 && !isUsable(feature, words))
      lacking += (lacking.empty() ? "" : ", ") + std::string(feature.name);
  return Error("X2000", "this processor or its operating system lacks " + lacking +
                            ": xphi needs x86-64-v3 (AVX2 and FMA, as every server "
                            "processor since 2015 has)");
}

} // namespace xphi
