// Each result of a kernel: its type, its name, and what is known of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Outputs.h"

#include "check/ElementError.h"

#include <algorithm>
#include <iterator>

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

std::vector<Certificate::Piece> piecesOf(const Certificate &whole, const CheckedFunction &function,
                                         const std::vector<Certificate::Piece> &proved) {
  const ErrorScale scale(function.spec);
  const std::vector<ElementType> types = resultTypes(function);
  const bool isTrusted = whole.kept && whole.method != Certificate::Method::None;
  std::vector<Certificate::Piece> pieces;
  for (std::size_t i = 0; i < types.size(); ++i) {
    Certificate::Piece rest;
    rest.output = outputName(function.spec, i);
    if (isTrusted)
      std::ranges::copy_if(proved, std::back_inserter(pieces),
                           [&](const auto &each) { return each.output == rest.output; });
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
