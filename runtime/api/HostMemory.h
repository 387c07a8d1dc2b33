// Memory of Options::allocator, for the standard library's containers and shared pointers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Options.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <type_traits>

namespace xphi {

/// operator new's where the host has none.
template <typename T> struct HostAllocator {
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;

  Allocator host;

  HostAllocator() = default;
  explicit HostAllocator(const Allocator &host) : host(host) {}
  template <typename Other> HostAllocator(const HostAllocator<Other> &other) : host(other.host) {}

  T *allocate(std::size_t count) {
    if (!host.allocate)
      return std::allocator<T>().allocate(count);
    void *memory = host.allocate(host.context, count * sizeof(T), alignof(T));
    if (!memory)
      throw std::bad_alloc();
    return static_cast<T *>(memory);
  }
  void deallocate(T *memory, std::size_t count) noexcept {
    if (!host.allocate)
      std::allocator<T>().deallocate(memory, count);
    else
      host.release(host.context, memory, count * sizeof(T), alignof(T));
  }
  template <typename Other> bool operator==(const HostAllocator<Other> &other) const {
    return host.allocate == other.host.allocate && host.context == other.host.context;
  }
};

using HostBytes = std::basic_string<char, std::char_traits<char>, HostAllocator<char>>;

} // namespace xphi
