// One claim of the certificate after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Certification.h"

#include "abi/Artifact.h"
#include "abi/Certificate.h"
#include "abi/ElementValues.h"
#include "abi/Promise.h"
#include "approx/FitProof.h"
#include "approx/FittedValue.h"
#include "approx/FloatRank.h"
#include "check/CodeHash.h"
#include "check/Cost.h"
#include "check/ElementError.h"
#include "check/Outputs.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "runtime/load/ArtifactInfo.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cfloat>
#include <chrono>
#include <cmath>
#include <functional>
#include <random>
#include <span>

namespace xphi::compiler {
namespace {

using Method = Certificate::Method;

struct Refusal {
  std::string code, message;
};
using Complaint = std::optional<Refusal>;

constexpr const char *doesNotHold = "X1102", *ofOtherCode = "X1103";

std::string hexadecimal(float x) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", double(x));
  return text;
}

class Again {
public:
  Again(std::string_view artifact, const LibraryCode *library, std::uint64_t seed,
        std::size_t points, double seconds)
      : artifact(artifact), library(library), random(seed), wanted(points), seconds(seconds) {}

  Certification run() {
    for (auto step : {&Again::readArtifact, &Again::compareClaims, &Again::provePieces,
                      &Again::load, &Again::runAtProved, &Again::runAtPoints})
      if (Complaint complaint = (this->*step)())
        return {std::move(found), std::move(complaint->code), std::move(complaint->message)};
    return {std::move(found), {}, {}};
  }

private:
  Complaint readArtifact() {
    std::string own;
    if (!library) {
      // Read from the bytes: what was damaged is not loaded.
      own = descriptionOf(artifact);
      if (own.empty())
        return Refusal{"X2006", "these bytes are no kernel"};
    }
    const JsonLeaves leaves = readArtifactInfo(library ? library->description : own);
    auto leaf = [&](const char *key) {
      const auto place = leaves.find(std::string_view(key));
      return place == leaves.end() || place->second.empty() ? std::string() : place->second.front();
    };
    if (leaf("abi") != std::to_string(artifactAbi))
      return Refusal{"X2003", "this is no kernel, or one of another version of xphi"};
    claimed = readCertificate(leaves);
    if (!library && (claimed.code.empty() || codeHash(artifact) != claimed.code))
      return Refusal{ofOtherCode, "the certificate is of other code than this: of " +
                                      (claimed.code.empty() ? "none" : claimed.code) +
                                      ", and this is " + codeHash(artifact)};
    std::optional<KernelSpec> spec = KernelSpec::parse(leaf("spec"));
    const dsl::ParseResult parsed =
        dsl::analyse({"<certified>", spec ? spec->program : std::string()});
    if (!spec || !parsed)
      return Refusal{ofOtherCode, "the kernel does not say what it computes"};
    function.emplace(CheckedFunction{parsed.program, parsed.program->entry(), std::move(*spec)});
    found.code = claimed.code;
    return {};
  }

  Complaint load() {
    std::string shared, entries;
    if (library)
      if (std::string error = library->link(*function, shared, entries); !error.empty())
        return Refusal{ofOtherCode, "the library does not have the functions that it should: " +
                                        std::move(error)};
    std::optional<RunningKernel> loaded =
        RunningKernel::load(library ? std::string_view(entries) : artifact, function->spec, types);
    if (!loaded)
      return Refusal{"X2005", "this processor does not run " + function->spec.target +
                                  ", so that the code was not run"};
    kernel.emplace(*std::move(loaded));
    if (!library)
      return {};
    Result<LoadedImage> image = LoadedImage::load(shared, {});
    if (!image)
      return Refusal{"X2006", image.error().message()};
    const auto &inputs = definition().inputs;
    const bool hasSums =
        std::ranges::any_of(function->spec.gradients, [&](const std::string &name) {
          return std::ranges::count(inputs, name) == 0;
        });
    if (!kernel->bind(std::move(*image), library->function, hasSums))
      return Refusal{ofOtherCode, "the library has no " + library->function};
    return {};
  }

  const dsl::Definition &definition() const {
    return function->program->definitions[function->definition];
  }

  /// What is promised follows from what was asked for.
  Complaint compareClaims() {
    const KernelSpec &spec = function->spec;
    const ErrorScale scale(spec);
    types = resultTypes(*function);
    const bool isDerivative = types.size() > 1 || !spec.derivative.empty();
    if (claimed.method == Method::None) // nothing is said
      return {};
    if (!claimed.kept)
      return Refusal{"X1101", "the certificate says of itself that the promise is not kept: " +
                                  worstOf(claimed)};
    if (claimed.tier != spec.tier || claimed.bound != scale.most(types[0]) ||
        (claimed.unit != scale.unit(types[0], isDerivative) &&
         claimed.unit != scale.unit(types[0], false)))
      return Refusal{doesNotHold, "the certificate is of another promise than the kernel's"};
    for (std::size_t i = 0; i < types.size(); ++i) {
      const Certificate::Piece *last = nullptr;
      for (const Certificate::Piece &piece : claimed.pieces)
        if (piece.output == outputName(spec, i))
          last = &piece;
      if (!last || last->low > -HUGE_VALF || last->high < HUGE_VALF ||
          last->bound > scale.most(types[i]) || last->method == Method::Proved)
        return Refusal{doesNotHold, "the certificate does not say all of " + outputName(spec, i)};
    }
    return {};
  }

  static bool isOfFewBits(ElementType type) { return sizeOf(type) < sizeof(float); }
  bool hasFewInputs() const {
    return definition().inputs.size() == 1 && isOfFewBits(function->spec.types.inputs[0]);
  }

  /// Then all are run against Arb, which is all the proof that there can be.
  Complaint claimNearest(const Certificate::Piece &piece) const {
    if (piece.bound == 0.5 && piece.unit == Certificate::Unit::Ulp && hasFewInputs())
      return {};
    return Refusal{doesNotHold, "that " + piece.output +
                                    " is the nearest element needs an input of "
                                    "few bits"};
  }

  Complaint proveAgain(const Fit &fit, unsigned derivative, Certificate::Piece &piece) const {
    const bool isRelative = piece.unit == Certificate::Unit::Relative;
    const Promise promise = promiseOf(function->spec);
    if (piece.unit == Certificate::Unit::Terms || isRelative != (promise.least > 0))
      return Refusal{doesNotHold, "the certificate is of another promise than the kernel's"};
    const double ulps = isRelative ? piece.bound * 0x1p24 : piece.bound;
    const FitProof proof =
        prove(fit, FittedTruth(function->program, function->definition, derivative),
              {piece.low, piece.high, ulps, isRelative ? promise.least : 0});
    if (!proof.holds)
      return Refusal{doesNotHold, piece.output + " cannot be proved to be within " +
                                      std::to_string(ulps) + " ulp next to " +
                                      hexadecimal(proof.at)};
    piece.bound = isRelative ? proof.ulps * 0x1p-24 : proof.ulps;
    return {};
  }

  std::size_t outputOf(const Certificate::Piece &piece) const {
    std::size_t output = 0;
    while (output < types.size() && outputName(function->spec, output) != piece.output)
      ++output;
    return output;
  }
  std::vector<std::string> variablesOf(std::size_t output) const {
    std::vector<std::string> variables = function->spec.derivative;
    if (output > 0 && output < types.size())
      variables.push_back(function->spec.gradients[output - 1]);
    return variables;
  }
  /// Of the one input there is, or a derivative in that.
  bool isOfInput(std::size_t output) const {
    const std::vector<std::string> variables = variablesOf(output);
    return output < types.size() && definition().inputs.size() == 1 &&
           function->spec.keep != Keep::Output &&
           std::ranges::count(variables, definition().inputs[0]) ==
               std::ptrdiff_t(variables.size());
  }

  Complaint provePieces() {
    for (const Certificate::Piece &piece : claimed.pieces) {
      const std::size_t output = outputOf(piece);
      if (std::optional<Lines> lines = linesOfRecord(piece.fit)) {
        if (Complaint complaint = proveLinesAgain(*std::move(lines), output, piece))
          return complaint;
      } else if (piece.method == Method::Proved) {
        if (Complaint complaint = proveFit(output, piece))
          return complaint;
      }
    }
    return {};
  }

  static Refusal nothingToProve(const Certificate::Piece &piece) {
    return {doesNotHold,
            "what the certificate says of " + piece.output + " is nothing that can be proved"};
  }

  Complaint proveFit(std::size_t output, const Certificate::Piece &piece) {
    std::optional<Fit> fit = fitOfRecord(piece.fit);
    if (!fit || !isOfInput(output) || !definition().parameters.empty() ||
        types[output] == ElementType::F64 || piece.low > piece.high)
      return nothingToProve(piece);
    Certificate::Piece again = piece;
    if (Complaint complaint = isOfFewBits(types[output])
                                  ? claimNearest(piece)
                                  : proveAgain(*fit, unsigned(variablesOf(output).size()), again))
      return complaint;
    found.pieces.push_back(std::move(again));
    proved.push_back({[fit = *std::move(fit)](std::span<const float> inputs, std::uint64_t) {
                        return fittedValue(fit, inputs[0]);
                      },
                      output});
    return {};
  }

  /// What the compiler left open is proved as far as it can be.
  Complaint proveLinesAgain(Lines lines, std::size_t output, const Certificate::Piece &piece) {
    // Which take longer with a second input, and as long as there are steps near 1: what rare
    // floats take is not counted.
    constexpr std::size_t mostCells = 20'000, mostWithOther = 6'000, mostSteps = 1'000'000;
    const std::vector<LinesTruth> truths =
        output < types.size() ? linesTruthsOf(*function, output) : std::vector<LinesTruth>();
    if (truths.empty())
      return nothingToProve(piece);
    const bool isClaimed = piece.method == Method::Proved;
    std::size_t steps = 1;
    for (float x : {1.0f, -1.0f, 0.01f, -0.01f})
      steps = std::max(steps, lines.stepsAt(std::array{x, 1.0f}, truths[0].parameters));
    const std::size_t ofSteps = isClaimed ? mostCells : mostSteps / steps;
    const double most = isClaimed ? piece.bound : promisedUlps(function->spec, types[output]);
    for (const LinesTruth &truth : truths) {
      const std::size_t before = found.pieces.size();
      for (const LinesProof &each :
           proveLines(lines, truth, most,
                      std::min(truth.hasOther() ? mostWithOther : mostCells, ofSteps))) {
        const bool isEnough = isClaimed ? each.low <= piece.low && each.high >= piece.high
                                        : rankOf(each.high) - rankOf(each.low) >= leastFloats;
        if (!isEnough)
          continue;
        found.pieces.push_back(provedPiece(piece, lines, truth, each));
        proved.push_back({[lines, at = truth.parameters, draws = lines.draws(),
                           this](std::span<const float> inputs, std::uint64_t element) {
                            return lines.at(inputs, at, draws && isDropped(element));
                          },
                          output, truth.input});
      }
      // Of the first input that does: one is enough.
      if (found.pieces.size() > before)
        break;
    }
    if (isClaimed && (found.pieces.empty() || found.pieces.back().output != piece.output))
      return Refusal{doesNotHold, piece.output + " cannot be proved to be within " +
                                      std::to_string(most) + " ulp"};
    return {};
  }

  /// The code has to give what was proved, to the bit.
  Complaint runAtProved() {
    constexpr std::size_t each = std::size_t(1) << 17;
    for (std::size_t i = 0; i < proved.size(); ++i) {
      Certificate::Piece &piece = found.pieces[i];
      const ElementType type = types[proved[i].output];
      const Column x = hasFewInputs() ? elementsWithin(piece.low, piece.high)
                                      : floatsWithin(piece.low, piece.high, each);
      std::vector<Column> inputs(definition().inputs.size(), x);
      if (inputs.size() == 2)
        inputs[1 - proved[i].input] = others(x.size());
      const Column got = (*kernel)(inputs, parameters())[proved[i].output];
      std::vector<float> at(inputs.size());
      for (std::size_t k = 0; k < x.size(); ++k) {
        for (std::size_t input = 0; input < inputs.size(); ++input)
          at[input] = float(inputs[input][k]);
        const std::optional<float> value = proved[i].value(at, kernel->indexOf(k));
        const double expected = !value ? HUGE_VAL
                                : isOfFewBits(type)
                                    ? valueOf(nearestElement(double(*value), type), type)
                                    : double(*value);
        // Of a zero the sign is no part of a promise.
        if (expected != got[k])
          return Refusal{ofOtherCode, piece.output + " at " + hexadecimal(float(x[k])) + " is " +
                                          hexadecimal(float(got[k])) +
                                          ", which is not what was proved gives"};
      }
      piece.points = x.size();
    }
    return {};
  }

  /// By what the reference interpreter draws.
  bool isDropped(std::uint64_t element) const {
    const dsl::Element here(element);
    const std::vector<float> given = parameters();
    const std::vector<double> x(definition().inputs.size(), 1.0), at(given.begin(), given.end());
    dsl::evaluate(*function->program, function->definition, std::span(x), std::span(at));
    return here.drops() > 0;
  }

  Column elementsWithin(float low, float high) const {
    const ElementType type = function->spec.types.inputs[0];
    Column x;
    for (std::uint64_t bits = 0; bits >> 8 * sizeOf(type) == 0; ++bits)
      if (const double each = valueOf(bits, type); each >= double(low) && each <= double(high))
        x.push_back(each);
    return x;
  }

  Column others(std::size_t count) {
    std::uniform_real_distribution<double> exponent(-LinesTruth::mostExponent,
                                                    LinesTruth::mostExponent);
    Column b;
    while (b.size() < count)
      b.push_back(double(float((random() % 2 ? 1 : -1) * std::exp2(exponent(random)))));
    return b;
  }

  /// Half of them as numbers are spread where functions bend, half as floats are.
  Column floatsWithin(float low, float high, std::size_t count) {
    constexpr double near = 32;
    const double from = std::clamp(double(low), -near, near),
                 to = std::clamp(double(high), -near, near);
    std::uniform_real_distribution<double> inside(from, to);
    std::uniform_int_distribution<std::int64_t> any(rankOf(low), rankOf(high));
    Column x = {double(low), double(high)};
    while (x.size() < count) {
      x.push_back(double(ofRank(any(random))));
      if (const auto each = float(inside(random)); each >= low && each <= high)
        x.push_back(double(each));
    }
    return x;
  }

  std::vector<float> parameters() const {
    std::vector<float> values;
    for (const dsl::Parameter &parameter : definition().parameters)
      values.push_back(float(parameter.value));
    return values;
  }

  Complaint runAtPoints() {
    const Certificate seen = seenAtPoints();
    const std::vector<Certificate::Piece> pieces = std::move(found.pieces);
    found = seen;
    found.code = claimed.code;
    found.pieces = piecesOf(seen, *function, pieces);
    if (!seen.kept)
      return Refusal{doesNotHold, worstOf(seen)};
    for (const Certificate::Piece &piece : claimed.pieces)
      if ((piece.method == Method::Exhaustive ||
           (piece.method == Method::Proved && hasFewInputs())) &&
          seen.method != Method::Exhaustive)
        return Refusal{doesNotHold, "not all of " + piece.output + " can be run"};
    return {};
  }

  /// Of very many so many as there is time for.
  Certificate seenAtPoints() {
    const std::size_t order = function->spec.derivative.size() + (types.size() > 1),
                      cost = costOf(*function->program, definition().body) << (2 * order),
                      usual = std::clamp<std::size_t>(4'000'000 / cost, 200, 20'000),
                      all = wanted > 0 ? wanted : usual;
    std::size_t tried = std::min(all, usual);
    Certificate seen = checkAt(*function, *kernel, points(tried));
    while (tried < all && seen.kept && seen.method != Method::Exhaustive &&
           std::chrono::duration<double>(Clock::now() - start).count() < 0.5 * seconds) {
      const std::size_t count = std::min(all - tried, usual);
      Certificate more = checkAt(*function, *kernel, points(count));
      tried += count;
      seen.points += more.points;
      seen.skipped += more.skipped;
      seen.kept = more.kept;
      if (!more.kept || more.worst.error > seen.worst.error)
        seen.worst = std::move(more.worst);
      if (seen.zero.inputs.empty())
        seen.zero = std::move(more.zero);
    }
    return seen;
  }

  std::vector<Point> points(std::size_t count) {
    const ArrayTypes &arrays = function->spec.types;
    std::vector<Point> all;
    if (arrays.inputs.size() == 1 && sizeOf(arrays.inputs[0]) <= 2) {
      for (std::uint32_t bits = 0; bits >> (8 * sizeOf(arrays.inputs[0])) == 0; ++bits)
        all.push_back({valueOf(bits, arrays.inputs[0])});
      return all;
    }
    std::normal_distribution<double> common(0, 4);
    while (all.size() < count) {
      Point point;
      for (std::size_t i = 0; i < arrays.inputs.size(); ++i)
        point.push_back(double(random() % 2 ? float(common(random))
                                            : std::bit_cast<float>(std::uint32_t(random()))));
      if (std::ranges::none_of(point, [](double x) { return std::isnan(x); }))
        all.push_back(std::move(point));
    }
    return all;
  }

  struct Proved {
    std::function<std::optional<float>(std::span<const float>, std::uint64_t element)> value;
    std::size_t output;
    unsigned input = 0; ///< whose range it is
  };
  /// A binade's; smaller ranges are not worth a line.
  static constexpr std::int64_t leastFloats = std::int64_t(1) << 23;

  const std::string_view artifact;
  const LibraryCode *const library; ///< null: the artifact is all
  std::mt19937_64 random;
  const std::size_t wanted;
  const double seconds;
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  Certificate claimed, found;
  std::optional<CheckedFunction> function;
  std::vector<ElementType> types;
  std::vector<Proved> proved; ///< of the pieces that were, in their order
  std::optional<RunningKernel> kernel;
};

} // namespace

Certification certifyAgain(std::string_view artifact, std::uint64_t seed, std::size_t points,
                           double seconds) {
  return Again(artifact, nullptr, seed, points, seconds).run();
}

Certification certifyAgain(const LibraryCode &library, std::uint64_t seed, std::size_t points,
                           double seconds) {
  return Again({}, &library, seed, points, seconds).run();
}

} // namespace xphi::compiler
