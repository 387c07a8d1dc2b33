/* All of xphi's C interface: compile a function from its text, run it and its derivative.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Functions that can fail return an xphi_error, null when done; the caller frees it. A null handle
 * or array is X2017 there, and of functions that only tell something the answer is null or 0.
 * Strings returned belong to the object they were asked from. An engine may be used from many
 * threads, so may a kernel; a kernel outlives its engine. The C++ headers say what each call
 * promises. */
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
  uint32_t threads;             /* of one call; 0: one for each core */
  double compile_seconds;       /* that one compile may take; 0: 10 */
  uint64_t compile_megabytes;   /* 0: 1024 */
  size_t max_kernels;           /* that the engine itself holds; 0: 1024 */
  /* Where long calls run in place of `threads`, null: not: calls part(argument, i) once for each i
   * below count, in any order, on any threads with 2 MiB of stack, and returns when all are done.
   */
  void (*executor)(void *context, size_t count, void (*part)(void *argument, size_t index),
                   void *argument);
  void *executor_context;
} xphi_engine_options;

/* Null options: from the environment. Null is returned only when there is no memory. */
XPHI_C_API xphi_engine *xphi_engine_create(const xphi_engine_options *options);
XPHI_C_API void xphi_engine_destroy(xphi_engine *engine);

enum { XPHI_KEEP_X, XPHI_KEEP_Y, XPHI_KEEP_MASK, XPHI_KEEP_NOTHING };

typedef struct {
  const char *function;   /* null: the last definition */
  const char *target;     /* null: the best this machine runs */
  const char *file_name;  /* null: "<expression>" */
  uint32_t order;         /* of the derivative that forward computes */
  uint32_t no_backward;   /* 1: leave the backward kernel out */
  const char *derivative; /* "x,alpha": what forward computes, in place of order; null: the value */
  const char *gradients;  /* "x,alpha": what backward computes; null: all inputs; "*": everything */
  uint32_t keep;          /* what backward reads of the forward pass */
  uint32_t require;       /* 1: a promise of accuracy that is not kept is an error, X1101 */
  const char *import_root; /* folder whose .phi files the text may import; null: none */
  const char *types; /* what arrays hold: "bf16", "f32,bf16->bf16"; null: f32. Others than f32 are
                        called on tensors (xphi/tensor.h) */
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

/* The same for functions of several inputs: `inputs` holds one pointer an input. Backward is for
 * kernels of one gradient. */
XPHI_C_API xphi_error *xphi_kernel_forward_many(const xphi_kernel *kernel,
                                                const float *const *inputs, float *y, size_t n,
                                                const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward_many(const xphi_kernel *kernel,
                                                 const float *const *inputs, const float *dy,
                                                 float *dx, size_t n, const float *parameters);

/* For kernels that keep a mask: forward also writes, and backward reads, a bit for each element
 * (which cannot say that x is NaN: forward gives X2047 then, with y and the mask complete), in
 * xphi_mask_size(n) bytes. Kernels that keep y take it in place of x above; those that keep nothing
 * take null `inputs`, in xphi_kernel_backward_many. */
XPHI_C_API size_t xphi_mask_size(size_t n);
XPHI_C_API xphi_error *xphi_kernel_forward_mask(const xphi_kernel *kernel, const float *x, float *y,
                                                uint8_t *mask, size_t n, const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward_mask(const xphi_kernel *kernel, const uint8_t *mask,
                                                 const float *dy, float *dx, size_t n,
                                                 const float *parameters);

/* Parameters with a value for each channel: element i belongs to channel (i / inner) % channels. */
typedef struct {
  const float *const *values; /* one array a parameter, null for its default; null: all defaults */
  const size_t *counts;       /* how many numbers each array has: 1 or channels; null: 1 each */
  size_t channels, inner;
} xphi_arguments;

/* Null arguments: the defaults, one channel. */
XPHI_C_API xphi_error *xphi_kernel_forward_channels(const xphi_kernel *kernel,
                                                    const float *const *inputs, float *y, size_t n,
                                                    const xphi_arguments *arguments);

/* All gradients at once: `outputs` holds one pointer a gradient, with n numbers for an input, one
 * for a parameter and `channels` for a channel parameter. */
XPHI_C_API xphi_error *xphi_kernel_gradients(const xphi_kernel *kernel, const float *const *inputs,
                                             const float *dy, float *const *outputs, size_t n,
                                             const xphi_arguments *arguments);

/* On the caller's CUDA stream and device pointers; returns after the launch. */
XPHI_C_API xphi_error *xphi_kernel_forward_cuda(const xphi_kernel *kernel, void *stream,
                                                const uint64_t *inputs, uint64_t y, size_t n,
                                                const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_backward_cuda(const xphi_kernel *kernel, void *stream,
                                                 const uint64_t *inputs, uint64_t dy, uint64_t dx,
                                                 size_t n, const float *parameters);
XPHI_C_API xphi_error *xphi_kernel_gradients_cuda(const xphi_kernel *kernel, void *stream,
                                                  const uint64_t *inputs, uint64_t dy,
                                                  const uint64_t *outputs, size_t n,
                                                  const float *parameters);

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
XPHI_C_API int xphi_kernel_parameter_is_channel(const xphi_kernel *kernel, size_t index);
/* What there is to warn of, "X0036" and a line of text. */
XPHI_C_API size_t xphi_kernel_warning_count(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_warning_code(const xphi_kernel *kernel, size_t index);
XPHI_C_API const char *xphi_kernel_warning_text(const xphi_kernel *kernel, size_t index);
/* What is promised of errors, and what the kernel's check found. The strings are the kernel's. */
typedef struct {
  const char *unit; /* "ulp" of the true result; "terms": of the largest term it sums, if larger */
  const char *method; /* "checked"; "none" for a kernel that this machine does not run */
  double bound;       /* what is promised, in units */
  uint64_t points;    /* where it was checked */
  int kept;           /* 0: an error above the bound was found */
  double worst_error; /* in units, infinite where NaN or an infinity is wrong */
  const char *text;   /* all of it in a sentence, with the worst point */
} xphi_certificate;
XPHI_C_API xphi_certificate xphi_kernel_certificate(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_gradient_count(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_gradient_name(const xphi_kernel *kernel, size_t index);

#ifdef __cplusplus
}
#endif

#endif
