// Loading as the runtime does it, and its entry points called directly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/RunningKernel.h"

#include "abi/ElementValues.h"
#include "abi/Target.h"
#include "runtime/host/HostCpu.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace xphi::compiler {
namespace {

// What is NaN or infinite keeps its bits.
std::uint64_t bitsOf(double number, ElementType type) {
  switch (type) {
  case ElementType::F64:
    return std::bit_cast<std::uint64_t>(number);
  case ElementType::F32:
    return std::bit_cast<std::uint32_t>(float(number));
  default: {
    const bool isInfinity = formatOf(type) == ElementFormat::Saturating && std::isinf(number);
    return nearestElement(number, type) + isInfinity; // which is read, though never a result
  }
  }
}

double numberOf(std::uint64_t bits, ElementType type) {
  switch (type) {
  case ElementType::F64:
    return std::bit_cast<double>(bits);
  case ElementType::F32:
    return double(std::bit_cast<float>(std::uint32_t(bits)));
  default:
    return valueOf(bits, type);
  }
}

/// An array as a kernel sees it.
class Elements {
public:
  Elements(std::size_t count, ElementType type)
      : type(type), each(sizeOf(type)), bytes(count * each) {}
  Elements(std::size_t count, int bytesEach)
      : type(ElementType::F32), each(std::size_t(bytesEach)), bytes(count * each) {}
  Elements(const Column &column, ElementType type) : Elements(column.size(), type) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      const std::uint64_t bits = bitsOf(column[i], type);
      std::memcpy(&bytes[i * sizeOf(type)], &bits, sizeOf(type)); // the low end comes first
    }
  }

  void *at(std::size_t i) { return bytes.data() + i * each; }
  Column numbers() const {
    Column column(bytes.size() / sizeOf(type));
    for (std::size_t i = 0; i < column.size(); ++i) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &bytes[i * sizeOf(type)], sizeOf(type));
      column[i] = numberOf(bits, type);
    }
    return column;
  }

private:
  ElementType type;
  std::size_t each;
  std::vector<std::uint8_t> bytes;
};

// All points at once, or each by itself as the element of this index.
void call(CpuEntry entry, std::vector<Elements> &read, std::vector<Elements> &written,
          std::span<const float> parameters, std::size_t size, Elements *mask,
          std::optional<std::uint64_t> element) {
  const std::size_t step = element ? 1 : size;
  for (std::size_t at = 0; at < size; at += step) {
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    for (Elements &each : read)
      inputs.push_back(each.at(at));
    for (Elements &each : written)
      outputs.push_back(each.at(at));
    if (mask)
      outputs.push_back(mask->at(at));
    entry(inputs.data(), outputs.data(), parameters.data(), std::int64_t(step),
          std::int64_t(element.value_or(0)));
  }
}

} // namespace

RunningKernel::RunningKernel(LoadedImage loaded, const KernelSpec &spec,
                             std::vector<ElementType> resultTypes)
    : image(std::move(loaded)), forward(reinterpret_cast<CpuEntry>(image.symbol(forwardSymbol))),
      backward(reinterpret_cast<CpuEntry>(image.symbol(backwardSymbol))), spec(spec),
      resultTypes(std::move(resultTypes)) {}

bool RunningKernel::isForHere(const std::string &target) {
  static const Result<std::string> best = bestTarget(readCpuWords());
  const std::optional<Target> code = Target::parse(target);
  return best && code && code->runsOn(*Target::parse(*best));
}

std::optional<RunningKernel> RunningKernel::load(std::string_view artifact, const KernelSpec &spec,
                                                 std::vector<ElementType> resultTypes) {
  if (!isForHere(spec.target))
    return std::nullopt;
  Result<LoadedImage> image = LoadedImage::load(artifact, {});
  if (!image)
    return std::nullopt;
  RunningKernel kernel(std::move(*image), spec, std::move(resultTypes));
  if (!kernel.forward || (!spec.gradients.empty() && !kernel.backward))
    return std::nullopt;
  return kernel;
}

bool RunningKernel::bind(LoadedImage from, const std::string &function, bool hasSums) {
  library = std::move(from);
  auto **table = static_cast<void **>(image.symbol(functionTableSymbol));
  if (!table)
    return false;
  table[0] = library.symbol(function.c_str());
  table[1] = library.symbol((function + "_backward").c_str());
  isOneByOne = hasSums || spec.keep == Keep::Mask;
  return table[0] && (table[1] || spec.gradients.empty());
}

std::vector<Column> RunningKernel::operator()(const std::vector<Column> &inputs,
                                              std::span<const float> parameters,
                                              std::optional<std::uint64_t> element) const {
  const std::size_t size = inputs[0].size();
  if (isOneByOne && !element)
    element = 0;
  assert(std::ranges::all_of(inputs, [&](const Column &each) { return each.size() == size; }));
  std::vector<Elements> read, written;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    read.emplace_back(inputs[i], spec.types.inputs[i]);
  written.emplace_back(size, spec.types.output);
  Elements mask(spec.keep == Keep::Mask ? size : 0, 1);
  call(forward, read, written, parameters, size, spec.keep == Keep::Mask ? &mask : nullptr,
       element);
  std::vector<Column> results = {written[0].numbers()};
  if (spec.gradients.empty())
    return results;

  if (spec.keep != Keep::Input)
    read.clear();
  if (spec.keep == Keep::Output)
    read.push_back(written[0]);
  if (spec.keep == Keep::Mask)
    read.push_back(mask);
  read.emplace_back(Column(size, 1.0), gradientType(spec.types.output));
  written.clear();
  for (std::size_t i = 1; i < resultTypes.size(); ++i)
    written.emplace_back(size, resultTypes[i]);
  call(backward, read, written, parameters, size, nullptr, element);
  for (const Elements &gradient : written)
    results.push_back(gradient.numbers());
  return results;
}

} // namespace xphi::compiler
