// What a C function does beside calling the kernel: masks of bits, values and sums for each
// channel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace xphi::ahead {
namespace {

constexpr std::size_t longest = 150000;

Kernel kernelOf(const std::string &what, const CompileOptions &options) {
  Result<Kernel> kernel = engine().compile(what, options);
  EXPECT_TRUE(kernel) << kernel.error().render();
  return *kernel;
}

void build(const CProgram &program) {
  for (const std::string &compiler : cCompilers())
    program.check(fmt::format("{} {} {}", compiler, program.compile(compiler, "-O1"),
                              fmt::join(program.objects(), " ")));
}

/// What out[i] holds before the call.
Bytes untouched(std::size_t bytes) { return Bytes(bytes, 0xa5); }

Bytes operator+(Bytes a, const Bytes &b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(ObjectCall, AMaskHasABitForEachElement) {
  const Folder folder;
  CProgram program(folder, longest, CProgram::Numbers::AnyBits);
  CompileOptions options;
  options.keep = Keep::Mask;
  std::vector<std::size_t> lengths{4095, 4096, 4097, 8191, 8200, 100003};
  for (std::size_t n = 0; n <= 70; ++n)
    lengths.push_back(n);
  // Of a channel's parameter there is one value: a mask has no channels.
  for (const char *name : {"relu6", "hard_tanh", "leaky_relu", "prelu"}) {
    program.add(name, options);
    const Kernel kernel = kernelOf(name, options);
    std::string parameters;
    for (const Parameter &parameter : kernel.parameters())
      parameters += literal(parameter.defaultValue) + ", ";
    for (std::size_t n : lengths) {
      std::vector<float> y(n), dx(n);
      Bytes mask(Kernel::maskSize(n));
      const Kernel::Input x = program.numbers(0).first(n), dy = program.numbers(1).first(n);
      // A NaN among the numbers is told of; y and the mask are complete.
      if (const Status made = kernel.forward(x, y, mask); !made)
        ASSERT_EQ(made.error().code(), "X2047");
      ASSERT_TRUE(kernel.backward(std::span<const std::uint8_t>(mask), dy, dx));
      // Forward and backward in one, the mask between them in out[1].
      program.expect(
          fmt::format("{0}_f32(in[0], {1}out[0], (unsigned char *)out[1], {2}); "
                      "{0}_f32_backward((unsigned char *)out[1], in[1], {1}out[2], {2});",
                      name, parameters, n),
          {bytesOf(y) + untouched(8), mask + untouched(8), bytesOf(dx) + untouched(8)});
    }
  }
  build(program);
}

struct Layout {
  std::size_t channels, inner, blocks;
  std::size_t size() const { return channels * inner * blocks; }
};

/// Rows, tiles that hold all channels, tiles that do not, and enough elements for several units;
/// then others by chance.
std::vector<Layout> layouts() {
  std::vector<Layout> result{{1, 1, 1003},  {1, 1003, 1},  {17, 1, 59},  {59, 17, 1},
                             {5, 300, 8},   {3, 255, 9},   {2048, 1, 7}, {300, 40, 3},
                             {7, 2000, 10}, {2, 1, 70000}, {4, 3, 0}};
  std::mt19937 random(11);
  while (result.size() < 40) {
    const auto upTo = [&](std::size_t most) {
      return std::size_t(std::exp(std::uniform_real_distribution<>(0, std::log(most))(random)));
    };
    const Layout layout{upTo(5000), upTo(5000), upTo(5000)};
    if (layout.size() <= longest)
      result.push_back(layout);
  }
  return result;
}

TEST(ObjectCall, ChannelsHaveOneValueAndOneSumEach) {
  const Folder folder;
  CProgram program(folder, longest, CProgram::Numbers::Usual);
  CompileOptions options;
  options.gradients = CompileOptions::allGradients();
  // Two channel parameters with a scalar between them, and two inputs.
  for (const std::string what :
       {"prelu", "snake",
        "def mixed(u, v; a: channel = 0.5, s = 2, b: channel = 1) = tanh(a * u) * s + b * v * s"}) {
    program.add(what, options);
    const Kernel kernel = kernelOf(what, options);
    const std::size_t inputs = kernel.inputs().size();
    for (const Layout &layout : layouts()) {
      const std::size_t n = layout.size();
      Kernel::Arguments arguments;
      arguments.layout = {layout.channels, layout.inner};
      std::string in, parameters, results;
      std::vector<Kernel::Input> arrays, values;
      for (std::size_t i = 0; i < inputs; ++i) {
        in += fmt::format("in[{}], ", i);
        arrays.push_back(program.numbers(i).first(n));
      }
      for (const Parameter &parameter : kernel.parameters()) {
        const std::size_t row = 8 + values.size();
        if (parameter.channel)
          parameters += fmt::format("in[{}], ", row);
        else
          parameters += literal(program.numbers(row).front()) + ", ";
        values.push_back(program.numbers(row).first(parameter.channel ? layout.channels : 1));
      }
      arguments.parameters = values;

      std::vector<float> y(n);
      const Status forward = kernel.forward(arrays, y, arguments);
      ASSERT_TRUE(forward) << forward.error().render();
      const std::string shape = fmt::format("{}, {}, {}", layout.channels, layout.inner, n);
      program.expect(
          fmt::format("{}_f32_channels({}{}out[0], {});", kernel.name(), in, parameters, shape),
          {bytesOf(y) + untouched(8)});

      std::vector<std::vector<float>> gradients(inputs, std::vector<float>(n));
      for (const Parameter &parameter : kernel.parameters())
        gradients.emplace_back(parameter.channel ? layout.channels : 1);
      const std::vector<Kernel::Output> out(gradients.begin(), gradients.end());
      const Status backward =
          kernel.gradients(arrays, program.numbers(inputs).first(n), out, arguments);
      ASSERT_TRUE(backward) << backward.error().render();
      std::vector<Bytes> expected;
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        results += fmt::format("out[{}], ", i);
        expected.push_back(bytesOf(gradients[i]) + untouched(8));
      }
      program.expect(fmt::format("{}_f32_backward_channels({}in[{}], {}{}{});", kernel.name(), in,
                                 inputs, parameters, results, shape),
                     expected);
    }
  }
  // Nothing is written where the channels do not fit.
  for (const char *shape : {"0, 1, 8", "1, 0, 8", "3, 2, 8", "(size_t)1 << 63, 2, 8"})
    program.expect(
        fmt::format("prelu_f32_backward_channels(in[0], in[1], in[2], out[0], out[1], {});", shape),
        {untouched(64), untouched(64)});
  build(program);
}

TEST(ObjectCall, AParametersGradientIsOneSum) {
  const Folder folder;
  CProgram program(folder, longest, CProgram::Numbers::Usual);
  CompileOptions options;
  options.gradients = {"alpha", "x"};
  program.add("elu", options);
  const Kernel kernel = kernelOf("elu", options);
  for (std::size_t n : {0, 1, 15, 16, 17, 1003, 32768, 65536, 100003, 131072}) {
    float dalpha = 0;
    std::vector<float> dx(n);
    const Status done = kernel.gradients({program.numbers(0).first(n)}, program.numbers(1).first(n),
                                         {Kernel::Output(&dalpha, 1), Kernel::Output(dx)});
    ASSERT_TRUE(done) << done.error().render();
    program.expect(fmt::format("elu_f32_backward(in[0], in[1], {}, out[0], out[1], {});",
                               literal(kernel.parameters()[0].defaultValue), n),
                   {bytesOf({&dalpha, 1}) + untouched(8), bytesOf(dx) + untouched(8)});
  }
  // In place: the same gradient.
  std::vector<float> dx(1000), ignored(1);
  ASSERT_TRUE(kernel.gradients({program.numbers(0).first(1000)}, program.numbers(1).first(1000),
                               {Kernel::Output(ignored), Kernel::Output(dx)}));
  program.expect(
      "memcpy(out[0], in[0], 4000); elu_f32_backward(out[0], in[1], 1.0f, out[1], out[0], "
      "1000);",
      {bytesOf(dx)});
  build(program);
}

// What comes of an element does not depend on how many there are: what is right for 80 is right for
// fewer, and nothing is written after the last.
TEST(ObjectCall, AnyNumberOfElementsAndNoMore) {
  const Folder folder;
  constexpr std::size_t most = 80;
  CProgram program(folder, most + 2, CProgram::Numbers::Usual);
  CompileOptions options;
  for (const char *what : {"gelu", "relu", "swiglu"}) {
    program.add(what, options);
    const Kernel kernel = kernelOf(what, options);
    const std::size_t inputs = kernel.inputs().size();
    std::string in, results;
    std::vector<Kernel::Input> arrays;
    for (std::size_t i = 0; i < inputs; ++i) {
      in += fmt::format("in[{}], ", i);
      results += fmt::format("out[{}], ", i);
      arrays.push_back(program.numbers(i).first(most));
    }
    std::vector<float> y(most);
    std::vector<std::vector<float>> gradients(inputs, y);
    ASSERT_TRUE(kernel.forward(arrays, y));
    ASSERT_TRUE(kernel.gradients(arrays, program.numbers(inputs).first(most),
                                 std::vector<Kernel::Output>(gradients.begin(), gradients.end())));
    for (std::size_t n = 0; n <= 70; ++n) {
      const auto firstOf = [&](const std::vector<float> &values) {
        return bytesOf(std::span(values).first(n)) + untouched(8);
      };
      program.expect(fmt::format("{}_f32({}out[0], {});", what, in, n), {firstOf(y)});
      std::vector<Bytes> expected;
      for (const std::vector<float> &gradient : gradients)
        expected.push_back(firstOf(gradient));
      program.expect(fmt::format("{}_f32_backward({}in[{}], {}{});", what, in, inputs, results, n),
                     expected);
    }
  }
  build(program);
}

TEST(ObjectCall, AMaskIsForTheGradientOfAnInput) {
  CompileOptions options;
  options.keep = Keep::Mask;
  options.gradients = {"alpha"};
  const std::string what = "def f(x; alpha = 2) = if x > 0 then alpha else 1";
  for (const char *kind : {"object", "header"}) {
    const Result<std::string> made = engine().emit(what, kind, options);
    ASSERT_FALSE(made) << kind;
    EXPECT_EQ(made.error().code(), "X1008");
  }
}

} // namespace
} // namespace xphi::ahead
