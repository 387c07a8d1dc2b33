/* The C interface, used from C: compile, run, differentiate, fail.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <xphi/tensor.h>
#include <xphi/xphi.h>

#include <stdio.h>
#include <string.h>

#define CHECK(CONDITION)                                                                           \
  do {                                                                                             \
    if (!(CONDITION)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #CONDITION);                              \
      return 1;                                                                                    \
    }                                                                                              \
  } while (0)

static int failsWith(xphi_error *error, const char *code) {
  const int right = error && strcmp(xphi_error_code(error), code) == 0 &&
                    strstr(xphi_error_text(error), code) != NULL;
  xphi_error_free(error);
  return right;
}

int main(void) {
  xphi_engine_options options = {NULL, FAKE_COMPILER, "libxphi-no-such-driver.so.1", 1};
  xphi_engine *engine = xphi_engine_create(&options);
  CHECK(engine);
  CHECK(strcmp(xphi_version(), "") != 0);

  xphi_kernel *kernel = NULL;
  xphi_compile_options labelled = {0};
  labelled.file_name = "/etc/x.phi";
  CHECK(failsWith(xphi_compile(engine, "import \"passwd\"\nx", &labelled, &kernel), "X0038"));
  labelled.import_root = "/etc";
  CHECK(failsWith(xphi_compile(engine, "import \"passwd\"\nx", &labelled, &kernel), "X0038"));
  CHECK(xphi_compile(engine, "def f(a, b; shift = 0.5) = a * 3", NULL, &kernel) == NULL);
  CHECK(strcmp(xphi_kernel_name(kernel), "f") == 0);
  CHECK(xphi_kernel_input_count(kernel) == 2);
  CHECK(strcmp(xphi_kernel_input_name(kernel, 1), "b") == 0);
  CHECK(xphi_kernel_input_name(kernel, 2) == NULL);
  CHECK(xphi_kernel_parameter_count(kernel) == 1);
  CHECK(strcmp(xphi_kernel_parameter_name(kernel, 0), "shift") == 0);
  CHECK(xphi_kernel_parameter_default(kernel, 0) == 0.5f);
  CHECK(xphi_kernel_order(kernel) == 0);
  CHECK(xphi_kernel_has_backward(kernel));
  CHECK(strstr(xphi_kernel_program(kernel), "a * 3"));
  CHECK(strstr(xphi_kernel_target(kernel), "x86-64"));

  const float a[2] = {1, 2}, b[2] = {10, 20}, dy[2] = {1, 2}, shift = 4;
  const float *inputs[2] = {a, b};
  float y[2];
  CHECK(xphi_kernel_forward_many(kernel, inputs, y, 2, NULL) == NULL);
  CHECK(y[0] == 33.5f && y[1] == 66.5f);
  CHECK(xphi_kernel_forward_many(kernel, inputs, y, 2, &shift) == NULL);
  CHECK(y[0] == 37 && y[1] == 70);
  CHECK(failsWith(xphi_kernel_backward_many(kernel, inputs, dy, y, 2, NULL), "X2023"));
  CHECK(failsWith(xphi_kernel_forward(kernel, a, y, 2, NULL), "X2014"));
  float da[2], db[2];
  float *gradients[3] = {da, db, y};
  CHECK(xphi_kernel_gradients(kernel, inputs, dy, gradients, 2, NULL) == NULL);
  CHECK(da[0] == 3 && db[1] == 6);
  const float *values[1] = {&shift};
  const xphi_arguments arguments = {values, NULL, 1, 1};
  CHECK(xphi_kernel_forward_channels(kernel, inputs, y, 2, &arguments) == NULL);
  CHECK(y[0] == 37 && y[1] == 70);
  CHECK(xphi_kernel_gradient_count(kernel) == 2);
  CHECK(!xphi_kernel_parameter_is_channel(kernel, 0));
  xphi_kernel_free(kernel);

  xphi_compile_options sums = {NULL, NULL, NULL, 0, 0, "a,b", "shift,b"};
  CHECK(xphi_compile(engine, "def f(a, b; shift = 0.5) = a * 3", &sums, &kernel) == NULL);
  CHECK(xphi_kernel_order(kernel) == 2);
  CHECK(strcmp(xphi_kernel_gradient_name(kernel, 0), "shift") == 0);
  CHECK(xphi_kernel_gradient_name(kernel, 2) == NULL);
  gradients[0] = y;
  CHECK(xphi_kernel_gradients(kernel, inputs, dy, gradients, 2, NULL) == NULL);
  CHECK(y[0] == 3 && db[1] == 6);
  xphi_kernel_free(kernel);

  CHECK(failsWith(xphi_compile(engine, "x * (", NULL, &kernel), "X0006"));
  CHECK(kernel == NULL);
  CHECK(xphi_compile(engine, "x * 2 + round(x)", NULL, &kernel) == NULL);
  CHECK(xphi_kernel_warning_count(kernel) == 1);
  CHECK(strcmp(xphi_kernel_warning_code(kernel, 0), "X0036") == 0);
  CHECK(strstr(xphi_kernel_warning_text(kernel, 0), "'round'") != NULL);
  CHECK(xphi_kernel_warning_code(kernel, 1) == NULL && xphi_kernel_warning_text(kernel, 1) == NULL);
  xphi_kernel_free(kernel);

  /* A matrix that is turned around, plus a row: the same from a DLTensor. */
  CHECK(xphi_compile(engine, "def sum(a, b) = (a + b) * 1", NULL, &kernel) == NULL);
  float matrix[6] = {1, 2, 3, 4, 5, 6}, row[2] = {10, 20}, total[6];
  const int64_t shape[2] = {3, 2}, turned[2] = {1, 3};
  const xphi_tensor operands[2] = {{matrix, XPHI_F32, 2, shape, turned},
                                   {row, XPHI_F32, 1, shape + 1, NULL}};
  const xphi_tensor result = {total, XPHI_F32, 2, shape, NULL};
  CHECK(xphi_kernel_forward_tensors(kernel, operands, &result, NULL) == NULL);
  CHECK(total[0] == 11 && total[1] == 24 && total[4] == 13 && total[5] == 26);
  float dmatrix[6], dbias[2];
  const xphi_tensor outputs[2] = {{dmatrix, XPHI_F32, 2, shape, turned},
                                  {dbias, XPHI_F32, 1, shape + 1, NULL}};
  CHECK(xphi_kernel_gradients_tensors(kernel, operands, &result, outputs, NULL) == NULL);
  CHECK(dmatrix[0] == 11 && dmatrix[3] == 24 && dbias[0] == 36 && dbias[1] == 75);
  CHECK(xphi_kernel_type(kernel, 0) == XPHI_F32);
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, NULL, &result, NULL), "X2014"));
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, operands, NULL, NULL), "X2017"));
  CHECK(failsWith(xphi_kernel_forward_tensors(NULL, operands, &result, NULL), "X2017"));
  const xphi_tensor strange = {total, 99, 2, shape, NULL};
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, operands, &strange, NULL), "X2031"));
  struct {
    void *data;
    int32_t device_type, device_id, ndim;
    uint8_t code, bits;
    uint16_t lanes;
    const int64_t *shape, *strides;
    uint64_t byte_offset;
  } view = {matrix, 1, 0, 2, 2, 32, 1, shape, turned, 0};
  xphi_tensor read;
  CHECK(xphi_tensor_from_dlpack(&view, &read) == NULL);
  CHECK(read.data == matrix && read.rank == 2 && read.strides == turned);
  view.device_type = 2;
  CHECK(failsWith(xphi_tensor_from_dlpack(&view, &read), "X2032"));
  xphi_kernel_free(kernel);

  /* The fake compiler certifies what is multiplied by 47 and, as broken, by 48. */
  CHECK(xphi_compile(engine, "x * 3", NULL, &kernel) == NULL);
  xphi_certificate certificate = xphi_kernel_certificate(kernel);
  CHECK(strcmp(certificate.method, "none") == 0 && certificate.kept && certificate.points == 0);
  CHECK(strstr(certificate.text, "not checked"));
  xphi_kernel_free(kernel);
  CHECK(xphi_compile(engine, "x * 47", NULL, &kernel) == NULL);
  certificate = xphi_kernel_certificate(kernel);
  CHECK(strcmp(certificate.unit, "terms") == 0 && strcmp(certificate.method, "checked") == 0);
  CHECK(certificate.bound == 4 && certificate.points == 300 && certificate.kept == 1);
  CHECK(certificate.worst_error == 1.5 && strstr(certificate.text, "checked at 300 points"));
  CHECK(xphi_kernel_warning_count(kernel) == 0);
  xphi_kernel_free(kernel);
  CHECK(xphi_compile(engine, "x * 48", NULL, &kernel) == NULL);
  certificate = xphi_kernel_certificate(kernel);
  CHECK(certificate.kept == 0 && certificate.worst_error == 512);
  CHECK(strstr(certificate.text, "not kept, value at 1.5 is 64, not 72"));
  CHECK(xphi_kernel_warning_count(kernel) == 1);
  CHECK(strcmp(xphi_kernel_warning_code(kernel, 0), "X1101") == 0);
  xphi_kernel_free(kernel);

  xphi_compile_options chosen = {"g", "cuda-sm_90", "some.phi", 1, 1, NULL, NULL};
  CHECK(xphi_compile(engine, "def g(x) = x * 2\ndef f(x) = x", &chosen, &kernel) == NULL);
  xphi_engine_destroy(engine);
  CHECK(strcmp(xphi_kernel_name(kernel), "g") == 0);
  CHECK(xphi_kernel_order(kernel) == 1);
  CHECK(!xphi_kernel_has_backward(kernel));
  const uint64_t device = 4096;
  CHECK(failsWith(xphi_kernel_forward_cuda(kernel, NULL, &device, 8192, 1, NULL), "X2002"));
  CHECK(failsWith(xphi_kernel_backward_cuda(kernel, NULL, &device, 8192, 8192, 1, NULL), "X2015"));
  CHECK(failsWith(xphi_kernel_forward(kernel, a, y, 2, NULL), "X2016"));
  xphi_kernel_free(kernel);
  return 0;
}
