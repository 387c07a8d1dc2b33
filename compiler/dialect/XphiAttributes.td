//===- XphiAttributes.td - what is asked of a function, and how it is evaluated -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes of a function's first result, which belong to `func.func` as its type does: no pass drops
// them that does not know them. Where one is missing that must be there it is an error.

#ifndef XPHI_ATTRIBUTES_TD
#define XPHI_ATTRIBUTES_TD

include "dialect/XphiDialect.td"
include "mlir/IR/EnumAttr.td"

class Xphi_Attr<string name, string mnemonic_> : AttrDef<Xphi_Dialect, name> {
  let mnemonic = mnemonic_;
  let assemblyFormat = "`<` struct(params) `>`";
}
class Flag<string meaning> : DefaultValuedParameter<"bool", "false", meaning>;

def Xphi_PromiseAttr : Xphi_Attr<"Promise", "promise"> {
  let summary = "What is asked of the result";
  let parameters = (ins
    AttrParameter<"::mlir::FloatAttr", "ulps of f32 that it may be off">:$ulps,
    Flag<"it is to be the nearest element">:$exact,
    OptionalParameter<"::mlir::FloatAttr",
      "ulps of f32 that it may be off instead, where its element has fewer digits">:$slack,
    Flag<"the value or a derivative of a library function, that the tests know">:$library);
}

def Xphi_EvaluatedIn : I32EnumAttr<"EvaluatedIn", "the numbers that a function is evaluated in", [
    I32EnumAttrCase<"F32", 0, "f32">, I32EnumAttrCase<"Guarded", 1, "guarded">,
    I32EnumAttrCase<"F64", 2, "f64">, I32EnumAttrCase<"Watched", 3, "watched">,
    I32EnumAttrCase<"Wide", 4, "wide">, I32EnumAttrCase<"Pairs", 5, "pairs">]> {
  let cppNamespace = "::xphi::compiler";
  let genSpecializedAttr = 0;
}
def Xphi_WatchedFor : I32EnumAttr<"WatchedFor", "where f64 is not known to do", [
    I32EnumAttrCase<"Nothing", 0, "nothing">,
    I32EnumAttrCase<"Limits", 1, "limits">,        // at infinities only
    I32EnumAttrCase<"Errors", 2, "errors">,
    I32EnumAttrCase<"Everything", 3, "everything">, // what is known by its form did not do
    // where a parameter is far from its default, errors, and limits in any case
    I32EnumAttrCase<"FarParameters", 4, "far_parameters">
  ]> {
  let cppNamespace = "::xphi::compiler";
  let genSpecializedAttr = 0;
}

def Xphi_EvaluationAttr : Xphi_Attr<"Evaluation", "evaluation"> {
  let summary = "How the result is evaluated (passes/Approximate.cpp)";
  let parameters = (ins
    EnumParameter<Xphi_EvaluatedIn>:$numbers,
    EnumParameter<Xphi_WatchedFor>:$watched,
    Flag<"f64 may be off by more than 2^-37 of the result, as by a part of a term">:$loose,
    OptionalParameter<"::mlir::FloatAttr", "an estimate of the error in f32, in ulps">:$ulps,
    Flag<"f32 gives the limits at infinities">:$infinities,
    OptionalParameter<"::mlir::DenseF32ArrayAttr",
      "for which inputs of few bits f32 gives the right element, since all were tried: for 0, from "
      "the first magnitude to the second, and for none of the numbers that follow">:$tried,
    OptionalParameter<"::mlir::IntegerAttr",
      "the number of the fit that gives it for most floats (approx/PairFit.h)">:$pair_fit,
    OptionalParameter<"::mlir::IntegerAttr",
      "the number of the fit that gives it for most doubles (approx/DoubleFit.h)">:$double_fit);
  let extraClassDeclaration = [{
    bool isInF32() const {
      return getNumbers() == EvaluatedIn::F32 || getNumbers() == EvaluatedIn::Guarded;
    }
    /// Fits stand for their parts; the lanes they are not for are left to f64.
    bool hasFits() const { return isInF32() || getNumbers() == EvaluatedIn::Pairs; }
    EvaluationAttr in(EvaluatedIn numbers) const;
    EvaluationAttr watchedForEverything() const;
    EvaluationAttr withInfinities() const;
    EvaluationAttr triedFor(::llvm::ArrayRef<float> inputs) const;
  }];
}

def Xphi_DefaultsAttr : Xphi_Attr<"Defaults", "defaults"> {
  let summary = "Of a function with constants for parameters: whose it is, and what these are";
  let parameters = (ins AttrParameter<"::mlir::StringAttr", "">:$of,
                        AttrParameter<"::mlir::DenseF32ArrayAttr", "">:$values);
}

#endif // XPHI_ATTRIBUTES_TD
