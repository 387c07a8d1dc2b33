// Result by result, from the bodies.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RecordedOperations.h"

#include "passes/RecordLines.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace xphi::compiler {

void recordOperations(ModuleOp bodies, llvm::ArrayRef<std::string> inputs,
                      const std::map<std::string, double> &defaults,
                      std::vector<KernelDescription> &kernels) {
  for (KernelDescription &kernel : kernels) {
    // Of an earlier lowering.
    llvm::erase_if(kernel.proved, [](const Certificate::Piece &piece) {
      return piece.method != Certificate::Method::Proved;
    });
    auto body = bodies.lookupSymbol<func::FuncOp>(kernel.name);
    const auto read = llvm::ArrayRef(kernel.inputs).drop_back(kernel.isBackward() ? 1 : 0);
    if (!body || read != inputs)
      continue;
    std::vector<float> parameters;
    for (const KernelDescription::Parameter &each : kernel.parameters)
      parameters.push_back(float(defaults.at(each.name)));
    for (std::size_t i = 0; i < kernel.outputKinds.size(); ++i) {
      if (kernel.isBackward() && !llvm::is_contained(inputs, kernel.gradients[i]))
        continue;
      Certificate::Piece piece;
      piece.output = kernel.isBackward() ? "gradient in " + kernel.gradients[i] : "value";
      const auto isOfIt = [&](const Certificate::Piece &other) {
        return other.output == piece.output;
      };
      if (llvm::any_of(kernel.proved, isOfIt))
        continue;
      if (const std::optional<Lines> lines = recordLines(body, unsigned(i), unsigned(inputs.size()),
                                                         kernel.isBackward(), parameters)) {
        piece.fit = recordOf(*lines);
        kernel.proved.push_back(std::move(piece));
      }
    }
  }
}

} // namespace xphi::compiler
