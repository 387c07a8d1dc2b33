// What a kernel ought to give: the value or derivative of its program, and the gradients with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As Evaluation.h, with three differences that suit a check while somebody waits: derivatives of
// any order, no more bits than a float needs (40 of the result, or 2^-200; for doubles 64, or
// 2^-1000), and no more than 768 bits on the way to them. Where that is not enough the answer says
// that nothing is known.
#pragma once

#include "compiler/truth/MeetingArithmetic.h"
#include "compiler/truth/PartialOracle.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace xphi::reference {

/// A number that a kernel ought to give.
struct Expected {
  Enclosure truth;        ///< NaN where there is no number
  double largestTerm = 0; ///< among those it is a sum of; 0 for a value, which is no sum
  bool known = false;     ///< truth is as tight as said above, every comparison decided
};

class KernelTruth {
public:
  /// How tight it is to be; of doubles beyond all floats with as many as 3072 bits.
  enum class For { Floats, Doubles, FarDoubles };

  /// Variables are counted through inputs, then parameters. Outputs are the derivative of the
  /// program in all of `derivative` (none: its value), then that once more differentiated, in each
  /// of `gradients`.
  KernelTruth(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
              std::vector<uint32_t> derivative, std::vector<uint32_t> gradients,
              For use = For::Floats);

  std::size_t outputCount() const { return 1 + gradients.size(); }

  /// All outputs, at numbers taken exactly. An infinite input stands for a limit, as in
  /// PartialOracle.h. After some points at which many bits did not help, a result that is no number
  /// with 192 is not asked for with more.
  std::vector<Expected> at(std::span<const double> inputs, std::span<const float> parameters);

  /// Whether at this point the mathematics leaves several answers: a choice that arithmetic in
  /// doubles may take either way.
  bool isTie(std::span<const double> inputs, std::span<const float> parameters,
             std::size_t output) const;
  /// Whether no number is an answer, too: an infinite input meets a zero, or another infinity, that
  /// does not come from it (MeetingArithmetic.h).
  bool meetsOthers(std::span<const double> inputs, std::span<const float> parameters,
                   std::size_t output) const;
  /// Whether the result is what the text says of infinity itself, by the arithmetic of doubles:
  /// with an infinite parameter an infinite input may be at a border that no number is at, and
  /// there that is as right as the limit.
  bool isWhatInfinityIs(std::span<const double> inputs, std::span<const float> parameters,
                        std::size_t output, double result) const;
  /// Whether the value is no number for certain: a function on the way is asked for one outside its
  /// domain, by bits or by form.
  bool isOutside(std::span<const double> inputs, std::span<const float> parameters) const;
  /// Whether neither tells if there is a number: all bits have cancelled at the end of a domain, or
  /// numbers have ended.
  bool isOutOfBits(std::span<const double> inputs, std::span<const float> parameters,
                   std::size_t output) const;
  /// Whether the output is a float for certain, be it not known which: a sine of 2^2000.
  bool isFloat(std::span<const double> inputs, std::span<const float> parameters,
               std::size_t output) const;
  /// The output by the chain rule alone, which a series may know better or not so well.
  Expected byChainRule(std::span<const double> inputs, std::span<const float> parameters,
                       std::size_t output) const;

private:
  struct Attempt {
    std::vector<Partial> outputs;
    bool undecided = false;
  };
  /// What the program says of infinity itself, where it is continuous (ContinuousArithmetic.h).
  std::vector<Expected> atInfinity(std::span<const double> inputs,
                                   std::span<const float> parameters) const;
  /// What happens where inputs are infinite.
  MeetingArithmetic meetings(std::span<const double> inputs, std::span<const float> parameters,
                             std::size_t output) const;
  /// As Limit.h tells them, or from where infinite inputs are beyond all that is made of others.
  std::vector<Expected> limits(std::span<const double> inputs, std::span<const float> parameters,
                               bool isFar);
  std::span<const slong> precisionsTried() const;
  bool isSettled(const ArbBall &ball, slong precision) const;
  Attempt byJets(std::span<const ArbBall> operands) const;
  Attempt byInterpreter(std::span<const ArbBall> operands) const;
  std::vector<Partial> attempt(std::span<const ArbBall> operands, std::vector<bool> &known);
  std::vector<uint32_t> variablesOf(std::size_t output) const;
  std::size_t position(uint32_t variable) const;

  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  std::size_t inputCount;
  std::vector<uint32_t> derivative, gradients;
  std::vector<uint32_t> variables; ///< of the jets
  std::size_t order;
  bool ownRules;
  unsigned patience = 24; ///< for results that are no numbers
  For use;
};

} // namespace xphi::reference
