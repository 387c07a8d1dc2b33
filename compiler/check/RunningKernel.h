// The kernels of an artifact, loaded for a check and unloaded after it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_RUNNINGKERNEL_H
#define XPHI_COMPILER_CHECK_RUNNINGKERNEL_H

#include "abi/Artifact.h"
#include "abi/KernelSpec.h"
#include "runtime/load/LoadedImage.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {

using Column = std::vector<double>;

class RunningKernel {
public:
  /// Whether this machine runs the target.
  static bool isForHere(const std::string &target);
  /// Nothing if this machine does not run the target, or cannot load the object.
  static std::optional<RunningKernel> load(std::string_view artifact, const KernelSpec &spec,
                                           std::vector<ElementType> resultTypes);

  /// Of entries that call C functions (codegen/EntriesOfC.h): those of this library. False if it
  /// lacks one. With `hasSums` some gradients are sums over all elements of a call.
  bool bind(LoadedImage library, const std::string &function, bool hasSums);

  /// The value, then each gradient with dy = 1, at the points of these columns: at the elements
  /// nearest to them. With `element`, as if each were the element of that index.
  std::vector<Column> operator()(const std::vector<Column> &inputs,
                                 std::span<const float> parameters,
                                 std::optional<std::uint64_t> element = {}) const;

  /// Of the element at a place of such columns, without `element`.
  std::uint64_t indexOf(std::size_t place) const { return isOneByOne ? 0 : place; }

private:
  RunningKernel(LoadedImage image, const KernelSpec &spec, std::vector<ElementType> resultTypes);

  LoadedImage image, library;
  bool isOneByOne = false; ///< a call sums over its elements, or packs bits of several
  CpuEntry forward, backward;
  const KernelSpec &spec;
  std::vector<ElementType> resultTypes; ///< of the value, then of each gradient
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_RUNNINGKERNEL_H
