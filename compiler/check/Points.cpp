// Floats are counted in their order: borders are found by halving that count.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Points.h"

#include "abi/ElementValues.h"
#include "check/CancellingSums.h"
#include "check/InnerTerms.h"
#include "check/Random.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <set>

namespace xphi::compiler {
namespace {

constexpr float infinity = HUGE_VALF;

/// -inf is -0x7f800000, both zeros are 0 and -1, inf is 0x7f800000 - so neighbours differ by one.
std::int64_t rank(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return bits & 0x80000000u ? -1 - std::int64_t(bits & 0x7fffffffu) : std::int64_t(bits);
}

float ranked(std::int64_t rank) {
  return std::bit_cast<float>(rank < 0 ? std::uint32_t(-1 - rank) | 0x80000000u
                                       : std::uint32_t(rank));
}

float next(float x, int steps) {
  const std::int64_t wanted = rank(x) + steps;
  return ranked(std::clamp(wanted, rank(-FLT_MAX), rank(FLT_MAX)));
}

/// A set of finite floats in their order.
class Floats {
public:
  void add(float x) {
    if (std::isfinite(x))
      ranks.insert(rank(x));
  }
  void addNeighbours(double x, int reach) {
    for (int step = -reach; step <= reach; ++step)
      add(next(float(x), step));
  }
  std::size_t size() const { return ranks.size(); }
  std::vector<Point> line() const {
    std::vector<Point> points;
    for (std::int64_t each : ranks)
      points.push_back({ranked(each)});
    return points;
  }

private:
  std::set<std::int64_t> ranks;
};

class Constants {
public:
  Constants(const dsl::Program &program, dsl::DefinitionIndex definition) : program(program) {
    const dsl::Definition &entry = program.definitions[definition];
    collect(entry.body);
    for (const dsl::KinkClause &kink : entry.kinks)
      collect(kink.position);
    for (const dsl::Parameter &parameter : entry.parameters)
      add(parameter.value);
  }
  const std::set<double> &values() const { return found; }

private:
  static constexpr std::size_t most = 12;

  void add(double value) {
    if (found.size() < most && value != 0 && std::isfinite(value))
      found.insert(std::fabs(value));
  }
  void collect(dsl::ExprId id) {
    const dsl::Expr &expr = program.expr(id);
    if (expr.kind == dsl::ExprKind::Number)
      add(program.number(id).value);
    if (expr.kind == dsl::ExprKind::Call && visited.insert(expr.index).second) {
      collect(program.definitions[expr.index].body);
      for (const dsl::KinkClause &kink : program.definitions[expr.index].kinks)
        collect(kink.position);
    }
    for (dsl::ExprId operand : program.operands(id))
      collect(operand);
  }

  const dsl::Program &program;
  std::set<double> found;
  std::set<std::uint32_t> visited;
};

/// At which a sum is a whole number but for an exponential that wide numbers, of 512 bits, do not
/// see and the truth, of 768, does: a rounding goes by it.
constexpr float roundNumbers[] = {-480, -400, 400, 480};

void addSpecials(Floats &floats) {
  for (float x : {0.0f, FLT_TRUE_MIN, 2 * FLT_TRUE_MIN, FLT_MIN, FLT_MAX, 1.0f})
    for (float signedX : {x, -x})
      floats.addNeighbours(signedX, 1);
  for (float x : roundNumbers)
    floats.add(x);
}

void addConstants(Floats &floats, const std::set<double> &constants) {
  for (double c : constants)
    for (double x : {c, -c})
      floats.addNeighbours(x, 1);
  std::size_t room = 48;
  for (double a : constants)
    for (double b : constants)
      for (double x : {a + b, a - b, a / b, -a / b})
        if (a != b && room > 0) {
          floats.add(float(x));
          --room;
        }
}

/// Both signs of the powers of two, `step` apart where it matters least.
void addBinades(Floats &floats, Random &random, int step) {
  for (int exponent = -149; exponent < 128; ++exponent) {
    const bool inner = exponent >= -40 && exponent <= 12;
    const int stride = inner ? std::max(1, step / 4) : exponent < -126 ? 4 * step : step;
    if (exponent % stride == 0) {
      const double mantissa = 1 + random.unit();
      floats.add(float(std::ldexp(mantissa, exponent)));
      floats.add(-float(std::ldexp(1 + random.unit(), exponent)));
    }
  }
}

Points ofOneInput(const std::set<double> &constants, std::size_t count) {
  Floats floats;
  Random random;
  addSpecials(floats);
  addConstants(floats, constants);
  const std::size_t central = count / 4;
  for (std::size_t i = 0; i < central; ++i)
    switch (i % 8) {
    case 0:
      floats.add(random.within(110));
      break;
    case 1:
    case 2:
      floats.add(float(std::ldexp(random.within(1), int(random.bits() % 20) - 12)));
      break;
    default:
      floats.add(random.within(i % 2 ? 20 : 5));
    }
  const std::size_t left = count > floats.size() ? count - floats.size() : 1;
  addBinades(floats, random, std::clamp(int(520 / left), 1, 8));
  while (floats.size() < count)
    floats.add(random.finite());
  return {{floats.line()}, {{infinity}, {-infinity}, {NAN}, {-NAN}}};
}

constexpr float stations[] = {-FLT_MAX, -1e30f, -1e12f,  -1000.0f, -100.0f, -20.0f,  -7.0f, -2.5f,
                              -1.0f,    -0.4f,  -1e-3f,  -1e-10f,  -1e-20f, -1e-40f, -0.0f, 0.0f,
                              1e-40f,   1e-20f, 1e-10f,  1e-3f,    0.4f,    1.0f,    2.5f,  7.0f,
                              20.0f,    100.0f, 1000.0f, 1e12f,    1e30f,   FLT_MAX};

/// On the way to where quotients and products of two inputs are as large, or as small, as can be.
void addCorners(std::vector<Point> &points, std::size_t inputs) {
  constexpr int steps = 8;
  for (int step = 1; step <= steps; ++step)
    for (unsigned corner = 0; corner < 4; ++corner) {
      Point point;
      for (std::size_t k = 0; k < inputs; ++k) {
        const int exponent = 126 * step / steps;
        const float size =
            std::ldexp(k % 2 ? 1.25f : 1.5f, corner >> (k % 2) & 1 ? exponent : -exponent);
        point.push_back(step % 2 && k > 0 ? -size : size);
      }
      points.push_back(std::move(point));
    }
}

Points ofSeveralInputs(const std::set<double> &constants, std::size_t inputs, std::size_t count) {
  Points points;
  Random random;
  constexpr float rests[] = {1.0f, -0.75f, 11.5f, 1e-6f, -88.0f};
  const std::size_t perInput = std::clamp<std::size_t>(count / (60 * inputs), 1, std::size(rests));
  for (std::size_t input = 0; input < inputs; ++input) {
    for (std::size_t i = 0; i < perInput; ++i) {
      Floats floats;
      for (float x : stations)
        floats.add(x);
      for (double c : constants)
        if (floats.size() < 60)
          for (double x : {c, -c})
            floats.addNeighbours(x, i == 0);
      std::vector<Point> line;
      for (const Point &x : floats.line()) {
        line.emplace_back(inputs, rests[i]);
        line.back()[input] = x[0];
      }
      points.lines.push_back(std::move(line));
    }
    for (float special : {infinity, -infinity, NAN})
      for (float rest : {1.5f, -0.75f, FLT_TRUE_MIN, 300.0f, -300.0f, -1e30f, FLT_MAX}) {
        points.beside.emplace_back(inputs, rest);
        points.beside.back()[input] = special;
      }
  }
  addCorners(points.beside, inputs);
  std::size_t have = points.beside.size();
  for (const std::vector<Point> &line : points.lines)
    have += line.size();
  constexpr float pairs[] = {-3e38f, -100,   -7,     -1,   -1e-20f, -1e-42f, -0.0f,
                             0,      1e-42f, 1e-20f, 0.5f, 3,       20,      3e38f};
  const std::size_t least = count / 2;
  for (std::size_t i = 0; have < count || i < least; ++i, ++have) {
    Point point(inputs);
    const float x = i % 3 ? random.within(20) : random.magnitude(-40, 20);
    for (std::size_t k = 0; k < inputs; ++k)
      switch (i % 8) {
      case 0:
        point[k] = pairs[random.bits() % std::size(pairs)];
        break;
      case 1:
        point[k] = random.within(20);
        break;
      case 2:
        point[k] = random.finite();
        break;
      case 3:
        point[k] = x + random.within(0.01);
        break;
      case 4:
        point[k] = float(x * (k % 2 ? -1.0 : 1.0) * (1 + random.within(1e-5)));
        break;
      case 5:
        point[k] = random.magnitude(-8, 18);
        break;
      case 6:
        point[k] = random.magnitude(-40, 40);
        break;
      default:
        point[k] = next(x, int(random.bits() % 7) - 3);
      }
    points.beside.push_back(std::move(point));
  }
  return points;
}

/// Anything; most are of ordinary sizes, some close to each other.
Point candidate(Random &random, std::size_t inputs) {
  Point point;
  for (std::size_t k = 0; k < inputs; ++k)
    switch (random.bits() % 8) {
    case 0:
    case 1:
    case 2:
      point.push_back(random.magnitude(-126, 127));
      break;
    case 3:
    case 4:
    case 5:
      point.push_back(random.magnitude(-4, 12));
      break;
    case 6:
      point.push_back(random.magnitude(-24, 2));
      break;
    default:
      point.push_back(k > 0 ? float(point[0] * (1 + random.magnitude(-24, -4)))
                            : random.within(20));
    }
  return point;
}

/// Points at which terms inside the program have sizes that they have at none of the others.
void addInnerTerms(Points &points, const dsl::Program &program, dsl::DefinitionIndex definition,
                   std::size_t count) {
  constexpr std::size_t operations = 60'000, mostTried = 3000;
  const std::size_t inputs = program.definitions[definition].inputs.size();
  InnerTerms terms(program, definition);
  Random random;
  std::size_t done = 0;
  for (const std::vector<Point> &line : points.lines)
    for (const Point &point : line)
      if (done < operations / 4)
        done += (terms.isNew(point), terms.operations());
  for (const Point &point : points.beside)
    if (done < operations / 2)
      done += (terms.isNew(point), terms.operations());
  std::size_t room = std::clamp<std::size_t>(count / 8, 16, 64);
  for (std::size_t tried = 0; tried < mostTried && done < operations && room > 0; ++tried) {
    Point point = candidate(random, inputs);
    if (isFinite(point) && terms.isNew(point)) {
      points.beside.push_back(std::move(point));
      --room;
    }
    done += terms.operations() + 1;
  }
}

} // namespace

std::vector<Point> Points::everyFourth() const {
  std::vector<Point> all;
  std::size_t i = 0;
  const auto take = [&](const std::vector<Point> &from) {
    for (const Point &point : from)
      if (i++ % 4 == 0)
        all.push_back(point);
  };
  for (const std::vector<Point> &line : lines)
    take(line);
  take(beside);
  return all;
}

std::size_t Points::count() const {
  std::size_t count = beside.size();
  for (const std::vector<Point> &line : lines)
    count += line.size();
  return count;
}

std::vector<Point> Points::inOrder() const {
  std::vector<Point> all = beside;
  for (const std::vector<Point> &line : lines)
    all.insert(all.end(), line.begin(), line.end());
  return all;
}

double ToElements::elementAt(double point, ElementType type) {
  if (type == ElementType::F32)
    return double(float(point));
  if (type != ElementType::F64)
    return valueOf(nearestElement(point, type), type);
  moved = moved * 0x5851f42d4c957f2du + 1;
  if (moved >> 62 == 0 || !std::isfinite(point) || point == 0)
    return point;
  const double by = double(moved >> 40) * 0x1p-48; // of a float's spacing
  const int exponent = std::ilogb(point);
  const bool isFar = goesFar && std::abs(exponent) > 32 && moved >> 61 == 7;
  const int farther = std::clamp(8 * exponent, DBL_MIN_EXP, DBL_MAX_EXP - 2) - exponent;
  return std::ldexp(point * (1 + by), isFar ? farther : 0);
}

void ToElements::operator()(Point &point) {
  for (std::size_t i = 0; i < point.size(); ++i)
    point[i] = elementAt(point[i], types[i]);
}

bool isFinite(const Point &point) {
  return std::ranges::all_of(point, [](double x) { return std::isfinite(x); });
}

bool isInfinite(const Point &point) {
  return std::ranges::any_of(point, [](double x) { return std::isinf(x); });
}

Point between(const Point &a, const Point &b) {
  Point middle;
  for (std::size_t i = 0; i < a.size(); ++i)
    middle.push_back(ranked((rank(a[i]) + rank(b[i])) >> 1));
  return middle;
}

double nextTo(double x, double direction, ElementType type) {
  return type == ElementType::F64 ? std::nextafter(x, direction)
                                  : std::nextafter(float(x), float(direction));
}

std::vector<Point> around(const Point &centre, std::size_t count) {
  std::vector<Point> points;
  Random random;
  for (std::size_t i = 0; i < count; ++i) {
    Point point = centre;
    for (double &x : point)
      if (std::isfinite(x) && x != 0)
        x = i % 4 == 0 ? next(x, int(random.bits() % 65) - 32)
                       : float(x * std::exp2(random.within(i % 2 ? 1.0 : 0.1)));
    points.push_back(std::move(point));
  }
  return points;
}

namespace {

bool isAdjacent(const Point &a, const Point &b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::abs(rank(a[i]) - rank(b[i])) > 1)
      return false;
  return true;
}

Point beyond(const Point &from, const Point &to) {
  Point point = to;
  for (std::size_t i = 0; i < to.size(); ++i)
    if (rank(from[i]) != rank(to[i]))
      point[i] = next(to[i], rank(to[i]) > rank(from[i]) ? 1 : -1);
  return point;
}

/// How far from one, in powers of two; along a line one coordinate varies.
std::int64_t remoteness(const Point &a, const Point &b) {
  std::int64_t most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (rank(a[i]) != rank(b[i]))
      most = std::max(most, std::abs(rank(std::fabs(a[i])) - rank(1.0f)));
  return most;
}

/// Doubles that note every choice.
class ChoiceArithmetic {
public:
  using Real = double;

  double decimal(std::string_view text) { return doubles.decimal(text); }
  double pi() { return doubles.pi(); }
  double e() { return doubles.e(); }
  double infinity() { return doubles.infinity(); }
  double apply(dsl::Primitive primitive, std::span<const double> operands) {
    using dsl::Primitive;
    const double result = doubles.apply(primitive, operands);
    switch (primitive) {
    case Primitive::Abs:
    case Primitive::Sign:
    case Primitive::Step:
      note(operands[0] < 0 ? 1 : operands[0] > 0 ? 2 : 0);
      break;
    case Primitive::Min:
    case Primitive::Max:
    case Primitive::Clamp:
      note(result == operands[0]);
      break;
    case Primitive::Floor:
    case Primitive::Ceil:
    case Primitive::Round:
      note(std::bit_cast<std::uint64_t>(result));
      break;
    default:
      note(std::isnan(result));
    }
    return result;
  }
  bool compare(dsl::Primitive primitive, double a, double b) {
    const bool result = doubles.compare(primitive, a, b);
    note(result);
    return result;
  }
  double nearest(double a) { return a; }
  std::uint64_t choices() const { return hash; }

private:
  void note(std::uint64_t choice) { hash = (std::rotl(hash, 5) ^ choice) * 0x9e3779b97f4a7c15u; }

  dsl::DoubleArithmetic doubles;
  std::uint64_t hash = 1;
};

} // namespace

Points pointsFor(const dsl::Program &program, dsl::DefinitionIndex definition, std::size_t count) {
  const Constants constants(program, definition);
  const std::size_t inputs = program.definitions[definition].inputs.size();
  Points points = inputs == 1 ? ofOneInput(constants.values(), count)
                              : ofSeveralInputs(constants.values(), inputs, count);
  addInnerTerms(points, program, definition, count);
  if (inputs > 1) {
    constexpr std::size_t mostCancelling = 32;
    const std::vector<Point> cancelling =
        cancellingPoints(program, definition, std::min(count / 8, mostCancelling));
    points.beside.insert(points.beside.end(), cancelling.begin(), cancelling.end());
  }
  return points;
}

std::vector<Point> borders(const Points &points, const Classify &classify, std::size_t most) {
  std::vector<std::pair<Point, Point>> intervals;
  std::vector<std::uint64_t> below; // the class at the first end of each
  for (const std::vector<Point> &line : points.lines) {
    const std::vector<std::uint64_t> classes = classify(line);
    for (std::size_t i = 1; i < line.size(); ++i)
      if (classes[i - 1] != classes[i])
        intervals.emplace_back(line[i - 1], line[i]);
  }
  if (intervals.size() > most) {
    std::vector<std::pair<std::int64_t, std::size_t>> nearest;
    for (std::size_t i = 0; i < intervals.size(); ++i)
      nearest.emplace_back(remoteness(intervals[i].first, intervals[i].second), i);
    std::ranges::sort(nearest);
    std::vector<std::pair<Point, Point>> kept;
    for (std::size_t i = 0; i < most; ++i)
      kept.push_back(intervals[nearest[i].second]);
    intervals = std::move(kept);
  }
  std::vector<Point> ends;
  for (const auto &[low, high] : intervals)
    ends.push_back(low);
  below = classify(ends);
  for (std::vector<std::size_t> open(intervals.size());;) {
    open.clear();
    std::vector<Point> middles;
    for (std::size_t i = 0; i < intervals.size(); ++i)
      if (!isAdjacent(intervals[i].first, intervals[i].second)) {
        open.push_back(i);
        middles.push_back(between(intervals[i].first, intervals[i].second));
      }
    if (open.empty())
      break;
    const std::vector<std::uint64_t> classes = classify(middles);
    for (std::size_t k = 0; k < open.size(); ++k) {
      auto &[low, high] = intervals[open[k]];
      (classes[k] == below[open[k]] ? low : high) = middles[k];
    }
  }
  std::vector<Point> found;
  for (const auto &[low, high] : intervals)
    found.insert(found.end(), {beyond(high, low), low, high, beyond(low, high)});
  return found;
}

std::uint64_t choicesAt(const dsl::Program &program, dsl::DefinitionIndex definition,
                        const Point &inputs, const std::vector<float> &parameters) {
  ChoiceArithmetic arithmetic;
  const std::vector<double> x(inputs.begin(), inputs.end()),
      p(parameters.begin(), parameters.end());
  dsl::evaluate(program, definition, std::span(x), std::span(p), arithmetic);
  return arithmetic.choices();
}

std::vector<std::vector<float>> parameterSets(const dsl::Program &program,
                                              dsl::DefinitionIndex definition) {
  std::vector<float> defaults, larger, smaller;
  for (const dsl::Parameter &parameter : program.definitions[definition].parameters) {
    const auto value = float(parameter.value);
    defaults.push_back(value);
    larger.push_back(value == 0 ? 0.625f : value * 1.7f);
    smaller.push_back(value == 0 ? -1.3f : value * 0.4f);
  }
  if (defaults.empty())
    return {defaults};
  return {defaults, larger, smaller};
}

} // namespace xphi::compiler
