// Sorts each result into regular, subnormal or special and keeps the worst.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/Accuracy.h"

#include "compiler/truth/Ulp.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <thread>

namespace xphi::numerics {

using namespace xphi::reference;

namespace {

/// Calls work(i) for every i below count, on all processors.
template <class Work> void forEach(std::size_t count, Work work) {
  constexpr std::size_t chunk = 512;
  std::atomic<std::size_t> next = 0;
  auto run = [&] {
    for (std::size_t begin; (begin = next.fetch_add(chunk)) < count;)
      for (std::size_t i = begin; i < std::min(begin + chunk, count); ++i)
        work(i);
    flint_cleanup(); // what Arb keeps for each thread
  };
  std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
  for (std::jthread &worker : workers)
    worker = std::jthread(run);
}

} // namespace

std::vector<Answer> answersAt(const Oracle &oracle, std::span<const float> points) {
  std::vector<Answer> answers(points.size());
  forEach(points.size(), [&](std::size_t i) { answers[i] = oracle.at(points[i]); });
  return answers;
}

std::vector<PartialAnswer> answersAt(const PartialOracle &oracle, const Columns &points,
                                     std::span<const double> parameters) {
  std::vector<PartialAnswer> answers(points[0].size());
  forEach(answers.size(), [&](std::size_t i) {
    std::vector<double> inputs;
    for (const std::vector<float> &column : points)
      inputs.push_back(column[i]);
    answers[i] = oracle.at(inputs, parameters);
  });
  return answers;
}

namespace {

void keepWorst(WorstError &worst, const WorstError &candidate) {
  if (candidate.ulp > worst.ulp)
    worst = candidate;
}

std::string describe(const Enclosure &truth) {
  return truth.isNaN() ? "NaN" : fmt::format("{:.9g}", truth.high);
}

class Faults {
public:
  void add(const std::string &place, float result, const std::string &expected) {
    if (++count <= shown)
      sentences.push_back(fmt::format("at {}: got {}, not {}", place, result, expected));
  }
  std::vector<std::string> take() {
    if (count > shown)
      sentences.push_back(fmt::format("and {} more", count - shown));
    return std::move(sentences);
  }

private:
  static constexpr std::size_t shown = 10;
  std::vector<std::string> sentences;
  std::size_t count = 0;
};

std::string describe(float input) { return fmt::format("{} ({:a})", input, input); }

/// What one result adds to the figures. `beside`: the truth just beside a zero.
class Measurement {
public:
  template <class Place, class Beside>
  void add(Place place, bool finite, float input, std::size_t point, float result,
           const Enclosure &truth, double largestTerm, Beside beside) {
    const double ulp = ulpError(result, truth);
    const ResultClass kind = classOf(truth);
    if (!finite || kind == ResultClass::Special || std::isnan(result)) {
      if (!(ulp <= 4))
        faults.add(place(), result, describe(truth));
      return;
    }
    if (input == 0 && result == 0 && truth.isZero()) {
      const double near = beside();
      const bool continuous = std::fabs(near) < FLT_MIN;
      if (near != 0 && continuous && std::signbit(result) != std::signbit(near))
        faults.add(place(), result, std::signbit(result) ? "+0" : "-0");
    }
    keepWorst(kind == ResultClass::Subnormal ? accuracy.subnormal : accuracy.regular,
              {ulp, input, result, point});
    keepWorst(accuracy.againstTerms, {ulpError(result, truth, largestTerm), input, result, point});
  }
  Accuracy take() {
    accuracy.faults = faults.take();
    return std::move(accuracy);
  }

private:
  Accuracy accuracy;
  Faults faults;
};

} // namespace

Accuracy measure(const Oracle &oracle, int k, std::span<const float> points,
                 std::span<const float> results, std::span<const Answer> answers) {
  Measurement measurement;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float input = points[i];
    measurement.add(
        [&] { return describe(input); }, std::isfinite(input), input, i, results[i],
        answers[i].derivatives[k], answers[i].largestTerm[k],
        [&] { return oracle.at(std::copysign(FLT_TRUE_MIN, input)).derivatives[k].high; });
  }
  return measurement.take();
}

Accuracy measure(const Columns &points, std::span<const float> results,
                 std::span<const Entry> truths, ZeroSigns signs) {
  std::array<double, 2> besideZero{}; // above, below
  const bool known = points.size() == 1 && signs == ZeroSigns::Count;
  for (std::size_t i = 0; known && i < truths.size(); ++i)
    if (std::fabs(points[0][i]) == FLT_TRUE_MIN)
      besideZero[std::signbit(points[0][i])] = truths[i].truth.high;
  Measurement measurement;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const float input = points[0][i];
    bool finite = true;
    for (const std::vector<float> &column : points)
      finite &= std::isfinite(column[i]);
    auto place = [&] {
      std::string text;
      for (const std::vector<float> &column : points)
        text += (text.empty() ? "" : ", ") + describe(column[i]);
      return text;
    };
    measurement.add(place, finite, input, i, results[i], truths[i].truth, truths[i].largestTerm,
                    [&] { return besideZero[std::signbit(input)]; });
  }
  return measurement.take();
}

} // namespace xphi::numerics
