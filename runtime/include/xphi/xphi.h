/* All of xphi's C interface: compile a function from its text, run it and its derivative.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Functions that can fail return an xphi_error, null when done; the caller frees it. Strings
 * returned belong to the object they were asked from. An engine may be used from many threads, so
 * may a kernel; a kernel outlives its engine. The C++ headers say what each call promises. */
#ifndef XPHI_XPHI_H
#define XPHI_XPHI_H

#include <stddef.h>
#include <stdint.h>

#define XPHI_C_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xphi_engine xphi_engine;
typedef struct xphi_kernel xphi_kernel;
typedef struct xphi_error xphi_error;

XPHI_C_API const char *xphi_version(void);

/* "X2001"; the text to show, with excerpt and carets where there are any. */
XPHI_C_API const char *xphi_error_code(const xphi_error *error);
XPHI_C_API const char *xphi_error_text(const xphi_error *error);
XPHI_C_API void xphi_error_free(xphi_error *error);

typedef struct {
  const char *cache_directory;  /* null: memory only */
  const char *compiler_library; /* null: found beside libxphi.so */
  const char *cuda_driver;      /* null: "libcuda.so.1" */
} xphi_engine_options;

/* Null options: from the environment. Null is returned only when there is no memory. */
XPHI_C_API xphi_engine *xphi_engine_create(const xphi_engine_options *options);
XPHI_C_API void xphi_engine_destroy(xphi_engine *engine);

typedef struct {
  const char *function;  /* null: the last definition */
  const char *target;    /* null: the best this machine runs */
  const char *file_name; /* null: "<expression>" */
  uint32_t order;        /* of the derivative that forward computes */
  uint32_t no_backward;  /* 1: leave the backward kernel out */
} xphi_compile_options;

/* `what` is an expression, a program or a library name. On success *kernel is to be freed; options
 * may be null. */
XPHI_C_API xphi_error *xphi_compile(xphi_engine *engine, const char *what,
                                    const xphi_compile_options *options, xphi_kernel **kernel);
XPHI_C_API void xphi_kernel_free(xphi_kernel *kernel);

/* y = f(x) and dx = dy * f'(x) over n elements; parameters may be null for the defaults. In place
 * allowed. */
XPHI_C_API xphi_error *xphi_kernel_forward(const xphi_kernel *kernel, const float *x, float *y,
                                           size_t n, const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward(const xphi_kernel *kernel, const float *x,
                                            const float *dy, float *dx, size_t n,
                                            const float *parameters);

/* The same for functions of several inputs: `inputs` holds one pointer an input. */
XPHI_C_API xphi_error *xphi_kernel_forward_many(const xphi_kernel *kernel,
                                                const float *const *inputs, float *y, size_t n,
                                                const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward_many(const xphi_kernel *kernel,
                                                 const float *const *inputs, const float *dy,
                                                 float *dx, size_t n, const float *parameters);

/* On the caller's CUDA stream and device pointers; returns after the launch. */
XPHI_C_API xphi_error *xphi_kernel_forward_cuda(const xphi_kernel *kernel, void *stream,
                                                const uint64_t *inputs, uint64_t y, size_t n,
                                                const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward_cuda(const xphi_kernel *kernel, void *stream,
                                                 const uint64_t *inputs, uint64_t dy, uint64_t dx,
                                                 size_t n, const float *parameters);

XPHI_C_API const char *xphi_kernel_name(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_target(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_program(const xphi_kernel *kernel);
XPHI_C_API uint32_t xphi_kernel_order(const xphi_kernel *kernel);
XPHI_C_API int xphi_kernel_has_backward(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_input_count(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_parameter_count(const xphi_kernel *kernel);
/* Null and 0 for an index out of range. */
XPHI_C_API const char *xphi_kernel_input_name(const xphi_kernel *kernel, size_t index);
XPHI_C_API const char *xphi_kernel_parameter_name(const xphi_kernel *kernel, size_t index);
XPHI_C_API float xphi_kernel_parameter_default(const xphi_kernel *kernel, size_t index);

#ifdef __cplusplus
}
#endif

#endif
