// What the functions of an object that pick among several targets ask about the processor.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Not part of libxphi. The compiler's build makes LLVM bitcode of this one file, for any x86-64,
// and compiler/codegen/Dispatch.cpp links that into the object.
#include "runtime/host/CpuLevel.h"

extern "C" bool xphi_object_has_level(unsigned level) {
  return xphi::hasLevel(level, xphi::readCpuWords());
}
