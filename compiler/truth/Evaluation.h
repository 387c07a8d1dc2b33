// A definition over jets, with more and more bits until every answer is known well.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference interpreter walks the definition; neither libm nor any code of the compiler takes
// part. An answer is tight when it is known to 2^-60 of itself and every comparison on the way to
// it was decided; what is not tight at 4096 bits is given as the enclosure it is.
//
// A program with `grad` or `kink` clauses or `diff` is differentiated by the interpreter itself,
// over balls; then nothing is known of a derivative's terms, and its own magnitude stands for them.
#pragma once

#include "compiler/truth/JetArithmetic.h"
#include "dsl/Ast.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace xphi::reference {

/// Whether derivatives follow from more than the operations one by one: `grad`, `kink` or `diff`,
/// or a sign, which at 0 is seen together with what it multiplies; in the definition or in what it
/// calls.
bool hasOwnRules(const dsl::Program &program, dsl::DefinitionIndex definition);

class Evaluation {
public:
  /// `variables`: what to differentiate in, counted through inputs, then parameters. `order`: up to
  /// which derivatives, at most 2.
  Evaluation(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
             std::vector<uint32_t> variables, int order);

  /// `operands`: the inputs, then the parameters.
  ArbJet at(std::span<const ArbBall> operands) const;

  std::size_t variableCount() const { return variables.size(); }
  std::size_t inputCount() const { return program->definitions[definition].inputs.size(); }
  int highestOrder() const { return order; }
  /// The parameters' defaults, rounded to float as a kernel gets them.
  std::vector<float> defaults() const;

private:
  struct Attempt {
    ArbJet jet;
    bool undecided;
  };
  Attempt byJets(std::span<const ArbBall> operands) const;
  Attempt byInterpreter(std::span<const ArbBall> operands) const;

  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  std::vector<uint32_t> variables;
  int order;
  bool byOwnRules;
};

} // namespace xphi::reference
