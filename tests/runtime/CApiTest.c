/* The C interface, used from C: compile, run, differentiate, fail.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
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
  xphi_engine_options options = {0};
  options.compiler_library = FAKE_COMPILER;
  options.cuda_driver = "libxphi-no-such-driver.so.1";
  xphi_engine *engine = xphi_engine_create(&options);
  CHECK(engine);
  char version[32];
  snprintf(version, sizeof version, "%d.%d.%d", XPHI_VERSION_MAJOR, XPHI_VERSION_MINOR,
           XPHI_VERSION_PATCH);
  CHECK(strcmp(xphi_version(), version) == 0);
  CHECK(xphi_version_number() == XPHI_VERSION_NUMBER);

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
  xphi_arguments arguments = {0};
  arguments.values = values;
  CHECK(xphi_kernel_forward_channels(kernel, inputs, y, 2, &arguments) == NULL);
  CHECK(y[0] == 37 && y[1] == 70);
  CHECK(xphi_kernel_gradient_count(kernel) == 2);
  CHECK(!xphi_kernel_parameter_is_channel(kernel, 0));
  xphi_kernel_free(kernel);

  xphi_compile_options sums = {0};
  sums.derivative = "a,b";
  sums.gradients = "shift,b";
  CHECK(xphi_compile(engine, "def f(a, b; shift = 0.5) = a * 3", &sums, &kernel) == NULL);
  CHECK(xphi_kernel_order(kernel) == 2);
  CHECK(strcmp(xphi_kernel_derivative_name(kernel, 1), "b") == 0);
  CHECK(xphi_kernel_derivative_name(kernel, 2) == NULL);
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
  const xphi_diagnostic *warning = xphi_kernel_warning(kernel, 0);
  CHECK(strcmp(warning->code, "X0036") == 0 && strstr(warning->message, "'round'") != NULL);
  CHECK(strcmp(warning->file, "<expression>") == 0);
  CHECK(warning->line == 1 && warning->column == 9 && warning->end_column > 9);
  CHECK(xphi_kernel_warning(kernel, 1) == NULL);
  xphi_kernel_free(kernel);

  /* A matrix that is turned around, plus a row: the same from a DLTensor. */
  CHECK(xphi_compile(engine, "def sum(a, b) = (a + b) * 1", NULL, &kernel) == NULL);
  float matrix[6] = {1, 2, 3, 4, 5, 6}, row[2] = {10, 20}, total[6];
  const int64_t shape[2] = {3, 2}, turned[2] = {1, 3};
  const xphi_tensor left = {sizeof left, matrix, XPHI_F32, 2, shape, turned},
                    right = {sizeof right, row, XPHI_F32, 1, shape + 1, NULL},
                    result = {sizeof result, total, XPHI_F32, 2, shape, NULL};
  const xphi_tensor *const operands[2] = {&left, &right};
  CHECK(xphi_kernel_forward_tensors(kernel, operands, &result, NULL) == NULL);
  CHECK(total[0] == 11 && total[1] == 24 && total[4] == 13 && total[5] == 26);
  float dmatrix[6], dbias[2];
  const xphi_tensor dleft = {sizeof dleft, dmatrix, XPHI_F32, 2, shape, turned},
                    dright = {sizeof dright, dbias, XPHI_F32, 1, shape + 1, NULL};
  const xphi_tensor *const outputs[2] = {&dleft, &dright};
  CHECK(xphi_kernel_gradients_tensors(kernel, operands, &result, outputs, NULL) == NULL);
  CHECK(dmatrix[0] == 11 && dmatrix[3] == 24 && dbias[0] == 36 && dbias[1] == 75);
  CHECK(strcmp(xphi_kernel_type(kernel, 0), "f32") == 0);
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, NULL, &result, NULL), "X2017"));
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, operands, NULL, NULL), "X2017"));
  CHECK(failsWith(xphi_kernel_forward_tensors(NULL, operands, &result, NULL), "X2017"));
  const xphi_tensor strange = {sizeof strange, total, 99, 2, shape, NULL};
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
  CHECK(failsWith(xphi_tensor_from_dlpack(&view, &read), "X2034"));
  xphi_kernel_free(kernel);

  /* The fake compiler certifies what is multiplied by 47 and, as broken, by 48. */
  CHECK(xphi_compile(engine, "x * 3", NULL, &kernel) == NULL);
  const xphi_certificate *certificate = xphi_kernel_certificate(kernel);
  CHECK(strcmp(certificate->method, "none") == 0 && certificate->kept && certificate->points == 0);
  CHECK(strstr(certificate->text, "not checked"));
  xphi_kernel_free(kernel);
  CHECK(xphi_compile(engine, "x * 47", NULL, &kernel) == NULL);
  certificate = xphi_kernel_certificate(kernel);
  CHECK(strcmp(certificate->unit, "terms") == 0 && strcmp(certificate->method, "checked") == 0);
  CHECK(certificate->bound == 4 && certificate->points == 300 && certificate->kept == 1);
  CHECK(certificate->worst_error == 1.5 && strstr(certificate->text, "checked at 300 points"));
  CHECK(strstr(certificate->text, "; value proved within 3.5 ulp from -3 on"));
  CHECK(strcmp(certificate->code, "c0de") == 0 && certificate->piece_count == 2);
  const xphi_certificate_piece *piece = xphi_kernel_certificate_piece(kernel, 0);
  CHECK(strcmp(piece->method, "proved") == 0 && strcmp(piece->fit, "a fit") == 0);
  CHECK(piece->low == -3 && piece->high > 1e38f && piece->bound == 3.5);
  CHECK(strcmp(xphi_kernel_certificate_piece(kernel, 1)->method, "checked") == 0);
  CHECK(!xphi_kernel_certificate_piece(kernel, 2));
  CHECK(xphi_kernel_warning_count(kernel) == 0);
  xphi_kernel_free(kernel);
  CHECK(xphi_compile(engine, "x * 48", NULL, &kernel) == NULL);
  certificate = xphi_kernel_certificate(kernel);
  CHECK(certificate->kept == 0 && certificate->worst_error == 512);
  CHECK(strstr(certificate->text, "not kept, value at 1.5 is 64, not 72"));
  CHECK(xphi_kernel_warning_count(kernel) == 1);
  CHECK(strcmp(xphi_kernel_warning(kernel, 0)->code, "X1101") == 0);
  CHECK(certificate->worst_got == 64 && certificate->worst_right == 72);
  CHECK(certificate->worst_input_count == 1 && certificate->worst_inputs[0] == 1.5f);
  xphi_kernel_free(kernel);

  xphi_compile_options chosen = {0};
  chosen.function = "g";
  chosen.target = "cuda-sm_90";
  chosen.file_name = "some.phi";
  chosen.order = 1;
  chosen.no_backward = 1;
  CHECK(xphi_compile(engine, "def g(x) = x * 2\ndef f(x) = x", &chosen, &kernel) == NULL);
  xphi_engine_destroy(engine);
  CHECK(strcmp(xphi_kernel_name(kernel), "g") == 0);
  CHECK(xphi_kernel_order(kernel) == 1);
  CHECK(!xphi_kernel_has_backward(kernel) && xphi_kernel_is_cuda(kernel));
  const uint64_t device = 4096;
  CHECK(failsWith(xphi_kernel_forward_cuda(kernel, NULL, &device, 8192, 1, NULL), "X2002"));
  CHECK(failsWith(xphi_kernel_backward_cuda(kernel, NULL, &device, 8192, 8192, 1, NULL), "X2015"));
  CHECK(failsWith(xphi_kernel_forward(kernel, a, y, 2, NULL), "X2016"));
  xphi_kernel_free(kernel);
  return 0;
}
