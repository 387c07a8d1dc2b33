// Points, the worst of all outputs at them in units of what is promised, and what the certificate
// says.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/PromisedResults.h"

#include "abi/ElementValues.h"
#include "abi/KernelSpec.h"
#include "check/ElementError.h"
#include "check/Points.h"
#include "compiler/truth/KernelTruth.h"
#include "compiler/truth/SumArithmetic.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <random>

namespace xphi::numerics {
namespace {

using Column = std::vector<double>;
using compiler::Point;
using reference::Expected;

constexpr double infinite = std::numeric_limits<double>::infinity();

std::vector<std::uint8_t> elementsOf(const Column &column, ElementType type) {
  std::vector<std::uint8_t> bytes(column.size() * std::size_t(sizeOf(type)));
  for (std::size_t i = 0; i < column.size(); ++i) {
    const std::uint64_t bits = nearestElement(column[i], type);
    std::memcpy(&bytes[i * std::size_t(sizeOf(type))], &bits, std::size_t(sizeOf(type)));
  }
  return bytes;
}

double elementAt(const std::vector<std::uint8_t> &bytes, std::size_t i, ElementType type) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &bytes[i * std::size_t(sizeOf(type))], std::size_t(sizeOf(type)));
  return valueOf(bits, type);
}

class Judged {
public:
  Judged(const Kernel &kernel, const CompileOptions &options, std::uint64_t seed)
      : kernel(kernel), random(seed), parsed(dsl::analyse({"<program>", kernel.program()})),
        entry(parsed.program->entry()), definition(parsed.program->definitions[entry]) {
    spec.target = kernel.target();
    spec.derivative.assign(kernel.derivative().begin(), kernel.derivative().end());
    spec.gradients.assign(kernel.gradientNames().begin(), kernel.gradientNames().end());
    spec.tier = options.accuracy.tier();
    spec.ulps = options.accuracy.ulps();
    std::vector<ElementType> all = kernel.types();
    spec.types.output = all.back();
    all.pop_back();
    spec.types.inputs = all;
    results = {spec.types.output};
    for (const std::string &name : spec.gradients) {
      const std::size_t i = indexOf(name);
      gradients.push_back(std::uint32_t(i));
      results.push_back(i < inputs() ? gradientType(spec.types.inputs[i]) : ElementType::F32);
    }
    for (const std::string &name : spec.derivative)
      derivative.push_back(std::uint32_t(indexOf(name)));
  }

  void measure(std::size_t count, const std::vector<std::vector<float>> &more) {
    std::vector<std::vector<float>> sets = parameterSets();
    sets.insert(sets.end(), more.begin(), more.end());
    for (const std::vector<float> &parameters : sets) {
      std::vector<Point> points = pointsFor(parameters, count);
      reference::KernelTruth truth(parsed.program, entry, derivative, gradients,
                                   reference::KernelTruth::For::Doubles);
      const std::vector<Column> got = run(points, parameters);
      for (std::size_t i = 0; i < points.size(); ++i) {
        const dsl::Element here(hasSums() ? 0 : i);
        compare(points[i], parameters, i, got, truth);
      }
      compareSums(points, parameters, got);
      count = std::max<std::size_t>(count / 2, 12);
    }
  }

  double worst = 0; ///< in what is promised: 1 is just kept
  std::string where;

private:
  std::size_t inputs() const { return definition.inputs.size(); }
  std::size_t indexOf(const std::string &name) const {
    std::size_t i = 0;
    for (const std::string &each : definition.inputs)
      if (each == name)
        return i;
      else
        ++i;
    for (const dsl::Parameter &each : definition.parameters)
      if (each.name == name)
        return i;
      else
        ++i;
    return i;
  }

  bool hasSums() const {
    return std::ranges::any_of(gradients, [&](auto i) { return i >= inputs(); });
  }

  /// Each point in a call of its own where there are gradients of parameters, unless these are to
  /// be summed: then they are in the first place.
  std::vector<Column> run(const std::vector<Point> &points, const std::vector<float> &parameters,
                          bool isSummed = false) {
    const std::size_t size = points.size();
    std::vector<std::vector<std::uint8_t>> in;
    for (std::size_t k = 0; k < inputs(); ++k) {
      Column column;
      for (const Point &point : points)
        column.push_back(point[k]);
      in.push_back(elementsOf(column, spec.types.inputs[k]));
    }
    std::vector<std::vector<std::uint8_t>> out;
    for (const ElementType type : results)
      out.emplace_back(size * std::size_t(sizeOf(type)));
    const std::size_t step = hasSums() && !isSummed ? 1 : size;
    const ElementType dyType = gradientType(spec.types.output);
    for (std::size_t at = 0; at < size; at += step) {
      const auto extent = std::int64_t(step);
      const auto place = [&](std::vector<std::uint8_t> &bytes, ElementType type) {
        return bytes.data() + at * std::size_t(sizeOf(type));
      };
      std::vector<ConstTensor> x;
      for (std::size_t k = 0; k < inputs(); ++k)
        x.push_back(
            ConstTensor::bits(place(in[k], spec.types.inputs[k]), spec.types.inputs[k], {extent}));
      const Tensor y = Tensor::bits(place(out[0], results[0]), results[0], {extent});
      EXPECT_TRUE(kernel.forward(std::span<const ConstTensor>(x), y, parameters));
      if (!kernel.hasBackward())
        continue;
      const std::vector<std::uint8_t> ones = elementsOf(Column(step, 1.0), dyType);
      const ConstTensor dy = ConstTensor::bits(ones.data(), dyType, {extent});
      std::vector<Tensor> outputs;
      for (std::size_t k = 1; k < results.size(); ++k)
        outputs.push_back(Tensor::bits(place(out[k], results[k]), results[k],
                                       {gradients[k - 1] < inputs() ? extent : 1}));
      const Status status = kernel.gradients(std::span<const ConstTensor>(x), dy, outputs,
                                             Kernel::Parameters(parameters));
      EXPECT_TRUE(status) << status.error().render();
    }
    std::vector<Column> columns;
    for (std::size_t k = 0; k < results.size(); ++k) {
      columns.emplace_back();
      for (std::size_t i = 0; i < size; ++i)
        columns.back().push_back(elementAt(out[k], i, results[k]));
    }
    return columns;
  }

  double unit() { return std::ldexp(double(random() >> 11), -53); }

  float ordinary(float near) {
    switch (random() % 3) {
    case 0:
      return near == 0 ? 0.7f : near * float(0.25 + 3 * unit());
    case 1:
      return float(4 * unit() - 2);
    default:
      return near == 0 ? -0.3f : near * -float(0.25 + 3 * unit());
    }
  }

  std::vector<std::vector<float>> parameterSets() {
    std::vector<std::vector<float>> sets(1);
    for (const dsl::Parameter &each : definition.parameters)
      sets[0].push_back(float(each.value));
    if (sets[0].empty())
      return sets;
    static constexpr float ends[] = {0,      -0.0f, 1e-45f, 1e-30f, 1e20f, -1e20f, 1e38f,
                                     -1e-3f, 3e-7f, 300,    -1,     1,     0.5f,   FLT_MAX};
    for (int i = 0; i < 2; ++i) {
      std::vector<float> near, far;
      for (float each : sets[0]) {
        near.push_back(ordinary(each));
        far.push_back(random() % 2 ? ends[random() % std::size(ends)] : ordinary(each));
      }
      sets.push_back(std::move(near));
      sets.push_back(std::move(far));
    }
    for (std::vector<float> &set : sets)
      for (float &each : set)
        each = std::clamp(each, -FLT_MAX, FLT_MAX);
    return sets;
  }

  double anyNumber(const std::vector<double> &named, ElementType type) {
    static constexpr double specials[] = {
        0,    1e-45, FLT_MIN, 1e-20,    1e-6, 1e-3,  0.5,  1,    2,    3,
        8,    20,    50,      88.8,     104,  300,   1e4,  1e7,  1e12, 1.0000001,
        1e20, 3e38,  FLT_MAX, infinite, NAN,  1e-38, 16.5, 0.25, 700,  9.5};
    const double sign = random() % 2 ? 1 : -1;
    switch (random() % 8) {
    case 0:
    case 1:
      return sign * specials[random() % std::size(specials)];
    case 2:
      if (!named.empty()) {
        const double at = named[random() % named.size()];
        return random() % 3 ? at : at * (1 + sign * std::ldexp(1.0, -23 + int(random() % 20)));
      }
      [[fallthrough]];
    case 3:
      if (sizeOf(type) < 4 && random() % 2)
        for (;;)
          if (const double x = valueOf(random() & ((1u << 8 * sizeOf(type)) - 1), type);
              std::isfinite(x))
            return x;
      if (type == ElementType::F64 && random() % 2)
        return sign * std::ldexp(1 + unit(), int(random() % 2098) - 1074);
      for (;;)
        if (const float x = std::bit_cast<float>(std::uint32_t(random())); std::isfinite(x))
          return x;
    case 4:
      return sign * std::ldexp(1 + unit(), int(random() % 40) - 30);
    case 5:
      return sign * 20 * unit();
    default:
      return sign * 4 * unit();
    }
  }

  Point toElements(Point point) const {
    for (std::size_t k = 0; k < point.size(); ++k) {
      const ElementType type = spec.types.inputs[k];
      point[k] = valueOf(nearestElement(point[k], type), type);
    }
    return point;
  }

  std::vector<Point> pointsFor(const std::vector<float> &parameters, std::size_t count) {
    std::vector<double> named = numbersIn(*parsed.program);
    for (const float p : parameters)
      for (const double each :
           {double(p), -double(p), 1 / double(p), std::sqrt(std::fabs(double(p)))})
        if (std::isfinite(each))
          named.push_back(each);
    std::vector<Point> points;
    for (std::size_t i = 0; i < count; ++i) {
      Point point;
      for (std::size_t k = 0; k < inputs(); ++k)
        point.push_back(k > 0 && random() % 6 == 0 ? (random() % 2 ? point[0] : -point[0])
                                                   : anyNumber(named, spec.types.inputs[k]));
      points.push_back(toElements(std::move(point)));
    }
    // Beside corners, and beside zeros of results.
    compiler::Points lines;
    for (std::size_t k = 0; k < inputs(); ++k) {
      std::vector<Point> line;
      Point start(inputs());
      for (double &x : start)
        x = 3 * unit() - 1;
      for (double x : {-1e30, -100.0, -20.0, -8.0, -4.0, -2.0, -1.0, -0.5, -0.1,  -1e-4, 0.0,
                       1e-4,  0.1,    0.5,   1.0,  2.0,  4.0,  8.0,  20.0, 100.0, 1e30}) {
        start[k] = x;
        line.push_back(start);
      }
      lines.lines.push_back(std::move(line));
    }
    const std::vector<Point> found = compiler::borders(
        lines,
        [&](const std::vector<Point> &at) {
          std::vector<std::uint64_t> classes;
          if (at.empty())
            return classes;
          const std::vector<Column> outputs = run(at, parameters);
          for (std::size_t i = 0; i < at.size(); ++i) {
            std::uint64_t code = compiler::choicesAt(*parsed.program, entry, at[i], parameters);
            for (const Column &output : outputs)
              code = code * 5 + (std::isnan(output[i]) ? 0
                                 : output[i] < 0       ? 1
                                 : output[i] > 0       ? 2
                                                       : 3);
            classes.push_back(code);
          }
          return classes;
        },
        8);
    for (const Point &point : found)
      points.push_back(toElements(point));
    return points;
  }

  Expected deep(const Point &point, const std::vector<float> &parameters, std::size_t output) {
    std::vector<std::uint32_t> in = derivative;
    if (output > 0)
      in.push_back(gradients[output - 1]);
    Expected expected;
    for (const slong bits : {1024, 8192}) {
      const reference::ArbPrecision precision(bits);
      reference::SumArithmetic arithmetic;
      std::vector<reference::Sum> x, p;
      for (const double each : point)
        x.emplace_back(reference::ArbBall(each));
      for (const float each : parameters)
        p.emplace_back(reference::ArbBall(double(each)));
      const reference::Sum sum = dsl::evaluateDerivative(
          *parsed.program, entry, std::span<const reference::Sum>(x),
          std::span<const reference::Sum>(p), std::span<const std::uint32_t>(in), arithmetic);
      if (arithmetic.undecided())
        continue;
      const bool isKnown = sum.value.isTight(64) || sum.value.isBelow(-1000);
      expected = {sum.value.enclosure(), in.empty() ? 0 : sum.largestTerm.toDouble(),
                  isKnown || (output == 0 && sum.value.isNoNumber())};
      if (expected.known)
        break;
    }
    return expected;
  }

  /// A gradient of what is broadcast is the sum of those of its elements, in double precision.
  void compareSums(const std::vector<Point> &all, const std::vector<float> &parameters,
                   const std::vector<Column> &got) {
    if (!hasSums() || dsl::draws(*parsed.program, entry))
      return;
    std::vector<Point> points;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (std::ranges::all_of(got,
                              [&](const Column &column) { return std::isfinite(column[i]); })) {
        points.push_back(all[i]);
        places.push_back(i);
      }
    if (points.empty())
      return;
    const std::vector<Column> summed = run(points, parameters, /*isSummed=*/true);
    for (std::size_t k = 1; k < results.size(); ++k) {
      if (gradients[k - 1] < inputs())
        continue;
      double sum = 0, size = 0;
      for (const std::size_t i : places) {
        sum += got[k][i];
        size += std::fabs(got[k][i]);
      }
      const double y = summed[k][0],
                   error = std::fabs(y - sum) / std::max(0x1p-20 * size, 0x1p-149);
      const bool isRight = size > FLT_MAX / 2 || error <= 1;
      if (isRight || error <= worst)
        continue;
      worst = std::isnan(error) ? infinite : error;
      char text[120];
      std::snprintf(text, sizeof text, "sum of gradients in %s: got %.9g, not %.9g",
                    spec.gradients[k - 1].c_str(), y, sum);
      where = text;
    }
  }

  void compare(const Point &point, const std::vector<float> &parameters, std::size_t i,
               const std::vector<Column> &got, reference::KernelTruth &truth) {
    const bool isFinite = std::ranges::all_of(point, [](double x) { return std::isfinite(x); });
    const std::vector<Expected> all = truth.at(point, parameters);
    const compiler::ErrorScale scale(spec);
    for (std::size_t k = 0; k < results.size(); ++k) {
      Expected expected = all[k];
      if (!expected.known && isFinite)
        expected = deep(point, parameters, k);
      const double y = got[k][i];
      if (!expected.known ||
          (std::isnan(y) && !isFinite && truth.meetsOthers(point, parameters, k)))
        continue;
      // Of what is as small as this the truth does not know the digits, nor always the sign.
      if (std::fabs(expected.truth.high) <= 0x1p-1000 && std::fabs(y) <= 0x1p-1000)
        continue;
      const double error = scale.errorOf(y, expected.truth, expected.largestTerm, results[k]) /
                           scale.most(results[k]);
      if (error <= worst || error <= 1)
        continue;
      const bool isDerivative = k > 0 || !derivative.empty();
      const auto isArguable = [&] {
        if (!isFinite)
          return false;
        if (truth.isTie(point, parameters, k))
          return true;
        if (!isDerivative)
          return false;
        const Expected ruled = truth.byChainRule(point, parameters, k);
        return !ruled.known ||
               !(std::fabs(ruled.truth.high - expected.truth.high) <=
                 0x1p-20 * std::max(std::fabs(ruled.truth.high), std::fabs(expected.truth.high)));
      };
      if (isArguable())
        continue;
      worst = error;
      where = k == 0 ? "value" : "gradient in " + spec.gradients[k - 1];
      char text[64];
      for (std::size_t m = 0; m < point.size(); ++m) {
        std::snprintf(text, sizeof text, "%s%a", m ? ":" : " at ", point[m]);
        where += text;
      }
      for (std::size_t m = 0; m < parameters.size(); ++m) {
        std::snprintf(text, sizeof text, "%s%a", m ? ", " : " with ", double(parameters[m]));
        where += text;
      }
      char result[120];
      std::snprintf(result, sizeof result, ": got %a = %.9g, not %.9g", y, y, expected.truth.high);
      where += result;
    }
  }

  const Kernel &kernel;
  std::mt19937_64 random;
  const dsl::ParseResult parsed;
  const dsl::DefinitionIndex entry;
  const dsl::Definition &definition;
  KernelSpec spec;
  std::vector<ElementType> results;
  std::vector<std::uint32_t> derivative, gradients;
};

} // namespace

Judgement judgePromise(const std::string &text, const CompileOptions &options, std::uint64_t seed,
                       std::size_t points, const std::vector<std::vector<float>> &parameters) {
  using Kind = Judgement::Kind;
  const Result<Kernel> kernel = uncachedEngine().compile(text, options);
  if (!kernel) {
    ADD_FAILURE() << text << "\n" << kernel.error().render();
    return {Kind::Silent, infinite, "it does not compile", ""};
  }
  Judged judged(*kernel, options, seed);
  judged.measure(points, parameters);
  const Kind kind = judged.worst <= 1             ? Kind::Right
                    : !kernel->certificate().kept ? Kind::Said
                                                  : Kind::Silent;
  Judgement result{kind, judged.worst, std::move(judged.where), kernel->certificate().text()};
  uncachedEngine().clearCache();
  return result;
}

} // namespace xphi::numerics
