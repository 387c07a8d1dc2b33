// What decides the code of a kernel is lost to no pass that does not know it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline runs as it does in the compiler, and after each pass and each step every operation
// loses its discardable attributes, or is put into canonical form, as any pass of MLIR may do. The
// bodies must be what they are without; and where something is taken that is no pass's to take,
// there must be an error.
#include "tests/analysis/DataFlow.h"

#include "RealFunctions.h"
#include "abi/ElementTypes.h"
#include "dialect/Attributes.h"
#include "dsl/Frontend.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <gtest/gtest.h>

#include <functional>

namespace xphi::analysis {
namespace {

using compiler::FitLimits;
using compiler::RealFunctions;

struct Kernel {
  const char *text;
  const char *types = "f32";
  Tier tier = Tier::Accurate;
  Keep keep = Keep::Input;
  std::vector<std::string> gradients = {"x"};
};

const Kernel kernels[] = {
    // Fits of inputs: the whole, parts, one beside the other.
    {"def f(x) = x * Phi(x)"},
    {"def f(x) = tanh(x)"},
    {"def f(x) = x * tanh(softplus(x))"},
    {"def f(x, y) = x * sigmoid(x) * y", "f32,f32->f32", Tier::Accurate, Keep::Input, {"x", "y"}},
    {"def f(x, y) = x * sigmoid(x) + y", "f32,f32->f32"},
    {"def f(x, y) = if x + tanh(x) < 0 then y else x", "f32,f32->f32"},
    {"def f(x, y) = if y > 0 then (if x > 0 then tanh(x) else 0) else 0", "f32,f32->f32"},
    {"def f(x) = x * Phi(x)", "f32", Tier::Fast},
    // Of pairs: products with parameters and with inputs, sums, what must not be zero.
    {"def f(x; a = 1.5) = x * sigmoid(a * x)"},
    {"def f(x; a = 1.5) = x * sigmoid(a * x)", "f32", Tier::Accurate, Keep::Input, {"x", "a"}},
    {"def f(x; a = 1.7) = sigmoid(a * x) * a / (a + a)"},
    {"def f(x; a = 1.7) = tanh(a * x) / (x * a)"},
    {"def f(x; a = 2, b = 3) = tanh(a * b * x) / (x * a * b)"},
    {"def f(x, y; a = 1.7) = sigmoid(x * a + y) * y", "f32,f32->f32"},
    {"def f(x, y) = sigmoid(x * y) * y", "f32,f32->f32"},
    // Doubles.
    {"def f(x) = x * Phi(x)", "f64"},
    {"def f(x) = x * (x + 3) / 6", "f64"},
    {"def f(x) = exp(x) * sin(x)", "f64"},
    {"def f(x) = tanh(x)", "f64", Tier::Exact},
    // Elements of few bits: tried, ties of arithmetic, several inputs, defaults of parameters.
    {"def f(x) = x * Phi(x)", "bf16"},
    {"def f(x) = x * Phi(x)", "f16"},
    {"def f(x) = x * (x + 3) / 6", "bf16"},
    {"def f(x) = min(max(x + 3, 0), 6) * x / 6", "f16"},
    {"def f(x; a = 1.5) = x * sigmoid(a * x)", "bf16"},
    {"def f(x; a = 1.5) = if x > 0 then x else a * expm1(x)", "f16"},
    {"def f(x, y) = (x + y) * Phi(x + y)",
     "bf16,bf16->bf16",
     Tier::Accurate,
     Keep::Input,
     {"x", "y"}},
    {"def f(x, y) = x * sigmoid(x) * y", "f16,f16->f16", Tier::Accurate, Keep::Input, {"x", "y"}},
    {"def f(x) = x * tanh(x)", "fp8_e4m3"},
    // Sums that cancel, in pairs of floats.
    {"def f(x, y) = (x + y) * Phi(x + y) + y",
     "f32,f32->f32",
     Tier::Accurate,
     Keep::Input,
     {"x", "y"}},
    {"def f(x, y; a = 1.5) = a * tanh(a * x) + y * sigmoid(y)", "bf16,bf16->bf16"},
    // Exact, of f32.
    {"def f(x) = x * Phi(x)", "f32", Tier::Exact},
    {"def f(x) = sigmoid(x)", "f32", Tier::Exact},
    {"def f(x) = x * exp(-x * x)", "f32", Tier::Exact},
    // Watched, in f64 and on to wide numbers.
    {"def f(x) = x - sin(x)"},
    {"def f(x) = exp(x) - 1 - x"},
    {"def f(x) = log(1 + x * x) - x"},
    {"def f(x, y) = (x - y) / (x + y)", "f32,f32->f32", Tier::Accurate, Keep::Input, {"x", "y"}},
    {"def f(x) = x / sqrt(1 + x * x)", "f32", Tier::Reproducible},
    // What backward keeps; masks.
    {"def f(x) = if x > 0 then x else 0", "f32", Tier::Accurate, Keep::Output},
    {"def f(x) = if x > 0 then x else 0", "f32", Tier::Accurate, Keep::Mask},
    {"def f(x) = tanh(x)", "f32", Tier::Accurate, Keep::Output},
    {"def f(x; p = 0.5) = if dropped(p, 7, 0) then 0 else x / (1 - p)", "f32"},
    // Clauses, derivatives inside, infinite slopes, values within gradients.
    {"def f(x; a = 0.25) = sqrt(abs(x - a)) * diff(tanh(x), x)"},
    {"def f(x; a = 1.0507) = (x - a) * a * Phi(x)", "f32", Tier::Accurate, Keep::Input, {"x", "a"}},
    {"def f(x) = (x * x) * Phi(x) + x * tanh(x)"},
    // Finer forms, quotients in order, comparisons by a fit, products that underflow in a sum.
    {"def f(x; a = 1.5) = sin(a * x) * exp(-(x * x))"},
    {"def f(x; a = 1.5) = x + sin(a * x)^2 / (a + 1)",
     "f32",
     Tier::Accurate,
     Keep::Input,
     {"x", "a"}},
    {"def f(x; a = 1.5) = x / (1 + a * abs(x))"},
    {"def f(x) = max(x / 10, tanh(x))"},
    {"def f(x, y; a = 0) = sqrt(x * x + a) * y",
     "f32,f32->f32",
     Tier::Accurate,
     Keep::Input,
     {"x", "y"}},
};

/// What happens to the module after each pass and step.
using Meddling = std::function<void(mlir::Operation *)>;

void strip(mlir::Operation *top) {
  top->walk(
      [](mlir::Operation *op) { op->setDiscardableAttrs(mlir::ArrayRef<mlir::NamedAttribute>()); });
}

void canonicalise(mlir::Operation *top) {
  mlir::PassManager passes(top->getContext(), top->getName().getStringRef());
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
  ASSERT_TRUE(succeeded(passes.run(top)));
}

std::optional<FitLimits> limitsOf(const Kernel &kernel) {
  const bool hasDoubles = llvm::StringRef(kernel.types).contains("f64"),
             isOfFloats = kernel.types == std::string("f32");
  if (kernel.keep == Keep::Output || kernel.tier == Tier::Reproducible ||
      (kernel.tier == Tier::Exact && !isOfFloats))
    return std::nullopt;
  if (!hasDoubles)
    return compiler::fitLimits(16);
  FitLimits limits;
  limits.doubles = true;
  return limits;
}

/// The bodies, or what went wrong.
struct Made {
  std::map<std::string, std::string> bodies;
  std::string error;
};

Made make(const Kernel &kernel, DataFlow &dataFlow, const Meddling &meddle = {}) {
  const std::string types = kernel.types;
  const dsl::ParseResult parsed = dsl::analyse({"<test>", kernel.text});
  EXPECT_TRUE(parsed) << parsed.render();
  KernelSpec spec;
  spec.target = "x86-64-v4";
  spec.types =
      *ArrayTypes::parse(types.find("->") == std::string::npos ? types + "->" + types : types);
  spec.gradients = kernel.gradients;
  spec.keep = kernel.keep;
  spec.tier = kernel.tier;
  spec.program = kernel.text;
  RealFunctions functions(*parsed.program, parsed.program->entry(), spec);
  mlir::MLIRContext &context = *functions.takeBodies().getContext();
  bool isMeddling = false, isLowered = false;
  auto between = [&](mlir::Operation *op) {
    if (!meddle || isMeddling || isLowered)
      return;
    EXPECT_TRUE(succeeded(mlir::verify(op))) << kernel.text;
    isMeddling = true;
    meddle(op);
    isMeddling = false;
  };
  context.registerActionHandler(
      [&](llvm::function_ref<void()> act, const mlir::tracing::Action &action) {
        act();
        if (const auto *pass = llvm::dyn_cast<mlir::PassExecutionAction>(&action))
          between(pass->getOp());
      });
  auto step = [&](const auto &run) {
    run();
    between(functions.takeBodies());
  };
  between(functions.takeBodies());
  step([&] { functions.resolveCalls(); });
  step([&] { functions.stabiliseBeforeDerivation(); });
  step([&] { functions.derive({}, kernel.gradients); });
  step([&] { EXPECT_TRUE(functions.keep(kernel.keep)); });
  step([&] { functions.stabilise(); });
  step([&] { functions.approximate(limitsOf(kernel)); });
  isLowered = true;
  functions.lowerToBody(16, /*wide=*/true);
  Made made;
  if (functions.ok())
    made.bodies = dataFlow.of(functions.takeBodies());
  made.error = functions.messages();
  context.registerActionHandler({});
  return made;
}

TEST(LostAttributes, DoNotChangeABit) {
  for (const Kernel &kernel : kernels) {
    DataFlow dataFlow;
    const Made expected = make(kernel, dataFlow), stripped = make(kernel, dataFlow, strip);
    EXPECT_EQ(expected.error, "") << kernel.text;
    EXPECT_EQ(stripped.error, "") << kernel.text;
    EXPECT_FALSE(expected.bodies.empty()) << kernel.text;
    EXPECT_EQ(stripped.bodies, expected.bodies) << kernel.text << " in " << kernel.types;
  }
}

TEST(LostAttributes, CanonicalFormsDoNotChangeABit) {
  for (const Kernel &kernel : kernels) {
    DataFlow dataFlow;
    const Made expected = make(kernel, dataFlow), canonical = make(kernel, dataFlow, canonicalise);
    EXPECT_EQ(canonical.error, "") << kernel.text;
    EXPECT_EQ(canonical.bodies, expected.bodies) << kernel.text << " in " << kernel.types;
  }
}

// Nothing takes these away by not knowing them; who does is told.
TEST(LostAttributes, WhatIsSaidOfResultsIsMissed) {
  for (const llvm::StringRef name :
       {compiler::promiseName, compiler::evaluationName, compiler::kernelName})
    for (const Kernel &kernel : kernels) {
      DataFlow dataFlow;
      const Made lost = make(kernel, dataFlow, [&](mlir::Operation *top) {
        top->walk([&](mlir::func::FuncOp function) {
          function.removeResultAttr(0, mlir::StringAttr::get(top->getContext(), name));
        });
      });
      EXPECT_NE(lost.error, "") << name.str() << ": " << kernel.text;
    }
}

} // namespace
} // namespace xphi::analysis
