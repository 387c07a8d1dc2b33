// A C program that calls functions made ahead of time, and what their kernels say to the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CProgram.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <regex>

namespace xphi::ahead {

Engine &engine() {
  static Engine engine(Options::fromEnvironment());
  return engine;
}

Bytes bytesOf(std::span<const float> values) {
  Bytes bytes(values.size_bytes());
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string literal(float value) {
  if (std::isinf(value))
    return value > 0 ? "INFINITY" : "-INFINITY";
  return fmt::format("{:a}f", value);
}

namespace {

/// What a header declares, sorted.
std::vector<std::string> declaredIn(const std::string &header) {
  static const std::regex declaration("\nvoid (\\w+)\\(");
  std::vector<std::string> names;
  for (std::sregex_iterator at(header.begin(), header.end(), declaration), end; at != end; ++at)
    names.push_back((*at)[1]);
  std::ranges::sort(names);
  return names;
}

} // namespace

CProgram::CProgram(const Folder &folder, std::size_t longest, Numbers kind)
    : folder(folder), longest(longest), data(rows * longest) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0, 2);
  for (float &value : data)
    value = normal(random);
  // One NaN only, that of inf - inf: of two in a sum the order of operands would choose.
  for (std::size_t i = 0; kind == Numbers::AnyBits && i < data.size(); i += 37) {
    data[i] = std::bit_cast<float>(std::uint32_t(random()));
    if (std::isnan(data[i]))
      data[i] = std::bit_cast<float>(0xffc00000u);
  }
  folder.write("numbers",
               {reinterpret_cast<const char *>(data.data()), data.size() * sizeof(float)});
}

void CProgram::add(const std::string &what, const CompileOptions &options) {
  const Result<std::string> object = engine().emit(what, "object", options);
  const Result<std::string> header = engine().emit(what, "header", options);
  ASSERT_TRUE(object) << object.error().render();
  ASSERT_TRUE(header) << header.error().render();
  const std::string name = std::to_string(objectPaths.size());
  objectPaths.push_back(folder.write(name + ".o", *object));
  folder.write(name + ".h", *header);
  include(name + ".h");
  const Symbols symbols = symbolsOf(objectPaths.back());
  EXPECT_EQ(symbols.exported, declaredIn(*header)) << what;
  EXPECT_EQ(symbols.wanted, std::vector<std::string>()) << what;
}

void CProgram::include(const std::string &header) {
  includes += fmt::format("#include \"{}\"\n", header);
}

void CProgram::expect(const std::string &call, const std::vector<Bytes> &expected) {
  ASSERT_LE(expected.size(), rows) << call;
  calls += "  memset(out, 0xa5, sizeof out);\n  " + call + "\n";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    calls += fmt::format("  fwrite(out[{}], 1, {}, to);\n", i, expected[i].size());
    callTexts.push_back(fmt::format("out[{}] of {}", i, call));
    expectedBytes.push_back(expected[i]);
  }
}

void CProgram::expectKernel(const std::string &what, const CompileOptions &options,
                            const std::string &name, std::size_t count) {
  const Result<Kernel> compiled = engine().compile(what, options);
  ASSERT_TRUE(compiled) << compiled.error().render();
  const Kernel &kernel = *compiled;
  std::string inputs, parameters, results;
  std::vector<Kernel::Input> in;
  for (std::size_t i = 0; i < kernel.inputs().size(); ++i) {
    inputs += fmt::format("in[{}], ", i);
    in.push_back(numbers(i).first(count));
  }
  for (const Parameter &parameter : kernel.parameters())
    parameters += literal(parameter.defaultValue) + ", ";

  const Result<std::string> header = engine().emit(what, "header", options);
  ASSERT_TRUE(header) << header.error().render();
  const char *first = header->find("size_t first,") == std::string::npos ? "" : "0, ";

  std::vector<float> y(count);
  ASSERT_TRUE(kernel.forward(in, y));
  expect(fmt::format("{}({}{}out[0], {}{});", name, inputs, parameters, first, count),
         {bytesOf(y)});

  std::vector<std::vector<float>> gradients;
  for (std::size_t i = 0; i < kernel.gradientNames().size(); ++i) {
    gradients.emplace_back(i < in.size() ? count : 1);
    results += fmt::format("out[{}], ", i);
  }
  const std::vector<Kernel::Output> out(gradients.begin(), gradients.end());
  const std::size_t dy = in.size();
  const Status done = kernel.gradients(in, numbers(dy).first(count), out);
  ASSERT_TRUE(done) << done.error().render();
  std::vector<Bytes> expected;
  for (const std::vector<float> &gradient : gradients)
    expected.push_back(bytesOf(gradient));
  expect(fmt::format("{}_backward({}in[{}], {}{}{}{});", name, inputs, dy, parameters, results,
                     first, count),
         expected);
}

std::string programOf(const std::string &includes, std::size_t rows, std::size_t longest,
                      const std::string &calls) {
  return fmt::format(R"({}
#include <stdio.h>

static float in[{}][{}];

int main(int argc, char **argv) {{
  FILE *from = argc == 3 ? fopen(argv[1], "rb") : 0, *to = argc == 3 ? fopen(argv[2], "wb") : 0;
  if (!from || !to || fread(in, sizeof in, 1, from) != 1)
    return 1;
{}  return fclose(to);
}}
)",
                     includes, rows, longest, calls);
}

std::string CProgram::compile(const std::string &compiler, const std::string &flags) const {
  const std::string out = fmt::format("#include <math.h>\n#include <string.h>\n"
                                      "static float out[{}][{}];\n",
                                      rows, longest);
  folder.write("program.c", programOf(includes + out, rows, longest, calls));
  const std::string object = folder / "program.o";
  const Ran ran = run(fmt::format("{} -std=c11 -pedantic -Wall -Wextra -Werror {} -c {} -o {}",
                                  compiler, flags, (folder / "program.c").string(), object));
  EXPECT_EQ(ran.status, 0) << ran.said;
  return object;
}

void CProgram::check(const std::string &command) const {
  SCOPED_TRACE(command);
  const std::string program = folder / "program", results = folder / "results";
  std::filesystem::remove(results);
  const Ran linked = run(command + " -o " + program);
  ASSERT_EQ(linked.status, 0) << linked.said;
  const Ran ran = run(fmt::format("{} {} {}", program, (folder / "numbers").string(), results));
  ASSERT_EQ(ran.status, 0) << ran.said;
  const std::string written = readFile(results);
  std::size_t at = 0;
  for (std::size_t i = 0; i < expectedBytes.size(); ++i) {
    const Bytes &expected = expectedBytes[i];
    ASSERT_LE(at + expected.size(), written.size());
    EXPECT_EQ(std::memcmp(written.data() + at, expected.data(), expected.size()), 0)
        << callTexts[i] << " is not what the kernel of the runtime gives";
    at += expected.size();
  }
  EXPECT_EQ(at, written.size());
}

} // namespace xphi::ahead
