// Random well-typed programs that look like activation functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <cstdint>
#include <string>
#include <vector>

namespace xphi::property {

/// A definition `f`, which may call another, `g`; every kind of expression occurs, and most values
/// are finite in the middle of the line. The same for the same seed on every machine.
dsl::Program activationProgram(uint64_t seed);

/// Where to run a program: numbers of every size, both zeros, corners; neither NaN nor infinite.
struct Sample {
  std::vector<std::vector<float>> inputs; ///< one list for each input, all of one length
  std::vector<float> parameters;
};

Sample sampleFor(const dsl::Program &program, uint64_t seed);

} // namespace xphi::property
