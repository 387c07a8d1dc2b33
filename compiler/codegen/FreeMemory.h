// Whether there is memory for steps that end the process where there is none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_FREEMEMORY_H
#define XPHI_COMPILER_CODEGEN_FREEMEMORY_H

#include <cstddef>
#include <sys/mman.h>

namespace xphi::compiler {

/// Whether so many bytes are to be had now. Other threads may take them meanwhile.
inline bool isFree(std::size_t bytes) {
  void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory != MAP_FAILED && munmap(memory, bytes) == 0;
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_FREEMEMORY_H
