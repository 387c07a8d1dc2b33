//===- XphiDialect.td - the xphi dialect, and its number type --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef XPHI_DIALECT_TD
#define XPHI_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/DialectBase.td"
include "mlir/IR/AttrTypeBase.td"

def Xphi_Dialect : Dialect {
  let name = "xphi";
  let cppNamespace = "::xphi::compiler";
  let summary = "Scalar functions of real numbers, before a machine type is chosen";
  let description = [{
    Operations mean what they mean in mathematics: they take and give `!xphi.real`, have no
    rounding, no order of evaluation and no side effects. Differentiation and rewriting into stable
    forms happen here. The machine's numbers appear in the next dialects (arith, math).
  }];
  let hasConstantMaterializer = 1;
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  // What is said of functions and may not get lost is none of their discardable attributes.
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// The rewriting rules of this context, read when first asked for. Not thread-safe.
    const RulePatterns &rules();

  private:
    std::shared_ptr<const RulePatterns> ruleTables;

  public:
  }];
}

def Xphi_Real : TypeDef<Xphi_Dialect, "Real"> {
  let mnemonic = "real";
  let summary = "A real number, or one of the limits -inf, +inf and NaN for `no number`";
}

#endif // XPHI_DIALECT_TD
