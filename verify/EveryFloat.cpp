// Runs of 2^20 neighbouring floats, in ascending order, so that steps can be counted.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "EveryFloat.h"

#include "Blocks.h"
#include "Ranks.h"
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <random>
#include <thread>

namespace xphi::verify {
namespace {

constexpr std::size_t mostWrong = 64, mostFurthest = 4096;
constexpr float none = std::numeric_limits<float>::quiet_NaN();

void keepFurthest(std::vector<Candidate> &candidates) {
  std::ranges::sort(candidates, [](const Candidate &a, const Candidate &b) {
    return a.error != b.error ? a.error > b.error : a.x < b.x;
  });
  if (candidates.size() > mostFurthest)
    candidates.resize(mostFurthest);
}

void add(Findings &all, const Findings &own) {
  all.nearest += own.nearest;
  all.wrong += own.wrong;
  all.undecided += own.undecided;
  all.beyond += own.beyond;
  all.stepsUp += own.stepsUp;
  all.stepsDown += own.stepsDown;
  all.worstAbsolute = std::max(all.worstAbsolute, own.worstAbsolute);
  all.most = std::max(all.most, own.most);
  all.least = std::min(all.least, own.least);
  all.firstWrong.insert(all.firstWrong.end(), own.firstWrong.begin(), own.firstWrong.end());
  all.furthest.insert(all.furthest.end(), own.furthest.begin(), own.furthest.end());
  std::ranges::sort(all.firstWrong, {}, &Candidate::x);
  if (all.firstWrong.size() > mostWrong)
    all.firstWrong.resize(mostWrong);
  keepFurthest(all.furthest);
}

void add(Walk &all, const Walk &own) {
  all.inputs += own.inputs;
  all.asked += own.asked;
  all.unknown += own.unknown;
  all.skipped += own.skipped;
  all.sampled = std::max(all.sampled, own.sampled);
  all.samples += own.samples;
  all.stepsUp += own.stepsUp;
  all.stepsDown += own.stepsDown;
  all.most = std::max(all.most, own.most);
  all.least = std::min(all.least, own.least);
  for (std::size_t i = 0; i < all.findings.size(); ++i)
    add(all.findings[i], own.findings[i]);
}

double errorIn(const Scale &scale, float got, const reference::Enclosure &truth) {
  if (!scale.isRelative)
    return reference::ulpError(got, truth);
  const double size = std::max(std::fabs(truth.high), scale.least),
               ulps = reference::ulpError(got, truth, size);
  return ulps == 0 || std::isinf(ulps) ? ulps : ulps * (0x1p24 * reference::ulpOf(size) / size);
}

/// What one thread finds.
class Walker {
public:
  Walker(const Subject &subject, Pass pass, std::span<const Tested> kernels, std::int64_t runLength)
      : truth(subject, pass), parameters(subject.parameters), pass(pass), kernels(kernels),
        runLength(runLength), got(kernels.size()) {
    found.findings.resize(kernels.size());
    std::ranges::fill(one, 1.0f);
  }

  Status run(std::int64_t first, std::int64_t last) {
    // The float before the first is not looked at.
    setBefore(none, none);
    for (auto &each : got)
      each.values[lanes - 1] = none;
    worst.assign(kernels.size(), {0, 0, -1});
    // Zeros and infinities are asked for, what is no number is one piece.
    const std::int64_t finite = rankOfInfinity - 1;
    struct Part {
      std::int64_t first, last;
      Piece::Kind kind;
    };
    const Part parts[] = {
        {-ranks / 2, -rankOfInfinity - 2, Piece::Kind::NoNumber},
        {-rankOfInfinity - 1, -rankOfInfinity - 1, Piece::Kind::Points},
        {-finite - 1, -2, Piece::Kind::Polynomial},
        {-1, 0, Piece::Kind::Points},
        {1, finite, Piece::Kind::Polynomial},
        {rankOfInfinity, rankOfInfinity, Piece::Kind::Points},
        {rankOfInfinity + 1, ranks / 2 - 1, Piece::Kind::NoNumber},
    };
    for (const Part &part : parts) {
      const std::int64_t from = std::max(first, part.first), to = std::min(last, part.last);
      if (from > to)
        continue;
      if (part.kind != Piece::Kind::Polynomial) {
        if (Status done = walk({part.kind, from, to, 0, 0, 0, {}}); !done)
          return done;
        continue;
      }
      for (const Piece &piece : truth.pieces(from, to))
        if (Status done = walk(piece); !done)
          return done;
    }
    for (std::size_t k = 0; k < kernels.size(); ++k)
      if (worst[k].error > 0)
        found.findings[k].furthest.push_back(worst[k]);
    return {};
  }

  Walk found;

private:
  Status walk(const Piece &piece) {
    switch (piece.kind) {
    case Piece::Kind::Polynomial: {
      const std::int64_t whole = piece.count() - piece.count() % std::int64_t(lanes);
      for (std::int64_t i = 0; i < whole; i += blockSize)
        if (Status done = wholeBlock(piece, piece.first + i,
                                     std::size_t(std::min<std::int64_t>(whole - i, blockSize)));
            !done)
          return done;
      sample(piece);
      return points(piece.first + whole, piece.last, 1);
    }
    case Piece::Kind::NoNumber:
      return noNumbers(piece);
    case Piece::Kind::Points:
      return points(piece.first, piece.last, 1);
    case Piece::Kind::Open: {
      constexpr std::int64_t asked = 64;
      const std::int64_t apart = std::max<std::int64_t>(piece.count() / asked, 1);
      found.skipped += std::uint64_t(piece.count() - (piece.count() + apart - 1) / apart);
      return points(piece.first, piece.last, apart);
    }
    }
    return {};
  }

  Status call(std::size_t n) {
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      const std::span<const float> inputs(x, n), dy(one, n);
      const std::span<float> results(got[k].values + lanes, n);
      Status done = pass == Pass::Value
                        ? kernels[k].kernel.forward(inputs, results, parameters)
                        : kernels[k].kernel.backward(inputs, dy, results, parameters);
      if (!done)
        return done;
    }
    found.inputs += n;
    return {};
  }

  void setBefore(float low, float high) {
    block.low[lanes - 1] = low;
    block.high[lanes - 1] = high;
  }

  void goOn(std::size_t n) {
    setBefore(block.low[lanes - 1 + n], block.high[lanes - 1 + n]);
    for (auto &each : got)
      each.values[lanes - 1] = each.values[lanes - 1 + n];
  }

  void note(std::size_t k, float at, float result, double error) {
    if (error > worst[k].error)
      worst[k] = {at, result, error};
    found.findings[k].beyond += error > kernels[k].bound;
  }

  /// By Arb, of one float. At a jump the mathematics may leave several answers, and so it may at
  /// infinity.
  void noteAnswer(std::size_t k, float at, float result, const reference::Expected &expected) {
    const double error = errorIn(kernels[k].scale, result, expected.truth);
    if (error > kernels[k].bound &&
        (std::isfinite(at) ? truth.isTie(at) : truth.isWhatInfinityIs(at, result)))
      ++found.unknown;
    else
      note(k, at, result, error);
  }

  Status wholeBlock(const Piece &piece, std::int64_t first, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
      x[i] = ofRank(first + std::int64_t(i));
    if (Status done = call(n); !done)
      return done;
    const TrueSteps steps = fill(block, piece, x, n);
    found.stepsUp += std::uint64_t(steps.up);
    found.stepsDown += std::uint64_t(steps.down);
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      const float *results = got[k].values + lanes;
      const BlockTally tally = compare(block, piece.error, results, n, kernels[k].scale);
      Findings &own = found.findings[k];
      own.nearest += std::uint64_t(tally.nearest);
      own.stepsUp += std::uint64_t(tally.up);
      own.stepsDown += std::uint64_t(tally.down);
      own.worstAbsolute = std::max(own.worstAbsolute, tally.worstAbsolute);
      own.most = std::max(own.most, tally.most);
      own.least = std::min(own.least, tally.least);
      found.most = std::max(found.most, tally.mostTrue);
      found.least = std::min(found.least, tally.leastTrue);
      if (tally.doubtful > 0 || tally.worst > std::min(kernels[k].bound, worst[k].error))
        oneByOne(piece, k, n);
      const std::int64_t open = std::int64_t(n) - tally.nearest - tally.wrong;
      if (kernels[k].isToBeNearest && (tally.wrong > 0 || open > 0))
        findWrong(piece, k, n, open);
    }
    goOn(n);
    return {};
  }

  void oneByOne(const Piece &piece, std::size_t k, std::size_t n) {
    const float *results = got[k].values + lanes;
    for (std::size_t i = 0; i < n; ++i) {
      const double error = errorOf(block.value[i], piece.error, results[i], kernels[k].scale);
      if (error >= 0)
        note(k, x[i], results[i], error);
      else
        ask(k, x[i], results[i]);
    }
  }

  /// Of small results millions may lie all but in the middle between two floats, as x/2 + x² does.
  void findWrong(const Piece &piece, std::size_t k, std::size_t n, std::int64_t open) {
    constexpr std::int64_t most = 32;
    const std::int64_t apart = std::max<std::int64_t>(open / most, 1);
    std::int64_t seen = 0;
    if (open > most && besideOf != piece.first) {
      beside = truth.besideMiddles(piece);
      besideOf = piece.first;
    }
    const float *results = got[k].values + lanes, *low = block.low + lanes,
                *high = block.high + lanes;
    for (std::size_t i = 0; i < n; ++i) {
      const bool isOne = low[i] == high[i];
      if (isOne && results[i] == low[i])
        continue;
      std::optional<bool> isNearest = false;
      if (results[i] == low[i] || results[i] == high[i]) {
        const double middle = 0.5 * (double(low[i]) + double(high[i]));
        const bool areNeighbours = std::nextafter(low[i], high[i]) == high[i],
                   isKnown = open > most && beside && areNeighbours;
        const int side = isKnown ? beside->sideOf(x[i], middle) : 0;
        const bool isAsked = side == 0 && seen++ % apart == 0;
        if (side != 0)
          isNearest = results[i] == (side > 0 ? high[i] : low[i]);
        else
          isNearest = isAsked ? truth.isNearest(x[i], results[i]) : std::nullopt;
        found.asked += isAsked;
      }
      noteNearest(k, x[i], results[i], isNearest);
    }
  }

  void noteNearest(std::size_t k, float at, float result, std::optional<bool> isNearest) {
    Findings &own = found.findings[k];
    if (!isNearest) {
      ++own.undecided;
    } else if (!*isNearest) {
      ++own.wrong;
      if (own.firstWrong.size() < mostWrong)
        own.firstWrong.push_back({at, result, 0});
    }
  }

  void ask(std::size_t k, float at, float result) {
    ++found.asked;
    const reference::Expected expected = truth.at(at);
    if (expected.known)
      noteAnswer(k, at, result, expected);
    else
      ++found.unknown;
  }

  Status points(std::int64_t first, std::int64_t last, std::int64_t apart) {
    for (std::int64_t from = first; from <= last;) {
      std::size_t n = 0;
      for (; n < blockSize && from <= last; from += apart)
        x[n++] = ofRank(from);
      if (Status done = call(n); !done)
        return done;
      for (std::size_t i = 0; i < n; ++i)
        point(i, apart == 1);
      goOn(n);
    }
    return {};
  }

  void point(std::size_t i, bool countsSteps) {
    ++found.asked;
    const reference::Expected expected = truth.at(x[i]);
    const float nearest = expected.known ? float(expected.truth.high) : none;
    float *low = block.low + lanes + i, *high = block.high + lanes + i;
    *low = *high = nearest;
    if (countsSteps) {
      found.stepsUp += *low > high[-1];
      found.stepsDown += *high < low[-1];
    }
    found.unknown += !expected.known;
    found.most = std::fmax(found.most, nearest);
    found.least = std::fmin(found.least, nearest);
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      Findings &own = found.findings[k];
      const float *result = got[k].values + lanes + i;
      if (countsSteps) {
        own.stepsUp += result[0] > result[-1];
        own.stepsDown += result[0] < result[-1];
      }
      if (!expected.known)
        continue;
      noteAnswer(k, x[i], *result, expected);
      noteExtent(own, *result, expected.truth.high);
      const bool isSame = *result == nearest || (std::isnan(*result) && std::isnan(nearest));
      own.nearest += isSame;
      if (kernels[k].isToBeNearest && !isSame)
        noteNearest(k, x[i], *result,
                    std::isfinite(x[i]) ? truth.isNearest(x[i], *result) : std::optional(false));
    }
  }

  static void noteExtent(Findings &own, float result, double truth) {
    own.most = std::fmax(own.most, result);
    own.least = std::fmin(own.least, result);
    if (const double off = std::fabs(double(result) - truth); std::isfinite(off))
      own.worstAbsolute = std::max(own.worstAbsolute, off);
  }

  Status noNumbers(const Piece &piece) {
    for (std::int64_t first = piece.first; first <= piece.last; first += blockSize) {
      const auto n = std::size_t(std::min<std::int64_t>(piece.last - first + 1, blockSize));
      for (std::size_t i = 0; i < n; ++i)
        x[i] = ofRank(first + std::int64_t(i));
      if (Status done = call(n); !done)
        return done;
      for (std::size_t k = 0; k < kernels.size(); ++k)
        for (std::size_t i = 0; i < n; ++i) {
          const float result = got[k].values[lanes + i];
          if (std::isnan(result))
            ++found.findings[k].nearest;
          else
            note(k, x[i], result, std::numeric_limits<double>::infinity());
        }
    }
    setBefore(none, none);
    for (auto &each : got)
      each.values[lanes - 1] = none;
    return {};
  }

  /// Of the longest pieces, that is some thousands in all.
  void sample(const Piece &piece) {
    if (piece.count() < runLength / 16 || std::fabs(piece.coefficients[0]) > 0x1p128)
      return;
    const float low = block.low[lanes - 1], high = block.high[lanes - 1];
    const float at = ofRank(piece.first + std::int64_t(random() % std::uint64_t(piece.count())));
    float eight[lanes];
    std::ranges::fill(eight, at);
    fill(block, piece, eight, lanes);
    setBefore(low, high);
    const reference::Expected there = truth.at(at);
    if (!there.known)
      return;
    ++found.samples;
    const double off = std::fabs((block.value[0] - there.truth.high) - there.truth.low);
    found.sampled = std::max(found.sampled, off / reference::ulpOf(there.truth.high));
  }

  Truth truth;
  const std::vector<float> parameters;
  const Pass pass;
  const std::span<const Tested> kernels;
  const std::int64_t runLength;
  struct Results {
    alignas(64) float values[lanes + blockSize] = {};
  };
  std::vector<Results> got; ///< from `lanes` on
  alignas(64) float x[blockSize], one[blockSize];
  TrueBlock block;
  std::vector<Candidate> worst; ///< of this run
  std::mt19937_64 random{1};
  std::optional<BesideMiddles> beside;
  std::int64_t besideOf = ranks; ///< the first rank of the piece it is of
};

} // namespace

Result<Walk> everyFloat(const Subject &subject, Pass pass, std::span<const Tested> kernels,
                        const Extent &extent, unsigned threads,
                        const std::function<void(double)> &did) {
  Walk all;
  all.findings.resize(kernels.size());
  std::atomic<std::int64_t> next = extent.first;
  std::mutex mutex;
  std::optional<Error> failure;
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i)
      workers.emplace_back([&] {
        auto walker = std::make_unique<Walker>(subject, pass, kernels, extent.run);
        const std::int64_t apart = extent.run * extent.oneIn;
        for (std::int64_t from; (from = next.fetch_add(apart)) <= extent.last;) {
          const Status done = walker->run(from, std::min(from + extent.run - 1, extent.last));
          if (!done) {
            const std::lock_guard lock(mutex);
            failure = done.error();
            next = extent.last + 1;
          }
          did(double(std::min(apart, extent.last + 1 - from)));
        }
        const std::lock_guard lock(mutex);
        add(all, walker->found);
      });
  }
  if (failure)
    return *failure;
  return all;
}

} // namespace xphi::verify
