// A compiled function: value and derivative over whole arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A Kernel is immutable and cheap to copy; copies share the code and keep it alive, also after its
// Engine is gone. Any number of threads may call one at a time. A call allocates nothing unless it
// fails, takes no lock and leaves the floating-point environment alone.
#pragma once

#include <xphi/Result.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xphi {

/// A scalar parameter, what comes after `;` in a definition.
struct Parameter {
  std::string name;
  float defaultValue = 0;
};

/// Where a kernel came from: only `Compiled` needed the compiler library.
enum class Origin { Memory, Disk, Compiled };

class XPHI_API Kernel {
public:
  using Input = std::span<const float>;
  using Output = std::span<float>;
  /// Values for parameters() in that order; empty takes the defaults.
  using Parameters = std::span<const float>;

  /// y = f(x), element by element. y may be x itself, but may not overlap it otherwise. Any
  /// alignment, any length.
  Status forward(Input x, Output y, Parameters parameters = {}) const;
  /// dx = dy * f'(x). dx may be x or dy itself.
  Status backward(Input x, Input dy, Output dx, Parameters parameters = {}) const;

  /// The same for functions of several inputs; backward is with respect to the first.
  Status forward(std::span<const Input> inputs, Output y, Parameters parameters = {}) const;
  Status forward(std::initializer_list<Input> inputs, Output y, Parameters parameters = {}) const;
  Status backward(std::span<const Input> inputs, Input dy, Output dx,
                  Parameters parameters = {}) const;
  Status backward(std::initializer_list<Input> inputs, Input dy, Output dx,
                  Parameters parameters = {}) const;

  /// The same on n elements at plain pointers; `parameters` may be null for the defaults.
  Status forward(const float *x, float *y, std::size_t n, const float *parameters = nullptr) const;
  Status backward(const float *x, const float *dy, float *dx, std::size_t n,
                  const float *parameters = nullptr) const;

  /// On the GPU: device pointers of the current CUDA context (the device's primary one when none is
  /// current), launched on `stream` (a CUstream; null is the default stream). Returns after the
  /// launch, never synchronises.
  using DevicePointer = std::uint64_t;
  Status forwardCuda(void *stream, DevicePointer x, DevicePointer y, std::size_t n,
                     Parameters parameters = {}) const;
  Status backwardCuda(void *stream, DevicePointer x, DevicePointer dy, DevicePointer dx,
                      std::size_t n, Parameters parameters = {}) const;
  Status forwardCuda(void *stream, std::span<const DevicePointer> inputs, DevicePointer y,
                     std::size_t n, Parameters parameters = {}) const;
  Status backwardCuda(void *stream, std::span<const DevicePointer> inputs, DevicePointer dy,
                      DevicePointer dx, std::size_t n, Parameters parameters = {}) const;

  /// Values by name, defaults for the rest, in the order that forward takes. X2013 for a name the
  /// function lacks.
  Result<std::vector<float>> arguments(std::span<const std::pair<std::string, float>> values) const;

  const std::string &name() const noexcept;
  std::span<const Parameter> parameters() const noexcept;
  std::span<const std::string> inputs() const noexcept;
  const std::string &target() const noexcept;
  bool isCuda() const noexcept;
  unsigned order() const noexcept;
  bool hasBackward() const noexcept;
  /// The canonical text that was compiled, every definition it needs.
  const std::string &program() const noexcept;
  /// What the artifact says of itself, a JSON object.
  const std::string &info() const noexcept;
  /// How this Kernel was obtained, by the compile() call that returned it.
  Origin origin() const noexcept { return source; }
  /// Milliseconds per compiler stage, a JSON object; "{}" when it was not compiled in this process.
  const std::string &timings() const noexcept;

  struct Code;
  Kernel(std::shared_ptr<const Code> code, Origin source) noexcept
      : code(std::move(code)), source(source) {}

private:
  std::shared_ptr<const Code> code;
  Origin source;
};

} // namespace xphi
