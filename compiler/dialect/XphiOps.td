//===- XphiOps.td - the operations of the xphi dialect -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef XPHI_OPS_TD
#define XPHI_OPS_TD

include "dialect/Interfaces.td"
include "dialect/XphiAttributes.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

class Xphi_Op<string mnemonic, list<Trait> traits = []>
    : Op<Xphi_Dialect, mnemonic, traits # [Pure]>;

// What passes find out of an operation and its code must keep to is in inherent attributes, so that no
// pass drops it that does not know it. What they mean stands where they are read: lowering/Evaluation.h,
// lowering/UniformValues.h and dialect/Attributes.h.

// A function of reals. `hasFolder` folds identities and exact constants.
class Xphi_Function<string mnemonic, list<Trait> traits = []>
    : Xphi_Op<mnemonic, traits # [SameOperandsAndResultType,
                                 DeclareOpInterfaceMethods<Differentiable>]> {
  let results = (outs Xphi_Real:$result);
}

// What is known of a function, in the words of FunctionFacts.h.
class Facts<string sign_, string domain_, string growth_, string condition_ = "Any"> {
  string sign = sign_;
  string domain = domain_;
  string growth = growth_;
  string condition = condition_;
}

class Xphi_Unary<string mnemonic, string meaning, Facts facts, list<Trait> traits = []>
    : Xphi_Function<mnemonic, traits # [DeclareOpInterfaceMethods<FunctionOfOne>]> {
  let summary = meaning;
  let arguments = (ins Xphi_Real:$operand, UnitAttr:$is_value, UnitAttr:$uniform,
                       OptionalAttr<F32Attr>:$domain, OptionalAttr<F32Attr>:$apart,
                       UnitAttr:$fine, UnitAttr:$tabled);
  let builders = [OpBuilder<(ins "::mlir::Value":$operand), [{
    build($_builder, $_state, operand, false, false, ::mlir::FloatAttr(), ::mlir::FloatAttr(),
          false, false);
  }]>];
  let assemblyFormat = "$operand attr-dict";
  let extraClassDefinition = "::xphi::compiler::FunctionFacts $cppClass::facts() {\n"
      # "  return {FunctionFacts::Sign::" # facts.sign # ", FunctionFacts::Domain::" # facts.domain
      # ",\n          FunctionFacts::Growth::" # facts.growth
      # ", FunctionFacts::Condition::" # facts.condition # "};\n}";
}

class Xphi_Binary<string mnemonic, string meaning, list<Trait> traits = []>
    : Xphi_Function<mnemonic, traits> {
  let summary = meaning;
  let arguments = (ins Xphi_Real:$lhs, Xphi_Real:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
}

//===- Numbers -----------------------------------------------------------------------------------===//

def Xphi_ConstantOp : Xphi_Op<"constant", [ConstantLike]> {
  let summary = "An exact number";
  let description = [{
    A fraction in lowest terms ("-1/10", "3"), or one of "pi", "e" and "inf".
  }];
  let arguments = (ins StrAttr:$value);
  let results = (outs Xphi_Real:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$value), [{
    build($_builder, $_state, RealType::get($_builder.getContext()),
          $_builder.getStringAttr(value));
  }]>];
  let extraClassDeclaration = [{
    /// The fraction, if it is one.
    std::optional<::xphi::compiler::Rational> rational();
    /// The nearest double.
    double nearest();
  }];
}

//===- Arithmetic --------------------------------------------------------------------------------===//

class Xphi_Sum<string mnemonic, string meaning, list<Trait> traits = []>
    : Xphi_Binary<mnemonic, meaning, traits> {
  let arguments = (ins Xphi_Real:$lhs, Xphi_Real:$rhs, UnitAttr:$slopes, UnitAttr:$is_value,
                       UnitAttr:$uniform, UnitAttr:$normal, UnitAttr:$terms,
                       OptionalAttr<I32Attr>:$sign, UnitAttr:$whole);
  let builders = [OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
    build($_builder, $_state, lhs, rhs, false, false, false, false, false, ::mlir::IntegerAttr(),
          false);
  }]>];
}
class Xphi_Product<string mnemonic, string meaning, list<Trait> traits = []>
    : Xphi_Binary<mnemonic, meaning, traits> {
  let arguments = (ins Xphi_Real:$lhs, Xphi_Real:$rhs, UnitAttr:$uniform, UnitAttr:$normal,
                       UnitAttr:$late, UnitAttr:$finite);
}

let hasFolder = 1 in {
def Xphi_AddOp : Xphi_Sum<"add", "a + b", [Commutative]>;
def Xphi_SubOp : Xphi_Sum<"sub", "a - b">;
def Xphi_MulOp : Xphi_Product<"mul", "a b", [Commutative]>;
def Xphi_DivOp : Xphi_Product<"div", "a / b">;
def Xphi_PowOp : Xphi_Binary<"pow", "a to the power b">;
def Xphi_NegOp : Xphi_Unary<"neg", "-x", Facts<"Any", "All", "Line">>;
}
def Xphi_MinOp : Xphi_Binary<"min", "the smaller; NaN if either is">;
def Xphi_MaxOp : Xphi_Binary<"max", "the larger; NaN if either is">;
def Xphi_AbsOp : Xphi_Unary<"abs", "|x|", Facts<"NotNegative", "All", "Line">>;
def Xphi_SignOp : Xphi_Unary<"sign", "-1, 0 or 1", Facts<"Any", "All", "Sign">> {
  let description = [{
    With `corner` it is the slope of an absolute value, which may meet another sign in a product;
    gone after the last differentiation.
  }];
  let arguments = (ins Xphi_Real:$operand, UnitAttr:$corner);
  let builders = [];
}
def Xphi_StepOp : Xphi_Unary<"step", "0 below zero, 1 from zero on",
    Facts<"NotNegative", "All", "Sign">>;
def Xphi_FloorOp : Xphi_Unary<"floor", "the largest integer not above x",
    Facts<"Any", "All", "Stairs">>;
def Xphi_CeilOp : Xphi_Unary<"ceil", "the smallest integer not below x",
    Facts<"Any", "All", "Stairs">>;
def Xphi_RoundOp : Xphi_Unary<"round", "the nearest integer, ties to even",
    Facts<"Any", "All", "Stairs">>;
def Xphi_SqrtOp : Xphi_Unary<"sqrt", "square root",
    Facts<"OfArgument", "NotNegative", "SquareRoot">>;
def Xphi_RsqrtOp : Xphi_Unary<"rsqrt", "1 / sqrt(x)", Facts<"Positive", "Positive", "InverseRoot">>;
def Xphi_CbrtOp : Xphi_Unary<"cbrt", "cube root", Facts<"OfArgument", "All", "CubeRoot">>;

//===- Exponential and logarithm -----------------------------------------------------------------===//

def Xphi_ExpOp : Xphi_Unary<"exp", "e to the power x", Facts<"Positive", "All", "Wild">>;
def Xphi_Exp2Op : Xphi_Unary<"exp2", "2 to the power x", Facts<"Positive", "All", "Wild">>;
def Xphi_Expm1Op : Xphi_Unary<"expm1", "exp(x) - 1", Facts<"OfArgument", "All", "Wild">>;
def Xphi_LogOp : Xphi_Unary<"log", "natural logarithm", Facts<"Any", "Positive", "Logarithm">>;
def Xphi_Log2Op : Xphi_Unary<"log2", "logarithm to base 2", Facts<"Any", "Positive", "Logarithm">>;
def Xphi_Log1pOp : Xphi_Unary<"log1p", "log(1 + x)",
    Facts<"OfArgument", "Part", "Logarithm", "TameAboveZero">>;
def Xphi_Log1mexpOp : Xphi_Unary<"log1mexp", "log(1 - exp(x)), for x < 0",
    Facts<"Any", "Part", "Wild">>;
def Xphi_LogAddExpOp : Xphi_Binary<"logaddexp", "log(exp(a) + exp(b))", [Commutative]>;
def Xphi_SoftplusOp : Xphi_Unary<"softplus", "log(1 + exp(x))",
    Facts<"Positive", "All", "Linear", "TameAboveZero">>;
def Xphi_SigmoidOp : Xphi_Unary<"sigmoid", "1 / (1 + exp(-x)), the logistic function",
    Facts<"Positive", "All", "Bounded">>;
def Xphi_LogisticPdfOp : Xphi_Unary<"logistic_pdf",
    "sigmoid(x) sigmoid(-x), the derivative of the logistic function",
    Facts<"Positive", "All", "Bounded">>;

//===- Hyperbolic functions ----------------------------------------------------------------------===//

def Xphi_SinhOp : Xphi_Unary<"sinh", "hyperbolic sine", Facts<"OfArgument", "All", "Wild">>;
def Xphi_CoshOp : Xphi_Unary<"cosh", "hyperbolic cosine", Facts<"Positive", "All", "Wild">>;
def Xphi_TanhOp : Xphi_Unary<"tanh", "hyperbolic tangent",
    Facts<"OfArgument", "All", "Bounded", "LikeArgument">>;
def Xphi_Sech2Op : Xphi_Unary<"sech2", "1 / cosh(x)^2, the derivative of tanh",
    Facts<"Positive", "All", "Bounded">>;
def Xphi_AsinhOp : Xphi_Unary<"asinh", "inverse of sinh",
    Facts<"OfArgument", "All", "Logarithm", "LikeArgument">>;
def Xphi_AcoshOp : Xphi_Unary<"acosh", "inverse of cosh, from 1 on",
    Facts<"NotNegative", "Part", "Logarithm">>;
def Xphi_AtanhOp : Xphi_Unary<"atanh", "inverse of tanh", Facts<"OfArgument", "Part", "Wild">>;
def Xphi_TanhSoftplusOp : Xphi_Unary<"tanh_softplus", "tanh(log(1 + exp(x))), Mish's gate",
    Facts<"Positive", "All", "Bounded">>;
def Xphi_MishSlopeOp : Xphi_Unary<"mish_slope", "the derivative of x tanh(softplus(x))",
    Facts<"Any", "All", "Bounded">>;
def Xphi_TanhshrinkOp : Xphi_Unary<"tanhshrink", "x - tanh(x)",
    Facts<"OfArgument", "All", "Linear", "Tame">>;

//===- Normal distribution -----------------------------------------------------------------------===//

def Xphi_ErfOp : Xphi_Unary<"erf", "the error function",
    Facts<"OfArgument", "All", "Bounded", "LikeArgument">>;
def Xphi_ErfcOp : Xphi_Unary<"erfc", "1 - erf(x)", Facts<"Positive", "All", "Bounded">>;
def Xphi_ErfcxOp : Xphi_Unary<"erfcx", "exp(x^2) erfc(x)", Facts<"Positive", "All", "Wild">>;
def Xphi_ErfcxSlopeOp : Xphi_Unary<"erfcx_slope", "2 x erfcx(x) - 2/sqrt(pi), the derivative of erfcx",
    Facts<"Any", "All", "Wild">>;
def Xphi_LogErfcOp : Xphi_Unary<"log_erfc", "log(erfc(x))", Facts<"Any", "All", "Wild">>;
def Xphi_LogNormalCdfOp : Xphi_Unary<"log_normal_cdf", "log(Phi(x))", Facts<"Any", "All", "Wild">>;
def Xphi_NormalCdfOp : Xphi_Unary<"normal_cdf", "Phi, the standard normal distribution function",
    Facts<"Positive", "All", "Bounded">>;
def Xphi_NormalPdfOp : Xphi_Unary<"normal_pdf", "phi, the standard normal density",
    Facts<"Positive", "All", "Bounded">>;
def Xphi_GeluOp : Xphi_Unary<"gelu", "x Phi(x)", Facts<"OfArgument", "All", "Linear">>;
def Xphi_GeluSlopeOp : Xphi_Unary<"gelu_slope", "Phi(x) + x phi(x), the derivative of x Phi(x)",
    Facts<"Any", "All", "Bounded">>;

//===- Trigonometric functions -------------------------------------------------------------------===//

def Xphi_SinOp : Xphi_Unary<"sin", "sine", Facts<"Any", "All", "Waves">>;
def Xphi_CosOp : Xphi_Unary<"cos", "cosine", Facts<"Any", "All", "Waves">>;
def Xphi_TanOp : Xphi_Unary<"tan", "tangent", Facts<"Any", "Part", "Poles">>;
def Xphi_AsinOp : Xphi_Unary<"asin", "inverse sine", Facts<"OfArgument", "Part", "Wild">>;
def Xphi_AcosOp : Xphi_Unary<"acos", "inverse cosine", Facts<"NotNegative", "Part", "Wild">>;
def Xphi_AtanOp : Xphi_Unary<"atan", "inverse tangent",
    Facts<"OfArgument", "All", "Bounded", "LikeArgument">>;

//===- Conditions --------------------------------------------------------------------------------===//

def Xphi_Predicate : I32EnumAttr<"Predicate", "comparison", [
    I32EnumAttrCase<"Less", 0, "lt">, I32EnumAttrCase<"LessEqual", 1, "le">,
    I32EnumAttrCase<"Greater", 2, "gt">, I32EnumAttrCase<"GreaterEqual", 3, "ge">,
    I32EnumAttrCase<"Equal", 4, "eq">, I32EnumAttrCase<"NotEqual", 5, "ne">]> {
  let cppNamespace = "::xphi::compiler";
  let genSpecializedAttr = 0;
}
def Xphi_PredicateAttr : EnumAttr<Xphi_Dialect, Xphi_Predicate, "predicate">;

def Xphi_CompareOp : Xphi_Op<"compare"> {
  let summary = "A comparison; false where an operand is NaN, except `ne`";
  let arguments = (ins Xphi_PredicateAttr:$predicate, Xphi_Real:$lhs, Xphi_Real:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "$predicate `,` $lhs `,` $rhs attr-dict";
}

def Xphi_DroppedOp : Xphi_Op<"dropped"> {
  let summary = "Whether the element is dropped, which a share p of all elements is";
  let description = [{
    Decided by random bits of the element that is evaluated (abi/Draw.h), so equal operands give
    equal results. Gone when the body is made: there it is an operand like any other.
  }];
  let arguments = (ins Xphi_Real:$p, Xphi_Real:$seed, Xphi_Real:$stream);
  let results = (outs I1:$result);
  let assemblyFormat = "$p `,` $seed `,` $stream attr-dict";
}

class Xphi_Logic<string mnemonic> : Xphi_Op<mnemonic, [Commutative]> {
  let arguments = (ins I1:$lhs, I1:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
}
def Xphi_AndOp : Xphi_Logic<"and">;
def Xphi_OrOp : Xphi_Logic<"or">;
def Xphi_NotOp : Xphi_Op<"not"> {
  let arguments = (ins I1:$operand);
  let results = (outs I1:$result);
  let assemblyFormat = "$operand attr-dict";
}

def Xphi_SelectOp : Xphi_Op<"select", [DeclareOpInterfaceMethods<Differentiable>]> {
  let summary = "The first value where the condition holds, else the second";
  let description = [{
    With `may_be_nothing` a tangent of zero may be nothing, though no branch says so (Algebra.cpp).
  }];
  let arguments = (ins I1:$condition, Xphi_Real:$thenValue, Xphi_Real:$elseValue,
                       UnitAttr:$may_be_nothing);
  let results = (outs Xphi_Real:$result);
  let assemblyFormat = "$condition `,` $thenValue `,` $elseValue attr-dict";
  let hasFolder = 1;
}

//===- What stands for a part of a program ---------------------------------------------------===//

// As Fit::Ties has it (approx/Fit.h).
def Xphi_FitTies : I32EnumAttr<"FitTies", "where a result of a fit is in the middle between two elements", [
    I32EnumAttrCase<"ToEven", 0, "to_even">, I32EnumAttrCase<"Up", 1, "up">,
    I32EnumAttrCase<"None", 2, "none">]> {
  let cppNamespace = "::xphi::compiler";
  let genSpecializedAttr = 0;
}
def Xphi_FitTiesAttr : EnumAttr<Xphi_Dialect, Xphi_FitTies, "ties">;

def Xphi_FittedOp : Xphi_Op<"fitted"> {
  let summary = "A part of a function for which a fit stands in f32";
  let description = [{
    The value is `exact`, whatever evaluates it; in f32 it is made by the fit number `fit` of the
    program, out of `variable`: an argument, or arithmetic of arguments, constants and what is made
    of parameters (lowering/PairArithmetic.h). Then nothing is needed of what leads to `exact`. An
    operand of the variable that must not be zero may follow.

        %1 = xphi.fitted %0 of %arg0 {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 3.7 : f64}

    `ulps` is what a result of the fit is off by at most, in parts of 2^-24 of it, `least` the
    magnitude of results, 0 where that is not bounded away from zero, and `most` what it does not
    exceed, if there is such a bound. With `nearest` the nearest
    element follows from a result, to which results in the middle between two of them are rounded
    as `ties` says. `normal` is as on a product.

    It stands between the part and its users, so that no pass that makes the part anew can lose the
    fit, nor give the fit to another value. How it is looked through: dialect/ExactForm.h.
  }];
  let arguments = (ins Xphi_Real:$exact, Xphi_Real:$variable, Optional<Xphi_Real>:$nonzero,
                       ConfinedAttr<I32Attr, [IntNonNegative]>:$fit, F64Attr:$ulps, F64Attr:$least,
                       OptionalAttr<F64Attr>:$most, UnitAttr:$nearest, Xphi_FitTiesAttr:$ties, UnitAttr:$normal);
  let results = (outs Xphi_Real:$result);
  let assemblyFormat = "$exact `of` $variable (`unless` $nonzero^ `is` `zero`)? attr-dict";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::Value":$exact, "::mlir::Value":$variable,
                                 "::mlir::Value":$nonzero, "unsigned":$fit, "double":$ulps,
                                 "double":$least, "std::optional<double>":$most, "bool":$nearest,
                                 "FitTies":$ties), [{
    build($_builder, $_state, RealType::get($_builder.getContext()), exact, variable, nonzero, fit,
          ::llvm::APFloat(ulps), ::llvm::APFloat(least),
          most ? $_builder.getF64FloatAttr(*most) : ::mlir::FloatAttr(), nearest, ties);
  }]>];
}

//===- Derivatives that a definition fixes ---------------------------------------------------===//

def Xphi_CustomGradientOp : Xphi_Op<"custom_gradient",
    [SameVariadicOperandSize, DeclareOpInterfaceMethods<Differentiable>]> {
  let summary = "A value whose derivative is what its definition says";
  let description = [{
    The value itself; its partial derivative in each of the `arguments` is the gradient at the same
    position. Made of `grad` and `kink` clauses; gone after the last differentiation.
  }];
  let arguments = (ins Xphi_Real:$value, Variadic<Xphi_Real>:$arguments,
                       Variadic<Xphi_Real>:$gradients);
  let results = (outs Xphi_Real:$result);
  let assemblyFormat = "$value `of` $arguments `by` $gradients attr-dict";
}

#endif // XPHI_OPS_TD
