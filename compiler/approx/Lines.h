// A result as a few operations on floats, one after another: what of a kernel's body is no fit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recorded from the body that machine code is made of (passes/RecordLines.h), kept in certificates
// as one line of text, run here as IEEE 754 has it, and proved by LinesProof.h. A step is of
// floats, of doubles or a condition. Of a `Select` only what is chosen counts: what is not
// recorded, such as a call of wide numbers, may stand where nothing that is proved comes by.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {

struct Lines {
  enum class Op {
    Input,     ///< the one that varies
    Parameter, ///< number `detail`, a float
    Number,
    Truth, ///< a condition that always holds, or never: `number` is 1 or 0
    Unknown,
    Add,
    Sub,
    Mul,
    Div,
    Fma,
    Sqrt,
    Neg,
    Abs,
    Widen,   ///< a float as a double
    Narrow,  ///< a double rounded to a float
    Compare, ///< `detail`: a sum of LessThan to Unordered
    And,
    Or,
    Xor,
    Select ///< of a condition and two numbers
  };
  enum class Type { Float, Double, Condition };
  static constexpr unsigned lessThan = 1, equal = 2, greaterThan = 4, unordered = 8;

  struct Step {
    Op op = Op::Unknown;
    Type type = Type::Float;
    unsigned detail = 0;
    std::vector<unsigned> operands = {}; ///< steps before this one
    double number = 0;
  };
  std::vector<Step> steps; ///< the result is the last
  static constexpr std::size_t mostSteps = 256;

  bool hasParameters() const;
  /// Nothing where what is not recorded would be needed.
  std::optional<float> at(float x, std::span<const float> parameters) const;
};

/// In a line without quotes; and back, nothing for what is none.
std::string recordOf(const Lines &lines);
std::optional<Lines> linesOfRecord(std::string_view record);

} // namespace xphi::compiler
