// From a program and CompileOptions to what is compiled, and what there is to say against it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SpecOf.h"

#include "abi/Artifact.h"
#include "abi/Promise.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace xphi {

Status checkOperands(const ProgramText &program, const Differentiation &differentiation) {
  const std::string most = std::to_string(maxOperands - 1);
  const auto channels = std::ranges::count(program.parameters, true, &Parameter::channel);
  if (program.inputs.size() + std::size_t(channels) >= maxOperands ||
      program.parameters.size() >= maxOperands)
    return Error("X2009", program.name + " has " + std::to_string(program.inputs.size()) +
                              " inputs and " + std::to_string(program.parameters.size()) +
                              " parameters; " + most +
                              " inputs and channel parameters, and as many parameters, are the "
                              "most");
  if (differentiation.gradients.size() >= maxOperands)
    return Error("X2009", "the backward kernel of " + program.name + " would write " +
                              std::to_string(differentiation.gradients.size()) + " gradients; " +
                              most + " are the most: name fewer in CompileOptions::gradients");
  return {};
}

Result<KernelSpec> specOf(const ProgramText &program, const Differentiation &differentiation,
                          const CompileOptions &wanted, std::string target) {
  Result<ArrayTypes> types = readTypes(program, wanted.types);
  if (!types)
    return types.error();
  const bool doubles =
      types->output == ElementType::F64 || std::ranges::count(types->inputs, ElementType::F64) != 0;
  if (doubles && target.starts_with("cuda"))
    return Error("X2031", "arrays of f64 are for CPUs, not for " + target +
                              ": what makes them right in f64 does not run on a device");
  const double ulps = wanted.accuracy.ulps();
  if (!(ulps >= leastUlps && ulps <= mostUlps))
    return Error("X2036", fmt::format("{:g} ulp cannot be promised; {:g} to {:g} can", ulps,
                                      leastUlps, mostUlps));
  if (wanted.accuracy.tier() == Tier::Exact && target.starts_with("cuda"))
    return Error("X2036", "exact results are for CPUs, not for " + target +
                              ": what decides between two neighbours does not run on a device");
  if (differentiation.keep == Keep::Mask && types->symbol() != nameOf(ElementType::F32))
    return Error("X2031",
                 "a mask is kept for arrays of f32 only: keep x, or y where that is enough");
  return KernelSpec{.target = std::move(target),
                    .types = std::move(*types),
                    .derivative = differentiation.derivative,
                    .gradients = differentiation.gradientNames(),
                    .keep = differentiation.keep,
                    .tier = wanted.accuracy.tier(),
                    .ulps = ulps,
                    .program = program.text};
}

Kernel::Warnings warningsOf(const ProgramText &program, const Differentiation &differentiation,
                            const std::string &cacheRefusal) {
  std::vector<Diagnostic> found;
  if (!cacheRefusal.empty())
    found.push_back({.code = "X2040", .message = cacheRefusal});
  for (const auto &[variable, diagnostic] : program.warnings) {
    const bool concerns = variable.empty() ||
                          std::ranges::count(differentiation.derivative, variable) ||
                          std::ranges::count(differentiation.gradients, variable, &Variable::name);
    const bool again = std::ranges::any_of(found, [&](const Diagnostic &earlier) {
      return earlier.line == diagnostic.line && earlier.column == diagnostic.column &&
             earlier.file == diagnostic.file;
    });
    if (concerns && !again)
      found.push_back(diagnostic);
  }
  return found.empty() ? nullptr
                       : std::make_shared<const std::vector<Diagnostic>>(std::move(found));
}

} // namespace xphi
