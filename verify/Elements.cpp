// Arrays of any type, and Arb point by point.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Elements.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <mutex>
#include <numeric>
#include <thread>

namespace xphi::verify {
namespace {

/// Numbers as an array holds them.
class Array {
public:
  Array(std::size_t count, ElementType type) : type(type), bytes(count * sizeOf(type)) {}

  void set(std::size_t i, double value) {
    const std::uint64_t bits = nearestElement(value, type); // little-endian, as all targets are
    std::memcpy(bytes.data() + i * sizeOf(type), &bits, sizeOf(type));
  }
  double operator[](std::size_t i) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * sizeOf(type), sizeOf(type));
    return valueOf(bits, type);
  }
  Tensor tensor(ConstTensor::Sizes shape) { return Tensor::bits(bytes.data(), type, shape); }
  ConstTensor tensor(ConstTensor::Sizes shape) const {
    return ConstTensor::bits(bytes.data(), type, shape);
  }

private:
  ElementType type;
  std::vector<std::uint8_t> bytes;
};

std::vector<std::uint32_t> gradientsOf(const Request &request) {
  std::vector<std::uint32_t> variables;
  if (request.pass == Pass::Derivative) {
    variables.resize(request.spec.types.inputs.size());
    std::iota(variables.begin(), variables.end(), 0u);
  }
  return variables;
}

} // namespace

Elements::Elements(const Request &request)
    : request(request), scale(request.spec),
      truth(request.program, request.definition, {}, gradientsOf(request),
            std::ranges::count(request.spec.types.inputs, ElementType::F64) +
                        (request.spec.types.output == ElementType::F64) >
                    0
                ? reference::KernelTruth::For::Doubles
                : reference::KernelTruth::For::Floats) {
  if (request.pass == Pass::Value)
    results = {request.spec.types.output};
  else
    for (const ElementType type : request.spec.types.inputs)
      results.push_back(gradientType(type));
}

double Elements::element(double number, std::size_t input) const {
  const ElementType type = request.spec.types.inputs[input];
  return valueOf(nearestElement(number, type), type);
}

reference::Expected Elements::truthAt(const Point &point) {
  return truth.at(point, request.parameters).back();
}

Certificate::Unit Elements::unit() const {
  return scale.unit(results[0], request.pass == Pass::Derivative);
}

double Elements::promise() const {
  return scale.most(results[0]) * (unit() == Certificate::Unit::Relative ? 0x1p24 : 1);
}

double Elements::errorOf(const Answer &answer) const {
  const reference::Expected &expected = answer.expected;
  return scale.errorOf(answer.got, expected.truth, expected.largestTerm, answer.type) *
         (unit() == Certificate::Unit::Relative ? 0x1p24 : 1);
}

void Elements::look(const Point &point, std::vector<Answer> &answers) {
  const std::vector<reference::Expected> expected = truth.at(point, request.parameters);
  const std::size_t first = request.pass == Pass::Value ? 0 : 1; // gradients follow the value
  for (std::size_t k = 0; k < answers.size(); ++k) {
    const std::size_t output = first + k;
    Answer &answer = answers[k];
    answer.expected = expected[output];
    if (!answer.expected.known || errorOf(answer) <= promise())
      continue;
    // Where an infinite input meets a zero, no number is an answer, too; at a jump there are two;
    // and what the chain rule says otherwise than the series is not known.
    const bool isFinite = std::ranges::all_of(point, [](double x) { return std::isfinite(x); });
    bool isDoubtful =
        !isFinite && ((point.size() > 1 && std::isnan(answer.got)) ||
                      truth.isWhatInfinityIs(point, request.parameters, output, answer.got));
    if (isFinite) {
      isDoubtful = truth.isTie(point, request.parameters, output);
      if (!isDoubtful && output > 0) {
        const reference::Expected ruled = truth.byChainRule(point, request.parameters, output);
        isDoubtful = !ruled.known || !(std::fabs(ruled.truth.high - answer.expected.truth.high) <=
                                       0x1p-20 * std::fabs(answer.expected.truth.high));
      }
    }
    answer.expected.known = !isDoubtful;
  }
}

Result<std::vector<std::vector<Answer>>> Elements::at(std::span<const Point> points) {
  const std::size_t n = points.size();
  const auto shape = std::array{std::int64_t(n)};
  const std::vector<ElementType> &types = request.spec.types.inputs;
  std::vector<Array> arrays, outputs;
  std::vector<ConstTensor> inputs;
  for (std::size_t i = 0; i < types.size(); ++i) {
    Array &array = arrays.emplace_back(n, types[i]);
    for (std::size_t k = 0; k < n; ++k)
      array.set(k, points[k][i]);
  }
  for (const Array &array : arrays)
    inputs.push_back(array.tensor(shape));
  for (const ElementType type : results)
    outputs.emplace_back(n, type);
  Status done;
  if (request.pass == Pass::Value) {
    done = request.kernel.forward(inputs, outputs[0].tensor(shape), request.parameters);
  } else {
    Array dy(n, gradientType(request.spec.types.output));
    for (std::size_t k = 0; k < n; ++k)
      dy.set(k, 1);
    std::vector<Tensor> gradients;
    for (Array &array : outputs)
      gradients.push_back(array.tensor(shape));
    done = request.kernel.gradients(inputs, std::as_const(dy).tensor(shape), gradients,
                                    Kernel::Parameters(request.parameters));
  }
  if (!done)
    return done.error();
  std::vector<std::vector<Answer>> all(n, std::vector<Answer>(results.size()));
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t j = 0; j < results.size(); ++j)
      all[k][j] = {outputs[j][k], results[j], {}};
    look(points[k], all[k]);
  }
  return all;
}

Result<std::vector<std::vector<Answer>>> answersAt(const Request &request,
                                                   std::span<const Point> points) {
  constexpr std::size_t chunk = 256;
  std::vector<std::vector<Answer>> all(points.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < request.threads; ++i)
      workers.emplace_back([&] {
        {
          Elements elements(request);
          for (std::size_t from; (from = next.fetch_add(chunk)) < points.size();) {
            const std::size_t n = std::min(chunk, points.size() - from);
            auto here = elements.at(points.subspan(from, n));
            if (here) {
              std::ranges::move(*here, all.begin() + std::ptrdiff_t(from));
            } else {
              const std::lock_guard lock(mutex);
              failure = here.error();
              next = points.size();
            }
            request.did(double(n) / double(points.size()));
          }
        }
        flint_cleanup(); // what Arb keeps for the thread
      });
  }
  if (failure)
    return *failure;
  return all;
}

} // namespace xphi::verify
