// The words of each language that kernels are written in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_TEXTLANGUAGES_H
#define XPHI_COMPILER_CODEGEN_TEXTLANGUAGES_H

#include "codegen/BodyText.h"

namespace xphi::compiler {

const BodyLanguage &cLanguage();    ///< C11, with <math.h>, and XphiPreamble's functions
const BodyLanguage &cudaLanguage(); ///< CUDA C++ for the device; nothing that nvcc could contract
/// C++17 with the vector extensions of GCC and Clang, inside of a template with `lanes`.
const BodyLanguage &cppLanguage();

/// C++17 that makes expressions of Halide 21, in which a branch is a select.
const BodyLanguage &halideLanguage();
const BodyLanguage &tritonLanguage(); ///< functions of triton.jit, of blocks of any shape

/// What their texts need beside the body.
/// For C and C++, before the rest: what a flag would spoil does not compile.
extern const char *const noFastMath;
extern const char *const cPreamble,
    *const cudaPreamble, *const cppPreamble, *const halidePreamble, *const tritonPreamble;

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_TEXTLANGUAGES_H
