// One call on tensors: checked, and made into passes of the kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Overlap.h"
#include "ResultTable.h"
#include "TensorSweep.h"
#include "runtime/api/KernelCode.h"

#include <xphi/Tensor.hpp>

#include <span>

namespace xphi {

/// What the caller gave. `numbers` or `tensors` are the parameters; both empty: the defaults.
struct TensorArguments {
  std::span<const ConstTensor> inputs;
  const ConstTensor *dy; ///< null: forward
  std::span<const Tensor> outputs;
  std::span<const float> numbers;
  std::span<const ConstTensor> tensors;
};

/// Large: meant for the stack of one call.
class TensorCall {
public:
  TensorCall(const Kernel::Code &code, const TensorArguments &arguments)
      : code(code), given(arguments), backward(arguments.dy) {}

  /// X2010-X2017, X2023, X2025, X2028, X2031, X2034. Nothing is written before all is checked.
  Status check();
  Status run();

  /// Bytes of stack that a call takes, but for the kernel's own.
  static constexpr std::size_t stackBytes =
      sizeof(TensorPass) + sizeof(TensorSweep) + sizeof(ResultTable) + TensorSweep::unitBytes;

private:
  /// An array of the call, with its strides in the loop's dimensions.
  struct Array {
    LoopOperand operand;
    unsigned repeated; ///< a bit for each of the loop's dimensions that it is broadcast along
  };

  /// What messages name, and only they.
  enum class Role { Input, Parameter, Output };
  struct Which {
    Role role;
    std::size_t position;
  };

  Status readParameters();
  Status addInput(const ConstTensor &tensor, ElementType type, Which which);
  Status addOutput(std::size_t position);
  Status checkOutputShape(std::size_t position) const;
  Status checkMemory() const;
  Status read(Array &array, const ConstTensor &tensor, ElementType type, Which which) const;
  StridedMemory memoryOf(const Array &array) const;
  std::string spell(Which which) const;
  Which inputAt(std::size_t position) const;
  const ConstTensor *operandOf(const Variable &variable) const;
  Error wrong(const char *error, const std::string &what) const;

  void clearSums() const;
  Status runPass(unsigned summed, bool writesFull) const;

  const Kernel::Code &code;
  const TensorArguments &given;
  const bool backward;
  std::size_t rank = 0;
  std::int64_t extents[LoopOperand::maxRank]; ///< the last dimension first
  std::size_t inputCount = 0, outputCount = 0;
  Array inputs[maxOperands]; ///< x..., dy, values of channel parameters
  Array outputs[maxOperands];
  float parameters[maxOperands];
  KernelEntry entry;
};

} // namespace xphi
