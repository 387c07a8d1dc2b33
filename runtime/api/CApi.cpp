// The C interface to kernels: calls, and what they tell of themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CApiHandles.h"
#include "KernelCode.h"
#include "abi/ElementTypes.h"

#include <array>

static_assert(XPHI_AWAITED == static_cast<int>(xphi::Origin::Awaited) &&
              XPHI_FROM_BYTES == static_cast<int>(xphi::Origin::Bytes) &&
              XPHI_COMPILED == static_cast<int>(xphi::Origin::Compiled) &&
              XPHI_FROM_DISK == static_cast<int>(xphi::Origin::Disk));

namespace {

using namespace xphi::c;

/// attempt() with a kernel that may be null.
template <typename Call>
xphi_error *onKernel(const xphi_kernel *kernel, const Call &call) noexcept {
  return attempt([&]() -> xphi::Status {
    if (!kernel)
      return isNull("kernel");
    return call(kernel->kernel);
  });
}

// One element for each pointer a kernel needs: the spans of a call, kept on the stack.
struct InputSpans {
  std::array<xphi::Kernel::Input, xphi::maxOperands> spans;
  std::size_t count;

  InputSpans(std::size_t count, const float *const *inputs, std::size_t n) : count(count) {
    for (std::size_t i = 0; i != count; ++i)
      spans[i] = {inputs ? inputs[i] : nullptr, n};
  }
  std::span<const xphi::Kernel::Input> get() const { return {spans.data(), count}; }
};

xphi::Kernel::Parameters values(const xphi::Kernel &kernel, const float *parameters) {
  return {parameters, parameters ? kernel.parameters().size() : 0};
}

struct ArgumentSpans {
  std::array<xphi::Kernel::Input, xphi::maxOperands> spans;
  std::size_t count = 0;
  xphi::ChannelLayout layout;

  ArgumentSpans(const xphi::Kernel &kernel, const xphi_arguments *pointer) {
    const xphi_arguments given = read(pointer);
    layout = {given.channels ? given.channels : 1, given.inner ? given.inner : 1};
    count = given.values ? kernel.parameters().size() : 0;
    for (std::size_t i = 0; i != count; ++i)
      spans[i] = {given.values[i], !given.values[i] ? 0 : given.counts ? given.counts[i] : 1};
  }
  xphi::Kernel::Arguments get() const { return {{spans.data(), count}, layout}; }
};

// Their lengths follow from the kernel.
struct GradientSpans {
  std::array<xphi::Kernel::Output, xphi::maxOperands> spans;
  std::size_t count;

  GradientSpans(const xphi::Kernel &kernel, float *const *outputs, std::size_t n,
                std::size_t channels)
      : count(kernel.gradientNames().size()) {
    const auto parameters = kernel.parameters();
    for (std::size_t i = 0; i != count; ++i) {
      const auto found =
          std::ranges::find(parameters, kernel.gradientNames()[i], &xphi::Parameter::name);
      spans[i] = {outputs ? outputs[i] : nullptr, found == parameters.end() ? n
                                                  : found->channel          ? channels
                                                                            : 1};
    }
  }
  std::span<const xphi::Kernel::Output> get() const { return {spans.data(), count}; }
};

} // namespace

extern "C" {

xphi_kernel *xphi_kernel_copy(const xphi_kernel *kernel) try {
  return kernel ? new xphi_kernel(kernel->kernel) : nullptr;
} catch (...) {
  return nullptr;
}
void xphi_kernel_free(xphi_kernel *kernel) { delete kernel; }

xphi_error *xphi_kernel_forward(const xphi_kernel *handle, const float *x, float *y, size_t n,
                                const float *parameters) {
  return onKernel(handle,
                  [&](const xphi::Kernel &kernel) { return kernel.forward(x, y, n, parameters); });
}

xphi_error *xphi_kernel_backward(const xphi_kernel *handle, const float *x, const float *dy,
                                 float *dx, size_t n, const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    return kernel.backward(x, dy, dx, n, parameters);
  });
}

xphi_error *xphi_kernel_forward_many(const xphi_kernel *handle, const float *const *inputs,
                                     float *y, size_t n, const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const InputSpans spans(kernel.inputs().size(), inputs, n);
    return kernel.forward(spans.get(), {y, n}, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_backward_many(const xphi_kernel *handle, const float *const *inputs,
                                      const float *dy, float *dx, size_t n,
                                      const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const bool nothing = kernel.keep() == xphi::Keep::Nothing;
    const InputSpans spans(nothing ? 0 : kernel.inputs().size(), inputs, n);
    return kernel.backward(spans.get(), {dy, n}, {dx, n}, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_arguments(const xphi_kernel *handle, const char *const *names,
                                  const float *values, size_t count, float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) -> xphi::Status {
    if (count != 0 && (!names || !values))
      return isNull(names ? "list of values" : "list of names");
    std::vector<std::pair<std::string, float>> named;
    for (size_t i = 0; i != count; ++i) {
      if (!names[i])
        return isNull("name of a parameter");
      named.emplace_back(names[i], values[i]);
    }
    const xphi::Result<std::vector<float>> all = kernel.arguments(named);
    if (!all)
      return all.error();
    if (!parameters && !all->empty())
      return isNull("place for the parameters");
    std::ranges::copy(*all, parameters);
    return {};
  });
}

xphi_error *xphi_kernel_bytes(const xphi_kernel *handle, xphi_bytes **bytes) {
  if (bytes)
    *bytes = nullptr;
  return onKernel(handle, [&](const xphi::Kernel &kernel) -> xphi::Status {
    return bytes ? give(kernel.bytes(), bytes) : isNull("place for the bytes");
  });
}

int xphi_kernel_is_ready(const xphi_kernel *kernel) { return kernel && kernel->kernel.isReady(); }

xphi_error *xphi_kernel_wait(const xphi_kernel *handle) {
  return onKernel(handle, [](const xphi::Kernel &kernel) { return kernel.wait(); });
}

xphi_error *xphi_channel_layout(const size_t *shape, size_t rank, ptrdiff_t axis, size_t *channels,
                                size_t *inner) {
  return attempt([&]() -> xphi::Status {
    if ((!shape && rank != 0) || !channels || !inner)
      return isNull(shape ? "place for the layout" : "shape");
    const xphi::Result<xphi::ChannelLayout> layout =
        xphi::ChannelLayout::along({shape, rank}, axis);
    if (!layout)
      return layout.error();
    *channels = layout->channels;
    *inner = layout->inner;
    return {};
  });
}

size_t xphi_mask_size(size_t n) { return xphi::Kernel::maskSize(n); }

xphi_error *xphi_kernel_forward_mask(const xphi_kernel *handle, const float *x, float *y,
                                     uint8_t *mask, size_t n, const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const xphi::Kernel::Mask bits(mask, xphi_mask_size(n));
    return kernel.forward({x, n}, {y, n}, bits, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_backward_mask(const xphi_kernel *handle, const uint8_t *mask,
                                      const float *dy, float *dx, size_t n,
                                      const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const std::span bits(mask, xphi_mask_size(n));
    return kernel.backward(bits, {dy, n}, {dx, n}, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_forward_channels(const xphi_kernel *handle, const float *const *inputs,
                                         float *y, size_t n, const xphi_arguments *arguments) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const InputSpans spans(kernel.inputs().size(), inputs, n);
    const ArgumentSpans given(kernel, arguments);
    return kernel.forward(spans.get(), {y, n}, given.get());
  });
}

xphi_error *xphi_kernel_gradients(const xphi_kernel *handle, const float *const *inputs,
                                  const float *dy, float *const *outputs, size_t n,
                                  const xphi_arguments *arguments) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) {
    const InputSpans spans(kernel.inputs().size(), inputs, n);
    const ArgumentSpans given(kernel, arguments);
    const GradientSpans gradients(kernel, outputs, n, given.layout.channels);
    return kernel.gradients(spans.get(), {dy, n}, gradients.get(), given.get());
  });
}

xphi_error *xphi_kernel_forward_cuda(const xphi_kernel *handle, void *stream,
                                     const uint64_t *inputs, uint64_t y, size_t n,
                                     const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) -> xphi::Status {
    if (!inputs)
      return isNull("list of inputs");
    const std::span in(inputs, kernel.inputs().size());
    return kernel.forwardCuda(stream, in, y, n, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_backward_cuda(const xphi_kernel *handle, void *stream,
                                      const uint64_t *inputs, uint64_t dy, uint64_t dx, size_t n,
                                      const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) -> xphi::Status {
    if (!inputs)
      return isNull("list of inputs");
    const std::span in(inputs, kernel.inputs().size());
    return kernel.backwardCuda(stream, in, dy, dx, n, values(kernel, parameters));
  });
}

xphi_error *xphi_kernel_gradients_cuda(const xphi_kernel *handle, void *stream,
                                       const uint64_t *inputs, uint64_t dy, const uint64_t *outputs,
                                       size_t n, const float *parameters) {
  return onKernel(handle, [&](const xphi::Kernel &kernel) -> xphi::Status {
    if (!inputs || !outputs)
      return isNull(inputs ? "list of outputs" : "list of inputs");
    const std::span in(inputs, kernel.inputs().size());
    const std::span out(outputs, kernel.gradientNames().size());
    return kernel.gradientsCuda(stream, in, dy, out, n, values(kernel, parameters));
  });
}

const char *xphi_kernel_name(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.name().c_str() : nullptr;
}
const char *xphi_kernel_target(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.target().c_str() : nullptr;
}
const char *xphi_kernel_program(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.program().c_str() : nullptr;
}
int xphi_kernel_is_cuda(const xphi_kernel *kernel) { return kernel && kernel->kernel.isCuda(); }
const char *xphi_kernel_info(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.info().c_str() : nullptr;
}
const char *xphi_kernel_timings(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.timings().c_str() : nullptr;
}
uint32_t xphi_kernel_origin(const xphi_kernel *kernel) {
  return kernel ? static_cast<uint32_t>(kernel->kernel.origin()) : 0;
}
uint32_t xphi_kernel_keep(const xphi_kernel *kernel) {
  return kernel ? static_cast<uint32_t>(kernel->kernel.keep()) : 0;
}
const char *xphi_kernel_derivative_name(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_order(kernel) ? kernel->kernel.derivative()[index].c_str() : nullptr;
}
const char *xphi_kernel_type(const xphi_kernel *kernel, size_t index) try {
  if (!kernel)
    return nullptr;
  const std::vector<xphi::ElementType> types = kernel->kernel.types();
  return index < types.size() ? nameOf(types[index]).data() : nullptr;
} catch (...) {
  return nullptr;
}
uint32_t xphi_kernel_order(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.order() : 0;
}
int xphi_kernel_has_backward(const xphi_kernel *kernel) {
  return kernel && kernel->kernel.hasBackward();
}

size_t xphi_kernel_input_count(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.inputs().size() : 0;
}
size_t xphi_kernel_parameter_count(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.parameters().size() : 0;
}
size_t xphi_kernel_warning_count(const xphi_kernel *kernel) {
  return kernel ? kernel->warnings.size() : 0;
}
const xphi_diagnostic *xphi_kernel_warning(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_warning_count(kernel) ? &kernel->warnings[index] : nullptr;
}
const xphi_certificate *xphi_kernel_certificate(const xphi_kernel *kernel) {
  return kernel ? &kernel->certificate : nullptr;
}
const xphi_certificate_piece *xphi_kernel_certificate_piece(const xphi_kernel *kernel,
                                                            size_t index) {
  return kernel && index < kernel->pieces.size() ? &kernel->pieces[index] : nullptr;
}
size_t xphi_kernel_gradient_count(const xphi_kernel *kernel) {
  return kernel ? kernel->kernel.gradientNames().size() : 0;
}
const char *xphi_kernel_input_name(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_input_count(kernel) ? kernel->kernel.inputs()[index].c_str() : nullptr;
}
const char *xphi_kernel_parameter_name(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_parameter_count(kernel)
             ? kernel->kernel.parameters()[index].name.c_str()
             : nullptr;
}
float xphi_kernel_parameter_default(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_parameter_count(kernel)
             ? kernel->kernel.parameters()[index].defaultValue
             : 0;
}
int xphi_kernel_parameter_is_channel(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_parameter_count(kernel) && kernel->kernel.parameters()[index].channel;
}
const char *xphi_kernel_gradient_name(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_gradient_count(kernel) ? kernel->kernel.gradientNames()[index].c_str()
                                                    : nullptr;
}

} // extern "C"

namespace xphi {

const Kernel *kernelOf(const xphi_kernel *handle) noexcept {
  return handle ? &handle->kernel : nullptr;
}

Status nullHandle(const char *what) { return isNull(what); }

xphi_error *toHandle(Status (*call)(void *context), void *context) noexcept {
  return attempt([&] { return call(context); });
}

} // namespace xphi
