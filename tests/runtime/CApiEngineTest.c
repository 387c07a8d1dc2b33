/* The rest of the C interface, used from C: places of mistakes, the cache, bytes, compiling in the
 * background, structs of other sizes, and every function with nothing but null pointers.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _GNU_SOURCE 1 /* mkdtemp */
#include <xphi/xphi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(CONDITION)                                                                           \
  do {                                                                                             \
    if (!(CONDITION)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #CONDITION);                              \
      return 1;                                                                                    \
    }                                                                                              \
  } while (0)

static int failsWith(xphi_error *error, const char *code) {
  const int right = error && strcmp(xphi_error_code(error), code) == 0;
  if (!right)
    fprintf(stderr, "%s, not %s\n", error ? xphi_error_text(error) : "done", code);
  xphi_error_free(error);
  return right;
}

#define REFUSED(CALL) CHECK(failsWith((CALL), "X2017"))

static int nullPointersAreRefused(void) {
  xphi_engine_destroy(NULL);
  xphi_kernel_free(NULL);
  xphi_error_free(NULL);
  xphi_bytes_free(NULL);
  xphi_pending_free(NULL);
  xphi_cache_free(NULL);
  xphi_engine_get_options(NULL, NULL);

  REFUSED(xphi_host_target(NULL));
  REFUSED(xphi_compile(NULL, NULL, NULL, NULL));
  REFUSED(xphi_compile_double_backward(NULL, NULL, NULL, NULL));
  REFUSED(xphi_compile_async(NULL, NULL, NULL, NULL));
  REFUSED(xphi_compile_later(NULL, NULL, NULL, NULL));
  REFUSED(xphi_kernel_wait(NULL));
  REFUSED(xphi_pending_wait(NULL, NULL));
  REFUSED(xphi_kernel_bytes(NULL, NULL));
  REFUSED(xphi_load(NULL, NULL, 0, NULL));
  REFUSED(xphi_emit(NULL, NULL, NULL, NULL, NULL, NULL));
  REFUSED(xphi_join(NULL, NULL, NULL, 0, NULL, NULL, NULL));
  REFUSED(xphi_certify(NULL, NULL, 0, NULL, NULL));
  REFUSED(xphi_enough_to_keep(NULL, NULL, NULL, NULL));
  REFUSED(xphi_compiler_name(NULL, NULL));
  REFUSED(xphi_fill_cache(NULL, NULL, NULL, NULL));
  REFUSED(xphi_cache_read(NULL, NULL));
  REFUSED(xphi_prune_cache(NULL, NULL, NULL));
  REFUSED(xphi_channel_layout(NULL, 1, 0, NULL, NULL));
  REFUSED(xphi_kernel_forward(NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_backward(NULL, NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_forward_many(NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_backward_many(NULL, NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_arguments(NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_forward_mask(NULL, NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_backward_mask(NULL, NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_forward_channels(NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_gradients(NULL, NULL, NULL, NULL, 1, NULL));
  REFUSED(xphi_kernel_forward_tensors(NULL, NULL, NULL, NULL));
  REFUSED(xphi_kernel_gradients_tensors(NULL, NULL, NULL, NULL, NULL));
  REFUSED(xphi_tensor_from_dlpack(NULL, NULL));
  REFUSED(xphi_tensor_from_dlpack_versioned(NULL, 0, NULL));
  REFUSED(xphi_kernel_forward_cuda(NULL, NULL, NULL, 0, 1, NULL));
  REFUSED(xphi_kernel_backward_cuda(NULL, NULL, NULL, 0, 0, 1, NULL));
  REFUSED(xphi_kernel_gradients_cuda(NULL, NULL, NULL, 0, NULL, 1, NULL));

  CHECK(!xphi_error_code(NULL) && !xphi_error_message(NULL) && !xphi_error_text(NULL));
  CHECK(!xphi_error_coloured_text(NULL) && !xphi_error_diagnostic(NULL, 0));
  CHECK(xphi_error_diagnostic_count(NULL) == 0);
  CHECK(!xphi_bytes_data(NULL) && xphi_bytes_size(NULL) == 0);
  CHECK(!xphi_pending_ready(NULL) && xphi_clear_cache(NULL) == 0);
  CHECK(!xphi_cache_get_statistics(NULL) && !xphi_cache_kernel(NULL, 0));
  CHECK(xphi_cache_kernel_count(NULL) == 0 && !xphi_kernel_copy(NULL));
  CHECK(!xphi_kernel_name(NULL) && !xphi_kernel_target(NULL) && !xphi_kernel_program(NULL));
  CHECK(!xphi_kernel_info(NULL) && !xphi_kernel_timings(NULL) && !xphi_kernel_is_cuda(NULL));
  CHECK(!xphi_kernel_is_ready(NULL));
  CHECK(xphi_kernel_origin(NULL) == 0 && xphi_kernel_order(NULL) == 0);
  CHECK(xphi_kernel_keep(NULL) == 0 && !xphi_kernel_has_backward(NULL));
  CHECK(xphi_kernel_input_count(NULL) == 0 && xphi_kernel_parameter_count(NULL) == 0);
  CHECK(xphi_kernel_gradient_count(NULL) == 0 && xphi_kernel_warning_count(NULL) == 0);
  CHECK(!xphi_kernel_input_name(NULL, 0) && !xphi_kernel_parameter_name(NULL, 0));
  CHECK(!xphi_kernel_gradient_name(NULL, 0) && !xphi_kernel_derivative_name(NULL, 0));
  CHECK(xphi_kernel_parameter_default(NULL, 0) == 0 && !xphi_kernel_parameter_is_channel(NULL, 0));
  CHECK(!xphi_kernel_type(NULL, 0));
  CHECK(!xphi_kernel_warning(NULL, 0) && !xphi_kernel_certificate(NULL));
  CHECK(!xphi_kernel_certificate_piece(NULL, 0));
  return 0;
}

static int mistakesHavePlaces(xphi_engine *engine) {
  xphi_kernel *kernel = NULL;
  xphi_error *error =
      xphi_compile(engine, "def f(x) =\n  x + sigmoit(x) * tanhh(x)", NULL, &kernel);
  CHECK(error && xphi_error_diagnostic_count(error) == 2);
  const xphi_diagnostic *second = xphi_error_diagnostic(error, 1);
  CHECK(second->size == sizeof *second && second->line == 2);
  CHECK(second->column == 20 && second->end_column == 25);
  CHECK(strcmp(second->code, xphi_error_code(error)) == 0 && strstr(second->message, "tanhh"));
  CHECK(xphi_error_diagnostic(error, 2) == NULL);
  CHECK(strstr(xphi_error_coloured_text(error), "\033[") && strstr(xphi_error_text(error), "^"));
  CHECK(!strchr(xphi_error_message(error), '\n'));
  xphi_error_free(error);
  return 0;
}

static int bytesComeBack(xphi_engine *engine, const xphi_engine_options *options) {
  xphi_kernel *kernel = NULL, *loaded = NULL, *copy = NULL;
  CHECK(!xphi_compile(engine, "def f(x; shift = 0.5) = x * 3", NULL, &kernel));
  CHECK(xphi_kernel_origin(kernel) == XPHI_COMPILED);
  xphi_bytes *bytes = NULL;
  CHECK(!xphi_kernel_bytes(kernel, &bytes) && xphi_bytes_size(bytes) > 100);

  xphi_engine_options alone = *options;
  alone.cache_directory = NULL;
  xphi_engine *other = xphi_engine_create(&alone);
  CHECK(!xphi_load(other, xphi_bytes_data(bytes), xphi_bytes_size(bytes), &loaded));
  CHECK(xphi_kernel_origin(loaded) == XPHI_FROM_BYTES);
  CHECK(failsWith(xphi_load(other, "nonsense", 8, &copy), "X2006") && !copy);
  copy = xphi_kernel_copy(loaded);
  xphi_kernel_free(loaded);
  xphi_engine_destroy(other);
  xphi_bytes_free(bytes);

  const float x = 2, shift = 1;
  const char *name = "shift";
  float y = 0, parameters[1];
  CHECK(!xphi_kernel_arguments(copy, &name, &shift, 1, parameters));
  CHECK(!xphi_kernel_forward(copy, &x, &y, 1, parameters) && y == 7);
  name = "slope";
  CHECK(failsWith(xphi_kernel_arguments(copy, &name, &shift, 1, parameters), "X2013"));
  CHECK(strcmp(xphi_kernel_program(copy), xphi_kernel_program(kernel)) == 0);
  CHECK(xphi_kernel_info(copy)[0] == '{' && xphi_kernel_timings(copy)[0] == '{');
  xphi_kernel_free(copy);
  xphi_kernel_free(kernel);
  return 0;
}

static int theCacheTellsOfItself(xphi_engine *engine) {
  int compiled = 0;
  CHECK(!xphi_fill_cache(engine, "x * 5", NULL, &compiled) && compiled);
  CHECK(!xphi_fill_cache(engine, "x * 5", NULL, &compiled) && !compiled);
  xphi_cache *cache = NULL;
  CHECK(!xphi_cache_read(engine, &cache));
  const xphi_cache_statistics *now = xphi_cache_get_statistics(cache);
  CHECK(now->entries == xphi_cache_kernel_count(cache) && now->entries == 2);
  CHECK(now->compiles == 2 && now->refusal[0] == 0 && now->bytes > 0);
  const xphi_cached_kernel *first = xphi_cache_kernel(cache, 0);
  CHECK(first->intact && first->usable && first->written > 1700000000);
  CHECK(strstr(first->program, "* ") && strcmp(first->keep, "x") == 0);
  xphi_cache_free(cache);

  xphi_prune_result result = {0};
  xphi_prune_options prune = {0};
  prune.max_bytes = 1;
  CHECK(!xphi_prune_cache(engine, NULL, &result) && result.removed == 0 && result.left == 2);
  CHECK(!xphi_prune_cache(engine, &prune, &result) && result.removed == 2 && result.left == 0);
  CHECK(!xphi_fill_cache(engine, "x * 6", NULL, NULL) && xphi_clear_cache(engine) == 1);
  return 0;
}

static int kernelsCanBeWaitedFor(xphi_engine *engine) {
  xphi_pending *pending = NULL, *wrong = NULL;
  CHECK(!xphi_compile_async(engine, "x * 45", NULL, &pending)); /* 0.3 s */
  CHECK(!xphi_compile_async(engine, "x * (", NULL, &wrong));
  xphi_kernel *kernel = NULL, *again = NULL, *none = NULL;
  CHECK(!xphi_pending_wait(pending, &kernel) && xphi_pending_ready(pending));
  CHECK(!xphi_pending_wait(pending, &again));
  CHECK(failsWith(xphi_pending_wait(wrong, &none), "X0006") && !none);
  const float x = 2;
  float y = 0;
  CHECK(!xphi_kernel_forward(kernel, &x, &y, 1, NULL) && y == 90);
  xphi_pending_free(pending);
  xphi_pending_free(wrong);
  xphi_kernel_free(kernel);
  xphi_kernel_free(again);
  return 0;
}

static int kernelsCanBeCalledAtOnce(xphi_engine *engine) {
  xphi_kernel *kernel = NULL, *none = NULL;
  const float x = 2;
  float y = 0;
  CHECK(!xphi_compile_later(engine, "0 + x * 45", NULL, &kernel)); /* 0.3 s */
  CHECK(xphi_kernel_origin(kernel) == XPHI_AWAITED);
  CHECK(!xphi_kernel_forward(kernel, &x, &y, 1, NULL) && y == 90);
  CHECK(!xphi_kernel_wait(kernel) && xphi_kernel_is_ready(kernel));
  CHECK(!xphi_kernel_forward(kernel, &x, &y, 1, NULL) && y == 90);
  CHECK(failsWith(xphi_compile_later(engine, "x * (", NULL, &none), "X0006") && !none);
  xphi_kernel_free(kernel);
  return 0;
}

static int structsHaveTheirSizes(xphi_engine *engine) {
  xphi_engine_options used = {0};
  xphi_engine_get_options(engine, &used);
  CHECK(used.threads == 1 && used.compile_seconds == 10 && used.compile_megabytes == 1024);
  CHECK(used.max_kernels == 1024 && strcmp(used.compiler_library, FAKE_COMPILER) == 0);

  /* Of a caller whose struct ended earlier nothing behind its end is read or written. */
  xphi_engine_options part = {0};
  part.size = offsetof(xphi_engine_options, compile_seconds);
  part.compile_seconds = 77;
  xphi_engine_get_options(engine, &part);
  CHECK(part.compile_seconds == 77 && part.threads == 1);
  xphi_compile_options options = {0};
  options.size = offsetof(xphi_compile_options, keep);
  options.keep = 1000; /* X1008 if it were read */
  xphi_kernel *kernel = NULL;
  CHECK(!xphi_compile(engine, "x * 7", &options, &kernel));
  xphi_kernel_free(kernel);
  /* And one whose struct is longer than the library knows. */
  struct {
    xphi_compile_options known;
    double unknown[4];
  } longer = {0};
  longer.known.size = sizeof longer;
  longer.known.keep = 1000;
  CHECK(failsWith(xphi_compile(engine, "x * 7", &longer.known, &kernel), "X1008"));
  return 0;
}

static int tensorsHaveShapes(xphi_engine *engine) {
  xphi_compile_options all = {0};
  all.gradients = "*";
  xphi_kernel *kernel = NULL;
  CHECK(!xphi_compile(engine, "def f(a, b; shift = 0.5) = a * 3", &all, &kernel));
  const int64_t matrix[] = {2, 3}, transposed[] = {1, 2}, row[] = {3}, one[] = {1};
  float a[] = {1, 4, 2, 5, 3, 6}, b[] = {10, 20, 30}, y[6], da[6], db[3], dshift[1], shift[] = {1};
  xphi_tensor first = {0}, second = {0}, result = {0}, gradients[3] = {{0}}, by = {0};
  first.data = a; /* by columns */
  first.rank = result.rank = 2;
  first.shape = result.shape = matrix;
  first.strides = transposed;
  second.data = b; /* broadcast over the rows */
  second.rank = by.rank = 1;
  second.shape = row;
  result.data = y;
  by.data = shift;
  by.shape = one;
  const xphi_tensor *inputs[] = {&first, &second}, *parameters[] = {&by};
  CHECK(!xphi_kernel_forward_tensors(kernel, inputs, &result, NULL));
  CHECK(y[0] == 33.5f && y[1] == 66.5f && y[5] == 108.5f);
  CHECK(!xphi_kernel_forward_tensors(kernel, inputs, &result, parameters) && y[5] == 109);
  float *places[] = {da, db, dshift};
  const xphi_tensor *outputs[] = {&gradients[0], &gradients[1], &gradients[2]};
  for (int i = 0; i != 3; ++i) {
    gradients[i] = i == 0 ? result : i == 1 ? second : by;
    gradients[i].data = places[i];
  }
  CHECK(!xphi_kernel_gradients_tensors(kernel, inputs, &result, outputs, NULL));
  CHECK(da[5] == 3 * y[5]);
  second.rank = 0;
  second.shape = NULL; /* a number */
  CHECK(!xphi_kernel_forward_tensors(kernel, inputs, &result, NULL));
  second.rank = 9;
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, inputs, &result, NULL), "X2017"));
  second.rank = 1;
  second.shape = row;
  second.type = 77;
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, inputs, &result, NULL), "X2031"));
  inputs[1] = NULL;
  CHECK(failsWith(xphi_kernel_forward_tensors(kernel, inputs, &result, NULL), "X2017"));
  xphi_kernel_free(kernel);
  return 0;
}

static int theRestAnswers(xphi_engine *engine) {
  const char *host = NULL;
  CHECK(!xphi_host_target(&host) && strstr(host, "x86-64"));
  CHECK(xphi_host_feature(0) && !xphi_host_feature(1000));
  CHECK(strcmp(xphi_target_name(0), "x86-64-v3") == 0 && !xphi_target_name(1000));
  xphi_bytes *product = NULL, *timings = NULL;
  CHECK(!xphi_emit(engine, "x * 3", "object", NULL, &product, &timings));
  CHECK(strstr(xphi_bytes_data(product), "object of ") && xphi_bytes_data(timings)[0] == '{');
  xphi_bytes_free(timings);
  const char *names[] = {"one.o"};
  const xphi_bytes *objects[] = {product};
  xphi_bytes *joined = NULL;
  CHECK(!xphi_join(engine, names, objects, 1, "archive", NULL, &joined));
  CHECK(strstr(xphi_bytes_data(joined), "archive of 1"));
  xphi_bytes_free(joined);
  objects[0] = NULL;
  REFUSED(xphi_join(engine, names, objects, 1, "archive", NULL, &joined));
  xphi_bytes_free(product);
  REFUSED(xphi_emit(engine, "x * 3", NULL, NULL, &product, NULL));
  CHECK(!xphi_compiler_name(engine, &product) && strstr(xphi_bytes_data(product), "fake"));
  xphi_bytes_free(product);
  uint32_t keeps = 77;
  CHECK(!xphi_enough_to_keep(engine, "x * 3", NULL, &keeps)); /* what the fake says is no list */
  const size_t shape[] = {4, 8, 10};
  size_t channels = 0, inner = 0;
  CHECK(!xphi_channel_layout(shape, 3, 1, &channels, &inner) && channels == 8 && inner == 10);
  CHECK(failsWith(xphi_channel_layout(shape, 3, 3, &channels, &inner), "X2025"));
  xphi_compile_options typed = {0};
  typed.types = "f33";
  xphi_kernel *kernel = NULL;
  CHECK(failsWith(xphi_compile(engine, "x * 3", &typed, &kernel), "X2031"));
  typed.types = "f32,f32";
  CHECK(!xphi_compile(engine, "x * 3", &typed, &kernel));
  CHECK(strcmp(xphi_kernel_type(kernel, 1), "f32") == 0 && !xphi_kernel_type(kernel, 2));
  xphi_kernel_free(kernel);
  const char *const accuracies[] = {"accurate", "reproducible", "fast", "exact", "ulp:2.5"};
  for (size_t i = 0; i < sizeof accuracies / sizeof *accuracies; ++i) {
    xphi_compile_options tier = {0};
    tier.accuracy = accuracies[i];
    CHECK(!xphi_compile(engine, "x * 3", &tier, &kernel));
    xphi_kernel_free(kernel);
  }
  const char *const none[] = {"", "best", "ulp", "ulp:", "ulp:2x", "ulp:0.5", "ulp:1e9", "ulp:nan"};
  for (size_t i = 0; i < sizeof none / sizeof *none; ++i) {
    xphi_compile_options tier = {0};
    tier.accuracy = none[i];
    CHECK(failsWith(xphi_compile(engine, "x * 3", &tier, &kernel), "X2036"));
  }
  CHECK(!xphi_compile_double_backward(engine, "x * 3", NULL, &kernel));
  CHECK(xphi_kernel_input_count(kernel) == 3);
  xphi_kernel_free(kernel);
  return 0;
}

int main(void) {
  char folder[] = "/tmp/xphi-c-XXXXXX";
  CHECK(mkdtemp(folder));
  xphi_engine_options options = {0};
  options.cache_directory = folder;
  options.compiler_library = FAKE_COMPILER;
  xphi_engine *engine = xphi_engine_create(&options);
  CHECK(engine);
  const int wrong = nullPointersAreRefused() || mistakesHavePlaces(engine) ||
                    bytesComeBack(engine, &options) || theCacheTellsOfItself(engine) ||
                    kernelsCanBeWaitedFor(engine) || kernelsCanBeCalledAtOnce(engine) ||
                    structsHaveTheirSizes(engine) || tensorsHaveShapes(engine) ||
                    theRestAnswers(engine);
  xphi_clear_cache(engine);
  xphi_engine_destroy(engine);
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command) != 0 || wrong;
}
