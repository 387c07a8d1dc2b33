// Kernels whose results have few bits, held against the truth at many inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "NearestElements.h"

#include "UncachedEngine.h"
#include "abi/ElementValues.h"
#include "check/ElementError.h"
#include "check/Points.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::numerics {

using compiler::Column;

Column everyElement(ElementType type, std::uint32_t stride, std::uint32_t first) {
  Column column;
  for (std::uint32_t bits = first % stride; bits >> 8 * sizeOf(type) == 0; bits += stride)
    if (const double x = valueOf(bits, type); !std::isnan(x))
      column.push_back(x);
  return column;
}

void expectPromised(const std::string &what, const ArrayTypes &types,
                    const std::vector<Column> &inputs, const Way &way) {
  CompileOptions options{.types = types.inputs, .target = way.target};
  options.types.push_back(types.output);
  if (way.allGradients)
    options.gradients = CompileOptions::allGradients();
  const Result<std::string> program = uncachedEngine().emit(what, "stage:ast", options);
  ASSERT_TRUE(program) << program.error().render();
  const Result<std::string> artifact = uncachedEngine().emit(what, "artifact", options);
  ASSERT_TRUE(artifact) << artifact.error().render();
  const dsl::ParseResult parsed = dsl::analyse({"<program>", *program});
  ASSERT_TRUE(parsed) << parsed.render();
  const dsl::DefinitionIndex entry = parsed.program->entry();
  std::vector<ElementType> results = {types.output};
  std::vector<std::uint32_t> variables;
  for (const ElementType type : types.inputs) {
    results.push_back(gradientType(type));
    variables.push_back(std::uint32_t(variables.size()));
  }
  std::vector<std::string> gradients = parsed.program->definitions[entry].inputs;
  if (way.allGradients)
    for (const dsl::Parameter &parameter : parsed.program->definitions[entry].parameters) {
      results.push_back(ElementType::F32);
      variables.push_back(std::uint32_t(variables.size()));
      gradients.push_back(parameter.name);
    }
  const KernelSpec spec{.target = way.target.empty() ? *hostTarget() : way.target,
                        .types = types,
                        .gradients = std::move(gradients)};
  const auto kernel = compiler::RunningKernel::load(*artifact, spec, results);
  ASSERT_TRUE(kernel);

  const std::vector<float> parameters =
      way.parameters.empty() ? compiler::parameterSets(*parsed.program, entry)[way.parameterSet]
                             : way.parameters;
  const std::vector<Column> got = (*kernel)(inputs, parameters);
  reference::KernelTruth truth(parsed.program, entry, {}, variables,
                               reference::KernelTruth::For::Doubles);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < inputs[0].size(); ++i) {
    Column point;
    for (const Column &column : inputs)
      point.push_back(column[i]);
    const std::vector<reference::Expected> expected = truth.at(point, parameters);
    for (std::size_t output = 0; output < results.size(); ++output) {
      if (!expected[output].known ||
          truth.isWhatInfinityIs(point, parameters, output, got[output][i]))
        continue;
      const double error = compiler::elementError(got[output][i], expected[output].truth,
                                                  expected[output].largestTerm, results[output]);
      // Of several inputs a little more than the nearest.
      const bool isNarrow = sizeOf(results[output]) < sizeof(float);
      const double most = !isNarrow ? 4 : inputs.size() == 1 ? 0.5 : 0.5 + 0x1p-8;
      // As SilentErrors.cpp: at a = 0 sin(a * x) / a has no value, and a series has its derivative.
      const auto isArguable = [&] {
        return way.allGradients &&
               (truth.isTie(point, parameters, output) ||
                (output > 0 && !truth.byChainRule(point, parameters, output).known));
      };
      if (error > most && !isArguable() && ++wrong <= 5)
        ADD_FAILURE() << what << ", result " << output << ", of " << types.text() << " at "
                      << testing::PrintToString(point) << " is " << std::hexfloat << got[output][i]
                      << ", not " << expected[output].truth.high << std::defaultfloat << ": "
                      << error << " ulp";
    }
  }
  EXPECT_EQ(wrong, 0u) << "of " << inputs[0].size() << " inputs";
}

std::vector<std::string> libraryFunctionsOfOneInput() {
  std::vector<std::string> names;
  for (const dsl::LibraryFile &file : lib::files())
    if (const auto read = lib::library().load(file.name);
        *read && read->program->definitions[read->program->entry()].inputs.size() == 1 &&
        !dsl::draws(*read->program, read->program->entry())) // else tests/draw has it
      names.emplace_back(file.name);
  return names;
}

} // namespace xphi::numerics
