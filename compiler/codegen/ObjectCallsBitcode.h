// LLVM bitcode of runtime/call/ObjectCalls.cpp, made by the build.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_OBJECTCALLSBITCODE_H
#define XPHI_COMPILER_CODEGEN_OBJECTCALLSBITCODE_H

#include <string_view>

namespace xphi::compiler {

std::string_view objectCallsBitcode();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_OBJECTCALLSBITCODE_H
