// Cell by cell: a number without roundings, and what the roundings have come to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LinesProof.h"

#include "approx/FloatRank.h"
#include "approx/LinesCell.h"
#include "approx/OtherFactor.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Element.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace xphi::compiler {

using namespace reference;

namespace {

constexpr std::int64_t binade = std::int64_t(1) << 23;

class LinesProver {
public:
  LinesProver(const Lines &lines, const LinesTruth &truth, double mostUlps, std::size_t mostCells)
      : lines(lines), truth(truth), mostUlps(mostUlps), cellsLeft(mostCells),
        oracle(truth.program, truth.definition, truth.derivative, {}) {
    if (!dsl::draws(*truth.program, truth.definition)) {
      outcomes = {{0, false}};
    } else if (dsl::drawsOnce(*truth.program, truth.definition)) {
      for (bool isDropped : {false, true})
        if (const std::optional<std::uint64_t> element = elementThatIs(isDropped))
          outcomes.push_back({*element, isDropped});
      if (outcomes.size() < 2) // the other would not be looked at
        outcomes.clear();
    }
  }

  std::vector<LinesProof> run() {
    if (outcomes.empty())
      return {};
    // A ball tells its ends from zero only if they are not too far apart. What is seen at once is
    // seen first; what is far from 1 may take all the cells there are, so it is the last.
    constexpr std::int64_t wide = 16 * binade, last = 0x7f7fffff;
    std::vector<std::int64_t> starts;
    for (std::int64_t a = 1; a <= last; a = (a / wide + 1) * wide)
      starts.push_back(a);
    std::ranges::sort(starts, {}, [](std::int64_t a) { return std::abs(a + wide / 2 - one); });
    std::vector<std::pair<std::int64_t, std::int64_t>> rest;
    std::vector<Cells> whole;
    for (std::int64_t a : starts) {
      const std::int64_t b = std::min<std::int64_t>((a / wide + 1) * wide - 1, last);
      for (const auto &[first, end] : {std::pair(a, b), std::pair(-b - 1, -a - 1)})
        if (const std::optional<double> bound = boundOver(first, end).ulps;
            bound && isGood(*bound, first, end))
          whole.push_back({first, end, *bound});
        else
          rest.push_back({first, end});
    }
    for (const auto &[first, end] : rest)
      coverParts(first, end);
    proved.insert(proved.end(), whole.begin(), whole.end());
    if (!truth.hasOther())
      for (std::int64_t zero : {-1, 0})
        if (const std::optional<double> ulps = errorAt(ofRank(zero)); ulps && *ulps <= mostUlps)
          proved.push_back({zero, zero, *ulps});
    return joined();
  }

private:
  struct Cells {
    std::int64_t first, last; ///< as rankOf() has them
    double ulps;
  };
  static constexpr std::int64_t one = 127 * binade;
  static constexpr std::int64_t part = binade / 8; ///< that a series is good for
  static constexpr std::size_t mostInPart = 256;
  static constexpr std::int64_t mostUntold = 6;

  /// Of a range that is not proved, the halves may be, down to some binade: what is nearer to 1
  /// before the other, and behind some binades of which nothing is known nothing.
  void cover(std::int64_t a, std::int64_t b) {
    if (const std::optional<double> bound = boundOver(a, b).ulps; bound && isGood(*bound, a, b))
      return proved.push_back({a, b, *bound});
    coverParts(a, b);
  }
  void coverParts(std::int64_t a, std::int64_t b) {
    const std::int64_t size = a < 0 ? -b - 1 : a;
    if (b - a >= binade) {
      const std::int64_t middle = a + (b - a) / 2;
      const bool isFirstNearer = (a < 0) == (size < one);
      cover(isFirstNearer ? a : middle + 1, isFirstNearer ? middle : b);
      return cover(isFirstNearer ? middle + 1 : a, isFirstNearer ? b : middle);
    }
    // Where nothing is proved of what is next to 1 there is little to be hoped for.
    constexpr unsigned mostInARow = 8, mostOfNothing = 3;
    unsigned &inARow = unprovedInARow[a < 0][size <= one];
    if (inARow >= (proved.empty() ? mostOfNothing : mostInARow))
      return;
    bool isWhole = true;
    for (std::int64_t first = a; first <= b; first += part) {
      const std::size_t others = cellsLeft - std::min(cellsLeft, mostInPart);
      cellsLeft -= others;
      failuresLeft = mostFailures();
      start = {first, cellsLeft};
      proveCell(first, std::min(first + part - 1, b), {});
      cellsLeft += others;
      isWhole &= failuresLeft == mostFailures();
    }
    inARow = isWhole ? 0 : inARow + 1;
  }

  /// Which ends of a cell a choice goes another way beyond.
  struct Ends {
    bool first = false, last = false;
  };

  void proveCell(std::int64_t a, std::int64_t b, Ends changing) {
    if (isTooSlow(a))
      failuresLeft = 0;
    if (failuresLeft == 0)
      return;
    if (b - a < 2)
      return proveOneByOne(a, b);
    const CellBound bound = boundOver(a, b);
    if (bound.ulps && isGood(*bound.ulps, a, b))
      return proved.push_back({a, b, *bound.ulps});
    if (const std::optional<std::int64_t> change =
            bound.open ? lines.lastBefore(*bound.open, truth.input, a, b, truth.parameters)
                       : std::nullopt) {
      ulpsAt(*change); // what is far off is seen at once
      proveCell(a, *change, {changing.first, true});
      return proveCell(*change + 1, b, {true, changing.last});
    }
    // Next to a change the choice is not told.
    if (bound.open && !truth.hasOther() && (changing.first || changing.last) &&
        b - a > 8 * mostUntold) {
      const std::int64_t inner = changing.first ? a + mostUntold : a,
                         end = changing.last ? b - mostUntold : b;
      proveOneByOne(a, inner - 1);
      proveOneByOne(end + 1, b);
      return proveCell(inner, end, {});
    }
    const std::int64_t middle = a + (b - a) / 2;
    ulpsAt(middle);
    proveCell(a, middle, {changing.first, false});
    proveCell(middle + 1, b, {false, changing.last});
  }

  void proveOneByOne(std::int64_t a, std::int64_t b) {
    for (std::int64_t each = a; each <= b; ++each)
      if (const std::optional<double> ulps = ulpsAt(each))
        proved.push_back({each, each, *ulps});
  }
  /// Nothing where it is not proved, which is counted.
  std::optional<double> ulpsAt(std::int64_t each) {
    const std::optional<double> ulps =
        truth.hasOther() ? boundOver(each, each).ulps : errorAt(ofRank(each));
    const bool isProved = ulps && *ulps <= mostUlps;
    failuresLeft -= !isProved && failuresLeft > 0;
    return isProved ? ulps : std::nullopt;
  }

  /// With a second input one float tells of others, too: it is not that the operations are run.
  unsigned mostFailures() const { return truth.hasOther() ? 2 : 16; }

  /// Whether a part of a binade will take more cells than it may, as it goes.
  bool isTooSlow(std::int64_t a) const {
    // Next to zero a part of the floats is many binades of numbers.
    const bool isNextToZero = start.first >= -part && start.first < part;
    const std::size_t patience = isNextToZero ? mostInPart : 48, used = start.cellsLeft - cellsLeft;
    return cellsLeft == 0 || (used > patience && double(a - start.first) / double(part) <
                                                     double(used) / (4 * mostInPart));
  }

  /// One that the program draws so; nothing where it never does, as with p = 0 or 1.
  std::optional<std::uint64_t> elementThatIs(bool isDropped) const {
    constexpr std::uint64_t elements = 4096;
    const double x[] = {1, 1};
    const std::vector<double> parameters(truth.parameters.begin(), truth.parameters.end());
    for (std::uint64_t index = 0; index < elements; ++index) {
      const dsl::Element here(index);
      dsl::evaluate(*truth.program, truth.definition, std::span(x).first(truth.hasOther() ? 2 : 1),
                    std::span(parameters));
      if ((here.drops() > 0) == isDropped)
        return index;
    }
    return std::nullopt;
  }

  /// Over wide cells bounds are loose.
  bool isGood(double bound, std::int64_t a, std::int64_t b) const {
    return bound <= mostUlps && (bound <= 0.5 || b - a <= binade / 4);
  }

  std::vector<LinesProof> joined() {
    std::ranges::sort(proved, {}, &Cells::first);
    std::vector<LinesProof> result;
    for (const Cells &each : proved)
      if (!result.empty() && rankOf(result.back().high) + 1 == each.first)
        result.back() = {result.back().low, ofRank(each.last),
                         std::max(result.back().ulps, each.ulps)};
      else
        result.push_back({ofRank(each.first), ofRank(each.last), each.ulps});
    return result;
  }

  /// Of the worst outcome.
  CellBound boundOver(std::int64_t a, std::int64_t b) {
    CellBound worst;
    for (const Outcome &each : outcomes) {
      const dsl::Element here(each.element);
      const CellBound bound = boundOver(a, b, each.isDropped);
      if (!bound.ulps)
        return bound;
      worst.ulps = std::max(worst.ulps.value_or(0), *bound.ulps);
    }
    return worst;
  }
  CellBound boundOver(std::int64_t a, std::int64_t b, bool isDropped) {
    if (cellsLeft == 0)
      return {};
    --cellsLeft;
    LinesCell cell(ofRank(a), ofRank(b));
    cell.isDropped = isDropped;
    // What has settled is seen at once to have; all else needs short series.
    const bool isOfUse = b - a == binade - 1 || b - a < part;
    if (truth.hasOther()) {
      CellBound bound;
      for (int sign : {1, -1, 0}) {
        if (sign == 0 && !truth.isOtherZero)
          continue;
        const CellBound each = isOfUse ? boundWithOther(lines, truth, cell, sign) : CellBound();
        if (!each.ulps)
          return each;
        bound.ulps = std::max(bound.ulps.value_or(0), *each.ulps);
      }
      return bound;
    }
    bool &isRational = areRational[a < 0];
    unsigned &wins = seriesWins[a < 0];
    CellBound quotients;
    if (isRational && (wins < mostWins || !isOfUse)) {
      quotients = boundByQuotients(lines, truth, cell);
      isRational = !quotients.isOfAnotherKind;
      const bool isShown = isRational && quotients.ulps && *quotients.ulps <= mostUlps;
      if (isShown && isOfUse)
        wins = 0;
      // Of a number that is no quotient it may not be told how a choice goes.
      if (isRational && (isShown || !isOfUse || (quotients.open && wins == 0)))
        return quotients;
    }
    if (!isOfUse)
      return {};
    // How numbers hang together that are used more than once is told by series.
    const CellBound series = boundBySeries(lines, truth, cell);
    if (series.ulps && *series.ulps <= mostUlps && wins < mostWins)
      ++wins;
    return series.ulps || !(quotients.ulps || quotients.open) ? series : quotients;
  }

  /// By running the operations.
  std::optional<double> errorAt(float x) {
    double worst = 0;
    for (const Outcome &each : outcomes) {
      const dsl::Element here(each.element);
      const std::optional<double> error = errorAt(x, each.isDropped);
      if (!error)
        return error;
      worst = std::max(worst, *error);
    }
    return worst;
  }
  std::optional<double> errorAt(float x, bool isDropped) {
    const std::optional<float> got = lines.at(x, truth.parameters, isDropped);
    const double inputs[] = {double(x)};
    const Expected expected = oracle.at(inputs, truth.parameters).front();
    if (!got || std::isnan(*got) || !expected.known || !std::isfinite(expected.truth.high))
      return std::nullopt;
    constexpr double infinite = 0x1p128 - 0x1p103; // what rounds to it
    if (std::isinf(*got))
      return std::copysign(1.0, *got) * expected.truth.high >= infinite ? std::optional(0.0)
                                                                        : std::nullopt;
    const double error =
        std::fabs(double(*got) - expected.truth.high - expected.truth.low) + expected.truth.radius;
    const int exponent =
        expected.truth.high == 0 ? -126 : std::max(std::ilogb(expected.truth.high), -126);
    return error * (1 + 0x1p-40) * std::ldexp(1.0, 23 - exponent);
  }

  const Lines &lines;
  const LinesTruth &truth;
  const double mostUlps;
  std::size_t cellsLeft;
  unsigned failuresLeft = 0;          ///< floats that are found to be off, in a part
  unsigned unprovedInARow[2][2] = {}; ///< binades, by sign and side of one
  struct {
    std::int64_t first;
    std::size_t cellsLeft;
  } start = {};
  KernelTruth oracle;
  struct Outcome {
    std::uint64_t element; ///< one with these random bits
    bool isDropped;
  };
  std::vector<Outcome> outcomes;
  bool areRational[2] = {true, true}; ///< above and below zero
  unsigned seriesWins[2] = {};        ///< in a row, that showed what quotients did not
  static constexpr unsigned mostWins = 16;
  std::vector<Cells> proved;
};

std::int64_t floatsIn(const std::vector<LinesProof> &proofs) {
  std::int64_t count = 0;
  for (const LinesProof &each : proofs)
    count += rankOf(each.high) - rankOf(each.low) + 1;
  return count;
}

} // namespace

std::vector<LinesProof> proveLines(const Lines &lines, const LinesTruth &truth, double mostUlps,
                                   std::size_t mostCells) {
  std::vector<LinesProof> proved = LinesProver(lines, truth, mostUlps, mostCells).run();
  if (const std::optional<OtherFactor> parts =
          truth.hasOther() ? otherFactorOf(lines, truth) : std::nullopt) {
    constexpr std::size_t more = 3; // a factor's rounding leaves less to the cells
    std::vector<LinesProof> byFactor = proveByFactor(*parts, mostUlps, more * mostCells);
    if (floatsIn(byFactor) > floatsIn(proved))
      return byFactor;
  }
  return proved;
}

} // namespace xphi::compiler
