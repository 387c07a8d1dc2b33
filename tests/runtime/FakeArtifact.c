/* An artifact as the compiler makes them, but from C: y = scale * x + shift, dx = scale * dy.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Built without any library, once for each arity: INPUTS, PARAMETERS (0 or 1: shift) and CUDA come
 * from CMake. The fake compiler writes the scale into its copy of the file, so that every program
 * gets code of its own. */
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* The tag is what the fake compiler looks for. */
static volatile const struct {
  char tag[12];
  float scale;
} patch = {"PATCH-SCALE:", 1};

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#if PARAMETERS
#define PARAMETER_NAMES "[\"shift\"]"
#else
#define PARAMETER_NAMES "[]"
#endif

EXPORT const char xphi_info[] = "{\"abi\":1,\"inputs\":" TEXT(
    INPUTS) ",\"parameters\":" PARAMETER_NAMES
            ",\"target\":\"fake\",\"type\":\"f32\",\"order\":0,\"backward\":true}";

#if !CUDA

EXPORT int32_t xphi_forward(const void *const *inputs, void *const *outputs, const void *params,
                            int64_t n) {
  const float shift = PARAMETERS ? *(const float *)params : 0;
  float *y = outputs[0];
  for (int64_t i = 0; i < n; ++i) {
    float sum = 0;
    for (int k = 0; k < INPUTS; ++k)
      sum += ((const float *)inputs[k])[i];
    y[i] = patch.scale * sum + shift;
  }
  return 0;
}

EXPORT int32_t xphi_backward(const void *const *inputs, void *const *outputs, const void *params,
                             int64_t n) {
  const float *dy = inputs[INPUTS];
  float *dx = outputs[0];
  (void)params;
  for (int64_t i = 0; i < n; ++i)
    dx[i] = patch.scale * dy[i];
  return 0;
}

#else

EXPORT void *xphi_cuda_bindings[4];
EXPORT const char xphi_ptx_forward[] = "//fake ptx forward";
EXPORT const char xphi_ptx_backward[] = "//fake ptx backward";

typedef int (*Initialize)(void *, void **, const char *, int);
typedef int (*Run)(void *, void *, const char *, int, int, int, int, int, int, int, uint64_t[],
                   void *[], int8_t[]);

/* The head of a halide_buffer_t; the rest is there so that a wrong offset would show. */
struct Buffer {
  uint64_t device;
  uint64_t other[6];
};

static void *forwardState, *backwardState;

static int32_t launch(void *context, void **state, const char *ptx, int size, const char *entry,
                      const uint64_t *inputs, int count, const uint64_t *outputs,
                      const float *shift, int64_t n) {
  const int failed = ((Initialize)xphi_cuda_bindings[0])(context, state, ptx, size);
  if (failed)
    return failed;
  struct Buffer buffers[4] = {{0, {0}}};
  uint64_t sizes[8] = {0};
  void *args[8] = {0};
  int8_t isBuffer[8] = {0};
  int used = 0;
  for (; used < count; ++used)
    buffers[used].device = inputs[used];
  buffers[used++].device = outputs[0];
  for (int i = 0; i < used; ++i)
    args[i] = &buffers[i], sizes[i] = 8, isBuffer[i] = 1;
  int32_t length = (int32_t)n;
  args[used] = &length, sizes[used++] = 4;
  float value = PARAMETERS ? *shift : 0;
  args[used] = &value, sizes[used++] = 4;
  return ((Run)xphi_cuda_bindings[1])(context, *state, entry, (int)((n + 255) / 256), 1, 1, 256, 1,
                                      1, 0, sizes, args, isBuffer);
}

EXPORT int32_t xphi_forward_cuda(void *context, const uint64_t *inputs, const uint64_t *outputs,
                                 const void *params, int64_t n) {
  return launch(context, &forwardState, xphi_ptx_forward, sizeof xphi_ptx_forward, "forward_kernel",
                inputs, INPUTS, outputs, params, n);
}

EXPORT int32_t xphi_backward_cuda(void *context, const uint64_t *inputs, const uint64_t *outputs,
                                  const void *params, int64_t n) {
  return launch(context, &backwardState, xphi_ptx_backward, sizeof xphi_ptx_backward,
                "backward_kernel", inputs, INPUTS + 1, outputs, params, n);
}

#endif
