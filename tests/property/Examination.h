// Everything that has to hold for one program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "tests/property/ActivationProgram.h"

#include <xphi/xphi.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace xphi::property {

struct Failure {
  std::string property; ///< in a word or two, the same for the same property
  std::string details;
};

/// Of results: each value or derivative at each point is one.
struct Counts {
  std::size_t compared = 0;
  std::size_t tight = 0;     ///< of those compared: the answer is known to some ulp
  std::size_t noNumber = 0;  ///< outside the domain, a pole
  std::size_t undecided = 0; ///< rounding may turn a choice
  std::size_t beyond = 0;    ///< doubles overflow on the way

  std::size_t all() const { return compared + noNumber + undecided + beyond; }
};

/// Printing, formatting, and building in C++.
std::optional<Failure> examineText(const std::string &text);

/// The kernels of value, derivative and gradients against what they are allowed to give.
std::optional<Failure> examineKernels(Engine &engine, const std::string &text, const Sample &sample,
                                      Counts &counts);

} // namespace xphi::property
