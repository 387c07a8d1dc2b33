// What a text truly is at every float: a polynomial for each run of neighbours, with its bound.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The polynomial is Taylor's, of the text itself over Arb balls; what it leaves out is bounded by
// the next coefficient over the whole run, and its roundings in doubles are counted. So no code of
// the compiler takes part, and a run of a hundred thousand floats costs one series. A run is halved
// until its polynomial is known to 2^-20 ulp of a float; where a few floats are left, next to
// corners and poles, they are asked for one by one.
#pragma once

#include "compiler/truth/KernelTruth.h"
#include "dsl/Ast.h"
#include "verify/Pass.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace xphi::verify {

/// What the truth is asked of.
struct Subject {
  /// The program's last definition, parameters at their defaults.
  Subject(std::shared_ptr<const dsl::Program> program);
  Subject(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
          std::vector<float> parameters)
      : program(std::move(program)), definition(definition), parameters(std::move(parameters)) {}

  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  std::vector<float> parameters;
};

/// Floats of the ranks first to last, on one side of zero.
struct Piece {
  enum class Kind {
    Polynomial, ///< within `error` of Σ coefficients[k]·((x − centre)·scale)ᵏ, |…| ≤ 1
    NoNumber,   ///< outside the domain
    Points,     ///< each to be asked for
    Open        ///< it changes faster than floats follow each other
  };
  Kind kind = Kind::Points;
  std::int64_t first = 0, last = 0;
  double centre = 0, scale = 0, error = 0;
  std::vector<double> coefficients;

  std::int64_t count() const { return last - first + 1; }
};

/// Of a function that is all but a straight line, as x/2 + x² is at the least floats: on which side
/// of a middle between two floats it lies, where the line lies on it.
struct BesideMiddles {
  double centre = 0, scale = 0;
  double constant = 0, slope = 0; ///< of the line, in (x − centre)·scale
  std::vector<double> others;     ///< what both lack, and the higher powers
  double error = 0;               ///< of the sum of these

  /// −1 below it, 1 above; 0 where that is not certain.
  int sideOf(float x, double middle) const;
};

/// Of one input. For one thread.
class Truth {
public:
  Truth(Subject subject, Pass pass);

  /// In ascending order. The ranks are neighbours, finite, on one side of zero, and not zero.
  std::vector<Piece> pieces(std::int64_t first, std::int64_t last);

  reference::Expected at(float x);
  /// Whether `got` is the float next to the truth, decided to 4096 bits; of two as near the even
  /// one. Nothing where that is not known.
  std::optional<bool> isNearest(float x, float got);
  /// Of the floats of a polynomial.
  std::optional<BesideMiddles> besideMiddles(const Piece &piece) const;
  /// Whether the mathematics leaves several answers, or none.
  bool isTie(float x);
  bool isWhatInfinityIs(float x, float result);

private:
  void add(std::vector<Piece> &pieces, std::int64_t first, std::int64_t last);
  std::optional<Piece> polynomial(std::int64_t first, std::int64_t last);
  std::optional<Piece> constant(std::int64_t first, std::int64_t last);
  bool changesTooFast(std::int64_t first, std::int64_t last);
  template <class Series>
  std::optional<std::vector<reference::ArbBall>>
  coefficients(const reference::ArbBall &centre, double radius, int side, slong count) const;

  const Subject subject;
  const Pass pass;
  const bool ownRules;
  reference::KernelTruth points;
};

} // namespace xphi::verify
