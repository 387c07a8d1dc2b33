/* The border of the library that has Halide in it, in plain C: loops around a body.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * The compiler opens libxphi-loops.so when it meets a signature whose loop it has not kept; what is
 * only differentiated or explained, and nearly all that is compiled, does without Halide. */
#ifndef XPHI_COMPILER_CODEGEN_HALIDELOOPS_H
#define XPHI_COMPILER_CODEGEN_HALIDELOOPS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *inputs, *parameters, *outputs; /* an OperandKind each, see LoopSignature.h */
  const char *target;                        /* one that Target::parse knows */
  unsigned vectors;                          /* that the body takes at once */
  void *receiver;
  /* Called once, with the product, or with what Halide said in `error`. */
  void (*deliver)(void *receiver, const char *data, size_t size, const char *error);
} xphi_loop_request;

/* LLVM 21's bitcode of `int xphi_loop(halide_buffer_t *inputs..., parameters...,
 * halide_buffer_t *outputs...)`. */
__attribute__((visibility("default"))) void xphi_make_loop(const xphi_loop_request *request);

/* The loop nest as Halide prints it. */
__attribute__((visibility("default"))) void xphi_print_loop(const xphi_loop_request *request);

#ifdef __cplusplus
}
#endif

#endif /* XPHI_COMPILER_CODEGEN_HALIDELOOPS_H */
