// One element after the other, by Arb; the middle between two elements by fractions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/TruthTables.h"

#include "Budget.h"
#include "abi/ElementValues.h"
#include "abi/Promise.h"
#include "check/Outputs.h"
#include "check/TruthAhead.h"
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/RationalArithmetic.h"
#include "dsl/Element.h"
#include "dsl/Interpreter.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

namespace xphi::compiler {
namespace {

using reference::Enclosure;
using reference::Expected;

bool mayBeTables(const CheckedFunction &function) {
  const KernelSpec &spec = function.spec;
  const dsl::Definition &definition = function.program->definitions[function.definition];
  if (spec.types.inputs.size() != 1 || sizeOf(spec.types.inputs[0]) != 1 ||
      sizeOf(spec.types.output) > sizeof(float) || !definition.parameters.empty() ||
      spec.keep != Keep::Input || spec.gradients.size() > 1 ||
      dsl::draws(*function.program, function.definition))
    return false;
  // A product of two that are rounded.
  constexpr double mostOfProduct = 1 + 0x1p-20;
  const Promise promise = promiseOf(spec);
  return spec.gradients.empty() || gradientType(spec.types.inputs[0]) != ElementType::F32 ||
         (!promise.isExact && promise.ulps >= mostOfProduct);
}

class Tables {
public:
  explicit Tables(const CheckedFunction &function)
      : function(function), output(function.spec.types.output),
        truth(truthOf(function, reference::KernelTruth::For::Doubles)) {
    const dsl::Definition &definition = function.program->definitions[function.definition];
    for (const std::string &name : function.spec.derivative)
      ofValue.push_back(*definition.variable(name));
    ofSlope = ofValue;
    for (const std::string &name : function.spec.gradients)
      ofSlope.push_back(*definition.variable(name));
  }

  std::vector<ElementTable> run() {
    std::vector<ElementTable> tables(truth.outputCount());
    for (const Point &point : allInputs(function)) {
      const double x = point[0];
      if (std::isnan(x)) {
        tables[0].results.push_back(std::uint32_t(nearestElement(x, output)));
        if (tables.size() > 1)
          tables[1].slopes.push_back(std::numeric_limits<float>::quiet_NaN());
        continue;
      }
      const std::optional<std::vector<Enclosure>> all = truths(point);
      if (budgetSpent() || !all)
        return {};
      const std::optional<std::uint64_t> result = nearest(all->front(), x);
      if (!result)
        return {};
      tables[0].results.push_back(std::uint32_t(*result));
      if (tables.size() == 1)
        continue;
      const std::optional<float> slope = slopeOf(all->back(), x);
      if (!slope)
        return {};
      tables[1].slopes.push_back(*slope);
    }
    if (tables[0].results.size() != ElementTable::size)
      return {};
    return tables;
  }

private:
  using Variables = std::vector<std::uint32_t>;

  /// By fractions, which decide what is a corner for certain, or else by Arb.
  std::optional<std::vector<Enclosure>> truths(const Point &point) {
    std::vector<Enclosure> all;
    for (const Variables &variables : {ofValue, ofSlope})
      if (const auto fraction = asFraction(point[0], variables))
        all.push_back(fraction->over.enclosure());
    if (all.size() == 2)
      return all;
    all.clear();
    for (const Expected &each : truth.at(point, {})) {
      if (!each.known)
        return std::nullopt;
      all.push_back(each.truth);
    }
    return all;
  }

  std::optional<std::uint64_t> nearest(const Enclosure &value, double x) const {
    if (value.isNaN() || value.isInfinite())
      return nearestElement(value.high, output);
    if (value.isZero() && value.radius == 0)
      return nearestElement(zeroAt(x), output);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double around = 2 * (std::fabs(value.low) + value.radius);
    const std::uint64_t below =
                            nearestElement(std::nextafter(value.high - around, -infinity), output),
                        above =
                            nearestElement(std::nextafter(value.high + around, infinity), output);
    if (below == above)
      return below;
    if (valueOf(below, output) == 0 && valueOf(above, output) == 0)
      return nearestElement(std::copysign(0, value.high), output);
    const double middle = 0.5 * valueOf(below, output) + 0.5 * valueOf(above, output),
                 distance = (value.high - middle) + value.low;
    if (std::fabs(distance) > 2 * value.radius)
      return distance < 0 ? below : above;
    if (!isExactly(middle, x, ofValue))
      return std::nullopt;
    return nearestElement(middle, output);
  }

  /// The nearest float; of shorter gradients cut off, with an odd last bit where that is not exact,
  /// so that one with dy = 1 is rounded as the slope itself would be.
  std::optional<float> slopeOf(const Enclosure &slope, double x) const {
    const ElementType gradient = gradientType(function.spec.types.inputs[0]);
    const auto nearest = float(slope.high);
    if (gradient == ElementType::F32 || !std::isfinite(slope.high) ||
        (slope.isZero() && slope.radius == 0))
      return nearest;
    const double rest = (slope.high - double(nearest)) + slope.low;
    if (std::fabs(rest) <= 2 * slope.radius) {
      const auto rounded = [&](float value) {
        return valueOf(nearestElement(double(value), gradient), gradient);
      };
      const bool isMiddle = rounded(std::nextafter(nearest, -HUGE_VALF)) !=
                            rounded(std::nextafter(nearest, HUGE_VALF));
      if (isMiddle && !isExactly(double(nearest), x, ofSlope))
        return std::nullopt;
      return nearest;
    }
    if (rest == 0 || (std::bit_cast<std::uint32_t>(nearest) & 1) == 1)
      return nearest;
    return std::nextafter(nearest, rest < 0 ? -HUGE_VALF : HUGE_VALF);
  }

  /// The zero that arithmetic in doubles gives, or one without a sign.
  double zeroAt(double x) const {
    dsl::DoubleArithmetic doubles;
    const double result =
        dsl::evaluateDerivative(*function.program, function.definition, std::span(&x, 1),
                                std::span<const double>(), ofValue, doubles);
    return result == 0 ? result : 0;
  }

  bool isExactly(double value, double x, const Variables &variables) const {
    const auto fraction = asFraction(x, variables);
    const reference::RationalArithmetic fractions{reference::ArbBall(x)};
    return fraction && fractions.distance(*fraction, fractions.number(value)).isExactZero();
  }

  std::optional<reference::RationalNumber> asFraction(double x, const Variables &variables) const {
    if (!std::isfinite(x))
      return std::nullopt;
    reference::RationalArithmetic fractions{reference::ArbBall(x)};
    const reference::RationalNumber number = fractions.number(x);
    const reference::RationalNumber result =
        dsl::evaluateDerivative(*function.program, function.definition, std::span(&number, 1),
                                std::span<const reference::RationalNumber>(), variables, fractions);
    if (!result.isKnown || fractions.undecided())
      return std::nullopt;
    return result;
  }

  const CheckedFunction &function;
  const ElementType output;
  Variables ofValue, ofSlope; ///< in which the program is differentiated
  reference::KernelTruth truth;
};

} // namespace

std::vector<ElementTable> truthTables(const CheckedFunction &function) {
  if (!mayBeTables(function))
    return {};
  return Tables(function).run();
}

} // namespace xphi::compiler
