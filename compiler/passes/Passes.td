//===- Passes.td - the passes on functions of reals, in the order the pipeline runs them ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row each: its name is its flag of xphi-opt, and a folder of tests/lit/ without the `xphi-`.

#ifndef XPHI_PASSES_TD
#define XPHI_PASSES_TD

include "mlir/Pass/PassBase.td"

def ResolveCalls : Pass<"xphi-resolve-calls", "::mlir::ModuleOp"> {
  let summary = "Write calls out, derive what is marked";
  let description = [{
    Writes calls out in place, callees first, and derives the functions marked `xphi.derive`.
  }];
}

def Simplify : Pass<"xphi-simplify", "::mlir::func::FuncOp"> {
  let summary = "Fold, join equal terms, remove repetition";
  let description = [{
    Folds constants, moves signs and constants outwards, joins equal terms and factors, removes
    repeated and unused operations.
  }];
}

def Stabilise : Pass<"xphi-stabilise", "::mlir::func::FuncOp"> {
  let summary = "Replace forms that lose digits";
  let description = [{
    By forms that keep them: (1 + erf(x/√2))/2 becomes Φ(x).
  }];
  let options = [Option<"last", "last", "bool", "true",
    "Also by forms that should not be differentiated any more: branches, fused forms">];
}

def Derive : Pass<"xphi-derive", "::mlir::func::FuncOp"> {
  let summary = "Replace a function by its derivative";
  let options = [
    Option<"variable", "variable", "unsigned", "0", "The argument to differentiate in">,
    Option<"order", "order", "unsigned", "1", "Which derivative">];
}

def DropCustomGradients : Pass<"xphi-drop-custom-gradients", "::mlir::func::FuncOp"> {
  let summary = "Keep the value of a custom gradient only";
  let description = [{After the last differentiation.}];
}

def KeepLess : Pass<"xphi-keep", "::mlir::ModuleOp"> {
  let summary = "Make a gradient read less than the input";
  let description = [{
    Of two functions, the second is the gradient of the first. Fails where what is kept is not
    enough.
  }];
  let options = [Option<"what", "what", "std::string", "\"x\"", "x, y, mask or nothing">];
}

def MarkValues : Pass<"xphi-mark-values", "::mlir::ModuleOp"> {
  let summary = "Find the sums of gradients that are values of the function";
}

def GatherParameters : Pass<"xphi-gather-parameters", "::mlir::func::FuncOp"> {
  let summary = "Make one factor of what depends on parameters alone";
  let description = [{
    Products are put in another order, common factors taken out of sums, and what is made of
    parameters is marked, which is computed once for all elements.
  }];
}

def Approximate : Pass<"xphi-approximate", "::mlir::func::FuncOp"> {
  let summary = "Choose the numbers a function is evaluated in";
  let description = [{
    In f32, in f64, or in f32 on a guarded domain and in f64 elsewhere, perhaps watched. Writes the
    choice and the estimate behind it into attributes.
  }];
}

def Cotangent : Pass<"xphi-cotangent", "::mlir::func::FuncOp"> {
  let summary = "Multiply the result by a new last input, dy";
}

def LowerToBody : Pass<"xphi-lower-to-body", "::mlir::ModuleOp"> {
  let summary = "Lower functions of reals to arith and fma";
  let description = [{
    Straight code on `lanes` numbers at once. With `wide`, what f64 cannot do is left to the library
    of wide numbers, which the body then calls.
  }];
  let constructor = "::xphi::compiler::createLowerToBodyPass()";
  let options = [
    Option<"lanes", "lanes", "unsigned", "1", "Numbers at once">,
    Option<"wide", "wide", "bool", "false", "Leave what f64 cannot do to wide numbers">,
    Option<"ofAvx2", "of-avx2", "bool", "false", "With the forms that are best with AVX2">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif // XPHI_PASSES_TD
