// Each result of a kernel: its type, its name, and what is known of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Outputs.h"

#include "abi/Promise.h"
#include "check/ElementError.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace xphi::compiler {

std::vector<ElementType> resultTypes(const CheckedFunction &function) {
  const std::vector<std::string> &inputs =
      function.program->definitions[function.definition].inputs;
  std::vector<ElementType> types = {function.spec.types.output};
  for (const std::string &name : function.spec.gradients) {
    const auto input = std::ranges::find(inputs, name);
    types.push_back(
        input == inputs.end()
            ? ElementType::F32
            : gradientType(function.spec.types.inputs[std::size_t(input - inputs.begin())]));
  }
  return types;
}

std::string outputName(const KernelSpec &spec, std::size_t output) {
  return output == 0 ? "value" : "gradient in " + spec.gradients[output - 1];
}

std::vector<LinesTruth> linesTruthsOf(const CheckedFunction &function, std::size_t output) {
  const KernelSpec &spec = function.spec;
  const dsl::Definition &definition = function.program->definitions[function.definition];
  const auto isF32 = [](ElementType type) { return type == ElementType::F32; };
  std::vector<std::string> variables = spec.derivative;
  if (output > 0)
    variables.push_back(spec.gradients[output - 1]);
  if (definition.inputs.size() > 2 || !std::ranges::all_of(spec.types.inputs, isF32) ||
      !isF32(spec.types.output) || spec.keep == Keep::Output || promiseOf(spec).least > 0)
    return {};
  LinesTruth truth{function.program, function.definition, {}, {}};
  for (const std::string &variable : variables) {
    const auto input = std::ranges::find(definition.inputs, variable);
    if (input == definition.inputs.end())
      return {};
    truth.derivative.push_back(std::uint32_t(input - definition.inputs.begin()));
  }
  for (const dsl::Parameter &parameter : definition.parameters)
    truth.parameters.push_back(float(parameter.value));
  std::vector<LinesTruth> all;
  for (truth.input = 0; truth.input < definition.inputs.size(); ++truth.input)
    all.push_back(truth);
  return all;
}

Certificate::Piece provedPiece(const Certificate::Piece &recorded, const Lines &lines,
                               const LinesTruth &truth, const LinesProof &proof) {
  Certificate::Piece piece = recorded;
  piece.method = Certificate::Method::Proved;
  piece.unit = Certificate::Unit::Ulp;
  piece.low = proof.low;
  piece.high = proof.high;
  piece.bound = proof.ulps;
  piece.isOfDefaults = lines.hasParameters();
  if (truth.hasOther()) {
    piece.input = truth.program->definitions[truth.definition].inputs[truth.input];
    piece.mostOther = std::ldexp(1.0f, LinesTruth::mostExponent);
  }
  return piece;
}

namespace {

/// Where few cells tell it of all floats: a compile is not to wait.
std::optional<Certificate::Piece> provedAtOnce(const CheckedFunction &function, std::size_t output,
                                               double most, const Certificate::Piece &recorded) {
  constexpr std::size_t mostCells = 40, mostSteps = 24;
  const std::optional<Lines> lines = linesOfRecord(recorded.fit);
  const std::vector<LinesTruth> truths = linesTruthsOf(function, output);
  if (!lines || truths.size() != 1 || lines->steps.size() > mostSteps)
    return std::nullopt;
  const std::vector<LinesProof> proofs = proveLines(*lines, truths[0], most, mostCells);
  if (proofs.size() != 1 || proofs[0].low > -FLT_MAX || proofs[0].high < FLT_MAX)
    return std::nullopt;
  return provedPiece(recorded, *lines, truths[0], proofs[0]);
}

} // namespace

std::vector<Certificate::Piece> piecesOf(const Certificate &whole, const CheckedFunction &function,
                                         const std::vector<Certificate::Piece> &proved) {
  const ErrorScale scale(function.spec);
  const std::vector<ElementType> types = resultTypes(function);
  const bool isTrusted = whole.kept && whole.method != Certificate::Method::None;
  std::vector<Certificate::Piece> pieces;
  for (std::size_t i = 0; i < types.size(); ++i) {
    Certificate::Piece rest;
    rest.output = outputName(function.spec, i);
    for (const Certificate::Piece &each : proved) {
      if (!isTrusted || each.output != rest.output)
        continue;
      if (each.method == Certificate::Method::Proved)
        pieces.push_back(each);
      else if (std::optional<Certificate::Piece> piece =
                   provedAtOnce(function, i, promisedUlps(function.spec, types[i]), each))
        pieces.push_back(*std::move(piece));
      else
        rest.fit = each.fit;
    }
    rest.bound = scale.most(types[i]);
    rest.unit = scale.unit(types[i], i > 0 || !function.spec.derivative.empty());
    if (i == 0 || function.spec.keep != Keep::Output) { // else it is not compared
      rest.method = whole.method;
      rest.points = whole.points;
    }
    pieces.push_back(std::move(rest));
  }
  return pieces;
}

} // namespace xphi::compiler
