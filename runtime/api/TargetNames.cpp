// Matches wanted targets against this machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TargetNames.h"

#include "BuildVersion.h"
#include "abi/Target.h"
#include "runtime/host/HostCpu.h"

namespace xphi {
namespace {

constexpr const char *leastCpu = "x86-64-v3", *leastCuda = "cuda-sm_80";

Result<std::string> fullName(const std::string &wanted, LazyCudaDriver &driver) {
  if (Target::parse(wanted))
    return wanted;
  if (wanted == "cuda") {
    const auto opened = driver.get();
    return opened ? (*opened)->deviceTarget() : opened.error();
  }
  return Error("X2004",
               "there is no target '" + wanted + "'; there are " + Target::known() + " and cuda");
}

} // namespace

const char *version() noexcept { return XPHI_VERSION; }

Result<std::string> hostTarget() {
  // Never destroyed: threads may compile while the process ends.
  static const Result<std::string> &best = *new Result<std::string>(bestTarget(readCpuWords()));
  return best;
}

std::vector<std::string> hostFeatures() { return cpuFeatures(readCpuWords()); }

std::vector<std::string> targetNames() {
  std::vector<std::string> names;
  for (const Target &target : Target::all())
    names.emplace_back(target.name);
  return names;
}

bool isCudaTarget(std::string_view target) {
  const std::optional<Target> known = Target::parse(target);
  return known && known->isCuda();
}

Result<std::string> targetToRun(const std::string &wanted, LazyCudaDriver &driver) {
  // The host part of a CUDA artifact is x86-64-v3 code as well.
  const Result<std::string> host = hostTarget();
  if (!host || wanted.empty())
    return host;
  Result<std::string> name = fullName(wanted, driver);
  if (name && !isCudaTarget(*name) && !Target::parse(*name)->runsOn(*Target::parse(*host)))
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
