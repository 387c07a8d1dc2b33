// Replaces operator new for one test program, so that "allocates nothing" can be checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In a file of its own: inlined next to a container, the compiler would see malloc and delete as a
// mismatch.
#include "AllocationCount.h"

#include <cstddef>
#include <cstdlib>
#include <new>

static thread_local long count = 0;

long xphi::test::allocationCount() { return count; }

// ThreadSanitizer brings its own: nothing is counted there.
#ifndef XPHI_THREAD_SANITIZER

void *operator new(std::size_t size) {
  ++count;
  void *memory = std::malloc(size);
  if (!memory)
    throw std::bad_alloc();
  return memory;
}
void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
  ++count;
  return std::malloc(size);
}

void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

#endif
