// Checks the operands of one call, for CPU and CUDA, and cuts very long arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "ResultTable.h"
#include "Walk.h"
#include "runtime/api/KernelCode.h"
#include "runtime/host/Workers.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace xphi {

/// The operands as addresses, which are host pointers or device pointers.
struct KernelCall {
  std::uint64_t inputs[maxOperands]; ///< x..., dy
  std::uint64_t outputs[maxOperands];
  std::uint8_t inputBytes[maxOperands], outputBytes[maxOperands]; ///< of an element
  std::size_t inputCount = 0, outputCount = 0;
  std::size_t n = 0;
  std::size_t channels = 1; ///< numbers that the gradient of a channel parameter has
  const float *parameters = nullptr;

  /// Operands that are too many are counted, and refused by check().
  void addInput(std::uint64_t address, ElementType type = ElementType::F32) {
    add(inputs, inputBytes, inputCount, address, type);
  }
  void addOutput(std::uint64_t address, ElementType type = ElementType::F32) {
    add(outputs, outputBytes, outputCount, address, type);
  }

  /// X2010-X2018, X2023, X2028.
  Status check(const Kernel::Code &code, bool backward) const;
  /// `given` are the caller's parameters, empty for the defaults. Sets `parameters`, or X2012.
  Status setParameters(const Kernel::Code &code, std::span<const float> given);

  /// Calls `run(n, first)` for each slice, first being the index of its first element, moving every
  /// address along in between. Stops at the first that does not return 0.
  template <typename Run> std::int32_t forEachSlice(Run run) {
    for (std::size_t first = 0; n != 0;) {
      const std::size_t slice = std::min(n, maxSlice);
      if (const std::int32_t failed = run(std::int64_t(slice), std::int64_t(first)))
        return failed;
      for (std::size_t i = 0; i != inputCount; ++i)
        inputs[i] += slice * inputBytes[i];
      for (std::size_t i = 0; i != outputCount; ++i)
        outputs[i] += slice * outputBytes[i];
      n -= slice;
      first += slice;
    }
    return 0;
  }

private:
  static void add(std::uint64_t (&addresses)[maxOperands], std::uint8_t (&bytes)[maxOperands],
                  std::size_t &count, std::uint64_t address, ElementType type) {
    if (count < maxOperands) {
      addresses[count] = address;
      bytes[count] = std::uint8_t(sizeOf(type));
    }
    ++count;
  }
};

/// Whether a call of so many elements is cut into pieces: for threads, or as it is too long.
inline bool goesInPieces(const Kernel::Code &code, std::size_t n) {
  return code.workers ? n >= 2 * Walk::leastUnit : n > maxSlice;
}

/// Whether a call computes the kernel's results once for each number that its input can be, and
/// looks them up: the input has 8 bits, and beside it there are but parameters, one number each. A
/// function without parameters is a table already, where that can be.
inline bool looksUpResults(const Kernel::Code &code, bool backward, std::size_t n) {
  return !backward && code.spec.types.inputs.size() == 1 && !code.defaults.empty() &&
         sizeOf(code.spec.types.inputs[0]) == 1 && !code.program.draws &&
         n >= ResultTable::leastElements;
}

/// Whether some bytes belong to both arrays.
bool overlap(std::uint64_t a, std::size_t bytesOfA, std::uint64_t b, std::size_t bytesOfB);

/// X2010: an operand has another length than the output. `position` counts what the call reads.
Error lengthMismatch(const Kernel::Code &code, bool backward, std::size_t position,
                     std::size_t length, std::size_t wanted);

/// X2099: neither the caller's stack nor a thread of our own has room for the call.
Error noStack(const Kernel::Code &code);

/// task(context, i) once for each i below `units`, by the kernel's workers where it has some. False
/// where a host's executor did otherwise.
[[nodiscard]] bool runUnits(const Kernel::Code &code, std::size_t units, Workers::Task task,
                            void *context) noexcept;
/// What stands for that among what kernels return.
inline constexpr std::int32_t notOnceEach = INT32_MIN;

/// X2019: what the artifact's function returned, or what the executor did not do.
Error kernelFailed(const Kernel::Code &code, std::int32_t returned);

/// "the result", or "the gradient of 'alpha'" where there are several.
std::string outputName(const Kernel::Code &code, bool backward, std::size_t position);

/// "input 'x'", "dy": what a call reads, in the order of the kernel's arrays.
std::string operandName(const Kernel::Code &code, bool backward, std::size_t position);

/// X2014, X2015, X2023, X2028: whether the kernel makes such calls, of so many arrays; `inputCount`
/// counts dy.
Status checkCounts(const Kernel::Code &code, bool backward, std::size_t inputCount,
                   std::size_t outputCount);

/// What the kernel's arrays hold: inputs in their order, then dy; and outputs.
ElementType inputType(const Kernel::Code &code, bool backward, std::size_t position);
ElementType outputType(const Kernel::Code &code, bool backward, std::size_t position);

/// X2031 where the kernel's arrays are not all of floats, which is what a call without types has.
Status checkFloats(const Kernel::Code &code);

/// X2016: of a kernel for CUDA.
Error notOnCpu(const Kernel::Code &code);

/// "3 elements", "1 element".
std::string counted(std::size_t count, const char *noun);

} // namespace xphi
