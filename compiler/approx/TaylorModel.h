// A function of one real number around a point: a polynomial, and a bound on what it leaves out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"
#include "dsl/Ast.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace xphi::reference {
struct Answers;
}

namespace xphi::compiler {

/// Of f around t = c, |u| ≤ radius: f = Σ coefficients[i]·uⁱ ± rest. At c = 0 it is that of
/// f/tᵒʳᵈᵉʳ.
struct TaylorModel {
  double centre = 0, radius = 0;
  std::vector<double> coefficients;
  double rest = 0;
  std::vector<double> quotient; ///< of f/tᵒʳᵈᵉʳ, without a bound on what is left out

  /// Which power of t the quotient lacks.
  unsigned order = 0;
};

/// From where a function of x is seen: along t = x, across zero, or along t = ±x from zero on, as
/// if it went on beyond zero as it comes from there.
enum class View { Through, Right, Left };

/// The function f whose models are made.
class SmoothFunction {
public:
  /// What a model leaves out is told over so many parts of a ball where the whole tells too little:
  /// over wide segments near a pole.
  SmoothFunction(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
                 unsigned parts = 1)
      : program(std::move(program)), definition(definition), parts(parts),
        values(std::make_shared<Values>()) {}
  /// The same function, whose values are known to both.
  SmoothFunction(const SmoothFunction &whole, unsigned parts)
      : program(whole.program), definition(whole.definition), parts(parts), values(whole.values) {}

  /// f(x), to 60 bits where they can be had; nothing where it is no number.
  std::optional<reference::ArbBall> value(double x) const;

  /// Whether f(x) is more than that number, or less; nothing if that cannot be told.
  std::optional<bool> isAbove(double x, double number) const;

  /// How many of Taylor's coefficients at 0 vanish; nothing if all do or one is not known.
  std::optional<unsigned> orderAtZero(View view) const;

  /// Up to which |x| at all floats from end on f(x)/|x|^power is f(end)/end^power but for a part
  /// `tolerance`, for a power of 0 or 1; proved by the slope over balls, and, where that is not
  /// known, by the values at two neighbours. Infinity for all floats; 0 if nothing is known.
  double settledUntil(float end, View view, unsigned power, double tolerance) const;

  /// Nothing if f is not smooth there, or no bound is found. What is left out is to be at most this
  /// part of the first coefficient, if that can be had.
  /// `isVain`, if it is there, is asked where the first terms leave out too much; if it says so
  /// there is no model. Where more than the part `useless` would be left out the most terms there
  /// are need not be asked for.
  std::optional<TaylorModel> model(double c, double radius, View view, unsigned order,
                                   double leftOut = 0x1p-30,
                                   const std::function<bool()> &isVain = {},
                                   double useless = HUGE_VAL) const;

  /// What is found from here on does not depend on what was asked before.
  void beginSearch() const { terms = firstTerms; }

  /// A model of so many coefficients, as if they were all: each, also of the quotient, as near to 0
  /// as it may be; nothing where nothing is known. Takes a fraction of what a model does.
  std::optional<TaylorModel> leastModel(double c, double radius, View view, unsigned order,
                                        unsigned count) const;

  /// Where f = tᵒʳᵈᵉʳ·quotient changes its sign within the model, in x; not a number if it does so
  /// more than once.
  std::optional<double> zeroIn(const TaylorModel &model, View view, unsigned order) const;

private:
  std::optional<reference::ArbBall> newValue(double x) const;
  std::optional<TaylorModel> newModel(double c, double radius, View view, unsigned order,
                                      double leftOut, const std::function<bool()> &isVain,
                                      double useless) const;
  /// How much faster or slower than `slope` f changes over the ball at most.
  template <class Series>
  std::optional<double> changeOver(const reference::ArbBall &t, View view,
                                   const reference::ArbBall &slope) const;
  /// How much f changes between these floats, in |x|, but for that slope; it need not be known
  /// where it is more than `most`.
  std::optional<double> changeBetween(float a, float b, View view, const reference::ArbBall &slope,
                                      double most, unsigned &steps) const;
  template <class Series>
  std::optional<TaylorModel> withEnoughTerms(double c, double radius, View view, unsigned order,
                                             double leftOut, const std::function<bool()> &isVain,
                                             double useless, bool &isSlow) const;
  /// `open`: what the coefficients kept are not known to.
  template <class Series>
  std::optional<TaylorModel> modelOf(double c, double radius, View view, unsigned order,
                                     double leftOut, double &open) const;
  /// `isOpen`: whether something is compared that goes both ways; then it went as `answer` says.
  template <class Series>
  std::optional<TaylorModel> modelWith(double c, double radius, View view, unsigned order,
                                       double leftOut, bool answer, bool &isOpen,
                                       double &open) const;
  /// The largest magnitude of Taylor's coefficient over the ball, from its parts.
  template <class Series>
  double mostInParts(double c, double radius, View view, unsigned power,
                     const reference::Answers *answers) const;
  double zeroBetween(const TaylorModel &model, double low, double high, View view,
                     unsigned order) const;

  std::shared_ptr<const dsl::Program> program;
  dsl::DefinitionIndex definition;
  unsigned parts;
  /// By the bits of x: several forms are tried, and ask for the same.
  using Values = std::unordered_map<std::uint64_t, std::optional<reference::ArbBall>>;
  std::shared_ptr<Values> values;
  static constexpr unsigned firstTerms = 14;
  mutable unsigned terms = firstTerms; ///< that were enough for the last model

  /// What a model depends on.
  struct Wanted {
    double centre, width;
    View view;
    unsigned order;
    double leftOut;
    unsigned terms;
    double useless;
    auto operator<=>(const Wanted &) const = default;
  };
  struct Known {
    std::optional<TaylorModel> model;
    unsigned terms; ///< that it leaves for the next
    bool isAsked;   ///< whether it is in vain, as the first terms left out too much
  };
  /// Other tables of a search, and other searches, have segments in the same places. What is found
  /// is as if each were the first.
  mutable std::map<Wanted, Known> models;
};

/// The same function told as a whole, and in parts: over wide segments, and where the whole tells
/// of no fit that would do.
struct FunctionModels {
  FunctionModels(const std::shared_ptr<const dsl::Program> &program,
                 dsl::DefinitionIndex definition)
      : whole(program, definition), inParts(whole, 8) {}

  void beginSearch() const {
    whole.beginSearch();
    inParts.beginSearch();
  }

  const SmoothFunction whole, inParts;
};

} // namespace xphi::compiler
