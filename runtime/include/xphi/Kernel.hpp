// A compiled function: value and derivative over whole arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A Kernel is immutable and cheap to copy; copies share the code and keep it alive, also after its
// Engine is gone. Any number of threads may call one at a time. A call leaves the floating-point
// environment alone and, unless it fails or deals its work out to threads (Options::threads),
// allocates nothing and takes no lock.
//
// All arrays of a call are contiguous and, but for those of parameters, have the same number of
// elements; there may be none. A call that does not fit the kernel is refused before anything is
// written: X2010 lengths, X2011 overlap, X2012 parameters, X2014 inputs, X2015 no backward kernel,
// X2016 CPU or CUDA, X2017 null pointers, X2018 alignment on the device, X2023 gradients, X2030 of
// an empty kernel.
#pragma once

#include <xphi/Certificate.hpp>
#include <xphi/Options.hpp>
#include <xphi/Result.hpp>
#include <xphi/Tensor.hpp>

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

/// What comes after `;` in a definition.
struct Parameter {
  std::string name;
  float defaultValue = 0;
  bool channel = false; ///< may have one value for each channel
};

/// Where the channels of an array are: element i belongs to channel (i / inner) % channels.
struct XPHI_API ChannelLayout {
  std::size_t channels = 1;
  std::size_t inner = 1;

  /// Of a contiguous tensor, rows first, along one of its axes; -1 is the last one. X2025 for an
  /// axis it lacks.
  static Result<ChannelLayout> along(std::span<const std::size_t> shape, std::ptrdiff_t axis);
};

/// Where a kernel came from: only `Compiled` needed the compiler library.
enum class Origin {
  Memory,   ///< the engine had it
  Disk,     ///< the cache folder
  Compiled, ///< made now
  Bytes,    ///< Engine::load
  Awaited   ///< Engine::compileLater, which is making it
};

class [[nodiscard]] XPHI_API Kernel {
public:
  using Input = std::span<const float>;
  using Output = std::span<float>;
  /// Values for parameters() in that order; empty takes the defaults. A channel parameter has the
  /// same value for all channels.
  using Parameters = std::span<const float>;

  /// Parameters written into a call, as `{0.8f}`, in the order of parameters(), or by name, as
  /// `{{"beta", 0.8f}}`, with defaults for the rest. X2012 for another number of them, X2013 for a
  /// name the function lacks.
  class Values {
  public:
    Values(std::initializer_list<float> given) noexcept : inOrder(given) {}
    Values(std::initializer_list<std::pair<std::string_view, float>> given) noexcept
        : byName(given) {}

  private:
    friend class Kernel;
    std::initializer_list<float> inOrder;
    std::initializer_list<std::pair<std::string_view, float>> byName;
  };

  /// Parameters with a value for each channel.
  struct Arguments {
    /// For parameters() in that order: empty is the default, one number is for all elements, and a
    /// channel parameter may have `layout.channels` of them. No entry at all: every default.
    std::span<const Input> parameters = {};
    /// Of every array of the call. X2025 unless its length is a multiple of channels * inner.
    ChannelLayout layout = {};
  };

  /// Empty: every call of it is X2030, and what it tells of itself is nothing.
  Kernel() noexcept = default;
  explicit operator bool() const noexcept { return code != nullptr; }

  /// y = f(x), element by element. y may be x itself, but may not overlap it otherwise. Any
  /// alignment, any length.
  Status forward(Input x, Output y, Parameters parameters = {}) const;
  /// dx = dy * f'(x), for kernels that compute one gradient. dx may be x or dy itself.
  Status backward(Input x, Input dy, Output dx, Parameters parameters = {}) const;

  Status forward(Input x, Output y, const Values &parameters) const;
  Status backward(Input x, Input dy, Output dx, const Values &parameters) const;

  /// The same for functions of several inputs.
  Status forward(std::span<const Input> inputs, Output y, Parameters parameters = {}) const;
  Status forward(std::initializer_list<Input> inputs, Output y, Parameters parameters = {}) const;
  Status backward(std::span<const Input> inputs, Input dy, Output dx,
                  Parameters parameters = {}) const;
  Status backward(std::initializer_list<Input> inputs, Input dy, Output dx,
                  Parameters parameters = {}) const;
  Status forward(std::span<const Input> inputs, Output y, const Arguments &arguments) const;
  Status forward(std::initializer_list<Input> inputs, Output y, const Arguments &arguments) const;
  Status forward(std::initializer_list<Input> inputs, Output y, const Values &parameters) const;
  Status backward(std::initializer_list<Input> inputs, Input dy, Output dx,
                  const Values &parameters) const;

  /// All gradients at once, at most 63, one output for each of gradientNames(), in that order. Of
  /// an input: dy times the derivative, element by element; the output may be any one of the inputs
  /// or dy, but no other output. Of a parameter: the sum of that over all elements, one number, or
  /// for a channel parameter one for each channel of the layout; the output lies apart from all
  /// other arrays. The sums are made in double precision, rounded once, and have the same bits for
  /// any number of threads; of no elements they are 0.
  Status gradients(std::span<const Input> inputs, Input dy, std::span<const Output> outputs) const;
  Status gradients(std::initializer_list<Input> inputs, Input dy,
                   std::initializer_list<Output> outputs) const;
  Status gradients(std::span<const Input> inputs, Input dy, std::span<const Output> outputs,
                   const Arguments &arguments) const;
  Status gradients(std::initializer_list<Input> inputs, Input dy,
                   std::initializer_list<Output> outputs, const Arguments &arguments) const;
  Status gradients(std::initializer_list<Input> inputs, Input dy,
                   std::initializer_list<Output> outputs, const Values &parameters) const;

  /// The same on tensors, which have shapes, strides and types: those of types(), else X2031.
  /// Inputs broadcast to the shape of y as NumPy's do (X2010), whatever their strides, and may
  /// overlap each other. y may be the same view as an input; a y that shares memory with one
  /// otherwise, or some of whose elements share memory, is X2011. A kernel of Keep::Mask is X2028.
  Status forward(std::span<const ConstTensor> inputs, const Tensor &y,
                 Parameters parameters = {}) const;
  Status forward(std::initializer_list<ConstTensor> inputs, const Tensor &y,
                 Parameters parameters = {}) const;
  Status forward(const ConstTensor &x, const Tensor &y, Parameters parameters = {}) const;
  /// Backward goes over the shape of dy. The gradient of an input has its shape and type: where the
  /// input was broadcast, the sum, made in double precision of terms of that type and rounded once,
  /// with the same bits for any number of threads.
  Status backward(std::span<const ConstTensor> inputs, const ConstTensor &dy, const Tensor &dx,
                  Parameters parameters = {}) const;
  Status backward(std::initializer_list<ConstTensor> inputs, const ConstTensor &dy,
                  const Tensor &dx, Parameters parameters = {}) const;
  Status backward(const ConstTensor &x, const ConstTensor &dy, const Tensor &dx,
                  Parameters parameters = {}) const;
  Status gradients(std::span<const ConstTensor> inputs, const ConstTensor &dy,
                   std::span<const Tensor> outputs, Parameters parameters) const;
  /// With parameters that are tensors of f32, one for each of parameters(): an empty one is the
  /// default, one of one element is a number, and that of a channel parameter broadcasts like an
  /// input (X2025 for others). The gradient of a channel parameter has the parameter's shape, or,
  /// for a number, any that broadcasts to dy's.
  Status forward(std::span<const ConstTensor> inputs, const Tensor &y,
                 std::span<const ConstTensor> parameters) const;
  Status forward(std::initializer_list<ConstTensor> inputs, const Tensor &y,
                 std::span<const ConstTensor> parameters) const;
  Status gradients(std::span<const ConstTensor> inputs, const ConstTensor &dy,
                   std::span<const Tensor> outputs,
                   std::span<const ConstTensor> parameters = {}) const;
  Status gradients(std::initializer_list<ConstTensor> inputs, const ConstTensor &dy,
                   std::initializer_list<Tensor> outputs, Parameters parameters) const;
  Status gradients(std::initializer_list<ConstTensor> inputs, const ConstTensor &dy,
                   std::initializer_list<Tensor> outputs,
                   std::span<const ConstTensor> parameters = {}) const;

  /// For kernels with CompileOptions::keep = Keep::Mask: forward also writes, and backward reads, a
  /// bit for each element: element i has bit i % 8 of byte i / 8, in maskSize(n) bytes that lie
  /// apart from the other arrays. With Keep::Output backward takes y where it else takes x; with
  /// Keep::Nothing it takes no inputs. X2028 for a call that another choice belongs to; X2047 from
  /// forward, with y and the mask complete, where x is NaN: a bit cannot keep that.
  using Mask = std::span<std::uint8_t>;
  [[nodiscard]] static std::size_t maskSize(std::size_t elements) noexcept;
  Status forward(Input x, Output y, Mask mask, Parameters parameters = {}) const;
  Status backward(std::span<const std::uint8_t> mask, Input dy, Output dx,
                  Parameters parameters = {}) const;

  /// The same on n elements at plain pointers; `parameters` may be null for the defaults.
  Status forward(const float *x, float *y, std::size_t n, const float *parameters = nullptr) const;
  Status backward(const float *x, const float *dy, float *dx, std::size_t n,
                  const float *parameters = nullptr) const;

  /// On the GPU: device pointers of the current CUDA context (the device's primary one when none is
  /// current), launched on `stream` (a CUstream; null is the default stream). Returns after the
  /// launch, never synchronises.
  /// Parameters have the same value for all channels, and gradients of parameters are X2026.
  using DevicePointer = std::uint64_t;
  Status forwardCuda(void *stream, DevicePointer x, DevicePointer y, std::size_t n,
                     Parameters parameters = {}) const;
  Status backwardCuda(void *stream, DevicePointer x, DevicePointer dy, DevicePointer dx,
                      std::size_t n, Parameters parameters = {}) const;
  Status forwardCuda(void *stream, std::span<const DevicePointer> inputs, DevicePointer y,
                     std::size_t n, Parameters parameters = {}) const;
  Status backwardCuda(void *stream, std::span<const DevicePointer> inputs, DevicePointer dy,
                      DevicePointer dx, std::size_t n, Parameters parameters = {}) const;
  Status gradientsCuda(void *stream, std::span<const DevicePointer> inputs, DevicePointer dy,
                       std::span<const DevicePointer> outputs, std::size_t n,
                       Parameters parameters = {}) const;

  /// Values by name, defaults for the rest, in the order that forward takes. X2013 for a name the
  /// function lacks.
  Result<std::vector<float>> arguments(std::span<const std::pair<std::string, float>> values) const;

  [[nodiscard]] const std::string &name() const noexcept;
  [[nodiscard]] std::span<const Parameter> parameters() const noexcept;
  [[nodiscard]] std::span<const std::string> inputs() const noexcept;
  [[nodiscard]] const std::string &target() const noexcept;
  [[nodiscard]] bool isCuda() const noexcept;
  /// What forward computes the derivative in, in this order; empty for the value.
  [[nodiscard]] std::span<const std::string> derivative() const noexcept;
  /// How many derivatives forward takes: the length of derivative().
  [[nodiscard]] unsigned order() const noexcept;
  [[nodiscard]] bool hasBackward() const noexcept;
  /// The inputs and parameters whose gradients backward computes, in the order of its outputs.
  [[nodiscard]] std::span<const std::string> gradientNames() const noexcept;
  [[nodiscard]] Keep keep() const noexcept;
  /// What its arrays hold: the inputs in order, then the result.
  [[nodiscard]] std::vector<ElementType> types() const;
  /// Of one of these; behind the last it is the result's.
  [[nodiscard]] ElementType type(std::size_t array) const noexcept;
  /// The canonical text that was compiled, every definition it needs.
  [[nodiscard]] const std::string &program() const noexcept;
  /// How far from the truth its results may be, and whether a check found it so.
  [[nodiscard]] const Certificate &certificate() const noexcept;
  /// What the artifact says of itself, a JSON object.
  [[nodiscard]] const std::string &info() const noexcept;
  /// How this Kernel was obtained, by the compile() call that returned it.
  [[nodiscard]] Origin origin() const noexcept { return source; }
  /// What compile() has to say against the text it was given: X0036 where it differentiates sign,
  /// step, floor, ceil or round, whose derivative is zero, without a `grad` clause that says
  /// otherwise; X1101, without a place, where the certificate's promise is not kept.
  [[nodiscard]] std::span<const Diagnostic> warnings() const noexcept;
  /// Milliseconds per compiler stage, a JSON object; "{}" when it was not compiled in this process.
  /// What two threads do at once counts once; "emit" is until both objects are there.
  [[nodiscard]] const std::string &timings() const noexcept;

  /// Of Engine::compileLater: whether calls run compiled code by now. Of other kernels true; false
  /// of an empty one.
  [[nodiscard]] bool isReady() const noexcept;
  /// Waits until it is compiled. What compile() would have said, where it could not be: then calls
  /// stay what they are. X2030 of an empty kernel. Not in a child of fork(), where no thread of the
  /// parent's comes to an end.
  Status wait() const;

  /// The kernel as bytes to be kept by the host, for Engine::load of the same build: code, what it
  /// is of, and a checksum. X2030 of an empty kernel, X2048 of one that is not ready.
  Result<std::string> bytes() const;

  struct Code;
  using Warnings = std::shared_ptr<const std::vector<Diagnostic>>;
  Kernel(std::shared_ptr<const Code> loaded, Origin from, Warnings warnings = nullptr) noexcept
      : code(std::move(loaded)), source(from), warned(std::move(warnings)) {}

private:
  friend class Engine;
  /// Of an empty kernel, code that does nothing.
  const Code &contents() const noexcept;

  std::shared_ptr<const Code> code;
  Origin source = Origin::Memory;
  Warnings warned; ///< null for none: they belong to one text, the code to all that mean the same
};

} // namespace xphi
