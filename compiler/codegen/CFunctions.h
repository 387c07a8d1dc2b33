// The C functions of an ahead-of-time object: all that it exports.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of any functions, and of one function for several targets, can be linked into one
// program: the kernels behind these functions are internal. Where a call of the kernel is not all
// (values for each channel, gradients that are sums, masks of bits), the object brings the
// runtime's own code for it along (runtime/call/ObjectCalls.cpp), internal as well.
#ifndef XPHI_COMPILER_CODEGEN_CFUNCTIONS_H
#define XPHI_COMPILER_CODEGEN_CFUNCTIONS_H

#include "llvm/IR/Module.h"

#include <string>

namespace xphi::compiler {

/// What a C function's argument is, but for arrays, whose role is a digit: the bytes of an element.
enum class CRole : char {
  Bits = 'b',       ///< a mask, a bit for each element
  Scalar = 's',     ///< a parameter; as an output its gradient, summed over all elements
  PerChannel = 'c', ///< the same of a channel parameter
};

struct CKernel {
  std::string name;                        ///< of the C function
  llvm::Function *entry;                   ///< see defineEntry
  llvm::Function *channelsEntry;           ///< null where no parameter is a channel's
  std::string inputs, parameters, outputs; ///< a CRole or a digit each
  bool indexed = false;                    ///< it takes the index of the first element
};

/// Defines `void name(inputs..., parameters..., outputs..., size_t n)`, in which the parameters are
/// floats; and where there is a `channelsEntry`, and no mask, `name_channels`, in which those of
/// channels are arrays, with `size_t channels, size_t inner` before n. If it is indexed, `size_t
/// first` comes just before n. An empty text, or what went wrong.
std::string defineCFunctions(llvm::Module &module, const CKernel &kernel);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CFUNCTIONS_H
