// Bytes of a shared object turned into running code, and unloaded when nobody holds it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bytes go through an anonymous memory file, never through the cache file itself: what was
// verified is what runs, somebody truncating the file later cannot crash a kernel, and a folder
// mounted noexec does not matter. Where the system forbids executing memory files, a private file
// is used and removed at once.
#pragma once

#include <xphi/Result.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace xphi {

class LoadedImage {
public:
  /// X2006 with the loader's words. `fallbackFolder` may be empty.
  static Result<LoadedImage> load(std::string_view bytes, const std::string &fallbackFolder);

  /// Nothing loaded.
  LoadedImage() noexcept = default;
  LoadedImage(LoadedImage &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  LoadedImage &operator=(LoadedImage &&other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~LoadedImage();

  explicit operator bool() const { return handle != nullptr; }
  /// Null when the object does not export it.
  void *symbol(const char *name) const;

private:
  explicit LoadedImage(void *handle) : handle(handle) {}

  void *handle = nullptr;
};

} // namespace xphi
