// Random tensors, and a kernel called on them against itself, one element at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"

#include <xphi/xphi.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace xphi::test {

using Shape = std::vector<std::int64_t>;
using Random = std::mt19937_64;

inline std::int64_t below(Random &random, std::int64_t bound) {
  return std::int64_t(random() % std::uint64_t(bound));
}
inline bool chance(Random &random, int percent) { return below(random, 100) < percent; }

inline std::int64_t elementsOf(const Shape &shape) {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape)
    product *= extent;
  return product;
}

/// Element `index`, counted with the last dimension fastest, as indices.
inline Shape indicesOf(std::int64_t index, const Shape &shape) {
  Shape indices(shape.size());
  for (std::size_t i = shape.size(); i-- != 0;) {
    indices[i] = index % shape[i];
    index /= shape[i];
  }
  return indices;
}

/// Finite numbers of every element type, as bits: those nearest to multiples of 2^-9 up to 8.
inline std::uint64_t randomBits(Random &random, ElementType type) {
  return nearestElement(double(below(random, 1 << 13) - (1 << 12)) / 512.0, type);
}

/// A tensor somewhere in memory of its own, with gaps, turned dimensions, odd addresses.
class RandomArray {
public:
  RandomArray(Random &random, const Shape &shape, ElementType type, bool written)
      : shape(shape), strides(shape.size()), type(type) {
    std::vector<std::size_t> order(shape.size());
    for (std::size_t i = 0; i != order.size(); ++i)
      order[i] = i;
    if (chance(random, 40))
      std::shuffle(order.begin(), order.end(), random);
    std::int64_t stride = chance(random, 80) ? 1 : 1 + below(random, 3), first = 0;
    for (std::size_t i = order.size(); i-- != 0;) {
      const std::size_t d = order[i];
      strides[d] = stride;
      stride *= std::max<std::int64_t>(shape[d], 1);
      stride += chance(random, 15) ? below(random, 4) : 0;
      if (chance(random, 15)) {
        first += strides[d] * (std::max<std::int64_t>(shape[d], 1) - 1);
        strides[d] = -strides[d];
      } else if (!written && chance(random, 8)) {
        strides[d] = 0;
      }
    }
    const std::size_t odd = chance(random, 15) ? 1 : 0;
    memory.resize(odd + std::size_t(stride + 1) * sizeOf(type));
    start = odd + std::size_t(first) * sizeOf(type);
    for (std::byte &byte : memory)
      byte = std::byte(random());
    for (std::int64_t i = 0; i != elementsOf(shape); ++i)
      set(i, randomBits(random, type));
    before = memory;
  }

  Tensor view() { return Tensor::bits(memory.data() + start, type, shape, strides); }
  std::uint64_t get(std::int64_t index) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, memory.data() + offsetOf(index), sizeOf(type));
    return bits;
  }
  /// That of this array which broadcasts to an element of `whole`.
  std::uint64_t getFor(const Shape &indices) const { return get(positionFor(indices)); }
  std::int64_t positionFor(const Shape &indices) const {
    std::int64_t index = 0;
    for (std::size_t i = 0; i != shape.size(); ++i) {
      const std::int64_t wanted = indices[indices.size() - shape.size() + i];
      index = index * shape[i] + (shape[i] == 1 ? 0 : wanted);
    }
    return index;
  }
  /// Whether no byte changed but those of elements.
  bool gapsAreKept() const {
    std::vector<std::byte> expected = before;
    for (std::int64_t i = 0; i != elementsOf(shape); ++i)
      std::memcpy(expected.data() + offsetOf(i), memory.data() + offsetOf(i), sizeOf(type));
    return expected == memory;
  }

  Shape shape, strides;
  ElementType type;

private:
  void set(std::int64_t index, std::uint64_t bits) {
    std::memcpy(memory.data() + offsetOf(index), &bits, sizeOf(type));
  }
  std::size_t offsetOf(std::int64_t index) const {
    const Shape indices = indicesOf(index, shape);
    std::int64_t offset = 0;
    for (std::size_t i = 0; i != shape.size(); ++i)
      offset += indices[i] * strides[i];
    return std::size_t(std::int64_t(start) + offset * std::int64_t(sizeOf(type)));
  }

  std::vector<std::byte> memory, before;
  std::size_t start = 0;
};

inline std::ostream &operator<<(std::ostream &out, const RandomArray &array) {
  const auto list = [&](const Shape &numbers) {
    out << "(";
    for (const std::int64_t number : numbers)
      out << number << ",";
    out << ")";
  };
  out << nameOf(array.type) << " shape ";
  list(array.shape);
  out << " strides ";
  list(array.strides);
  return out;
}

/// A kernel of all gradients, from an engine of one thread and from one of several.
struct TestedKernel {
  Kernel one, several;
};

/// One call, forward or backward, of random shape.
class RandomCall {
public:
  RandomCall(const TestedKernel &kernel, std::uint64_t seed)
      : kernel(kernel), types(kernel.one.types()), random(seed), shape(randomShape()) {
    for (std::size_t i = 0; i != kernel.one.inputs().size(); ++i)
      inputs.emplace_back(random, broadcastShape(), types[i], false);
    byTensor = !kernel.one.parameters().empty() && chance(random, 60);
    for (const Parameter &parameter : kernel.one.parameters())
      parameters.emplace_back(random, parameter.channel ? broadcastShape() : Shape(),
                              ElementType::F32, false);
  }

  void forward() {
    RandomArray y(random, shape, types.back(), true);
    const std::vector<std::uint64_t> expected = expectForward();
    const bool inPlace = chance(random, 25) && canHold(inputs[0], y);
    RandomArray &written = inPlace ? inputs[0] : y;
    const auto trace = describe(inPlace ? "forward in place" : "forward", {&y});
    SCOPED_TRACE(trace);
    const Status done = call(chance(random, 50), [&](const Kernel &each, auto... values) {
      return each.forward(views(inputs), written.view(), values...);
    });
    ASSERT_TRUE(done) << done.error().render();
    for (std::int64_t i = 0; i != elementsOf(shape); ++i)
      ASSERT_EQ(written.get(i), expected[std::size_t(i)]) << "element " << i;
    EXPECT_TRUE(written.gapsAreKept());
  }

  void backward() {
    const RandomArray dy(random, shape, gradientType(types.back()), false);
    std::vector<RandomArray> first;
    for (std::size_t i = 0; i != inputs.size(); ++i)
      first.emplace_back(random, inputs[i].shape, gradientType(types[i]), true);
    for (std::size_t i = 0; i != parameters.size(); ++i)
      first.emplace_back(random, byTensor ? parameters[i].shape : Shape(), ElementType::F32, true);
    std::vector<RandomArray> second = first;
    std::vector<const RandomArray *> listed{&dy};
    for (const RandomArray &each : first)
      listed.push_back(&each);
    const auto trace = describe("backward", listed);
    SCOPED_TRACE(trace);
    RandomArray seed = dy;
    for (bool several : {false, true}) {
      const Status done = call(several, [&](const Kernel &each, auto... values) {
        const std::vector<Tensor> outputs = views<Tensor>(several ? second : first);
        return each.gradients(views(inputs), seed.view(), std::span<const Tensor>(outputs),
                              values...);
      });
      ASSERT_TRUE(done) << done.error().render();
    }
    compareGradients(dy, first, second);
  }

private:
  Shape randomShape() {
    static constexpr std::int64_t extents[] = {1, 2, 3, 4, 5, 7, 16, 17, 64, 100, 257, 300, 1500};
    const std::int64_t most = chance(random, 4) ? 150000 : 6000;
    Shape result;
    const std::int64_t rank = chance(random, 10) ? 8 : below(random, 5);
    while (std::int64_t(result.size()) != rank) {
      const std::int64_t extent = extents[below(random, std::size(extents))];
      result.push_back(elementsOf(result) * extent <= most ? extent : 1);
    }
    std::shuffle(result.begin(), result.end(), random);
    if (rank != 0 && chance(random, 3))
      result[std::size_t(below(random, rank))] = 0;
    return result;
  }
  Shape broadcastShape() {
    if (chance(random, 50))
      return shape;
    Shape result = shape;
    for (std::int64_t &extent : result)
      extent = chance(random, 40) ? 1 : extent;
    while (!result.empty() && result.front() == 1 && chance(random, 60))
      result.erase(result.begin());
    return result;
  }
  bool canHold(const RandomArray &input, const RandomArray &y) const {
    for (std::size_t i = 0; i != input.strides.size(); ++i)
      if (input.strides[i] == 0 && input.shape[i] != 1)
        return false;
    return input.shape == y.shape && input.type == y.type && inputs.size() == 1;
  }

  template <typename View = ConstTensor>
  static std::vector<View> views(std::vector<RandomArray> &arrays) {
    std::vector<View> result;
    for (RandomArray &array : arrays)
      result.push_back(array.view());
    return result;
  }
  /// With parameters as tensors, or as numbers: the first of each.
  template <typename Body> Status call(bool several, Body body) {
    const Kernel &chosen = several ? kernel.several : kernel.one;
    if (byTensor) {
      const std::vector<ConstTensor> tensors = views(parameters);
      return body(chosen, std::span<const ConstTensor>(tensors));
    }
    const std::vector<float> numbers = numbersFor({});
    return body(chosen, Kernel::Parameters(numbers));
  }

  std::vector<float> numbersFor(const Shape &indices) const {
    std::vector<float> numbers;
    for (const RandomArray &parameter : parameters) {
      const bool empty = elementsOf(parameter.shape) == 0;
      const std::uint64_t bits = empty      ? 0
                                 : byTensor ? parameter.getFor(indices)
                                            : parameter.get(0);
      numbers.push_back(float(valueOf(bits, ElementType::F32)));
    }
    return numbers;
  }
  std::vector<std::uint64_t> inputsFor(const Shape &indices) const {
    std::vector<std::uint64_t> bits;
    for (const RandomArray &input : inputs)
      bits.push_back(input.getFor(indices));
    return bits;
  }
  std::vector<ConstTensor> asTensors(std::vector<std::uint64_t> &bits) const {
    std::vector<ConstTensor> tensors;
    for (std::size_t i = 0; i != bits.size(); ++i)
      tensors.push_back(ConstTensor::bits(&bits[i], types[i], {1}));
    return tensors;
  }

  std::vector<std::uint64_t> expectForward() const {
    std::vector<std::uint64_t> expected;
    for (std::int64_t i = 0; i != elementsOf(shape); ++i) {
      const Shape indices = indicesOf(i, shape);
      std::vector<std::uint64_t> bits = inputsFor(indices);
      std::uint64_t y = 0;
      const Status done = kernel.one.forward(asTensors(bits), Tensor::bits(&y, types.back(), {1}),
                                             numbersFor(indices));
      EXPECT_TRUE(done) << done.error().render();
      expected.push_back(y);
    }
    return expected;
  }

  void compareGradients(const RandomArray &dy, const std::vector<RandomArray> &first,
                        const std::vector<RandomArray> &second) const {
    struct Expected {
      std::vector<double> sums, sizes;
    };
    std::vector<Expected> expected;
    for (const RandomArray &output : first) {
      const auto count = std::size_t(elementsOf(output.shape));
      expected.push_back({std::vector<double>(count), std::vector<double>(count)});
    }
    for (std::int64_t i = 0; i != elementsOf(shape); ++i) {
      const Shape indices = indicesOf(i, shape);
      std::vector<std::uint64_t> bits = inputsFor(indices), results(first.size());
      std::uint64_t seed = dy.get(i);
      std::vector<Tensor> outputs;
      for (std::size_t k = 0; k != first.size(); ++k)
        outputs.push_back(Tensor::bits(&results[k], first[k].type, {1}));
      const Status done = kernel.one.gradients(
          asTensors(bits), ConstTensor::bits(&seed, dy.type, {1}), std::span<const Tensor>(outputs),
          Kernel::Parameters(numbersFor(indices)));
      ASSERT_TRUE(done) << done.error().render();
      for (std::size_t k = 0; k != first.size(); ++k) {
        const double term = valueOf(results[k], first[k].type);
        const auto position = std::size_t(first[k].positionFor(indices));
        expected[k].sums[position] += term;
        expected[k].sizes[position] += std::abs(term);
      }
    }
    for (std::size_t k = 0; k != first.size(); ++k) {
      EXPECT_TRUE(first[k].gapsAreKept()) << "gradient " << k;
      const int digits = fractionBits(first[k].type) + 1;
      for (std::int64_t i = 0; i != elementsOf(first[k].shape); ++i) {
        ASSERT_EQ(first[k].get(i), second[k].get(i)) << "threads: gradient " << k << " at " << i;
        const double sum = expected[k].sums[std::size_t(i)];
        const double unit = std::max(std::ldexp(std::abs(sum), -digits),
                                     std::ldexp(expected[k].sizes[std::size_t(i)], -45));
        if (const double most = largestElement(first[k].type);
            saturates(first[k].type) && std::abs(sum) > most) {
          ASSERT_EQ(valueOf(first[k].get(i), first[k].type), std::copysign(most, sum));
          continue;
        }
        const double smallest = ulpOf(0, first[k].type) / 2;
        ASSERT_NEAR(valueOf(first[k].get(i), first[k].type), sum, unit + smallest)
            << "gradient " << k << " at " << i;
      }
    }
  }

  std::string describe(const char *what, const std::vector<const RandomArray *> &others) const {
    std::ostringstream text;
    text << kernel.one.program() << "\n" << what << (byTensor ? ", tensors" : ", numbers");
    for (const RandomArray &input : inputs)
      text << "\n  input " << input;
    for (const RandomArray &parameter : parameters)
      text << "\n  parameter " << parameter;
    for (const RandomArray *other : others)
      text << "\n  " << *other;
    return text.str();
  }

  const TestedKernel &kernel;
  const std::vector<ElementType> types;
  Random random;
  const Shape shape;
  bool byTensor = false;
  std::vector<RandomArray> inputs, parameters;
};

inline std::uint64_t fromEnvironment(const char *name, std::uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// XPHI_TENSOR_CALLS calls, from XPHI_TENSOR_SEED on: a failure names the seed of its call.
inline void runRandomCalls(const std::vector<TestedKernel> &kernels, std::uint64_t usual) {
  const std::uint64_t calls = fromEnvironment("XPHI_TENSOR_CALLS", usual);
  const std::uint64_t start = fromEnvironment("XPHI_TENSOR_SEED", 20261126);
  for (std::uint64_t seed = start; seed != start + calls; ++seed) {
    SCOPED_TRACE("rerun this call with XPHI_TENSOR_CALLS=1 XPHI_TENSOR_SEED=" +
                 std::to_string(seed));
    RandomCall call(kernels[seed % kernels.size()], seed);
    seed / kernels.size() % 2 == 0 ? call.forward() : call.backward();
    if (::testing::Test::HasFailure())
      return;
  }
}

} // namespace xphi::test
