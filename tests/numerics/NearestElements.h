// Kernels whose results have few bits, held against the truth at many inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/ElementTypes.h"
#include "check/RunningKernel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace xphi::numerics {

/// Every element that is a number, or one in `stride` of them, of which the first is `first`.
compiler::Column everyElement(ElementType type, std::uint32_t stride = 1, std::uint32_t first = 0);

struct Way {
  std::string target = {};            ///< the host's best if empty
  std::size_t parameterSet = 0;       ///< of compiler::parameterSets; the first are the defaults
  std::vector<float> parameters = {}; ///< in place of these, where there are any
  bool allGradients = false;          ///< in parameters, too
};

/// Value and gradients of a function at these inputs: fails where a result is not what is promised
/// of its type: of one input the nearest element, but of f32.
void expectPromised(const std::string &what, const ArrayTypes &types,
                    const std::vector<compiler::Column> &inputs, const Way &way = {});

std::vector<std::string> libraryFunctionsOfOneInput();

} // namespace xphi::numerics
