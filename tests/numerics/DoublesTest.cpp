// Results in f64 are within 4 ulp of the truth: random doubles, of all of the library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Value and gradient in every input, at the defaults, at so many points a function as
// XPHI_DOUBLE_POINTS says; 20,000 take half a minute.
#include "UncachedEngine.h"
#include "check/ElementError.h"
#include "check/Points.h"
#include "check/RunningKernel.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>

namespace xphi::numerics {
namespace {

using compiler::Column;

std::size_t pointCount() {
  const char *given = std::getenv("XPHI_DOUBLE_POINTS");
  return given ? std::strtoul(given, nullptr, 10) : 2000;
}

/// Where activations bend, and of every size.
double randomDouble(std::mt19937_64 &random) {
  const double unit = std::ldexp(double(random() >> 11), -53), sign = random() % 2 ? 1 : -1;
  switch (random() % 4) {
  case 0:
    return sign * 40 * unit;
  case 1:
    return sign * std::ldexp(1 + unit, int(random() % 120) - 60);
  default:
    return sign * 6 * unit;
  }
}

struct Doubles : testing::TestWithParam<std::string> {};

TEST_P(Doubles, AreWithinFourUlp) {
  const std::string &name = GetParam();
  const auto read = lib::library().load(name);
  ASSERT_TRUE(*read) << read->render();
  const std::shared_ptr<const dsl::Program> program = read->program;
  const dsl::DefinitionIndex entry = program->entry();
  const std::vector<std::string> &names = program->definitions[entry].inputs;
  const Result<std::string> artifact =
      uncachedEngine().emit(name, "artifact", {.types = {ElementType::F64}});
  ASSERT_TRUE(artifact) << artifact.error().render();
  const std::vector<ElementType> doubles(names.size(), ElementType::F64);
  const KernelSpec spec{
      .target = *hostTarget(), .types = {doubles, ElementType::F64}, .gradients = names};
  const auto kernel = compiler::RunningKernel::load(
      *artifact, spec, std::vector<ElementType>(names.size() + 1, ElementType::F64));
  ASSERT_TRUE(kernel);

  std::mt19937_64 random(std::hash<std::string>()(name));
  std::vector<Column> columns(names.size(), Column(pointCount()));
  for (Column &column : columns)
    for (double &x : column)
      x = randomDouble(random);
  const std::vector<float> parameters = compiler::parameterSets(*program, entry)[0];
  const std::vector<Column> got = (*kernel)(columns, parameters);
  std::vector<std::uint32_t> variables(names.size());
  std::iota(variables.begin(), variables.end(), 0);
  reference::KernelTruth truth(program, entry, {}, variables, reference::KernelTruth::For::Doubles);
  std::size_t wrong = 0, known = 0;
  for (std::size_t i = 0; i < pointCount(); ++i) {
    std::vector<double> point;
    for (const Column &column : columns)
      point.push_back(column[i]);
    const std::vector<reference::Expected> expected = truth.at(point, parameters);
    known += expected[0].known;
    for (std::size_t output = 0; output < expected.size(); ++output)
      if (expected[output].known)
        if (const double error =
                compiler::elementError(got[output][i], expected[output].truth, 0, ElementType::F64);
            error > 4 && ++wrong <= 5)
          ADD_FAILURE() << name << " output " << output << " at " << std::hexfloat << point[0]
                        << " is " << got[output][i] << ", not " << expected[output].truth.high
                        << std::defaultfloat << ": " << error << " ulp";
  }
  EXPECT_GT(known, pointCount() * 2 / 5) << "too few to tell; a logarithm has half";
  EXPECT_EQ(wrong, 0u) << "of " << pointCount() << " points";
}

std::vector<std::string> libraryFunctions() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::files())
    if (const auto read = lib::library().load(file.name);
        *read && !dsl::draws(*read->program, read->program->entry())) // else tests/draw has it
      names.emplace_back(file.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Library, Doubles, testing::ValuesIn(libraryFunctions()),
                         [](const auto &tested) { return tested.param; });

} // namespace
} // namespace xphi::numerics
