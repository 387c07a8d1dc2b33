// Cell by cell: a number without roundings, and what the roundings have come to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LinesProof.h"

#include "approx/FloatRank.h"
#include "approx/LinesCell.h"
#include "compiler/truth/KernelTruth.h"

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
        oracle(truth.program, truth.definition, truth.derivative, {}) {}

  std::vector<LinesProof> run() {
    // A ball tells its ends from zero only if they are not too far apart. What is far from 1 may
    // take all the cells there are, so it is the last.
    constexpr std::int64_t wide = 16 * binade, last = 0x7f7fffff, one = 127 * binade;
    std::vector<std::int64_t> starts;
    for (std::int64_t a = 1; a <= last; a = (a / wide + 1) * wide)
      starts.push_back(a);
    std::ranges::sort(starts, {}, [](std::int64_t a) { return std::abs(a - one); });
    for (std::int64_t a : starts) {
      const std::int64_t b = std::min<std::int64_t>((a / wide + 1) * wide - 1, last);
      cover(a, b);
      cover(-b - 1, -a - 1);
    }
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
  static constexpr std::size_t mostInBinade = 1024;

  /// Of a range that is not proved, the halves may be, down to some binade.
  void cover(std::int64_t a, std::int64_t b) {
    if (const std::optional<double> bound = boundOver(a, b); bound && isGood(*bound, a, b))
      return proved.push_back({a, b, *bound});
    if (b - a >= binade) {
      const std::int64_t middle = a + (b - a) / 2;
      cover(a, middle);
      return cover(middle + 1, b);
    }
    const std::size_t others = cellsLeft - std::min(cellsLeft, mostInBinade);
    cellsLeft -= others;
    double worst = 0;
    if (proveCell(a, b, worst))
      proved.push_back({a, b, worst});
    cellsLeft += others;
  }

  bool proveCell(std::int64_t a, std::int64_t b, double &worst) {
    if (cellsLeft == 0)
      return false;
    const auto note = [&](const std::optional<double> &bound) {
      worst = std::max(worst, bound.value_or(0));
      return bound && *bound <= mostUlps;
    };
    if (b - a < 2) {
      for (std::int64_t each = a; each <= b; ++each)
        if (!note(errorAt(ofRank(each))))
          return false;
      return true;
    }
    if (const std::optional<double> bound = boundOver(a, b); bound && isGood(*bound, a, b))
      return note(bound);
    const std::int64_t middle = a + (b - a) / 2;
    return note(errorAt(ofRank(middle))) && proveCell(a, middle, worst) &&
           proveCell(middle + 1, b, worst);
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

  std::optional<double> boundOver(std::int64_t a, std::int64_t b) {
    if (cellsLeft == 0)
      return std::nullopt;
    --cellsLeft;
    const LinesCell cell(ofRank(a), ofRank(b));
    if (isRational) {
      const CellBound bound = boundByQuotients(lines, truth, cell);
      isRational = !bound.isOfAnotherKind;
      if (isRational)
        return bound.ulps;
    }
    return b - a <= binade / 8 ? boundBySeries(lines, truth, cell).ulps : std::nullopt;
  }

  /// By running the operations.
  std::optional<double> errorAt(float x) {
    const std::optional<float> got = lines.at(x, truth.parameters);
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
  KernelTruth oracle;
  bool isRational = true;
  std::vector<Cells> proved;
};

} // namespace

std::vector<LinesProof> proveLines(const Lines &lines, const LinesTruth &truth, double mostUlps,
                                   std::size_t mostCells) {
  return LinesProver(lines, truth, mostUlps, mostCells).run();
}

} // namespace xphi::compiler
