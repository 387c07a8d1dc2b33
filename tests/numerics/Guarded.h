// Memory that ends, or starts, at a page that may not be touched.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace xphi::numerics {

enum class Flush { Start, End };

/// Memory of some bytes with a guard page on one side and canaries on the other.
class Guarded {
public:
  Guarded(std::size_t bytes, Flush flush) : bytes(bytes) {
    page = std::size_t(::sysconf(_SC_PAGESIZE));
    usable = (bytes + page - 1) / page * page + page;
    mapping = static_cast<std::uint8_t *>(
        ::mmap(nullptr, usable + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(static_cast<void *>(mapping), MAP_FAILED);
    EXPECT_EQ(::mprotect(mapping + page, usable, PROT_READ | PROT_WRITE), 0);
    std::memset(mapping + page, canary, usable);
    start = mapping + page + (flush == Flush::Start ? 0 : usable - bytes);
  }
  Guarded(const Guarded &) = delete;
  ~Guarded() { ::munmap(mapping, usable + 2 * page); }

  std::uint8_t *data() { return start; }
  bool isIntact() const {
    auto isCanary = [](std::uint8_t byte) { return byte == canary; };
    return std::all_of(mapping + page, start, isCanary) &&
           std::all_of(start + bytes, mapping + page + usable, isCanary);
  }

private:
  static constexpr std::uint8_t canary = 0xa5;
  std::size_t bytes, page, usable;
  std::uint8_t *mapping, *start;
};

} // namespace xphi::numerics
