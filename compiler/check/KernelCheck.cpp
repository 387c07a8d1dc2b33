// Points, results, truth; then doubts about the worst results, one after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/KernelCheck.h"

#include "Budget.h"
#include "abi/ElementValues.h"
#include "check/BuildTimeCheck.h"
#include "check/CancellingSums.h"
#include "check/Effort.h"
#include "check/ElementError.h"
#include "check/Extremes.h"
#include "check/FarPoints.h"
#include "check/Outputs.h"
#include "check/Points.h"
#include "check/RunningKernel.h"
#include "check/TruthAhead.h"
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/Ulp.h"
#include "dsl/Element.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

namespace xphi::compiler {
namespace {

using reference::Expected;
using reference::KernelTruth;

constexpr double wrongKind = std::numeric_limits<double>::infinity();

class Check {
public:
  Check(const CheckedFunction &function, const RunningKernel &kernel,
        const TruthAhead *known = nullptr)
      : function(function), definition(function.program->definitions[function.definition]),
        kernel(kernel), scale(function.spec), types(resultTypes(function)),
        truth(known ? known->source() : truthOf(function)), ahead(known), effort(function),
        compared(effort.outputs()), toElements(function.spec.types.inputs) {
    certificate.tier = function.spec.tier;
    certificate.method = Certificate::Method::Checked;
    certificate.bound = promised(0);
    certificate.unit = scale.unit(types[0], compared > 1 || !function.spec.derivative.empty());
  }

  Certificate run() {
    const std::vector<std::vector<float>> sets =
        parameterSets(*function.program, function.definition);
    const Points points =
        ahead && ahead->points()
            ? *ahead->points()
            : pointsFor(*function.program, function.definition, effort.pointCount());
    std::vector<Point> looked; // at with the defaults
    std::vector<bool> known;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      chooseElement(points, sets[i], /*dropped=*/false);
      std::vector<Point> here = i == 0 ? allPoints(points, sets[i]) : points.everyFourth();
      thin(here);
      if (const std::vector<Point> every = allInputs(function); !every.empty())
        here = every;
      std::vector<bool> knownHere = measure(here, sets[i], truth);
      noteWhetherAll(here.size(), knownHere);
      if (i == 0)
        std::tie(looked, known) = std::pair(std::move(here), std::move(knownHere));
    }
    lookAtExtremes(points);
    toElements.stayNear();
    lookFarOut(points);
    lookAroundTheWorst();
    judge();
    if (certificate.kept && element)
      lookAtTheDropped(points, sets[0]);
    if (certificate.kept) {
      if (!effort.isVeryLarge() && known.size() >= points.count())
        goWhereBitsRunOut(points, known, sets[0]);
      else // no line has all its points
        lookWithMoreBits(openOf(looked, known), sets[0]);
      judge();
    }
    if (certificate.kept)
      goWhereParametersCancel();
    return finished();
  }

  Certificate runAt(std::vector<Point> given) {
    const std::vector<std::vector<float>> sets =
        parameterSets(*function.program, function.definition);
    const Points points{{std::move(given)}, {}};
    for (const std::vector<float> &parameters : sets) {
      chooseElement(points, parameters, /*dropped=*/false);
      const std::vector<bool> known = measure(
          &parameters == &sets[0] ? points.lines[0] : points.everyFourth(), parameters, truth);
      noteWhetherAll(points.lines[0].size(), known);
      judge();
    }
    return finished();
  }

private:
  struct Candidate {
    double error;
    Point point;
    std::vector<float> parameters;
    std::size_t output;
    double got;
    Expected expected;
  };

  /// Of a program that draws all points are those of one element: the one of some for which the
  /// fewest draws, or the most, come out as dropped.
  void chooseElement(const Points &points, const std::vector<float> &parameters, bool dropped) {
    if (!dsl::draws(*function.program, function.definition))
      return;
    constexpr std::uint64_t elements = 64;
    const Point &middle = points.lines.front()[points.lines.front().size() / 2];
    const std::vector<double> x(middle.begin(), middle.end()),
        p(parameters.begin(), parameters.end());
    std::optional<unsigned> best;
    for (std::uint64_t index = 0; index < elements; ++index) {
      const dsl::Element here(index);
      dsl::evaluate(*function.program, function.definition, std::span(x), std::span(p));
      if (!best || (dropped ? here.drops() > *best : here.drops() < *best)) {
        best = here.drops();
        element = index;
      }
    }
    scope.emplace(*element);
  }

  void lookAtExtremes(const Points &points) {
    if (!effort.isVeryLarge())
      measureAt(points, truth,
                extremesFor(*function.program, function.definition, effort.extremeCount()));
  }
  void lookFarOut(const Points &points) {
    KernelTruth patient = truthOf(function, KernelTruth::For::FarDoubles);
    if (!effort.isVeryLarge())
      measureAt(points, patient, farSets(function, effort.farCount()));
  }
  void measureAt(const Points &points, KernelTruth &source, const std::vector<Extreme> &sets) {
    for (const Extreme &each : sets) {
      chooseElement(points, each.parameters, /*dropped=*/false);
      measure(each.points, each.parameters, source);
    }
  }

  /// Where a parameter takes away what a function tends to, bits run out on a way of its own.
  void goWhereParametersCancel() {
    constexpr std::size_t mostSets = 3;
    const auto &types = function.spec.types.inputs;
    const bool hasDoubles = std::ranges::find(types, ElementType::F64) != types.end();
    if (effort.isVeryLarge())
      return;
    for (CancellingSet &each :
         cancellingSets(*function.program, function.definition, hasDoubles ? 992 : 112, mostSets)) {
      const Points along{std::move(each.lines), {}};
      chooseElement(along, each.parameters, /*dropped=*/false);
      const std::vector<bool> known = measure(along.inOrder(), each.parameters, truth);
      if (known.size() == along.count())
        goWhereBitsRunOut(along, known, each.parameters);
      judge();
    }
  }

  void lookAtTheDropped(const Points &points, const std::vector<float> &parameters) {
    chooseElement(points, parameters, /*dropped=*/true);
    std::vector<Point> here = points.everyFourth();
    thin(here);
    measure(here, parameters, truth);
    judge();
    chooseElement(points, parameters, /*dropped=*/false);
  }

  /// Of a very large program only some of the points, and no borders, so that the check ends soon.
  void thin(std::vector<Point> &points) const {
    const std::size_t room = effort.room();
    if (points.size() <= room)
      return;
    const std::size_t stride = points.size() / std::max<std::size_t>(room, 8) + 1;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points.size(); i += stride)
      points[kept++] = points[i];
    points.resize(kept);
  }

  std::vector<Point> allPoints(const Points &points, const std::vector<float> &parameters) const {
    std::vector<Point> all = points.inOrder();
    const std::size_t mostBorders = effort.isVeryLarge() ? 0 : mostAtBorders / 4;
    const auto classify = [&](const std::vector<Point> &at) { return classes(at, parameters); };
    const std::vector<Point> found = borders(points, classify, mostBorders);
    all.insert(all.end(), found.begin(), found.end());
    return all;
  }

  Certificate finished() {
    if (certificate.method == Certificate::Method::Exhaustive)
      certificate.points = std::size_t(1) << (8 * sizeOf(function.spec.types.inputs[0]));
    return std::move(certificate);
  }

  /// Whether these points were all that there are, and the truth is known at each.
  void noteWhetherAll(std::size_t count, const std::vector<bool> &known) {
    if (definition.inputs.size() == 1 && definition.parameters.empty() && !element &&
        count == std::size_t(1) << (8 * sizeOf(function.spec.types.inputs[0]) % 64) &&
        known.size() == count && std::ranges::all_of(known, std::identity()))
      certificate.method = Certificate::Method::Exhaustive;
  }

  /// Signs of all outputs, and the choices on the way.
  std::vector<std::uint64_t> classes(const std::vector<Point> &points,
                                     const std::vector<float> &parameters) const {
    std::vector<std::uint64_t> result;
    if (points.empty())
      return result;
    const std::vector<Column> outputs = kernel(columns(points), parameters, element);
    for (std::size_t i = 0; i < points.size(); ++i) {
      std::uint64_t code = choicesAt(*function.program, function.definition, points[i], parameters);
      for (const Column &output : outputs) {
        const double y = output[i];
        code = code * 6 + (std::isnan(y) ? 0 : std::isinf(y) ? 1 : y < 0 ? 2 : y > 0 ? 3 : 4);
      }
      result.push_back(code);
    }
    return result;
  }

  std::vector<Column> columns(const std::vector<Point> &points) const {
    std::vector<Column> result(definition.inputs.size());
    for (std::size_t k = 0; k < result.size(); ++k)
      for (const Point &point : points)
        result[k].push_back(point[k]);
    return result;
  }

  /// At which of the points the truth is known; at none more once the budget is spent.
  std::vector<bool> measure(std::vector<Point> points, const std::vector<float> &parameters,
                            KernelTruth &source) {
    for (Point &point : points)
      toElements(point);
    const std::vector<Column> results = kernel(columns(points), parameters, element);
    const TruthAhead *first = std::exchange(ahead, nullptr);
    std::vector<std::vector<Expected>> truths;
    std::vector<bool> known(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (budgetSpent())
        return known;
      const std::vector<Expected> *there = first ? first->at(i, points[i]) : nullptr;
      truths.push_back(there ? *there : source.at(points[i], parameters));
      known[i] = std::ranges::all_of(std::span(truths.back()).first(compared),
                                     [](const Expected &each) { return each.known; });
    }
    certificate.points += points.size();
    for (std::size_t output = 0; output < compared; ++output) {
      for (std::size_t i = 0; i < points.size(); ++i)
        compare(points[i], parameters, output, results[output][i], truths[i][output]);
      if (definition.inputs.size() == 1 && !isParameterGradient(output))
        noteZeros(points, parameters, output, results, truths);
    }
    return known;
  }

  /// Where nothing is known because all of 768 bits cancel, the 512 of wide numbers have cancelled
  /// before: somewhere on the way there from a point at which the truth is known.
  void goWhereBitsRunOut(const Points &points, const std::vector<bool> &known,
                         const std::vector<float> &parameters) {
    const std::size_t room = std::max<std::size_t>(effort.pointCount() / 8, 48);
    struct Gap {
      Point known, near, far; ///< the nearest and the furthest at which nothing is known
    };
    std::vector<Gap> gaps;
    std::vector<Point> open;
    std::size_t onLines = room, through = room, beside = room, first = points.beside.size();
    for (const std::vector<Point> &line : points.lines) {
      for (std::size_t i = 0, end; i < line.size(); i = end + 1) {
        std::vector<Point> lost;
        for (end = i; end < line.size() && !known[first + end]; ++end)
          if (onLines == 0 || truth.isOutside(line[end], parameters))
            break;
          else
            lost.push_back(line[end]);
        open.insert(open.end(), lost.begin(), lost.end());
        if (!lost.empty() && i > 0)
          gaps.push_back({line[i - 1], lost.front(), lost.back()});
        if (!lost.empty() && end < line.size())
          gaps.push_back({line[end], lost.back(), lost.front()});
      }
      first += line.size();
    }
    for (const Gap &gap : gaps)
      approach(gap.known, gap.far, parameters, onLines);
    for (const Gap &gap : gaps)
      goThrough(gap.known, gap.near, parameters, through);
    lookWithMoreBits(open, parameters);
    std::size_t furtherOut = 24;
    for (std::size_t i = 0; i < gaps.size() && furtherOut > 0; ++i) {
      --furtherOut;
      if (lookWithMoreBits({gaps[i].near}, parameters))
        approach(gaps[i].near, gaps[i].far, parameters, furtherOut, KernelTruth::For::FarDoubles);
    }
    // Those that the check had no patience for, the ways to the corners first.
    std::size_t again = room;
    for (std::size_t i = 0; i < points.beside.size() && again > 0; ++i)
      if (!known[i] && isFinite(points.beside[i])) {
        KernelTruth patient = truthOf(function);
        measure({points.beside[i]}, parameters, patient);
        --again;
      }
    const Point *from = nullptr;
    for (std::size_t i = points.beside.size(); i-- > 0;)
      if (known[i] && isFinite(points.beside[i]))
        from = &points.beside[i];
      else if (from && isFinite(points.beside[i]) && beside > 0 &&
               !truth.isOutside(points.beside[i], parameters))
        approach(*from, points.beside[i], parameters, beside);
  }

  static std::vector<Point> openOf(const std::vector<Point> &points,
                                   const std::vector<bool> &known) {
    std::vector<Point> open;
    for (std::size_t i = 0; i < points.size(); ++i)
      if (!known[i] && isFinite(points[i]))
        open.push_back(points[i]);
    return open;
  }

  /// Whether the truth is known then: what cancels after what has cancelled is known only from far
  /// more bits, and those of the kernel may run out no earlier than those of the truth have.
  bool lookWithMoreBits(const std::vector<Point> &open, const std::vector<float> &parameters) {
    constexpr std::size_t most = 12;
    KernelTruth patient = truthOf(function, KernelTruth::For::FarDoubles);
    bool isKnown = false;
    for (std::size_t i = 0, count = std::min(most, open.size()); i < count; ++i)
      if (const Point &each = open[i * open.size() / count]; !truth.isOutside(each, parameters))
        isKnown |= measure({each}, parameters, patient)[0];
    return isKnown;
  }

  /// Between two points, at equal distances. What goes wrong from where the bits of the kernel run
  /// out to where those of the truth do may do so only here and there: where another term is
  /// negative, or a logarithm a number.
  void goThrough(const Point &known, const Point &unknown, const std::vector<float> &parameters,
                 std::size_t &room) {
    constexpr std::size_t halvings = 4, enough = 4;
    std::vector<Point> all = {known, unknown};
    for (std::size_t i = 0; i < halvings; ++i) {
      std::vector<Point> finer = {all.front()};
      for (std::size_t k = 1; k < all.size(); ++k)
        finer.insert(finer.end(), {between(all[k - 1], all[k]), all[k]});
      all = std::move(finer);
    }
    KernelTruth patient = truthOf(function);
    for (std::size_t k = 1; k + 1 < all.size() && room > 0 && candidates.size() < enough;
         ++k, --room)
      measure({all[k]}, parameters, patient);
  }

  void approach(Point known, Point unknown, const std::vector<float> &parameters, std::size_t &room,
                std::optional<KernelTruth::For> use = std::nullopt) {
    constexpr int steps = 12; // of some 200 binades, a twentieth of one is left
    constexpr std::size_t enough = 4;
    if (room == 0 || candidates.size() >= enough)
      return;
    KernelTruth patient = truthOf(function, use);
    for (int step = 0; step < steps && room > 0 && candidates.size() < enough; ++step, --room) {
      Point middle = between(known, unknown);
      if (middle == known || middle == unknown)
        return;
      const bool isKnown =
          measure({middle}, parameters, patient)[0] || truth.isOutside(middle, parameters);
      (isKnown ? known : unknown) = std::move(middle);
    }
  }

  bool isParameterGradient(std::size_t output) const {
    return output > 0 &&
           std::ranges::find(definition.inputs, function.spec.gradients[output - 1]) ==
               definition.inputs.end();
  }

  void compare(const Point &point, const std::vector<float> &parameters, std::size_t output,
               double got, const Expected &expected) {
    if (!expected.known) {
      ++certificate.skipped;
      if (isWrongKind(point, parameters, output, got, expected))
        candidates.push_back({wrongKind, point, parameters, output, got, expected});
      return;
    }
    if (std::isnan(got) && isInfinite(point) && truth.meetsOthers(point, parameters, output)) {
      ++certificate.skipped;
      return;
    }
    const double error = errorOf(got, expected, output), most = promised(output);
    if (error > most)
      candidates.push_back({error, point, parameters, output, got, expected});
    else if (certificate.worst.inputs.empty() || error > certificate.worst.error)
      note({error, point, parameters, output, got, expected});
    if (error > 0.375 * most && error <= most)
      suspects.push_back({error, point, parameters, output, got, expected});
  }

  /// Where it is not known which number there ought to be: whether one is given in place of none,
  /// or none in place of what may be one.
  bool isWrongKind(const Point &point, const std::vector<float> &parameters, std::size_t output,
                   double got, const Expected &expected) const {
    if (!isFinite(point))
      return false;
    if (!std::isnan(got))
      return output == 0 && expected.truth.isNaN() && truth.isOutside(point, parameters);
    return !truth.isOutside(point, parameters) && (truth.isFloat(point, parameters, output) ||
                                                   truth.isOutOfBits(point, parameters, output));
  }

  double promised(std::size_t output) const { return scale.most(types[output]); }
  double errorOf(double got, const Expected &expected, std::size_t output) const {
    return scale.errorOf(got, expected.truth, expected.largestTerm, types[output]);
  }

  /// Where a kernel is nearly as far off as it may be, it may be further off next to that.
  void lookAroundTheWorst() {
    if (!candidates.empty() || effort.isVeryLarge())
      return;
    constexpr std::size_t places = 4, pointsEach = 12;
    std::ranges::sort(suspects, std::ranges::greater(),
                      [](const Candidate &each) { return std::pair(each.error, each.point); });
    const std::vector<Candidate> worst(suspects.begin(),
                                       suspects.begin() + std::min(places, suspects.size()));
    for (const Candidate &each : worst)
      measure(around(each.point, pointsEach), each.parameters, truth);
  }

  /// A zero at zero has the sign of the function just beside it, if that is next to zero and not
  /// zero itself.
  void noteZeros(const std::vector<Point> &points, const std::vector<float> &parameters,
                 std::size_t output, const std::vector<Column> &results,
                 const std::vector<std::vector<Expected>> &truths) {
    double beside[2] = {0, 0};
    for (std::size_t i = 0; i < points.size(); ++i)
      if (std::fabs(points[i][0]) == FLT_TRUE_MIN && truths[i][output].known)
        beside[std::signbit(points[i][0])] = truths[i][output].truth.high;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double x = points[i][0], got = results[output][i];
      const double near = beside[std::signbit(x)];
      if (x == 0 && got == 0 && truths[i][output].known && truths[i][output].truth.isZero() &&
          near != 0 && std::fabs(near) < FLT_MIN && std::signbit(near) != std::signbit(got) &&
          certificate.zero.inputs.empty())
        certificate.zero = {floats(points[i]), parameters, outputName(function.spec, output),
                            float(got)};
    }
  }

  /// From the worst on, until one is beyond doubt. The others are done with.
  void judge() {
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      return std::pair(-candidates[a].error, a) < std::pair(-candidates[b].error, b);
    });
    const std::size_t mostDoubts = std::clamp<std::size_t>(effort.room() / 8, 4, 64);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Candidate &candidate = candidates[order[i]];
      if (i < mostDoubts && isDoubtful(candidate)) {
        ++certificate.skipped;
        continue;
      }
      certificate.kept = false;
      note(candidate);
      break;
    }
    candidates.clear();
  }

  bool isDoubtful(const Candidate &candidate) {
    if (!isFinite(candidate.point))
      return truth.isWhatInfinityIs(candidate.point, candidate.parameters, candidate.output,
                                    double(candidate.got));
    if (!candidate.expected.known)
      return false;
    if (candidate.output > 0 || !function.spec.derivative.empty()) {
      const Expected ruled = byChainRule(candidate);
      if (!ruled.known || disagree(ruled, candidate.expected))
        return true;
    }
    return truth.isTie(candidate.point, candidate.parameters, candidate.output) &&
           isRightNextDoor(candidate);
  }

  /// With as many bits as the result may have been known from.
  Expected byChainRule(const Candidate &candidate) const {
    const auto &[error, point, parameters, output, got, expected] = candidate;
    const Expected ruled = truth.byChainRule(point, parameters, output);
    return ruled.known ? ruled
                       : truthOf(function, KernelTruth::For::FarDoubles)
                             .byChainRule(point, parameters, output);
  }

  static bool disagree(const Expected &a, const Expected &b) {
    return !(std::fabs(a.truth.high - b.truth.high) <=
             0x1p-20 * std::max(std::fabs(a.truth.high), std::fabs(b.truth.high)));
  }

  /// On a jump, the other side's result is as good.
  bool isRightNextDoor(const Candidate &candidate) {
    for (std::size_t i = 0; i < candidate.point.size(); ++i)
      for (double direction : {-HUGE_VAL, HUGE_VAL}) {
        Point door = candidate.point;
        door[i] = nextTo(door[i], direction, function.spec.types.inputs[i]);
        const Expected there = truth.at(door, candidate.parameters)[candidate.output];
        if (there.known &&
            errorOf(candidate.got, there, candidate.output) <= promised(candidate.output))
          return true;
      }
    return false;
  }

  static std::vector<float> floats(const Point &point) { return {point.begin(), point.end()}; }

  void note(const Candidate &candidate) {
    certificate.worst = {
        candidate.point, candidate.parameters, outputName(function.spec, candidate.output),
        candidate.error, candidate.got,        candidate.expected.truth.high};
  }

  const CheckedFunction &function;
  const dsl::Definition &definition;
  const RunningKernel &kernel;
  const ErrorScale scale;
  const std::vector<ElementType> types; ///< of the outputs
  KernelTruth truth;
  const TruthAhead *ahead; ///< until the first points are measured
  const Effort effort;
  const std::size_t compared; ///< outputs
  ToElements toElements;
  std::optional<std::uint64_t> element; ///< that the points are of, where it matters
  std::optional<dsl::Element> scope;    ///< for the truth
  Certificate certificate;
  std::vector<Candidate> candidates; ///< for a broken promise
  std::vector<Candidate> suspects;   ///< not far from one
};

/// What Arb keeps for the thread must not stay behind in the host's.
struct ArbCaches {
  ~ArbCaches() { flint_cleanup(); }
};

Certificate checked(const CheckedFunction &function, std::string_view artifact,
                    const TruthAhead *ahead) {
  if (!RunningKernel::isForHere(function.spec.target))
    return {.tier = function.spec.tier};
  if (wasCheckedWhenBuilt(function))
    return certificateOfTheBuild(function);
  const std::optional<RunningKernel> kernel =
      isCheckedHere(function) ? RunningKernel::load(artifact, function.spec, resultTypes(function))
                              : std::nullopt;
  if (!kernel)
    return {.tier = function.spec.tier};
  const ArbCaches caches;
  return Check(function, *kernel, ahead).run();
}

} // namespace

bool isCheckedHere(const CheckedFunction &function) {
  constexpr std::size_t highestOrder = 4; // the chain rule's cost doubles with each
  return !wasCheckedWhenBuilt(function) && function.spec.derivative.size() <= highestOrder &&
         RunningKernel::isForHere(function.spec.target);
}

std::vector<Point> allInputs(const CheckedFunction &function) {
  std::vector<Point> all;
  const ElementType type = function.spec.types.inputs[0];
  if (function.spec.types.inputs.size() == 1 && sizeOf(type) == 1 &&
      !Effort(function).isVeryLarge())
    for (std::uint32_t bits = 0; bits < 256; ++bits)
      all.push_back({valueOf(bits, type)});
  return all;
}

Certificate certify(const CheckedFunction &function, std::string_view artifact,
                    std::vector<Certificate::Piece> proved, const TruthAhead *ahead) {
  Certificate certificate = checked(function, artifact, ahead);
  certificate.pieces = piecesOf(certificate, function, proved);
  return certificate;
}

Certificate checkAt(const CheckedFunction &function, const RunningKernel &kernel,
                    std::vector<Point> points) {
  const ArbCaches caches;
  return Check(function, kernel).runAt(std::move(points));
}

} // namespace xphi::compiler
