// Floats in runs, other elements one by one; then what holds at the ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Verification.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "abi/Promise.h"
#include "check/Random.h"
#include "compiler/truth/Ulp.h"
#include "dsl/Element.h"
#include "verify/Confirm.h"
#include "verify/Elements.h"
#include "verify/Extremes.h"
#include "verify/Picture.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

namespace xphi::verify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 none = std::numeric_limits<double>::quiet_NaN();

void noteWorst(Report &report, double error, const Point &at, double got, double truth) {
  if (error > report.worst) {
    report.worst = error;
    report.worstInput = at;
    report.worstGot = got;
    report.worstTruth = truth;
  }
}

/// In its own ulps, those of f32 too.
double ulpErrorOf(const Answer &answer) {
  return compiler::elementError(answer.got, answer.expected.truth, 0, answer.type);
}

bool isNearest(const Answer &answer) {
  const double nearest =
      valueOf(nearestElement(answer.expected.truth.high, answer.type), answer.type);
  return answer.got == nearest || (std::isnan(answer.got) && std::isnan(nearest)) ||
         ulpErrorOf(answer) <= 0.5;
}

/// Of one output, at points of one input in ascending order.
bool stepsBack(const std::vector<Point> &points, const std::vector<std::vector<Answer>> &answers) {
  bool up = false, down = false, trueUp = false, trueDown = false;
  const Answer *before = nullptr;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Answer &here = answers[i].front();
    if (std::isnan(points[i][0]) || !here.expected.known || std::isnan(here.got)) {
      before = nullptr;
      continue;
    }
    if (before) {
      up |= here.got > before->got;
      down |= here.got < before->got;
      trueUp |= here.expected.truth.high > before->expected.truth.high;
      trueDown |= here.expected.truth.high < before->expected.truth.high;
    }
    before = &here;
  }
  return (!trueDown && down) || (!trueUp && up);
}

/// Between which results lie, and those next to the truth.
struct Span {
  double least = infinity, most = -infinity, leastTrue = infinity, mostTrue = -infinity;

  bool isWithin(const Request &request) const {
    if (!(most > mostTrue) && !(least < leastTrue))
      return true;
    const Extremes all = extremesOf(request); // what is largest may lie between those looked at
    return !(most > std::max(mostTrue, all.most)) && !(least < std::min(leastTrue, all.least));
  }
};

/// Numbers of any size, most of them where activations bend.
double drawn(compiler::Random &random, const Request &request, std::size_t input) {
  const ElementType type = request.spec.types.inputs[input];
  if (request.hasRange()) {
    const double x = request.low + (request.high - request.low) * random.unit();
    return std::clamp(x, request.low, request.high);
  }
  switch (random.bits() % 4) {
  case 0:
    return random.magnitude(-30, 30);
  case 1:
    return type == ElementType::F64
               ? std::ldexp(random.magnitude(-120, 120), int(random.bits() % 400) - 200)
               : random.finite();
  default:
    return 8 * (2 * random.unit() - 1);
  }
}

std::vector<Point> pointsFor(const Request &request, const Elements &elements) {
  const std::vector<ElementType> &types = request.spec.types.inputs;
  std::vector<Point> points;
  if (request.isOfFew()) {
    for (std::uint32_t bits = 0; bits < (1u << (8 * sizeOf(types[0]))); ++bits) {
      const double x = valueOf(bits, types[0]);
      if (!request.hasRange() || (x >= request.low && x <= request.high))
        points.push_back({x});
    }
  } else {
    constexpr std::uint64_t usual = 20000;
    compiler::Random random;
    for (std::uint64_t i = 0; i < (request.points ? request.points : usual); ++i) {
      Point point;
      for (std::size_t k = 0; k < types.size(); ++k)
        point.push_back(elements.element(drawn(random, request, k), k));
      if (random.bits() % 16 == 0 && point.size() > 1) // equal, or opposite
        point[1] = elements.element(random.bits() % 2 ? point[0] : -point[0], 1);
      points.push_back(std::move(point));
    }
  }
  if (types.size() == 1)
    std::ranges::sort(points, [](const Point &a, const Point &b) {
      return std::isnan(b[0]) ? !std::isnan(a[0]) : a[0] < b[0];
    });
  return points;
}

Status lookAtElements(const Request &request, Report &report) {
  Elements elements(request);
  const std::vector<Point> points = pointsFor(request, elements);
  const auto answers = answersAt(request, points);
  if (!answers)
    return answers.error();
  Span extent;
  report.inputs = points.size();
  report.isExhaustive = request.isOfFew();
  for (std::size_t i = 0; i < points.size(); ++i)
    for (const Answer &answer : (*answers)[i]) {
      if (!answer.expected.known) {
        ++report.unknown;
        continue;
      }
      const double truth = answer.expected.truth.high, error = elements.errorOf(answer);
      noteWorst(report, error, points[i], answer.got, truth);
      report.worstUlp = std::max(report.worstUlp, ulpErrorOf(answer));
      report.misrounded += !isNearest(answer);
      if (const double off = std::fabs(answer.got - truth); std::isfinite(off))
        report.worstAbsolute = std::max(report.worstAbsolute, off);
      const double nearest = valueOf(nearestElement(truth, answer.type), answer.type);
      extent.least = std::fmin(extent.least, answer.got);
      extent.most = std::fmax(extent.most, answer.got);
      extent.leastTrue = std::fmin(extent.leastTrue, nearest);
      extent.mostTrue = std::fmax(extent.mostTrue, nearest);
    }
  if (request.spec.types.inputs.size() == 1) {
    report.isInRange = extent.isWithin(request);
    report.isMonotone = !stepsBack(points, *answers);
  }
  return {};
}

Status lookAtFloats(const Request &request, Report &report) {
  const compiler::ErrorScale scale(request.spec);
  const Promise promise = promiseOf(request.spec);
  const bool isRelative = promise.least > 0;
  Tested tested{
      request.kernel, promise.isExact ? 0.5 + 0x1p-16 : promise.ulps, promise.isExact, {}};
  if (isRelative)
    tested.scale = {true, promise.least};
  // Many short runs in place of all, so that each binade has some.
  Extent floats;
  double all = double(ranks);
  if (request.hasRange()) {
    const auto low = float(request.low), high = float(request.high);
    floats = {rankOf(low < request.low ? std::nextafter(low, HUGE_VALF) : low),
              rankOf(high > request.high ? std::nextafter(high, -HUGE_VALF) : high)};
    all = double(floats.last - floats.first + 1);
  }
  report.isExhaustive = request.isExhaustive || request.hasRange();
  if (!report.isExhaustive) {
    constexpr std::uint64_t usual = 1 << 26, fewest = 1 << 12;
    floats.run = 1 << 14;
    floats.oneIn =
        unsigned(std::uint64_t(ranks) /
                 std::clamp<std::uint64_t>(request.points ? request.points : usual, fewest, ranks));
    if (floats.oneIn > 256)
      floats.run = std::max(floats.run / (floats.oneIn / 256), std::int64_t(16));
  }
  const Subject subject(request.program, request.definition, request.parameters);
  const Result<Walk> walk =
      everyFloat(subject, request.pass, std::span(&tested, 1), floats, request.threads,
                 [&](double work) { request.did(work / all); });
  if (!walk)
    return walk.error();
  const Findings &found = walk->findings.front();
  report.inputs = walk->inputs;
  report.skipped = walk->skipped;
  report.unknown = walk->unknown;
  report.misrounded = promise.isExact
                          ? found.wrong + found.undecided
                          : walk->inputs - std::min(walk->inputs, found.nearest + walk->unknown);
  report.undecided = found.undecided;
  report.worstAbsolute = found.worstAbsolute;
  Truth truth(subject, request.pass);
  const Confirmed worst = confirm(
      found.furthest, tested.bound, truth, [&](float got, const reference::Expected &expected) {
        return scale.errorOf(got, expected.truth, expected.largestTerm, ElementType::F32) *
               (isRelative ? 0x1p24 : 1);
      });
  report.worstUlp = worst.ofItself;
  noteWorst(report, worst.inUnit, {worst.furthest.x}, worst.furthest.got, worst.truth);
  report.isInRange = Span{found.least, found.most, walk->least, walk->most}.isWithin(request);
  report.isMonotone =
      !((walk->stepsDown == 0 && found.stepsDown > 0) || (walk->stepsUp == 0 && found.stepsUp > 0));
  return {};
}

/// At what is no number, at infinities, and at zeros, which a sample need not have.
Status lookAtTheEnds(const Request &request, Report &report) {
  Elements elements(request);
  const std::vector<ElementType> &types = request.spec.types.inputs;
  std::vector<Point> points;
  for (std::size_t i = 0; i < types.size(); ++i)
    if (std::isnan(elements.element(none, i))) {
      points.emplace_back(types.size(), 1);
      points.back()[i] = none;
    }
  const std::size_t numbers = points.size();
  if (types.size() == 1) {
    const double tiny = ulpOf(0, types[0]);
    for (const double x : {0.0, -0.0, tiny, -tiny, infinity, -infinity})
      points.push_back({elements.element(x, 0)});
  }
  const auto answers = elements.at(points);
  if (!answers)
    return answers.error();
  const std::vector<double> parameters(request.parameters.begin(), request.parameters.end());
  for (std::size_t i = 0; i < numbers; ++i) {
    // Of several inputs one may be in a branch that is not taken.
    dsl::DoubleArithmetic arithmetic;
    const bool isAsked = types.size() == 1 ||
                         std::isnan(dsl::evaluate(*request.program, request.definition,
                                                  std::span<const double>(points[i]),
                                                  std::span<const double>(parameters), arithmetic));
    for (const Answer &answer : (*answers)[i])
      report.keepsNaN &= !isAsked || std::isnan(answer.got) || isInteger(answer.type);
  }
  if (types.size() > 1)
    return {};
  const auto answerOf = [&](std::size_t k) -> const Answer & {
    return (*answers)[numbers + k].front();
  };
  for (std::size_t k = 0; k < 6; ++k) {
    const Answer &answer = answerOf(k);
    if (!answer.expected.known)
      continue;
    const double error = elements.errorOf(answer);
    report.hasLimits &= k < 4 || error <= elements.promise();
    if (!request.hasRange())
      noteWorst(report, error, points[numbers + k], answer.got, answer.expected.truth.high);
  }
  // A zero has the sign of the function just beside it, if that is next to zero and no zero itself,
  // or the one that the operations of the text, or of the chain rule, give it: x + x^2 is -0 + 0 at
  // -0, which is +0.
  const std::vector<std::uint32_t> in(request.pass == Pass::Derivative, 0);
  for (std::size_t k = 0; k < 2; ++k) {
    dsl::DoubleArithmetic arithmetic;
    const double written = dsl::evaluateDerivative(
        *request.program, request.definition, std::span<const double>(points[numbers + k]),
        std::span<const double>(parameters), std::span<const std::uint32_t>(in), arithmetic);
    const Answer &zero = answerOf(k), &beside = answerOf(k + 2);
    const double near = beside.expected.truth.high;
    if (zero.got == 0 && zero.expected.known && zero.expected.truth.isZero() &&
        beside.expected.known && near != 0 && std::fabs(near) < FLT_MIN && !isInteger(zero.type))
      report.hasSignedZeros &= std::signbit(near) == std::signbit(zero.got) ||
                               (written == 0 && std::signbit(written) == std::signbit(zero.got));
  }
  return {};
}

} // namespace

bool Request::isOfFloats() const {
  return spec.types.inputs == std::vector{ElementType::F32} &&
         spec.types.output == ElementType::F32;
}

bool Request::isOfFew() const {
  return spec.types.inputs.size() == 1 && sizeOf(spec.types.inputs[0]) <= 2;
}

Result<Report> verify(const Request &request) {
  if (dsl::draws(*request.program, request.definition))
    return Error("X3004", "what a function draws at random has no truth to be verified against");
  if (request.isExhaustive && !request.isOfFloats() && !request.isOfFew())
    return Error("X3004",
                 "there are too many inputs for --exhaustive: it is for one input of f32 or "
                 "of 16 bits and fewer");
  if (request.columns > 0 && request.spec.types.inputs.size() != 1)
    return Error("X3004", "a picture of errors is of one input");
  Report report;
  const Elements elements(request);
  report.unit = elements.unit();
  report.promise = elements.promise();
  if (Status done =
          request.isOfFloats() ? lookAtFloats(request, report) : lookAtElements(request, report);
      !done)
    return done.error();
  if (Status done = lookAtTheEnds(request, report); !done)
    return done.error();
  if (request.columns > 0)
    if (Status done = draw(request, report); !done)
      return done.error();
  return report;
}

} // namespace xphi::verify
