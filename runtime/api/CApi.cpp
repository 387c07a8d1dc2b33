// The C interface: the C++ one with handles, plain strings and errors the caller frees.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CHandles.h"
#include "KernelCode.h"
#include "abi/ElementTypes.h"

#include <xphi/xphi.h>
#include <xphi/xphi.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>

struct xphi_engine {
  xphi::Engine engine;
};
struct xphi_kernel {
  explicit xphi_kernel(xphi::Kernel compiled)
      : kernel(std::move(compiled)), certificate(kernel.certificate().text()) {}

  xphi::Kernel kernel;
  std::string certificate;
};
struct xphi_error {
  const char *code, *text;
  std::unique_ptr<const std::pair<std::string, std::string>> strings; ///< that these point to
};

namespace {

std::string orEmpty(const char *text) { return text ? text : ""; }

// Made beforehand, and freed by nobody.
constinit xphi_error outOfMemory{"X2099", "error [X2099]: out of memory\n", nullptr};

xphi_error *handle(const xphi::Error &error) {
  auto strings =
      std::make_unique<const std::pair<std::string, std::string>>(error.code(), error.render());
  return new xphi_error{strings->first.c_str(), strings->second.c_str(), std::move(strings)};
}

/// What `call` returns, a Status or an Error, as a handle. No exception leaves the library.
template <typename Call> xphi_error *attempt(const Call &call) noexcept {
  try {
    const xphi::Status status = call();
    return status ? nullptr : handle(status.error());
  } catch (...) {
    return &outOfMemory;
  }
}

xphi::Error isNull(const char *what) {
  return xphi::Error("X2017", std::string("the ") + what + " handed to xphi is a null pointer");
}

/// The same, of a kernel that may be null.
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

std::vector<std::string> names(const char *list) {
  std::vector<std::string> result;
  for (std::string_view rest = list ? list : ""; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    result.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return result;
}

/// "bf16", "f32,bf16->bf16"
xphi::Result<std::vector<xphi::ElementType>> elementTypes(const char *list) {
  std::string flat = orEmpty(list);
  if (const std::size_t arrow = flat.find("->"); arrow != std::string::npos)
    flat.replace(arrow, 2, ",");
  std::vector<xphi::ElementType> types;
  for (const std::string &name : names(flat.c_str())) {
    const std::optional<xphi::ElementType> type = xphi::elementTypeOf(name);
    if (!type)
      return xphi::Error("X2031", "there is no element type '" + name + "'; there are " +
                                      xphi::elementTypeNames());
    types.push_back(*type);
  }
  return types;
}

static_assert(XPHI_KEEP_NOTHING == static_cast<int>(xphi::Keep::Nothing) &&
              XPHI_KEEP_MASK == static_cast<int>(xphi::Keep::Mask) &&
              XPHI_KEEP_Y == static_cast<int>(xphi::Keep::Output));

struct ArgumentSpans {
  std::array<xphi::Kernel::Input, xphi::maxOperands> spans;
  std::size_t count = 0;
  xphi::ChannelLayout layout;

  ArgumentSpans(const xphi::Kernel &kernel, const xphi_arguments *given) {
    if (!given)
      return;
    layout = {given->channels, given->inner};
    count = given->values ? kernel.parameters().size() : 0;
    for (std::size_t i = 0; i != count; ++i)
      spans[i] = {given->values[i], !given->values[i] ? 0 : given->counts ? given->counts[i] : 1};
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

const char *xphi_version(void) { return xphi::version(); }

const char *xphi_error_code(const xphi_error *error) { return error ? error->code : nullptr; }
const char *xphi_error_text(const xphi_error *error) { return error ? error->text : nullptr; }
void xphi_error_free(xphi_error *error) {
  if (error != &outOfMemory)
    delete error;
}

xphi_engine *xphi_engine_create(const xphi_engine_options *given) try {
  xphi::Options options = given ? xphi::Options() : xphi::Options::fromEnvironment();
  if (given) {
    options.cacheDirectory = orEmpty(given->cache_directory);
    options.compilerLibrary = orEmpty(given->compiler_library);
    if (given->cuda_driver)
      options.cudaDriver = given->cuda_driver;
    options.threads = given->threads;
    options.executor = {given->executor, given->executor_context};
    if (given->compile_seconds > 0)
      options.compileSeconds = given->compile_seconds;
    if (given->compile_megabytes != 0)
      options.compileMegabytes = given->compile_megabytes;
    if (given->max_kernels != 0)
      options.maxKernels = given->max_kernels;
  }
  return new xphi_engine{xphi::Engine(std::move(options))};
} catch (...) {
  return nullptr;
}

void xphi_engine_destroy(xphi_engine *engine) { delete engine; }

xphi_error *xphi_compile(xphi_engine *engine, const char *what, const xphi_compile_options *given,
                         xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return attempt([&]() -> xphi::Status {
    for (const auto &[pointer, name] : {std::pair<const void *, const char *>(engine, "engine"),
                                        {what, "text"},
                                        {kernel, "place for the kernel"}})
      if (!pointer)
        return isNull(name);
    xphi::CompileOptions options;
    if (given) {
      options.function = orEmpty(given->function);
      options.target = orEmpty(given->target);
      if (given->file_name)
        options.fileName = given->file_name;
      options.importRoot = orEmpty(given->import_root);
      options.order = given->order;
      options.backward = given->no_backward == 0;
      options.derivative = names(given->derivative);
      options.gradients = names(given->gradients);
      if (given->keep > XPHI_KEEP_NOTHING)
        return xphi::Error("X1008", "keep is one of XPHI_KEEP_X, XPHI_KEEP_Y, XPHI_KEEP_MASK and "
                                    "XPHI_KEEP_NOTHING, not " +
                                        std::to_string(given->keep));
      options.keep = static_cast<xphi::Keep>(given->keep);
      xphi::Result<std::vector<xphi::ElementType>> types = elementTypes(given->types);
      if (!types)
        return types.error();
      options.types = std::move(*types);
      if (given->require)
        options.accuracy = xphi::Accuracy::required();
    }
    xphi::Result<xphi::Kernel> compiled = engine->engine.compile(what, options);
    if (compiled)
      *kernel = new xphi_kernel(std::move(*compiled));
    return compiled ? xphi::Status() : compiled.error();
  });
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
  return kernel ? kernel->kernel.warnings().size() : 0;
}
xphi_certificate xphi_kernel_certificate(const xphi_kernel *kernel) {
  const xphi::Certificate &all = kernel->kernel.certificate();
  return {all.unit == xphi::Certificate::Unit::Ulp ? "ulp" : "terms",
          all.method == xphi::Certificate::Method::Checked ? "checked" : "none",
          all.bound,
          all.points,
          all.kept,
          all.worst.error,
          kernel->certificate.c_str()};
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
const char *xphi_kernel_warning_code(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_warning_count(kernel) ? kernel->kernel.warnings()[index].code.c_str()
                                                   : nullptr;
}
const char *xphi_kernel_warning_text(const xphi_kernel *kernel, size_t index) {
  return index < xphi_kernel_warning_count(kernel)
             ? kernel->kernel.warnings()[index].message.c_str()
             : nullptr;
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
