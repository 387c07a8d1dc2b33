// Doubles, with a logarithm beside them that goes on where they end.
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
    if (x.size == operands[1].size && negative != second)
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

class SizedArithmetic {
public:
  using Real = Sized;

  explicit SizedArithmetic(std::unordered_set<std::uint64_t> &seen) : seen(seen) {}

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
    note(classIn(sizes, result.size) << 2 | std::uint64_t(result.size < 0) << 1 |
         std::uint64_t(std::signbit(result.value)));
    if (primitive == Primitive::Add || primitive == Primitive::Sub) {
      note(64 + classIn(ratios, operands[0].size - operands[1].size));
      const double larger = std::max(operands[0].size, operands[1].size);
      if (result.size < larger - cancelled)
        note(128 + (classIn(sizes, larger) << 1 | std::uint64_t(larger < 0)));
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

  double nearest(const Sized &a) { return a.value; }

  bool isNew = false;
  std::size_t count = 0;

private:
  void note(std::uint64_t code) {
    const std::uint64_t key = (path ^ (count << 8 | code)) * 0xd6e8feb86659fd93u;
    isNew |= seen.insert(key ^ key >> 32).second;
  }

  std::unordered_set<std::uint64_t> &seen;
  dsl::DoubleArithmetic doubles;
  std::uint64_t path = 0; ///< of comparisons so far
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
  count = arithmetic.count;
  return arithmetic.isNew;
}

} // namespace xphi::compiler
