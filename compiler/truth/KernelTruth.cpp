// Jets up to the second order, the interpreter's own derivatives beyond.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/KernelTruth.h"

#include "compiler/truth/ContinuousArithmetic.h"
#include "compiler/truth/DomainArithmetic.h"
#include "compiler/truth/InflatedArithmetic.h"
#include "compiler/truth/Limit.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace xphi::reference {

using dsl::Primitive;

namespace {

// The first is Arb's fastest. What is known then to fewer bits than a double has is looked at
// again.
constexpr slong fastest = 64;
constexpr std::array<slong, 6> precisions = {fastest, 96, 192, 384, 768, /*far:*/ 3072};
constexpr slong usually = precisions[4]; // at most
struct Tightness {
  slong bits, negligible;
};
constexpr Tightness ofFloats = {40, -200}, fastOfFloats = {53, -200}, ofDoubles = {64, -1000};
constexpr std::size_t highestJet = 2;

/// Values, where the larger of two that overlap is any number of both.
class EnclosingArithmetic {
public:
  using Real = ArbBall;

  Real decimal(std::string_view text) { return balls.decimal(text); }
  Real pi() { return balls.pi(); }
  Real e() { return balls.e(); }
  Real infinity() { return balls.infinity(); }
  Real apply(Primitive primitive, std::span<const Real> operands) {
    const bool isOneOfBoth = primitive == Primitive::Min || primitive == Primitive::Max;
    if (!isOneOfBoth || !arb_overlaps(operands[0].get(), operands[1].get()))
      return balls.apply(primitive, operands);
    Real both;
    arb_union(both.get(), operands[0].get(), operands[1].get(), ArbPrecision::bits());
    return both;
  }
  bool compare(Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a, b);
  }
  double nearest(const Real &a) { return balls.nearest(a); }
  bool undecided() const { return balls.undecided(); }

private:
  BallArithmetic balls;
};

std::vector<ArbBall> ballsOf(std::span<const double> inputs, std::span<const float> parameters) {
  std::vector<ArbBall> operands(inputs.begin(), inputs.end());
  operands.insert(operands.end(), parameters.begin(), parameters.end());
  return operands;
}

} // namespace

namespace {

using DistantTerms = std::array<double, limitExponents.size()>;

/// The k-th number that stands for infinity: as Limit.h says, or beyond all that is made of floats,
/// be it their exponentials.
ArbBall distance(std::size_t k, bool isFar) {
  constexpr slong outermost = 140;
  if (!isFar)
    return ArbBall::powerOfTwo(limitExponents[k]);
  const ArbBall exponent = ArbBall::powerOfTwo(k == 0 ? outermost - 1 : outermost);
  fmpz_t whole;
  fmpz_init(whole);
  arf_get_fmpz(whole, arb_midref(exponent.get()), ARF_RND_NEAR);
  ArbBall result = ArbBall::powerOfTwo(k < 2 ? 0 : slong(k) - 1);
  arb_mul_2exp_fmpz(result.get(), result.get(), whole);
  fmpz_clear(whole);
  return result;
}

/// What terms that cancel tend to where they stay as large as they are; else nothing.
double limitOf(const DistantTerms &terms) {
  const auto [least, most] = std::ranges::minmax(terms);
  return most - least <= 0x1p-20 * most ? least : 0;
}

} // namespace

KernelTruth::KernelTruth(std::shared_ptr<const dsl::Program> checked, dsl::DefinitionIndex entry,
                         std::vector<uint32_t> derivative, std::vector<uint32_t> gradients, For use)
    : program(std::move(checked)), definition(entry),
      inputCount(program->definitions[entry].inputs.size()), derivative(std::move(derivative)),
      gradients(std::move(gradients)),
      order(this->derivative.size() + (this->gradients.empty() ? 0 : 1)),
      ownRules(hasOwnRules(*program, entry)), use(use) {
  variables = this->derivative;
  variables.insert(variables.end(), this->gradients.begin(), this->gradients.end());
  std::ranges::sort(variables);
  const auto repeated = std::ranges::unique(variables);
  variables.erase(repeated.begin(), repeated.end());
}

std::span<const slong> KernelTruth::precisionsTried() const {
  const std::span all(precisions);
  return use == For::FarDoubles ? all.subspan(1)
         : use == For::Doubles  ? all.subspan(1, 4)
                                : all.first(5);
}

bool KernelTruth::isSettled(const ArbBall &ball, slong precision) const {
  const auto [bits, negligible] = use != For::Floats     ? ofDoubles
                                  : precision == fastest ? fastOfFloats
                                                         : ofFloats;
  return ball.isTight(bits) || ball.isBelow(negligible);
}

std::vector<uint32_t> KernelTruth::variablesOf(std::size_t output) const {
  std::vector<uint32_t> all = derivative;
  if (output > 0)
    all.push_back(gradients[output - 1]);
  return all;
}

std::size_t KernelTruth::position(uint32_t variable) const {
  const auto found = std::ranges::lower_bound(variables, variable);
  assert(found != variables.end() && *found == variable);
  return std::size_t(found - variables.begin());
}

KernelTruth::Attempt KernelTruth::byJets(std::span<const ArbBall> operands) const {
  std::vector<ArbJet> jets;
  for (const ArbBall &operand : operands)
    jets.push_back(ArbJet::constant(operand));
  for (std::size_t i = 0; order > 0 && i < variables.size(); ++i)
    jets[variables[i]] = ArbJet::variable(operands[variables[i]], i, variables.size());
  const std::span<const ArbJet> all(jets);
  JetArithmetic arithmetic(static_cast<int>(order));
  const ArbJet jet = dsl::evaluate(*program, definition, all.first(inputCount),
                                   all.subspan(inputCount), arithmetic);
  Attempt result;
  for (std::size_t i = 0; i < outputCount(); ++i) {
    const std::vector<uint32_t> in = variablesOf(i);
    Partial output;
    if (in.empty())
      output.value = jet.value;
    else if (in.size() == 1 && !jet.first.empty())
      output = jet.first[position(in[0])];
    else if (in.size() == 2 && !jet.second.empty()) {
      const auto [low, high] = std::minmax({position(in[0]), position(in[1])});
      output = jet.second[ArbJet::pair(low, high, variables.size())];
    }
    result.outputs.push_back(std::move(output));
  }
  result.undecided = arithmetic.undecided();
  return result;
}

namespace {

template <class A>
typename A::Real chainRule(const dsl::Program &program, dsl::DefinitionIndex definition,
                           std::size_t inputCount, std::span<const ArbBall> operands,
                           std::span<const uint32_t> variables, A &arithmetic) {
  const std::vector<typename A::Real> reals(operands.begin(), operands.end());
  const std::span<const typename A::Real> all(reals);
  return dsl::evaluateDerivative(program, definition, all.first(inputCount),
                                 all.subspan(inputCount), variables, arithmetic);
}

} // namespace

KernelTruth::Attempt KernelTruth::byInterpreter(std::span<const ArbBall> operands) const {
  Attempt result;
  SumArithmetic arithmetic;
  for (std::size_t i = 0; i < outputCount(); ++i) {
    const std::vector<uint32_t> in = variablesOf(i);
    Sum sum = chainRule(*program, definition, inputCount, operands, in, arithmetic);
    // A value is no sum, unless it is a derivative itself.
    result.outputs.push_back(
        {std::move(sum.value), in.empty() && !ownRules ? Magnitude() : sum.largestTerm});
  }
  result.undecided = arithmetic.undecided();
  return result;
}

std::vector<Partial> KernelTruth::attempt(std::span<const ArbBall> operands,
                                          std::vector<bool> &known) {
  Attempt last;
  bool isNumber = true; ///< each output that is not known
  for (const slong bits : precisionsTried()) {
    const ArbPrecision precision(bits);
    last = ownRules || order > highestJet ? byInterpreter(operands) : byJets(operands);
    known.assign(outputCount(), false);
    isNumber = last.undecided;
    for (std::size_t i = 0; i < outputCount(); ++i) {
      known[i] = !last.undecided && isSettled(last.outputs[i].value, bits);
      isNumber |= !known[i] && last.outputs[i].value.isFinite();
    }
    if (std::ranges::find(known, false) == known.end())
      return std::move(last.outputs);
    if (!isNumber && patience == 0 && bits >= precisions[2])
      break;
  }
  if (!isNumber && patience > 0)
    --patience;
  return std::move(last.outputs);
}

namespace {

bool isUnusual(double x) {
  return std::isfinite(x) && x != 0 && (std::fabs(x) > 8 || std::fabs(x) < 0x1p-16);
}

} // namespace

std::vector<Expected> KernelTruth::at(std::span<const double> inputs,
                                      std::span<const float> parameters) {
  const auto isNaN = [](double x) { return std::isnan(x); };
  const auto isInfinite = [](double x) { return std::isinf(x); };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (std::ranges::any_of(inputs, isNaN))
    return std::vector<Expected>(outputCount(), {{nan}, 0, true});
  std::vector<Expected> result(outputCount());
  std::vector<bool> known;
  if (std::ranges::none_of(inputs, isInfinite)) {
    const std::vector<Partial> outputs = attempt(ballsOf(inputs, parameters), known);
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = {outputs[i].value.enclosure(), outputs[i].largestTerm.toDouble(), known[i]};
    return result;
  }
  const auto fillIn = [&result](const std::vector<Expected> &others) {
    for (std::size_t i = 0; i < others.size(); ++i)
      if (!result[i].known)
        result[i] = others[i];
    return std::ranges::all_of(result, &Expected::known);
  };
  // Beside numbers of any size infinity is beyond what is made of them. But so far out a sum has
  // forgotten them, and then nothing is known.
  const bool hasUnusual =
      std::ranges::any_of(inputs, isUnusual) || std::ranges::any_of(parameters, isUnusual);
  if (!hasUnusual || !fillIn(limits(inputs, parameters, /*isFar=*/true)))
    fillIn(limits(inputs, parameters, /*isFar=*/false));
  if (inputs.size() + parameters.size() < 2)
    return result;
  // Of infinity itself more is known, but for how large terms become on the way there.
  const std::vector<Expected> there = atInfinity(inputs, parameters);
  for (std::size_t i = 0; i < there.size(); ++i)
    if (there[i].known && !(result[i].known && result[i].truth.high == there[i].truth.high))
      result[i] = there[i];
    else if (result[i].known && meetings(inputs, parameters, i).alternates())
      result[i].known = false;
  return result;
}

std::vector<Expected> KernelTruth::atInfinity(std::span<const double> inputs,
                                              std::span<const float> parameters) const {
  std::vector<Expected> result(outputCount());
  const std::vector<ArbBall> operands = ballsOf(inputs, parameters);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::vector<uint32_t> in = variablesOf(i);
    for (const slong bits : precisionsTried()) {
      const ArbPrecision precision(bits);
      ContinuousArithmetic arithmetic;
      const Sum sum = chainRule(*program, definition, inputCount, operands, in, arithmetic);
      const ArbBall &value = sum.value;
      if (value.isNaN())
        break;
      if (arithmetic.jumps() || !(value.isFinite() ? isSettled(value, bits) : value.isExact()))
        continue;
      const double infinite = std::numeric_limits<double>::infinity();
      result[i] = {value.isFinite()
                       ? value.enclosure()
                       : Enclosure{arb_is_positive(value.get()) ? infinite : -infinite},
                   in.empty() && !ownRules ? 0 : sum.largestTerm.toDouble(), true};
      break;
    }
  }
  return result;
}

std::vector<Expected> KernelTruth::limits(std::span<const double> inputs,
                                          std::span<const float> parameters, bool isFar) {
  std::vector<Expected> result(outputCount());
  std::vector<bool> known;
  std::vector<DistantValues> values(outputCount());
  std::vector<DistantTerms> terms(outputCount());
  std::vector<bool> allKnown(outputCount(), true);
  for (std::size_t k = 0; k < limitExponents.size(); ++k) {
    std::vector<ArbBall> operands = ballsOf(inputs, parameters);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (std::isinf(inputs[i]))
        operands[i] = ArbBall(inputs[i] > 0 ? 1 : -1) * distance(k, isFar);
    const std::vector<Partial> outputs = attempt(operands, known);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      values[i][k] = outputs[i].value;
      terms[i][k] = outputs[i].largestTerm.toDouble();
      allKnown[i] = allKnown[i] && known[i];
    }
    if (isFar && std::ranges::find(allKnown, true) == allKnown.end())
      return result;
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Enclosure limit = limitFrom(values[i]);
    const bool isOpen = limit.isNaN() || (limit.isZero() && mayGrow(values[i]) &&
                                          std::ranges::any_of(inputs, isUnusual));
    result[i] = {limit, std::fmax(std::fabs(limit.high), limitOf(terms[i])),
                 allKnown[i] && !isOpen};
  }
  return result;
}

bool KernelTruth::isTie(std::span<const double> inputs, std::span<const float> parameters,
                        std::size_t output) const {
  const ArbPrecision precision(128);
  Inflated<SumArithmetic> arithmetic;
  const std::vector<uint32_t> in = variablesOf(output);
  chainRule(*program, definition, inputCount, ballsOf(inputs, parameters), in, arithmetic);
  const Obstacles obstacles = arithmetic.obstacles();
  return obstacles.undecided && !obstacles.beyond;
}

MeetingArithmetic KernelTruth::meetings(std::span<const double> inputs,
                                        std::span<const float> parameters,
                                        std::size_t output) const {
  const ArbPrecision precision(128);
  std::vector<Meeting> operands;
  for (const ArbBall &operand : ballsOf(inputs, parameters)) {
    const bool isInfinite = !operand.isFinite() && operands.size() < inputs.size();
    operands.emplace_back(operand, std::uint64_t(isInfinite) << operands.size() % 64);
  }
  const std::span<const Meeting> all(operands);
  const std::vector<uint32_t> in = variablesOf(output);
  MeetingArithmetic arithmetic;
  dsl::evaluateDerivative(*program, definition, all.first(inputCount), all.subspan(inputCount),
                          std::span<const uint32_t>(in), arithmetic);
  return arithmetic;
}

bool KernelTruth::meetsOthers(std::span<const double> inputs, std::span<const float> parameters,
                              std::size_t output) const {
  return meetings(inputs, parameters, output).met();
}

bool KernelTruth::isWhatInfinityIs(std::span<const double> inputs,
                                   std::span<const float> parameters, std::size_t output,
                                   double result) const {
  const auto isInfinite = [](double number) { return std::isinf(number); };
  if (std::ranges::none_of(inputs, isInfinite) || std::ranges::none_of(parameters, isInfinite))
    return false;
  const std::vector<double> doubles(parameters.begin(), parameters.end());
  const std::vector<uint32_t> in = variablesOf(output);
  dsl::DoubleArithmetic arithmetic;
  return dsl::evaluateDerivative(*program, definition, inputs, std::span(doubles),
                                 std::span<const uint32_t>(in), arithmetic) == result;
}

bool KernelTruth::isOutside(std::span<const double> inputs,
                            std::span<const float> parameters) const {
  for (const slong bits : {slong(128), usually}) {
    const ArbPrecision precision(bits);
    DomainArithmetic arithmetic;
    const ArbBall value =
        chainRule(*program, definition, inputCount, ballsOf(inputs, parameters), {}, arithmetic)
            .ball;
    if (value.isFinite() || value.isNoNumber() || !arithmetic.outOfBits)
      return value.isNoNumber();
  }
  return false;
}

bool KernelTruth::isOutOfBits(std::span<const double> inputs, std::span<const float> parameters,
                              std::size_t output) const {
  const ArbPrecision precision(usually);
  DomainArithmetic arithmetic;
  const std::vector<uint32_t> in = variablesOf(output);
  const ArbBall value =
      chainRule(*program, definition, inputCount, ballsOf(inputs, parameters), in, arithmetic).ball;
  return arithmetic.outOfBits && !value.isFinite() && !value.isNoNumber();
}

bool KernelTruth::isFloat(std::span<const double> inputs, std::span<const float> parameters,
                          std::size_t output) const {
  constexpr slong largest = 127; // as an exponent
  for (const slong bits : {slong(128), usually}) {
    const ArbPrecision precision(bits);
    EnclosingArithmetic arithmetic;
    const std::vector<uint32_t> in = variablesOf(output);
    const ArbBall value =
        chainRule(*program, definition, inputCount, ballsOf(inputs, parameters), in, arithmetic);
    if (!arithmetic.undecided() && value.isFinite() && value.isBelow(largest))
      return true;
  }
  return false;
}

Expected KernelTruth::byChainRule(std::span<const double> inputs, std::span<const float> parameters,
                                  std::size_t output) const {
  Expected result;
  const std::vector<ArbBall> operands = ballsOf(inputs, parameters);
  const std::vector<uint32_t> in = variablesOf(output);
  for (const slong bits : precisionsTried()) {
    const ArbPrecision precision(bits);
    SumArithmetic arithmetic;
    const Sum sum = chainRule(*program, definition, inputCount, operands, in, arithmetic);
    result = {sum.value.enclosure(), sum.largestTerm.toDouble(),
              !arithmetic.undecided() && isSettled(sum.value, bits)};
    if (result.known)
      break;
  }
  return result;
}

} // namespace xphi::reference
