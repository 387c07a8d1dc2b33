/* The border between the runtime and the compiler library, in plain C.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * The runtime opens libxphi-compiler.so with dlopen on a cache miss and calls these functions by
 * name. Nothing else crosses: no C++ type, no exception, no shared heap. A change here that an
 * older side would misread raises XPHI_COMPILER_ABI. Reference for what an artifact exports:
 * abi/Artifact.h. */
#ifndef XPHI_ABI_COMPILERAPI_H
#define XPHI_ABI_COMPILERAPI_H

#include <stddef.h>
#include <stdint.h>

#define XPHI_COMPILER_ABI 7

#if defined(__GNUC__)
#define XPHI_COMPILER_EXPORT __attribute__((visibility("default")))
#else
#define XPHI_COMPILER_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What to compile. The strings stay the caller's and need to live only during the call. */
typedef struct {
  uint32_t abi;               /* XPHI_COMPILER_ABI */
  const char *spec;           /* what is compiled: a text of abi/KernelSpec.h */
  const char *emit;           /* "artifact" (what the runtime loads); ahead of time, exporting C
                                 functions: "object", "shared", "header", "llvm", "asm"; "declarations"
                                 (of these functions, as JSON); "dispatch:" and targets, an object
                                 whose functions pick among those of these targets at run time;
                                 "ptx", "diff", "keeps" (what is enough to keep), or a stage:
                                 "stage:" and one of ast, xphi, derived, searches, approx, body,
                                 halide, llvm, asm, ptx */
  const char *cacheDirectory; /* for loop templates; null: keep them in memory only */
  int targetInNames;          /* C functions are called gelu_f32_v3, the shared library
                                 gelu.x86-64-v3.so; else gelu_f32, gelu.so */
  const char *namePrefix;     /* what the names of C functions begin with; null: nothing */
  double seconds;             /* the budget; X1009 when it is used up */
  uint64_t megabytes;         /* MiB */
  void (*pause)(void); /* called now and then from the compile's thread, when it holds no lock;
                          null: not */
} xphi_compile_request;

/* Objects, which come from xphi_compiler_run, as one file. The arrays are the caller's. */
typedef struct {
  uint32_t abi;            /* XPHI_COMPILER_ABI */
  const char *kind;        /* "archive", "object" or "shared" */
  const char *soname;      /* what a shared library is called; null: nothing */
  const char *const *name; /* of each object, in an archive */
  const char *const *data;
  const size_t *size;
  size_t count;
  double seconds; /* the budget, as above */
  uint64_t megabytes;
} xphi_join_request;

/* A kernel whose certificate is checked again: check/Certification.h. */
typedef struct {
  uint32_t abi;     /* XPHI_COMPILER_ABI */
  const char *data; /* an artifact; with a description an object, archive or shared library */
  size_t size;
  const char *description; /* of a library: what an artifact says of itself ("abi", "spec",
                              "promise"), JSON; null: the artifact has its own */
  const char *function;    /* of a library: the C function of the forward kernel, "gelu_f32" */
  uint64_t seed;           /* of the points */
  uint64_t points;         /* at most about so many; 0: as many as take a second */
  double seconds;          /* the budget, as above */
  uint64_t megabytes;
} xphi_certify_request;

/* What came of it. Every pointer belongs to the reply until xphi_compiler_release. */
typedef struct {
  const char *data; /* the product: artifact bytes, or text (not zero-terminated) */
  size_t size;
  const char *diagnostics; /* empty on success; else the rendered message, "X1002: ..." */
  const char *code;        /* "" or "X1002" */
  const char *timings;     /* JSON object, milliseconds per stage */
  void *owner;
} xphi_compile_reply;

/* Returns 0 when done. Thread-safe: several compile at once, each on a thread of its own that lives
 * as long as the call. The first one initialises LLVM. */
XPHI_COMPILER_EXPORT int xphi_compiler_run(const xphi_compile_request *request,
                                           xphi_compile_reply *reply);

/* The same for several objects. X1013 for a kind that there is none of, and for what lld refuses.
 */
XPHI_COMPILER_EXPORT int xphi_compiler_join(const xphi_join_request *request,
                                            xphi_compile_reply *reply);

/* The product is {"promise": the certificate as it was found this time}. X1101 to X1103 for what
 * does not hold, X2005 where this processor does not run the code, X2003 and X2006 for what is no
 * kernel. */
XPHI_COMPILER_EXPORT int xphi_compiler_certify(const xphi_certify_request *request,
                                               xphi_compile_reply *reply);

/* Frees what a reply holds, after success and after failure alike. */
XPHI_COMPILER_EXPORT void xphi_compiler_release(xphi_compile_reply *reply);

/* Names the parts, e.g. "xphi 0.1.0 LLVM 22.1.8 Halide 21.0.0". A constant string. */
XPHI_COMPILER_EXPORT const char *xphi_compiler_version(void);

/* The fingerprint of the build: of sources, flags and parts. Two libraries that say the same
 * compile to the same bits; the runtime keeps it with every kernel. A constant string. */
XPHI_COMPILER_EXPORT const char *xphi_compiler_identity(void);

#ifdef __cplusplus
}
#endif

#endif
