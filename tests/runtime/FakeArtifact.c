/* An artifact as the compiler makes them, but from C, with a formula that tests do in their heads:
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *   y = scale * (x0 + x1 + ...) + p0 + (p1 + p2 + ...) * x0
 *
 * Built without any library, once for the CPU and once for CUDA. The fake compiler writes scale,
 * operands and gradients into its copy of the file, so that every program gets code of its own. */
#include "FakePatch.h"

#define EXPORT __attribute__((visibility("default")))

static volatile const struct FakePatch patch = {"PATCH-SCALE", 1, 1, 0, 0, 0, {0}};

EXPORT char xphi_info[65536] = "PATCH-INFO:";

#if !CUDA

/* values[j]: parameter j, one for each element where the form has channels and it is one. */
struct Parameters {
  const float *values[maxParameters];
  int step[maxParameters];
};

static float slope(const struct Parameters *parameters, int64_t i) {
  float sum = 0;
  for (int j = 1; j < patch.parameters; ++j)
    sum += parameters->values[j][i * parameters->step[j]];
  return sum;
}

static void setParameters(struct Parameters *parameters, const float *numbers,
                          const void *const *arrays) {
  for (int j = 0; j < patch.parameters; ++j) {
    const int perElement = arrays && (patch.channels >> j & 1);
    parameters->values[j] = perElement ? *arrays++ : numbers + j;
    parameters->step[j] = perElement;
  }
}

static int32_t forward(const void *const *inputs, void *const *outputs,
                       const struct Parameters *parameters, int64_t n) {
  float *y = outputs[0];
  for (int64_t i = 0; i < n; ++i) {
    float sum = 0;
    for (int k = 0; k < patch.inputs; ++k)
      sum += ((const float *)inputs[k])[i];
    float value = patch.scale * sum;
    if (patch.parameters)
      value += parameters->values[0][i * parameters->step[0]];
    y[i] = value + slope(parameters, i) * ((const float *)inputs[0])[i];
  }
  return 0;
}

static int32_t backward(const void *const *inputs, void *const *outputs,
                        const struct Parameters *parameters, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float dy = ((const float *)inputs[patch.inputs])[i], x = ((const float *)inputs[0])[i];
    const float sum = slope(parameters, i);
    for (int k = 0; k < patch.gradientCount; ++k) {
      const int variable = patch.gradients[k];
      ((float *)outputs[k])[i] = dy * (variable == 0              ? patch.scale + sum
                                       : variable < patch.inputs  ? patch.scale
                                       : variable == patch.inputs ? 1
                                                                  : x);
    }
  }
  return 0;
}

EXPORT int32_t xphi_forward(const void *const *inputs, void *const *outputs, const void *params,
                            int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  struct Parameters parameters;
  setParameters(&parameters, params, 0);
  return forward(inputs, outputs, &parameters, n);
}

EXPORT int32_t xphi_backward(const void *const *inputs, void *const *outputs, const void *params,
                             int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  struct Parameters parameters;
  setParameters(&parameters, params, 0);
  return backward(inputs, outputs, &parameters, n);
}

EXPORT int32_t xphi_forward_channels(const void *const *inputs, void *const *outputs,
                                     const void *params, int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  struct Parameters parameters;
  setParameters(&parameters, params, inputs + patch.inputs);
  return forward(inputs, outputs, &parameters, n);
}

EXPORT int32_t xphi_backward_channels(const void *const *inputs, void *const *outputs,
                                      const void *params, int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  struct Parameters parameters;
  setParameters(&parameters, params, inputs + patch.inputs + 1);
  return backward(inputs, outputs, &parameters, n);
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
                      const uint64_t *inputs, int inputCount, const uint64_t *outputs,
                      int outputCount, const float *shift, int64_t n) {
  /* As the code that Halide makes: what this returns is not looked at. */
  ((Initialize)xphi_cuda_bindings[0])(context, state, ptx, size);
  struct Buffer buffers[8] = {{0, {0}}};
  uint64_t sizes[12] = {0};
  void *args[12] = {0};
  int8_t isBuffer[12] = {0};
  int used = 0;
  for (int i = 0; i < inputCount; ++i)
    buffers[used++].device = inputs[i];
  for (int i = 0; i < outputCount; ++i)
    buffers[used++].device = outputs[i];
  for (int i = 0; i < used; ++i)
    args[i] = &buffers[i], sizes[i] = 8, isBuffer[i] = 1;
  int32_t length = (int32_t)n;
  args[used] = &length, sizes[used++] = 4;
  float value = patch.parameters ? *shift : 0;
  args[used] = &value, sizes[used++] = 4;
  return ((Run)xphi_cuda_bindings[1])(context, *state, entry, (int)((n + 255) / 256), 1, 1, 256, 1,
                                      1, 0, sizes, args, isBuffer);
}

EXPORT int32_t xphi_forward_cuda(void *context, const uint64_t *inputs, const uint64_t *outputs,
                                 const void *params, int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  return launch(context, &forwardState, xphi_ptx_forward, sizeof xphi_ptx_forward, "forward_kernel",
                inputs, patch.inputs, outputs, 1, params, n);
}

EXPORT int32_t xphi_backward_cuda(void *context, const uint64_t *inputs, const uint64_t *outputs,
                                  const void *params, int64_t n, int64_t first) {
  (void)first; /* nothing is drawn */
  return launch(context, &backwardState, xphi_ptx_backward, sizeof xphi_ptx_backward,
                "backward_kernel", inputs, patch.inputs + 1, outputs, patch.gradientCount, params,
                n);
}

#endif
