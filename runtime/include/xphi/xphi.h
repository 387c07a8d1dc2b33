/* All of xphi's C interface: compile a function from its text, run it and its derivative.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *   xphi_engine *engine = xphi_engine_create(NULL);
 *   xphi_kernel *gelu = NULL;
 *   xphi_error *error = xphi_compile(engine, "x * Phi(x)", NULL, &gelu);
 *   if (!error) error = xphi_kernel_forward(gelu, x, y, n, NULL);
 *   if (error) { fputs(xphi_error_text(error), stderr); xphi_error_free(error); }
 *
 * Functions that can fail return an xphi_error, null when done; the caller frees it. A null handle
 * or array is X2017 there, and of functions that only tell something the answer is null or 0.
 * Strings and structs returned belong to the object they were asked from. An engine may be used
 * from many threads, so may a kernel; a kernel outlives its engine. The C++ headers say what each
 * call promises.
 *
 * A struct begins with its size, which is sizeof it where the caller has set it; 0 stands for that
 * of version 0.1. What is zero otherwise is the default: `xphi_compile_options options = {0};`. */
#ifndef XPHI_XPHI_H
#define XPHI_XPHI_H

#include <stddef.h>
#include <stdint.h>

#define XPHI_VERSION_MAJOR 0
#define XPHI_VERSION_MINOR 1
#define XPHI_VERSION_PATCH 0
#define XPHI_VERSION_NUMBER                                                                        \
  (XPHI_VERSION_MAJOR * 10000 + XPHI_VERSION_MINOR * 100 + XPHI_VERSION_PATCH)

#define XPHI_C_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xphi_engine xphi_engine;
typedef struct xphi_kernel xphi_kernel;
typedef struct xphi_error xphi_error;
typedef struct xphi_bytes xphi_bytes;     /* a text or a file */
typedef struct xphi_pending xphi_pending; /* a kernel that is being compiled */
typedef struct xphi_cache xphi_cache;     /* what a cache folder held at some time */

/* Of the library that is loaded: "0.1.0", and as XPHI_VERSION_NUMBER. */
XPHI_C_API const char *xphi_version(void);
XPHI_C_API uint32_t xphi_version_number(void);

/* What this machine runs best, "x86-64-v3"; X2000 where nothing. Then what its processor has, and
 * every target; null for an index out of range. */
XPHI_C_API xphi_error *xphi_host_target(const char **target);
XPHI_C_API const char *xphi_host_feature(size_t index);
XPHI_C_API const char *xphi_target_name(size_t index);

/* A mistake in a program, or a warning. */
typedef struct {
  size_t size;
  const char *code;    /* "X0007" */
  const char *message; /* one line, without place */
  const char *file;    /* the name given to the text */
  uint32_t line;       /* from 1; 0: without a place */
  uint32_t column;     /* from 1, in characters */
  uint32_t end_column; /* one past the last character */
} xphi_diagnostic;

/* "X2001"; one line; the text to show, with excerpt and carets where there are any, plain and with
 * ANSI colours. Then every mistake of a program; null for an index out of range. */
XPHI_C_API const char *xphi_error_code(const xphi_error *error);
XPHI_C_API const char *xphi_error_message(const xphi_error *error);
XPHI_C_API const char *xphi_error_text(const xphi_error *error);
XPHI_C_API const char *xphi_error_coloured_text(const xphi_error *error);
XPHI_C_API size_t xphi_error_diagnostic_count(const xphi_error *error);
XPHI_C_API const xphi_diagnostic *xphi_error_diagnostic(const xphi_error *error, size_t index);
XPHI_C_API void xphi_error_free(xphi_error *error);

/* The bytes, with a zero after them that does not count. */
XPHI_C_API const char *xphi_bytes_data(const xphi_bytes *bytes);
XPHI_C_API size_t xphi_bytes_size(const xphi_bytes *bytes);
XPHI_C_API void xphi_bytes_free(xphi_bytes *bytes);

#define XPHI_ALL_CORES UINT32_MAX

/* The host's own threads. `run` calls part(argument, i) once for each i below count, in any order,
 * on any threads with 2 MiB of stack, and returns when all are done; several threads may call it at
 * once. Null: none. */
typedef struct {
  void (*run)(void *context, size_t count, void (*part)(void *argument, size_t index),
              void *argument);
  void *context;
} xphi_executor;

/* The host's own memory, for what stays of a kernel; it must live as long as the last of them. Both
 * functions or neither; from any thread. `allocate` gives null where there is none (X2099);
 * `release` takes back what it gave, for the same bytes and alignment. */
typedef struct {
  void *(*allocate)(void *context, size_t bytes, size_t alignment);
  void (*release)(void *context, void *memory, size_t bytes, size_t alignment);
  void *context;
} xphi_allocator;

typedef struct {
  size_t size;
  const char *cache_directory;  /* null: memory only */
  const char *compiler_library; /* null: found beside libxphi.so */
  const char *cuda_driver;      /* null: "libcuda.so.1" */
  uint32_t threads;             /* of one call; 0: 1; or XPHI_ALL_CORES */
  uint32_t compile_threads;     /* of xphi_compile_async; 0: one for each core */
  double compile_seconds;       /* of the processor, of one compile; 0: 10 */
  uint64_t compile_megabytes;   /* 0: 1024 */
  size_t max_kernels;           /* that the engine itself holds; 0: 1024 */
  xphi_executor executor;       /* where it is set, long calls run on it, and not on `threads` */
  xphi_allocator allocator;     /* where it is set, kernels are kept in its memory */
  const char *shared_cache;     /* only read; null: xphi/kernels beside libxphi.so */
} xphi_engine_options;

/* Null options: from the environment. Null is returned only when there is no memory. */
XPHI_C_API xphi_engine *xphi_engine_create(const xphi_engine_options *options);
XPHI_C_API void xphi_engine_destroy(xphi_engine *engine);
/* What the engine uses; `options->size` is as above, and stays. */
XPHI_C_API void xphi_engine_get_options(const xphi_engine *engine, xphi_engine_options *options);

enum { XPHI_KEEP_X, XPHI_KEEP_Y, XPHI_KEEP_MASK, XPHI_KEEP_NOTHING };

typedef struct {
  size_t size;
  const char *function;   /* null: the last definition */
  const char *target;     /* null: the best this machine runs */
  const char *file_name;  /* null: "<expression>" */
  uint32_t order;         /* of the derivative that forward computes */
  uint32_t no_backward;   /* 1: leave the backward kernel out */
  const char *derivative; /* "x,alpha": what forward computes, in place of order; null: the value */
  const char *gradients;  /* "x,alpha": what backward computes; null: all inputs; "*": everything */
  uint32_t keep;          /* what backward reads of the forward pass */
  uint32_t require;       /* 1: a promise of accuracy that is not kept is an error, X1101 */
  const char *import_root;  /* folder whose .phi files the text may import; null: none */
  uint32_t target_in_names; /* 1: the functions that xphi_emit makes end in the target's name */
  const char *types;     /* "bf16" of all arrays, or "f32,bf16,bf16": inputs, then the result; null:
                            "f32" */
  uint32_t reproducible; /* 1: the same bits on every target */
  const char *name_prefix; /* what the functions that xphi_emit makes begin with; null: nothing */
  const char *accuracy;    /* "accurate", "reproducible", "fast", "exact", or "ulp:2" for at most 2
                              ulp;    null: "accurate" */
} xphi_compile_options;

/* `what` is an expression, a program or a library name. On success *kernel is to be freed; options
 * may be null. The second gives the pass that differentiates backward once more. */
XPHI_C_API xphi_error *xphi_compile(xphi_engine *engine, const char *what,
                                    const xphi_compile_options *options, xphi_kernel **kernel);
XPHI_C_API xphi_error *xphi_compile_double_backward(xphi_engine *engine, const char *what,
                                                    const xphi_compile_options *options,
                                                    xphi_kernel **kernel);

/* The same on a thread of the engine's: returns at once. xphi_pending_wait gives what xphi_compile
 * would have given, each time it is called. */
XPHI_C_API xphi_error *xphi_compile_async(xphi_engine *engine, const char *what,
                                          const xphi_compile_options *options,
                                          xphi_pending **pending);
XPHI_C_API int xphi_pending_ready(const xphi_pending *pending);
XPHI_C_API xphi_error *xphi_pending_wait(const xphi_pending *pending, xphi_kernel **kernel);
XPHI_C_API void xphi_pending_free(xphi_pending *pending);

/* A kernel that can be called at once, by the interpreter until it is compiled. xphi_kernel_wait
 * waits for that, and says why it could not be. */
XPHI_C_API xphi_error *xphi_compile_later(xphi_engine *engine, const char *what,
                                          const xphi_compile_options *options,
                                          xphi_kernel **kernel);
XPHI_C_API int xphi_kernel_is_ready(const xphi_kernel *kernel);
XPHI_C_API xphi_error *xphi_kernel_wait(const xphi_kernel *kernel);

/* A kernel as bytes for the host to keep, and back. They are code: take them from nobody who may
 * not run code here. */
XPHI_C_API xphi_error *xphi_kernel_bytes(const xphi_kernel *kernel, xphi_bytes **bytes);
XPHI_C_API xphi_error *xphi_load(xphi_engine *engine, const void *bytes, size_t size,
                                 xphi_kernel **kernel);

/* Code ahead of time: kind is "object", "header", ...; `timings`, which may be null, receives a
 * JSON object. */
XPHI_C_API xphi_error *xphi_emit(xphi_engine *engine, const char *what, const char *kind,
                                 const xphi_compile_options *options, xphi_bytes **product,
                                 xphi_bytes **timings);
/* Objects that xphi_emit made, `count` of them with the names of their files, as one file: kind is
 * "archive" (a static library), "object", or "shared", a library that is called `soname`, which may
 * be null. */
XPHI_C_API xphi_error *xphi_join(xphi_engine *engine, const char *const *names,
                                 const xphi_bytes *const *objects, size_t count, const char *kind,
                                 const char *soname, xphi_bytes **product);
typedef struct {
  size_t size;
  uint64_t seed;           /* of the points */
  uint64_t points;         /* at most about so many; 0: as many as take a second */
  const char *description; /* of a library made ahead of time, in place of a kernel: the JSON object
                              of one of its kernels; or null */
  const char *function;    /* of it, the name of the C function */
} xphi_certify_options;
/* Checks the certificate of a kernel, as xphi_kernel_bytes gave it or a file of the cache has it,
 * again, and gives what was found, as JSON. X1102 where it does not hold, X1103 where it is of
 * other code. The bytes are code, which is run. Options may be null. */
XPHI_C_API xphi_error *xphi_certify(xphi_engine *engine, const void *bytes, size_t size,
                                    const xphi_certify_options *options, xphi_bytes **certificate);

/* What suffices to keep: bit 1 << XPHI_KEEP_Y of *keeps, and so on. */
XPHI_C_API xphi_error *xphi_enough_to_keep(xphi_engine *engine, const char *what,
                                           const xphi_compile_options *options, uint32_t *keeps);
/* "xphi 0.1.0 LLVM 22.1.8 Halide 21.0.0" */
XPHI_C_API xphi_error *xphi_compiler_name(xphi_engine *engine, xphi_bytes **name);

/* Compiles into the cache folder, for any target. *compiled, which may be null, is 0 if it was
 * there already. */
XPHI_C_API xphi_error *xphi_fill_cache(xphi_engine *engine, const char *what,
                                       const xphi_compile_options *options, int *compiled);

typedef struct {
  size_t size;
  const char *directory;   /* "" when there is none */
  const char *refusal;     /* why a folder that is there is not used (X2040), or "" */
  uint64_t entries, bytes; /* in the folder */
  uint64_t memory_hits, disk_hits, misses, compiles;      /* of this engine */
  uint64_t total_disk_hits, total_misses, total_compiles; /* of all processes */
} xphi_cache_statistics;

typedef struct {
  size_t size;
  const char *file;
  uint64_t bytes;
  int64_t written; /* seconds since 1970 */
  int intact;      /* every byte is as it was written; else nothing below is known */
  int usable;      /* made by the compiler that this engine would compile with */
  const char *compiler, *function, *target, *types, *derivative, *gradients, *keep, *program;
} xphi_cached_kernel;

/* Reads and checks every entry. Without a folder that may be used there are none. */
XPHI_C_API xphi_error *xphi_cache_read(xphi_engine *engine, xphi_cache **cache);
XPHI_C_API const xphi_cache_statistics *xphi_cache_get_statistics(const xphi_cache *cache);
XPHI_C_API size_t xphi_cache_kernel_count(const xphi_cache *cache);
XPHI_C_API const xphi_cached_kernel *xphi_cache_kernel(const xphi_cache *cache, size_t index);
XPHI_C_API void xphi_cache_free(xphi_cache *cache);

typedef struct {
  size_t size;
  uint32_t keep_other_builds; /* 0: entries that no lookup of this build can find go, too */
  uint64_t max_bytes;         /* the oldest go until no more than this is left; 0: no limit */
} xphi_prune_options;

typedef struct {
  size_t size;
  uint64_t removed, removed_bytes, left, left_bytes;
} xphi_prune_result;

/* Options and result may be null. */
XPHI_C_API xphi_error *xphi_prune_cache(xphi_engine *engine, const xphi_prune_options *options,
                                        xphi_prune_result *result);
/* Forgets every kernel, in memory and on disk; how many were on disk. */
XPHI_C_API uint64_t xphi_clear_cache(xphi_engine *engine);

/* Another handle of the same kernel, which costs next to nothing; null when there is no memory. */
XPHI_C_API xphi_kernel *xphi_kernel_copy(const xphi_kernel *kernel);
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

/* Parameters by name: fills in xphi_kernel_parameter_count numbers, with defaults for those that
 * are not named. X2013 for a name the function lacks. */
XPHI_C_API xphi_error *xphi_kernel_arguments(const xphi_kernel *kernel, const char *const *names,
                                             const float *values, size_t count, float *parameters);

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
  size_t size;
  const float *const *values; /* one array a parameter, null for its default; null: all defaults */
  const size_t *counts;       /* how many numbers each array has: 1 or channels; null: 1 each */
  size_t channels, inner;     /* 0: 1 */
} xphi_arguments;

/* The layout of a contiguous tensor along one of its axes; -1 is the last one. */
XPHI_C_API xphi_error *xphi_channel_layout(const size_t *shape, size_t rank, ptrdiff_t axis,
                                           size_t *channels, size_t *inner);

/* Null arguments: the defaults, one channel. */
XPHI_C_API xphi_error *xphi_kernel_forward_channels(const xphi_kernel *kernel,
                                                    const float *const *inputs, float *y, size_t n,
                                                    const xphi_arguments *arguments);

/* All gradients at once: `outputs` holds one pointer a gradient, with n numbers for an input, one
 * for a parameter and `channels` for a channel parameter. */
XPHI_C_API xphi_error *xphi_kernel_gradients(const xphi_kernel *kernel, const float *const *inputs,
                                             const float *dy, float *const *outputs, size_t n,
                                             const xphi_arguments *arguments);

enum {
  XPHI_F32,
  XPHI_F16,
  XPHI_BF16,
  XPHI_INT8,
  XPHI_UINT8,
  XPHI_FP8_E4M3,
  XPHI_FP8_E5M2,
  XPHI_F64
};

/* A view of an array: any strides, in elements; null strides: the last dimension is contiguous. */
typedef struct {
  size_t size;
  void *data;    /* of the element whose indices are all 0; of what is only read, not written */
  uint32_t type; /* of the elements, XPHI_F32 */
  uint32_t rank; /* at most 8 */
  const int64_t *shape, *strides;
} xphi_tensor;

/* The same on tensors of the kernel's types: inputs broadcast to the shape of y, or of dy. Inputs,
 * parameters and outputs are lists of pointers, one an input, a parameter, a gradient; a null
 * parameter, or a null list of them, is the default. Backward is gradients of one. */
XPHI_C_API xphi_error *xphi_kernel_forward_tensors(const xphi_kernel *kernel,
                                                   const xphi_tensor *const *inputs,
                                                   const xphi_tensor *y,
                                                   const xphi_tensor *const *parameters);
XPHI_C_API xphi_error *xphi_kernel_gradients_tensors(const xphi_kernel *kernel,
                                                     const xphi_tensor *const *inputs,
                                                     const xphi_tensor *dy,
                                                     const xphi_tensor *const *outputs,
                                                     const xphi_tensor *const *parameters);

/* A view of a DLTensor, or of a DLManagedTensorVersioned, which `written` says is to be written.
 * The shape and strides stay DLPack's. X2031 and X2034 where xphi cannot use it. */
XPHI_C_API xphi_error *xphi_tensor_from_dlpack(const void *dl_tensor, xphi_tensor *tensor);
XPHI_C_API xphi_error *xphi_tensor_from_dlpack_versioned(const void *managed, int written,
                                                         xphi_tensor *tensor);

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
XPHI_C_API int xphi_kernel_is_cuda(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_program(const xphi_kernel *kernel);
/* What the artifact says of itself, and the milliseconds of each stage that made it: JSON. */
XPHI_C_API const char *xphi_kernel_info(const xphi_kernel *kernel);
XPHI_C_API const char *xphi_kernel_timings(const xphi_kernel *kernel);
enum { XPHI_FROM_MEMORY, XPHI_FROM_DISK, XPHI_COMPILED, XPHI_FROM_BYTES, XPHI_AWAITED };
XPHI_C_API uint32_t xphi_kernel_origin(const xphi_kernel *kernel);
XPHI_C_API uint32_t xphi_kernel_order(const xphi_kernel *kernel);
XPHI_C_API uint32_t xphi_kernel_keep(const xphi_kernel *kernel);
XPHI_C_API int xphi_kernel_has_backward(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_input_count(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_parameter_count(const xphi_kernel *kernel);
XPHI_C_API size_t xphi_kernel_gradient_count(const xphi_kernel *kernel);
/* Null and 0 for an index out of range. What forward computes the derivative in has
 * xphi_kernel_order names. */
XPHI_C_API const char *xphi_kernel_input_name(const xphi_kernel *kernel, size_t index);
XPHI_C_API const char *xphi_kernel_parameter_name(const xphi_kernel *kernel, size_t index);
XPHI_C_API float xphi_kernel_parameter_default(const xphi_kernel *kernel, size_t index);
XPHI_C_API int xphi_kernel_parameter_is_channel(const xphi_kernel *kernel, size_t index);
XPHI_C_API const char *xphi_kernel_gradient_name(const xphi_kernel *kernel, size_t index);
XPHI_C_API const char *xphi_kernel_derivative_name(const xphi_kernel *kernel, size_t index);

/* What an array holds, "f32": of an input, or behind them all of the result. */
XPHI_C_API const char *xphi_kernel_type(const xphi_kernel *kernel, size_t index);

/* What there is to warn of. */
XPHI_C_API size_t xphi_kernel_warning_count(const xphi_kernel *kernel);
XPHI_C_API const xphi_diagnostic *xphi_kernel_warning(const xphi_kernel *kernel, size_t index);

/* What is promised of errors, and what the kernel's check found. */
typedef struct {
  size_t size;
  const char *unit;   /* "ulp" of the true result; "terms": of the largest term it sums, if larger;
                       "relative": a part of that, and of 2^-14 if that is smaller still */
  const char *method; /* "checked", or "exhaustive": run at every element that there is; "none" for
                         a kernel that this machine does not run */
  const char *text;   /* all of it in a sentence, with the worst point */
  double bound;       /* what is promised, in units */
  uint64_t points;    /* where it was checked */
  uint64_t skipped;   /* results that there was nothing to compare with */
  int kept;           /* 0: an error above the bound was found */
  double worst_error; /* in units, infinite where NaN or an infinity is wrong */
  double worst_right; /* what would have been right there */
  double worst_got;   /* and what came */
  const char *worst_output;   /* "value", "gradient in alpha" */
  const double *worst_inputs; /* there */
  const float *worst_parameters;
  size_t worst_input_count, worst_parameter_count;
  const char *reason; /* of a promise that is not kept: why it is evaluated as it is; else "" */
  /* A zero whose sign is not that of the function beside it, which breaks no promise; no inputs:
   * none was found. */
  const char *zero_output;
  const float *zero_inputs, *zero_parameters;
  size_t zero_input_count, zero_parameter_count;
  float zero_got;
  const char *tier;   /* "accurate", "reproducible", "fast", "exact" */
  size_t piece_count; /* of xphi_kernel_certificate_piece */
  const char *code;   /* a hash of the machine code that all this is about */
} xphi_certificate;
/* Null for a null kernel. */
XPHI_C_API const xphi_certificate *xphi_kernel_certificate(const xphi_kernel *kernel);

/* What is known of one output where the input is from low to high, both included. Of the pieces of
 * an output the first that has the input counts; the last has all. */
typedef struct {
  size_t size;
  const char *output; /* "value", "gradient in x" */
  const char *unit;   /* as above */
  const char *method; /* also "proved": for every element */
  const char *fit;    /* what it is proved from, or may be by xphi_certify; else "" */
  double bound;       /* in units; of backward's results with dy = 1 */
  uint64_t points;
  float low, high;
  int is_of_defaults; /* not 0: where the parameters are what they are by default */
  /* Of two inputs, the one whose range this is, where the magnitude of the other is from
   * 1 / most_other to most_other; else "". */
  const char *input;
  float most_other;
} xphi_certificate_piece;
/* Null where there are no more. */
XPHI_C_API const xphi_certificate_piece *xphi_kernel_certificate_piece(const xphi_kernel *kernel,
                                                                       size_t index);

#ifdef __cplusplus
}
#endif

#endif
