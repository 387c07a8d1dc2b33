// LLVM bitcode of what ahead-of-time objects bring along, made by the build.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_OBJECTBITCODE_H
#define XPHI_COMPILER_CODEGEN_OBJECTBITCODE_H

#include "llvm/IR/Module.h"

#include <string>
#include <string_view>

namespace xphi::compiler {

std::string_view objectCallsBitcode(); ///< of runtime/call/ObjectCalls.cpp
std::string_view objectLevelBitcode(); ///< of runtime/call/ObjectLevel.cpp
/// The first, where pointers have 32 bits.
std::string_view objectCallsWasmBitcode();
std::string_view wasmSupportBitcode(); ///< of compiler/codegen/WasmSupport.cpp

/// Brings it into the module, internal, for whatever machine that is for. An empty text, or what
/// went wrong.
std::string linkObjectCode(llvm::Module &module, std::string_view bitcode);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_OBJECTBITCODE_H
