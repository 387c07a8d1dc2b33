// The body of one element as text of another language, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_BODYTEXT_H
#define XPHI_COMPILER_CODEGEN_BODYTEXT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

#include <string>

namespace xphi::compiler {

/// How a language writes what a body consists of. A format has {0}, {1}, {2} for
/// operands.
struct BodyLanguage {
  enum class Syntax { Braces, Python };

  Syntax syntax = Syntax::Braces;
  /// By the name of a type of the body, such as "f32" and "i1".
  llvm::StringMap<std::string> types;
  /// By an operation's name, with ".f32" or another type behind it where types are written
  /// differently, and for comparisons the predicate: "arith.mulf", "math.fma.f32",
  /// "arith.cmpf.olt".
  llvm::StringMap<std::string> operations;
  bool hexadecimal = true; ///< literals of floats; else decimals that are read back exactly
  std::string constant;    ///< {0} is the literal, {1} its type, {2} the body's name of the type
  std::string infinity, nan, yes, no;
  std::string condition; ///< of a branch: {0} is the mask
  /// Where there are no branches: both arms are evaluated, and of {1} and {2} one is taken.
  std::string choice;
  std::string function; ///< what stands before a function's type
  std::string callee;   ///< what is behind the name of a function that is called
  std::string reference, pass,
      assign; ///< of a result after the first: "float *{0}", "&{0}", "*{0}"
};

struct BodyText {
  std::string text;
  std::string error; ///< the operation that the language has no word for, or empty
};

/// Every function of the module; one of several results writes the further ones through references.
/// `nameOf` gives a function its name. Arguments are a0, a1, ..., and results r1, r2, ...
BodyText bodyText(mlir::ModuleOp bodies, const BodyLanguage &language,
                  llvm::function_ref<std::string(llvm::StringRef)> nameOf);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_BODYTEXT_H
