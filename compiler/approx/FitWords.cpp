// Structures are taken apart into all their members, so that none can be forgotten.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitWords.h"

#include "approx/Words.h"

#include <utility>

namespace xphi::compiler {
namespace {

void forEachMember(auto &limits, auto &&each)
  requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(limits)>>, FitLimits>
{
  auto &[segments, mostDegree, mostUlps, mostUlpsAtZero, isOfPair, leastResult, doubles, pairs,
         termError, mostTermError, elements, moreSegments, isOrdered] = limits;
  each(segments), each(mostDegree), each(mostUlps), each(mostUlpsAtZero), each(isOfPair);
  each(leastResult), each(doubles), each(pairs), each(termError), each(mostTermError);
  each(elements), each(moreSegments), each(isOrdered);
}

/// Visits the members of those that are no words themselves.
template <typename Words> class Members {
public:
  explicit Members(Words &words) : words(words) {}

  void operator()(auto &member) { words(member); }
  template <typename Element>
    requires std::is_same_v<std::remove_const_t<Element>, FitLimits::Elements>
  void operator()(Element &elements) {
    auto &[input, output, isFactor] = elements;
    words(input), words(output), words(isFactor);
  }
  template <typename Line>
    requires std::is_same_v<std::remove_const_t<Line>, LineAtZero>
  void operator()(Line &line) {
    auto &[slope, until, isMoreLeft, isMoreRight] = line;
    words(slope), words(until), words(isMoreLeft), words(isMoreRight);
  }
  void operator()(const std::optional<FitLimits::Elements> &value) { write(value); }
  void operator()(const std::optional<LineAtZero> &value) { write(value); }
  void operator()(const std::shared_ptr<const Fit> &value) {
    words(value != nullptr);
    if (value)
      visit(*value);
  }
  void operator()(std::optional<FitLimits::Elements> &value) { read(value); }
  void operator()(std::optional<LineAtZero> &value) { read(value); }
  void operator()(std::shared_ptr<const Fit> &value) {
    bool has = false;
    words(has);
    if (!has || !words.good)
      return;
    const auto fit = std::make_shared<Fit>();
    visit(*fit);
    value = fit;
  }

  void visit(auto &fit) {
    auto &each = *this;
    auto &[form, order, sum, slope, isOrderedProduct, segments, degree, first, step, low, high,
           below, above, lastBelow, lastAbove, centres, isPlain, table, ulps, ulpsAtZero,
           sampledUlps, steps, isOfPair, zero, least, firstNormal, smallest, isNearest,
           firstNearest, ties, accurate, exceptions, pairs, lows, errors, isTerm, fused,
           isJoinFused, line, atZero, hasZero, isJoinOrdered, limitBelow, limitAbove, isOfRows,
           lineAtZero] = fit;
    each(form), each(order), each(sum), each(slope), each(isOrderedProduct), each(segments);
    each(degree), each(first), each(step), each(low), each(high), each(below), each(above);
    each(lastBelow), each(lastAbove), each(centres), each(isPlain), each(table), each(ulps);
    each(ulpsAtZero), each(sampledUlps), each(steps), each(isOfPair), each(zero), each(least);
    each(firstNormal), each(smallest), each(isNearest), each(firstNearest), each(ties);
    each(accurate), each(exceptions), each(pairs), each(lows), each(errors), each(isTerm);
    each(fused), each(isJoinFused), each(line), each(atZero), each(hasZero), each(isJoinOrdered);
    each(limitBelow), each(limitAbove), each(isOfRows), each(lineAtZero);
  }

private:
  void write(const auto &value) {
    words(value.has_value());
    if (value)
      (*this)(*value);
  }
  void read(auto &value) {
    bool has = false;
    words(has);
    if (has)
      (*this)(value.emplace());
  }

  Words &words;
};

} // namespace

std::string wordsOf(const FitLimits &limits) {
  WordWriter writer;
  forEachMember(limits, Members(writer));
  return std::move(writer.text);
}

std::optional<FitLimits> limitsOfWords(std::string_view &line) {
  WordReader reader(line);
  FitLimits limits;
  forEachMember(limits, Members(reader));
  line = reader.rest();
  return reader.good ? std::optional(limits) : std::nullopt;
}

std::string wordsOf(const std::optional<Fit> &found) {
  WordWriter writer;
  writer(found.has_value());
  if (found)
    Members(writer).visit(*found);
  return std::move(writer.text);
}

std::optional<std::optional<Fit>> foundOfWords(std::string_view words) {
  WordReader reader(words);
  bool has = false;
  reader(has);
  std::optional<Fit> found;
  if (has)
    Members(reader).visit(found.emplace());
  if (!reader.good || !reader.isAtEnd())
    return std::nullopt;
  return std::optional<std::optional<Fit>>(std::in_place, std::move(found));
}

} // namespace xphi::compiler
