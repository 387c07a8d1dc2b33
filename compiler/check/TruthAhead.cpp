// What is true where a check begins, found while there is no kernel yet.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/TruthAhead.h"

#include "Budget.h"
#include "check/Effort.h"
#include "check/Outputs.h"
#include "dsl/Element.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace xphi::compiler {

using reference::Expected;

namespace {

std::vector<std::uint32_t> indices(const dsl::Definition &definition,
                                   const std::vector<std::string> &names) {
  std::vector<std::uint32_t> result;
  for (const std::string &name : names)
    result.push_back(*definition.variable(name));
  return result;
}

} // namespace

reference::KernelTruth truthOf(const CheckedFunction &function,
                               std::optional<reference::KernelTruth::For> use) {
  using reference::KernelTruth;
  const dsl::Definition &definition = function.program->definitions[function.definition];
  const std::vector<ElementType> types = resultTypes(function);
  const bool isNearest = // of 16 bits, too, which may be a tie
      function.spec.tier == Tier::Exact ||
      std::ranges::count(types, ElementType::F32) != std::ssize(types);
  return {function.program, function.definition, indices(definition, function.spec.derivative),
          indices(definition, function.spec.gradients),
          use.value_or(isNearest ? KernelTruth::For::Doubles : KernelTruth::For::Floats)};
}

TruthAhead::TruthAhead(const CheckedFunction &function)
    : function(function), truth(truthOf(function)) {}

void TruthAhead::begin() {
  const Effort effort(function);
  if (!isCheckedHere(function) || dsl::draws(*function.program, function.definition) ||
      !allInputs(function).empty())
    return;
  all = pointsFor(*function.program, function.definition, effort.pointCount());
  elements = all->inOrder();
  if (elements.size() + mostAtBorders > effort.room()) // not all will be looked at
    elements.clear();
  std::ranges::for_each(elements, ToElements(function.spec.types.inputs));
  parameters = parameterSets(*function.program, function.definition).front();
}

void TruthAhead::find(const std::atomic<bool> &enough) {
  if (!std::exchange(isBegun, true))
    begin();
  while (found.size() < elements.size() && !enough && !budgetSpent())
    found.push_back(truth.at(elements[found.size()], parameters));
}

const std::vector<Expected> *TruthAhead::at(std::size_t i, const Point &element) const {
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  return i < found.size() && std::ranges::equal(elements[i], element, {}, bits, bits) ? &found[i]
                                                                                      : nullptr;
}

} // namespace xphi::compiler
