// Matches wanted targets against this machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TargetNames.h"

#include "BuildVersion.h"
#include "HostCpu.h"

#include <algorithm>

namespace xphi {
namespace {

constexpr const char *leastCpu = "x86-64-v3", *leastCuda = "cuda-sm_80";

Result<std::string> fullName(const std::string &wanted, LazyCudaDriver &driver) {
  const std::vector<std::string> names = targetNames();
  if (std::find(names.begin(), names.end(), wanted) != names.end())
    return wanted;
  if (wanted == "cuda") {
    const auto opened = driver.get();
    return opened ? (*opened)->deviceTarget() : opened.error();
  }
  std::string list;
  for (const std::string &name : names)
    list += name + ", ";
  return Error("X2004", "there is no target '" + wanted + "'; there are " + list + "and cuda");
}

} // namespace

const char *version() noexcept { return XPHI_VERSION; }

Result<std::string> hostTarget() {
  static const Result<std::string> best = bestTarget(readCpuWords());
  return best;
}

std::vector<std::string> hostFeatures() { return cpuFeatures(readCpuWords()); }

std::vector<std::string> targetNames() {
  return {"x86-64-v3", "x86-64-v4", "cuda-sm_80", "cuda-sm_90", "cuda-sm_100"};
}

bool isCudaTarget(std::string_view target) { return target.starts_with("cuda"); }

Result<std::string> targetToRun(const std::string &wanted, LazyCudaDriver &driver) {
  // The host part of a CUDA artifact is x86-64-v3 code as well.
  const Result<std::string> host = hostTarget();
  if (!host || wanted.empty())
    return host;
  Result<std::string> name = fullName(wanted, driver);
  if (name && !isCudaTarget(*name) && *name > *host)
    return Error("X2005", "this processor cannot run " + *name + ", only " + *host);
  return name;
}

Result<std::string> targetToEmit(const std::string &wanted, std::string_view kind,
                                 LazyCudaDriver &driver) {
  if (!wanted.empty())
    return fullName(wanted, driver);
  if (kind == "ptx" || kind == "stage:ptx")
    return std::string(leastCuda);
  Result<std::string> host = hostTarget();
  return host ? host : std::string(leastCpu);
}

} // namespace xphi
