// Sorts each result into regular, subnormal or special and keeps the worst.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/Accuracy.h"

#include "tests/reference/Ulp.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <thread>

namespace xphi::numerics {

using namespace xphi::reference;

std::vector<Answer> answersAt(const Oracle &oracle, std::span<const float> points) {
  std::vector<Answer> answers(points.size());
  constexpr std::size_t chunk = 512;
  std::atomic<std::size_t> next = 0;
  auto work = [&] {
    for (std::size_t begin; (begin = next.fetch_add(chunk)) < points.size();)
      for (std::size_t i = begin; i < std::min(begin + chunk, points.size()); ++i)
        answers[i] = oracle.at(points[i]);
    flint_cleanup(); // what Arb keeps for each thread
  };
  std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
  for (std::jthread &worker : workers)
    worker = std::jthread(work);
  workers.clear();
  return answers;
}

namespace {

void keepWorst(WorstError &worst, double ulp, float input, float result) {
  if (ulp > worst.ulp)
    worst = {ulp, input, result};
}

std::string describe(const Enclosure &truth) {
  return truth.isNaN() ? "NaN" : fmt::format("{:.9g}", truth.high);
}

class Faults {
public:
  void add(float input, float result, std::string expected) {
    if (++count <= shown)
      sentences.push_back(
          fmt::format("at {} ({:a}): got {}, not {}", input, input, result, expected));
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

bool hasWrongSign(const Oracle &oracle, int k, float zero, float result) {
  const double beside = oracle.at(std::copysign(FLT_TRUE_MIN, zero)).derivatives[k].high;
  return beside != 0 && std::signbit(result) != std::signbit(beside);
}

} // namespace

Accuracy measure(const Oracle &oracle, int k, std::span<const float> points,
                 std::span<const float> results, std::span<const Answer> answers) {
  Accuracy accuracy;
  Faults faults;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float input = points[i], result = results[i];
    const Enclosure &truth = answers[i].derivatives[k];
    const double ulp = ulpError(result, truth);
    const ResultClass kind = classOf(truth);

    if (!std::isfinite(input) || kind == ResultClass::Special || std::isnan(result)) {
      if (!(ulp <= 4))
        faults.add(input, result, describe(truth));
      continue;
    }
    if (input == 0 && result == 0 && truth.isZero() && hasWrongSign(oracle, k, input, result))
      faults.add(input, result, result == 0 && std::signbit(result) ? "+0" : "-0");

    keepWorst(kind == ResultClass::Subnormal ? accuracy.subnormal : accuracy.regular, ulp, input,
              result);
    keepWorst(accuracy.againstTerms, ulpError(result, truth, answers[i].largestTerm[k]), input,
              result);
  }
  accuracy.faults = faults.take();
  return accuracy;
}

} // namespace xphi::numerics
