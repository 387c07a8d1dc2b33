// Results in f16 and bf16 are the nearest ones: every input there is, of the library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one input, value and gradient, at their defaults, all 65,536 inputs.
// XPHI_SIXTEEN_BIT_STRIDE=61 takes one in 61, where the first one is another for each function.
#include "abi/ElementValues.h"
#include "check/ElementError.h"
#include "check/Points.h"
#include "check/RunningKernel.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace xphi::numerics {
namespace {

using compiler::Column;

std::uint32_t stride() {
  const char *given = std::getenv("XPHI_SIXTEEN_BIT_STRIDE");
  return given ? std::uint32_t(std::strtoul(given, nullptr, 10)) : 1;
}

/// All that is not NaN, at the stride.
Column inputs(ElementType type, std::uint32_t first) {
  Column column;
  for (std::uint32_t bits = first % stride(); bits < 0x10000; bits += stride())
    if (const double x = valueOf(bits, type); !std::isnan(x))
      column.push_back(float(x));
  return column;
}

/// Of the listed exceptions one is a number's: at infinity. The others are signs of zeros.
bool isExcused(const std::string &name, float x) { return name == "keras_relu" && std::isinf(x); }

struct SixteenBit : testing::TestWithParam<std::tuple<std::string, ElementType>> {};

TEST_P(SixteenBit, ResultsAreTheNearest) {
  const auto &[name, type] = GetParam();
  const auto read = lib::library().load(name);
  ASSERT_TRUE(*read) << read->render();
  const std::shared_ptr<const dsl::Program> program = read->program;
  const dsl::DefinitionIndex entry = program->entry();
  const Result<std::string> artifact = uncachedEngine().emit(name, "artifact", {.types = {type}});
  ASSERT_TRUE(artifact) << artifact.error().render();
  const KernelSpec spec{.target = *hostTarget(),
                        .types = {{type}, type},
                        .gradients = program->definitions[entry].inputs};
  const auto kernel = compiler::RunningKernel::load(*artifact, spec, {type, type});
  ASSERT_TRUE(kernel);

  const Column column = inputs(type, std::uint32_t(std::hash<std::string>()(name)));
  const std::vector<float> parameters = compiler::parameterSets(*program, entry)[0];
  const std::vector<Column> results = (*kernel)({column}, parameters);
  reference::KernelTruth truth(program, entry, {}, {0});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const std::vector<reference::Expected> expected = truth.at({&column[i], 1}, parameters);
    for (std::size_t output = 0; output < 2; ++output)
      if (expected[output].known && !isExcused(name, column[i]))
        if (const double error =
                compiler::elementError(results[output][i], expected[output].truth, 0, type);
            error > 0.5 && ++wrong <= 5)
          ADD_FAILURE() << name << (output ? "'" : "") << " at " << std::hexfloat << column[i]
                        << " is " << results[output][i] << ", not " << expected[output].truth.high
                        << std::defaultfloat << ": " << error << " ulp";
  }
  EXPECT_EQ(wrong, 0u) << "of " << column.size() << " inputs";
}

std::vector<std::string> functionsOfOneInput() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::files())
    if (const auto read = lib::library().load(file.name);
        *read && read->program->definitions[read->program->entry()].inputs.size() == 1 &&
        !dsl::draws(*read->program, read->program->entry()))
      names.emplace_back(file.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Library, SixteenBit,
                         testing::Combine(testing::ValuesIn(functionsOfOneInput()),
                                          testing::Values(ElementType::F16, ElementType::BF16)),
                         [](const auto &tested) {
                           return std::get<0>(tested.param) + "_" +
                                  std::string(nameOf(std::get<1>(tested.param)));
                         });

} // namespace
} // namespace xphi::numerics
