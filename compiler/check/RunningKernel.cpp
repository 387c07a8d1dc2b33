// Loading as the runtime does it, and its entry points called directly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/RunningKernel.h"

#include "runtime/HostCpu.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace xphi::compiler {
namespace {

bool runsHere(const std::string &target) {
  static const Result<std::string> best = bestTarget(readCpuWords());
  return best && (target == *best || target == "x86-64-v3");
}

} // namespace

RunningKernel::RunningKernel(LoadedImage loaded, std::size_t gradientCount, Keep keep)
    : image(std::move(loaded)), forward(reinterpret_cast<CpuEntry>(image.symbol(forwardSymbol))),
      backward(reinterpret_cast<CpuEntry>(image.symbol(backwardSymbol))),
      gradientCount(gradientCount), keep(keep) {}

std::optional<RunningKernel> RunningKernel::load(std::string_view artifact,
                                                 const std::string &target,
                                                 std::size_t gradientCount, Keep keep) {
  if (!runsHere(target))
    return std::nullopt;
  Result<LoadedImage> image = LoadedImage::load(artifact, {});
  if (!image)
    return std::nullopt;
  RunningKernel kernel(std::move(*image), gradientCount, keep);
  if (!kernel.forward || (gradientCount > 0 && !kernel.backward))
    return std::nullopt;
  return kernel;
}

std::vector<Column> RunningKernel::operator()(const std::vector<Column> &inputs,
                                              std::span<const float> parameters) const {
  const std::size_t size = inputs[0].size();
  assert(std::ranges::all_of(inputs, [&](const Column &each) { return each.size() == size; }));
  std::vector<Column> results(1 + gradientCount, Column(size));
  std::vector<std::uint8_t> mask(keep == Keep::Mask ? size : 0);

  std::vector<const void *> read;
  for (const Column &input : inputs)
    read.push_back(input.data());
  std::vector<void *> written = {results[0].data()};
  if (keep == Keep::Mask)
    written.push_back(mask.data());
  forward(read.data(), written.data(), parameters.data(), std::int64_t(size));
  if (gradientCount == 0)
    return results;

  if (keep != Keep::Inputs)
    read.clear();
  if (keep == Keep::Output)
    read.push_back(results[0].data());
  if (keep == Keep::Mask)
    read.push_back(mask.data());
  const Column ones(size, 1.0f);
  read.push_back(ones.data());
  written.clear();
  for (std::size_t i = 1; i < results.size(); ++i)
    written.push_back(results[i].data());
  backward(read.data(), written.data(), parameters.data(), std::int64_t(size));
  return results;
}

} // namespace xphi::compiler
