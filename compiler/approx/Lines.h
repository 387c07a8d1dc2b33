// A result as operations on floats, one after another, as the body of a kernel has them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recorded from the body that machine code is made of (passes/RecordLines.h), kept in certificates
// as one line of text, run here as IEEE 754 has it, and proved by LinesProof.h. A step is of
// floats, of doubles, of their bits as an integer, or a condition. Of a `Select` only what is
// chosen counts: what is not recorded, such as a call of wide numbers, may stand where nothing that
// is proved comes by.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::compiler {

struct Lines {
  enum class Op {
    Input,     ///< number `detail`
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
    Compare, ///< `detail`: a sum of lessThan to unordered; of words with or without asUnsigned
    And,
    Or,
    Xor,
    Select, ///< of a condition and two numbers
    Round,  ///< to the nearest integer, in the middle the even one
    Floor,
    CopySign, ///< of the second
    Bits,     ///< of a number as a word, or of a word as a number
    ShiftLeft,
    ShiftRight,       ///< the sign comes in
    ShiftRightZeroes, ///< zeroes do
    Lookup,           ///< in `table`, at a word modulo its size
    Drawn             ///< a condition: whether the element is dropped, as its random bits have it
  };
  enum class Type { Float, Double, Condition, Word, LongWord };
  static constexpr unsigned lessThan = 1, equal = 2, greaterThan = 4, unordered = 8,
                            asUnsigned = 16;
  static bool isWord(Type type) { return type == Type::Word || type == Type::LongWord; }

  struct Step {
    Op op = Op::Unknown;
    Type type = Type::Float;
    unsigned detail = 0;
    std::vector<unsigned> operands = {}; ///< steps before this one
    double number = 0;
    std::uint64_t bits = 0; ///< of a Number that is a word
    std::vector<float> table = {};
  };
  std::vector<Step> steps; ///< the result is the last
  static constexpr std::size_t mostSteps = 384;

  bool hasParameters() const;
  /// Of an element that is dropped or not.
  bool draws() const;
  /// Nothing where what is not recorded would be needed.
  std::optional<float> at(std::span<const float> inputs, std::span<const float> parameters,
                          bool isDropped = false) const;
  std::optional<float> at(float x, std::span<const float> parameters,
                          bool isDropped = false) const {
    return at(std::span<const float>(&x, 1), parameters, isDropped);
  }
  /// The same of any step: the bits of a number or a word; of a condition 1 or 0.
  std::optional<std::uint64_t> bitsAt(unsigned step, std::span<const float> inputs,
                                      std::span<const float> parameters,
                                      bool isDropped = false) const;
  /// How many steps the result takes where the inputs are these.
  std::size_t stepsAt(std::span<const float> inputs, std::span<const float> parameters) const;
  /// The last float before the step comes out as another word or condition, among floats from a to
  /// b, as rankOf() has them; nothing if it does not. A second input is 1.
  std::optional<std::int64_t> lastBefore(unsigned step, unsigned input, std::int64_t a,
                                         std::int64_t b, std::span<const float> parameters) const;
};

/// Of an operation on words, of which these are the operands; nothing for what is none.
std::optional<std::uint64_t> wordOf(const Lines::Step &step, std::uint64_t a, std::uint64_t b);
/// lessThan, equal or greaterThan, as a comparison of words of this type has it.
unsigned orderOfWords(const Lines::Step &comparison, Lines::Type type, std::uint64_t a,
                      std::uint64_t b);

/// In a line without quotes; and back, nothing for what is none.
std::string recordOf(const Lines &lines);
std::optional<Lines> linesOfRecord(std::string_view record);

} // namespace xphi::compiler
