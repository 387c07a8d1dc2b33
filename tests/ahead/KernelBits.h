// Some kernels, numbers for them, and what they make of these: to compare other code with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XPHI_LIBRARY=whole takes all functions of xphi's library that draw nothing in place of a few.
#pragma once

#include <xphi/xphi.hpp>

#include <string>
#include <vector>

namespace xphi::ahead {

struct ComparedFunction {
  std::string what, name; ///< "gelu", "gelu_f32"
  Kernel kernel;          ///< forward, and the gradients of all inputs
};

class KernelBits {
public:
  static constexpr std::size_t count = 100000, rows = 4;

  KernelBits();

  const std::vector<ComparedFunction> &functions() const { return all; }
  /// What a program reads into `float in[rows][count]`: every binade and sign, what is special, and
  /// what activations see.
  const std::string &numbers() const { return bytes; }
  /// C that calls name and name_backward for each function, writes what comes out with
  /// `emit(out, rows)` after each, and needs `in` and `float out[rows][count]`.
  std::string cCalls() const;
  enum class Inputs { All, Finite };
  /// What the calls wrote, bit for bit; but a NaN is a NaN. Of finite inputs only, or of all.
  void expectSame(const std::string &written, Inputs compared) const;

private:
  std::vector<ComparedFunction> all;
  std::vector<std::vector<float>> in;
  std::string bytes;
};

} // namespace xphi::ahead
