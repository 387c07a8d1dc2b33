// The C interface: the C++ one with handles, plain strings and errors the caller frees.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCode.h"

#include <xphi/xphi.h>
#include <xphi/xphi.hpp>

#include <array>
#include <memory>
#include <new>
#include <optional>

struct xphi_engine {
  xphi::Engine engine;
};
struct xphi_kernel {
  xphi::Kernel kernel;
};
struct xphi_error {
  std::string code, text;
};

namespace {

std::string orEmpty(const char *text) { return text ? text : ""; }

xphi_error *toError(const xphi::Error &error) {
  return new (std::nothrow) xphi_error{error.code(), error.render()};
}

xphi_error *toError(const xphi::Status &status) {
  return status ? nullptr : toError(status.error());
}

// One element for each pointer a kernel needs: the spans of a call, kept on the stack.
struct InputSpans {
  std::array<xphi::Kernel::Input, xphi::maxOperands> spans;
  std::size_t count;

  InputSpans(const xphi_kernel &kernel, const float *const *inputs, std::size_t n)
      : count(kernel.kernel.inputs().size()) {
    for (std::size_t i = 0; i != count; ++i)
      spans[i] = {inputs[i], n};
  }
  std::span<const xphi::Kernel::Input> get() const { return {spans.data(), count}; }
};

xphi::Kernel::Parameters values(const xphi_kernel &kernel, const float *parameters) {
  return {parameters, parameters ? kernel.kernel.parameters().size() : 0};
}

} // namespace

extern "C" {

const char *xphi_version(void) { return xphi::version(); }

const char *xphi_error_code(const xphi_error *error) { return error->code.c_str(); }
const char *xphi_error_text(const xphi_error *error) { return error->text.c_str(); }
void xphi_error_free(xphi_error *error) { delete error; }

xphi_engine *xphi_engine_create(const xphi_engine_options *given) {
  xphi::Options options = given ? xphi::Options() : xphi::Options::fromEnvironment();
  if (given) {
    options.cacheDirectory = orEmpty(given->cache_directory);
    options.compilerLibrary = orEmpty(given->compiler_library);
    if (given->cuda_driver)
      options.cudaDriver = given->cuda_driver;
  }
  return new (std::nothrow) xphi_engine{xphi::Engine(std::move(options))};
}

void xphi_engine_destroy(xphi_engine *engine) { delete engine; }

xphi_error *xphi_compile(xphi_engine *engine, const char *what, const xphi_compile_options *given,
                         xphi_kernel **kernel) {
  xphi::CompileOptions options;
  if (given) {
    options.function = orEmpty(given->function);
    options.target = orEmpty(given->target);
    if (given->file_name)
      options.fileName = given->file_name;
    options.order = given->order;
    options.backward = given->no_backward == 0;
  }
  *kernel = nullptr;
  xphi::Result<xphi::Kernel> compiled = engine->engine.compile(what, options);
  if (!compiled)
    return toError(compiled.error());
  *kernel = new (std::nothrow) xphi_kernel{std::move(*compiled)};
  return *kernel ? nullptr : toError(xphi::Error("X2099", "out of memory"));
}

void xphi_kernel_free(xphi_kernel *kernel) { delete kernel; }

xphi_error *xphi_kernel_forward(const xphi_kernel *kernel, const float *x, float *y, size_t n,
                                const float *parameters) {
  return toError(kernel->kernel.forward(x, y, n, parameters));
}

xphi_error *xphi_kernel_backward(const xphi_kernel *kernel, const float *x, const float *dy,
                                 float *dx, size_t n, const float *parameters) {
  return toError(kernel->kernel.backward(x, dy, dx, n, parameters));
}

xphi_error *xphi_kernel_forward_many(const xphi_kernel *kernel, const float *const *inputs,
                                     float *y, size_t n, const float *parameters) {
  const InputSpans spans(*kernel, inputs, n);
  return toError(kernel->kernel.forward(spans.get(), {y, n}, values(*kernel, parameters)));
}

xphi_error *xphi_kernel_backward_many(const xphi_kernel *kernel, const float *const *inputs,
                                      const float *dy, float *dx, size_t n,
                                      const float *parameters) {
  const InputSpans spans(*kernel, inputs, n);
  return toError(
      kernel->kernel.backward(spans.get(), {dy, n}, {dx, n}, values(*kernel, parameters)));
}

xphi_error *xphi_kernel_forward_cuda(const xphi_kernel *kernel, void *stream,
                                     const uint64_t *inputs, uint64_t y, size_t n,
                                     const float *parameters) {
  const std::span in(inputs, kernel->kernel.inputs().size());
  return toError(kernel->kernel.forwardCuda(stream, in, y, n, values(*kernel, parameters)));
}

xphi_error *xphi_kernel_backward_cuda(const xphi_kernel *kernel, void *stream,
                                      const uint64_t *inputs, uint64_t dy, uint64_t dx, size_t n,
                                      const float *parameters) {
  const std::span in(inputs, kernel->kernel.inputs().size());
  return toError(kernel->kernel.backwardCuda(stream, in, dy, dx, n, values(*kernel, parameters)));
}

const char *xphi_kernel_name(const xphi_kernel *kernel) { return kernel->kernel.name().c_str(); }
const char *xphi_kernel_target(const xphi_kernel *kernel) {
  return kernel->kernel.target().c_str();
}
const char *xphi_kernel_program(const xphi_kernel *kernel) {
  return kernel->kernel.program().c_str();
}
uint32_t xphi_kernel_order(const xphi_kernel *kernel) { return kernel->kernel.order(); }
int xphi_kernel_has_backward(const xphi_kernel *kernel) { return kernel->kernel.hasBackward(); }

size_t xphi_kernel_input_count(const xphi_kernel *kernel) { return kernel->kernel.inputs().size(); }
size_t xphi_kernel_parameter_count(const xphi_kernel *kernel) {
  return kernel->kernel.parameters().size();
}
const char *xphi_kernel_input_name(const xphi_kernel *kernel, size_t index) {
  const auto names = kernel->kernel.inputs();
  return index < names.size() ? names[index].c_str() : nullptr;
}
const char *xphi_kernel_parameter_name(const xphi_kernel *kernel, size_t index) {
  const auto parameters = kernel->kernel.parameters();
  return index < parameters.size() ? parameters[index].name.c_str() : nullptr;
}
float xphi_kernel_parameter_default(const xphi_kernel *kernel, size_t index) {
  const auto parameters = kernel->kernel.parameters();
  return index < parameters.size() ? parameters[index].defaultValue : 0;
}

} // extern "C"
