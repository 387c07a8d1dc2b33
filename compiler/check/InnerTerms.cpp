// Doubles, with a logarithm beside them that goes on where they end, and one of what they drop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/InnerTerms.h"

#include "dsl/Interpreter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace xphi::compiler {
namespace {

using dsl::Primitive;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double log2OfE = 1.4426950408889634, logOf2 = 0.6931471805599453;

struct Sized {
  double value;
  double size; ///< log2 of the magnitude, also where the value is 0 or infinite
  /// log2 of the largest part that the double is too short for, as e^-300 in 1 + e^-300: what is
  /// left when the 1 goes away. Only where that is known.
  double rest = -infinity;

  Sized(double value) : value(value), size(sizeOf(value)) {}
  /// ±2^size, as far as doubles go.
  Sized(bool negative, double size) : value(negative ? -power(size) : power(size)), size(size) {}

  static double sizeOf(double value) {
    return value == 0             ? -infinity
           : std::isfinite(value) ? double(std::ilogb(value))
                                  : std::fabs(value);
  }
  static double power(double size) {
    return size > 1024 ? infinity : size < -1100 ? 0 : std::exp2(size);
  }
  double magnitude() const {
    return std::isfinite(value) && value != 0 ? std::fabs(value)
                                              : std::exp2(std::min(size, 1020.0));
  }
  bool isBeyond() const { return !std::isfinite(value) || value == 0; }
};

/// Of the terms that leave doubles; of others the double is enough.
Sized beyond(Primitive primitive, std::span<const Sized> operands, double value) {
  const Sized &x = operands[0];
  const bool negative = std::signbit(x.value);
  switch (primitive) {
  case Primitive::Neg:
    return {!negative, x.size};
  case Primitive::Abs:
    return {false, x.size};
  case Primitive::Add:
  case Primitive::Sub: {
    const bool second = std::signbit(operands[1].value) != (primitive == Primitive::Sub);
    if (std::fabs(x.size - operands[1].size) < 1 && negative != second)
      return value;
    return x.size >= operands[1].size ? Sized(negative, x.size) : Sized(second, operands[1].size);
  }
  case Primitive::Mul:
    return {negative != std::signbit(operands[1].value), x.size + operands[1].size};
  case Primitive::Div:
    return {negative != std::signbit(operands[1].value), x.size - operands[1].size};
  case Primitive::Pow:
    return {false, x.size * operands[1].value};
  case Primitive::Sqrt:
    return negative ? Sized(value) : Sized(false, x.size / 2);
  case Primitive::Rsqrt:
    return negative ? Sized(value) : Sized(false, -x.size / 2);
  case Primitive::Cbrt:
    return {negative, x.size / 3};
  case Primitive::Log:
  case Primitive::Log1p:
  case Primitive::Softplus:
    if (primitive != Primitive::Log && (std::isfinite(x.value) || negative))
      return primitive == Primitive::Softplus ? Sized(false, -x.magnitude() * log2OfE) : value;
    return primitive == Primitive::Softplus ? x : negative ? Sized(value) : Sized(x.size * logOf2);
  case Primitive::Log2:
    return negative ? value : x.size;
  case Primitive::Exp:
  case Primitive::Expm1:
    return {false, (negative ? -log2OfE : log2OfE) * x.magnitude()};
  case Primitive::Exp2:
    return {false, negative ? -x.magnitude() : x.magnitude()};
  case Primitive::Sinh:
    return {negative, log2OfE * x.magnitude()};
  case Primitive::Cosh:
    return {false, log2OfE * x.magnitude()};
  case Primitive::Sech:
  case Primitive::Sigmoid:
  case Primitive::LogSigmoid:
    return {primitive == Primitive::LogSigmoid, -log2OfE * x.magnitude()};
  case Primitive::Erfc:
  case Primitive::NormalCdf:
  case Primitive::NormalPdf:
    return {false, -log2OfE * x.magnitude() * x.magnitude()};
  case Primitive::Erfcx:
    return {false, log2OfE * x.magnitude() * x.magnitude()};
  default:
    return value;
  }
}

/// Between these a term behaves alike: floats, doubles, what cancels from wide numbers, and the
/// exponents of these.
constexpr std::array sizes = {24.0,   126.0,   400.0,   1022.0,  0x1p20,
                              0x1p64, 0x1p188, 0x1p316, 0x1p512, infinity};
constexpr std::array ratios = {1.0, 24.0, 60.0, 240.0, 400.0, 600.0, infinity};

/// What is left of a sum that cancels so many bits, doubles do not know: large terms can cancel
/// more.
constexpr double cancelled = 44;

template <class Table> std::uint64_t classIn(const Table &table, double x) {
  return std::isnan(x)
             ? table.size()
             : std::uint64_t(std::ranges::lower_bound(table, std::fabs(x)) - table.begin());
}

constexpr double digits = 50; // a part so many bits below a double is hardly in it

/// The second term of a function where it tends to something, by the argument's size.
double ownRest(Primitive primitive, std::span<const Sized> operands) {
  const Sized &x = operands[0];
  const double tail = -log2OfE * x.magnitude();
  const bool isSmall = x.size < -digits, isLarge = x.size > 3, negative = std::signbit(x.value);
  const double third = x.size < -digits / 2 ? 3 * x.size : -infinity; // of odd functions
  switch (primitive) {
  case Primitive::Exp:
  case Primitive::Exp2:
  case Primitive::Erfcx:
    return isSmall ? x.size : -infinity;
  case Primitive::Sigmoid:
  case Primitive::Softplus:
    if (isLarge)
      return negative ? 2 * tail : tail;
    return isSmall ? x.size - 2 : -infinity;
  case Primitive::Erfc:
  case Primitive::NormalCdf:
    if (isSmall)
      return x.size;
    if (!isLarge || negative != (primitive == Primitive::Erfc))
      return -infinity;
    return tail * x.magnitude() / (primitive == Primitive::NormalCdf ? 2 : 1);
  case Primitive::Erf:
    return isLarge ? tail * x.magnitude() : third;
  case Primitive::Tanh:
    return isLarge ? 2 * tail : third;
  case Primitive::Log1p:
    return isSmall ? 2 * x.size : -infinity;
  case Primitive::Expm1:
    return isSmall ? 2 * x.size : isLarge && negative ? tail : -infinity;
  case Primitive::Sinh:
    return isLarge ? tail : third;
  case Primitive::Cosh:
    return isSmall ? 2 * x.size : isLarge ? tail : -infinity;
  case Primitive::Cos:
  case Primitive::Sech:
  case Primitive::NormalPdf:
    return isSmall ? 2 * x.size : -infinity;
  case Primitive::Acos:
    return isSmall ? x.size : -infinity;
  case Primitive::Atan:
    return isLarge ? -x.size : third;
  case Primitive::Asinh:
  case Primitive::Atanh:
  case Primitive::Asin:
  case Primitive::Sin:
  case Primitive::Tan:
    return third;
  case Primitive::LogAddExp:
    return -log2OfE * std::fabs(x.value - operands[1].value);
  default:
    return -infinity;
  }
}

/// What becomes of the parts that doubles dropped from the operands.
double restOf(Primitive primitive, std::span<const Sized> operands, const Sized &result) {
  const Sized &x = operands[0];
  switch (primitive) {
  case Primitive::Add:
  case Primitive::Sub: {
    const Sized &y = operands[1];
    const double smaller = std::min(x.size, y.size);
    const bool isDropped = smaller < std::max(x.size, y.size) - digits;
    return std::max({x.rest, y.rest, isDropped ? smaller : -infinity});
  }
  case Primitive::Mul:
    return std::max(x.rest + operands[1].size, operands[1].rest + x.size);
  case Primitive::Div:
    return std::max(x.rest, operands[1].rest + result.size) - operands[1].size;
  case Primitive::Pow:
  case Primitive::Sqrt:
  case Primitive::Rsqrt:
  case Primitive::Cbrt:
    return x.rest - x.size + result.size;
  case Primitive::Exp:
  case Primitive::Exp2:
  case Primitive::Sinh:
  case Primitive::Cosh:
  case Primitive::Sigmoid:
  case Primitive::Softplus:
  case Primitive::Erfc:
  case Primitive::NormalCdf:
    return x.rest + result.size;
  case Primitive::Log:
  case Primitive::Log2:
    return x.rest - x.size;
  case Primitive::Min:
  case Primitive::Max:
    return x.value == result.value ? x.rest : operands[1].rest;
  default:
    return x.rest;
  }
}

class SizedArithmetic {
public:
  using Real = Sized;

  explicit SizedArithmetic(SeenClasses &seen) : seen(seen) {}

  Sized decimal(std::string_view text) { return doubles.decimal(text); }
  Sized pi() { return doubles.pi(); }
  Sized e() { return doubles.e(); }
  Sized infinity() { return doubles.infinity(); }
  Sized apply(Primitive primitive, std::span<const Sized> operands) {
    std::array<double, 3> values;
    for (std::size_t i = 0; i < operands.size(); ++i)
      values[i] = operands[i].value;
    const double value = doubles.apply(primitive, std::span(values).first(operands.size()));
    Sized result = value;
    if (result.isBeyond())
      result = beyond(primitive, operands, value);
    addRest(primitive, operands, result);
    signs = std::rotl(signs, 1) ^ (std::isnan(result.value) ? 2u : std::signbit(result.value));
    if (primitive == Primitive::Min || primitive == Primitive::Max)
      signs = std::rotl(signs, 1) ^ std::uint64_t(values[0] < values[1]);
    note(classIn(sizes, result.size) << 2 | std::uint64_t(result.size < 0) << 1 |
         std::uint64_t(std::signbit(result.value)));
    if (primitive == Primitive::Add || primitive == Primitive::Sub) {
      note(64 + classIn(ratios, operands[0].size - operands[1].size));
      const double larger = std::max(operands[0].size, operands[1].size);
      if (result.size < larger - cancelled)
        note(128 + (classIn(sizes, larger) << 1 | std::uint64_t(larger < 0)));
      isCritical |= larger - result.size > mostSeen && larger - result.size < mostKnown;
    }
    ++count;
    return result;
  }
  bool compare(Primitive primitive, const Sized &a, const Sized &b) {
    const bool infinite = std::isinf(a.value) && a.value == b.value && a.size != b.size;
    const bool larger = (a.size > b.size) != std::signbit(a.value);
    const bool result = infinite ? doubles.compare(primitive, larger, !larger)
                                 : doubles.compare(primitive, a.value, b.value);
    path = (std::rotl(path, 7) ^ (2 * count + result)) * 0x9e3779b97f4a7c15u;
    return result;
  }

  /// After the last term: where wide numbers see nothing of a difference, but the truth does, each
  /// combination of signs is another point.
  void end() {
    if (isCritical)
      note(0xff | signs * 0x9e3779b97f4a7c15u << 8);
  }
  double nearest(const Sized &a) { return a.value; }

  bool isNew = false;
  std::size_t count = 0;

private:
  static constexpr double mostSeen = 472, mostKnown = 720;

  static void addRest(Primitive primitive, std::span<const Sized> operands, Sized &result) {
    const double rest =
        std::fmax(restOf(primitive, operands, result), ownRest(primitive, operands));
    if (!std::isfinite(rest))
      return;
    double before = result.size;
    if (primitive == Primitive::Add || primitive == Primitive::Sub)
      before = std::max(operands[0].size, operands[1].size);
    if (!(result.size >= before - digits) || result.size == -compiler::infinity)
      result = {std::signbit(result.value), rest};
    else if (rest < result.size)
      result.rest = rest;
  }

  void note(std::uint64_t code) {
    const std::uint64_t key = (path ^ (count << 8 | code)) * 0xd6e8feb86659fd93u;
    const std::size_t place = key >> 32 & (seen.size() - 1);
    isNew |= !seen[place];
    seen[place] = true;
  }

  SeenClasses &seen;
  dsl::DoubleArithmetic doubles;
  std::uint64_t path = 0;  ///< of comparisons so far
  std::uint64_t signs = 0; ///< of terms so far, and which was chosen
  bool isCritical = false;
};

} // namespace

InnerTerms::InnerTerms(const dsl::Program &program, dsl::DefinitionIndex definition)
    : program(program), definition(definition) {
  for (const dsl::Parameter &parameter : program.definitions[definition].parameters)
    parameters.push_back(float(parameter.value));
}

bool InnerTerms::isNew(const Point &point) {
  SizedArithmetic arithmetic(seen);
  const std::vector<Sized> x(point.begin(), point.end()), p(parameters.begin(), parameters.end());
  dsl::evaluate(program, definition, std::span(x), std::span(p), arithmetic);
  arithmetic.end();
  count = arithmetic.count;
  return arithmetic.isNew;
}

} // namespace xphi::compiler
