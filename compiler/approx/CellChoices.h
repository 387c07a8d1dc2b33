// How conditions come out on a cell: part of CellRun.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/CellRun.h"

namespace xphi::compiler {

template <class Arithmetic> std::optional<bool> CellRun<Arithmetic>::condition(unsigned index) {
  if (!conditions[index]) {
    const State before = state;
    conditions[index] = decide(lines.steps[index]);
    if (*conditions[index])
      state = before;
  }
  return *conditions[index];
}

template <class Arithmetic>
std::optional<bool> CellRun<Arithmetic>::decide(const Lines::Step &step) {
  if (step.op == Op::Truth)
    return step.number != 0;
  if (step.op == Op::Drawn)
    return cell.isDropped;
  if (step.op == Op::Compare)
    return Lines::isWord(lines.steps[step.operands[0]].type) ? compareWords(step) : compare(step);
  if (step.op == Op::Select) {
    const std::optional<bool> chosen = condition(step.operands[0]);
    return chosen ? condition(step.operands[*chosen ? 1 : 2]) : std::nullopt;
  }
  if (step.op != Op::And && step.op != Op::Or && step.op != Op::Xor)
    return std::nullopt;
  const std::optional<bool> a = condition(step.operands[0]);
  const bool ending = step.op == Op::Or;
  if (step.op != Op::Xor && a == ending)
    return ending;
  const std::optional<bool> b = condition(step.operands[1]);
  if (step.op != Op::Xor && b == ending)
    return ending;
  if (!a || !b)
    return std::nullopt;
  return step.op == Op::And ? *a && *b : step.op == Op::Or ? *a || *b : *a != *b;
}

template <class Arithmetic>
std::optional<bool> CellRun<Arithmetic>::compare(const Lines::Step &step) {
  const Number *a = numberIfKnown(step.operands[0]), *b = numberIfKnown(step.operands[1]);
  // What is known is not NaN, and what has a range is not.
  const bool areNumbers = (a || range(step.operands[0])) && (b || range(step.operands[1]));
  if (areNumbers && step.detail == Lines::unordered)
    return false;
  if (areNumbers && step.detail == (Lines::lessThan | Lines::equal | Lines::greaterThan))
    return true;
  if (a && b && (a->infinite != 0 || b->infinite != 0))
    return isOneOf(a->infinite < b->infinite   ? Lines::lessThan
                   : a->infinite > b->infinite ? Lines::greaterThan
                                               : Lines::equal,
                   step);
  unsigned possible = Lines::lessThan | Lines::equal | Lines::greaterThan;
  bool isKnown = false;
  if (areNumbers && chosen(step.operands[0]) == chosen(step.operands[1])) {
    possible = Lines::equal;
    isKnown = true;
  } else if (a && b && a->degree() == b->degree()) {
    const ArbBall x = a->computed(), y = b->computed();
    possible = (arb_ge(x.get(), y.get()) ? 0 : Lines::lessThan) |
               (arb_le(x.get(), y.get()) ? 0 : Lines::greaterThan) |
               (arb_lt(x.get(), y.get()) || arb_gt(x.get(), y.get()) ? 0 : Lines::equal);
    isKnown = true;
  }
  std::optional<bool> result = isKnown ? isOneOf(possible, step) : std::nullopt;
  // At the very end of a cell a ball goes beyond it.
  if (!result) {
    const std::optional<StepRange> x = range(step.operands[0]), y = range(step.operands[1]);
    if (x && y)
      result = isOneOf(possible & ((x->low >= y->high ? 0 : Lines::lessThan) |
                                   (x->high <= y->low ? 0 : Lines::greaterThan) |
                                   (x->high < y->low || x->low > y->high ? 0 : Lines::equal)),
                       step);
  }
  // What a number lacks is what the condition lacks.
  if (!result && state.isDecided && (!a || !b))
    number(step.operands[a ? 1 : 0]);
  return result;
}

template <class Arithmetic> std::optional<StepRange> CellRun<Arithmetic>::range(unsigned index) {
  if (!ranges[index]) {
    const bool before = isOfAnotherKind; // a range does not ask for that
    const Number *known = numberIfKnown(index);
    const std::optional<StepRange> around = known ? known->range() : std::nullopt,
                                   plain = rangeOfOperands(lines.steps[index]);
    ranges[index] = around && plain ? std::optional(StepRange{std::max(around->low, plain->low),
                                                              std::min(around->high, plain->high)})
                    : around        ? around
                                    : plain;
    isOfAnotherKind = before;
  }
  return *ranges[index];
}

template <class Arithmetic>
std::optional<StepRange> CellRun<Arithmetic>::rangeOfOperands(const Lines::Step &step) {
  if (step.op == Op::Input)
    if (const LinesCell *const of = arithmetic.cellOf(step.detail))
      return StepRange{double(of->low), double(of->high)};
  if (step.op == Op::Input && step.detail == LinesTruth::madeIntoOther && truth.otherUlps > 0)
    return StepRange{-std::ldexp(1.0, LinesTruth::mostExponent),
                     std::ldexp(1.0, LinesTruth::mostExponent)};
  std::vector<StepRange> operands;
  for (unsigned each : step.operands) {
    const Type type = lines.steps[each].type;
    if (type == Type::Condition)
      continue;
    const std::optional<StepRange> one = Lines::isWord(type) ? std::nullopt : range(each);
    if (!one)
      return std::nullopt;
    operands.push_back(*one);
  }
  return operands.empty() ? std::nullopt : rangeOf(step, operands);
}

template <class Arithmetic> unsigned CellRun<Arithmetic>::chosen(unsigned index) {
  const Lines::Step &step = lines.steps[index];
  const std::optional<bool> which =
      step.op == Op::Select ? condition(step.operands[0]) : std::nullopt;
  return which ? chosen(step.operands[*which ? 1 : 2]) : index;
}

/// The same, and what is not told is not for good.
template <class Arithmetic> unsigned CellRun<Arithmetic>::chosenAtEnd(unsigned index) {
  const State before = state;
  index = chosen(index);
  state = before;
  return index;
}

template <class Arithmetic>
auto CellRun<Arithmetic>::clampAt(unsigned index) const -> std::optional<Clamp> {
  const Lines::Step &step = lines.steps[index];
  if (step.op != Op::Select)
    return std::nullopt;
  const Lines::Step &condition = lines.steps[step.operands[0]],
                    &end = lines.steps[step.operands[1]];
  if (condition.op != Op::Compare || end.op != Op::Number || Lines::isWord(end.type) ||
      condition.operands[0] != step.operands[2])
    return std::nullopt;
  const Lines::Step &with = lines.steps[condition.operands[1]];
  if (with.op != Op::Number || with.number != end.number ||
      (condition.detail != Lines::lessThan && condition.detail != Lines::greaterThan))
    return std::nullopt;
  return Clamp{step.operands[2], end.number, condition.detail == Lines::lessThan};
}

template <class Arithmetic>
std::optional<bool> CellRun<Arithmetic>::isOneOf(unsigned possible, const Lines::Step &step) {
  if ((possible & ~step.detail) == 0)
    return true;
  if ((possible & step.detail) == 0)
    return false;
  return std::nullopt;
}

template <class Arithmetic>
std::optional<bool> CellRun<Arithmetic>::compareWords(const Lines::Step &step) {
  const std::optional<WordRange> a = word(step.operands[0]), b = word(step.operands[1]);
  if (!a || !b)
    return std::nullopt;
  return isOneOf(possibleOrders(step, lines.steps[step.operands[0]].type, *a, *b), step);
}

} // namespace xphi::compiler
