/* A host in C: compiles, calls, and checks one value and one derivative. Its argument, where there
 * is one, is a folder that it goes to first.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _POSIX_C_SOURCE 200809L /* chdir */
#include <xphi/xphi.h>

#include <stdio.h>
#include <unistd.h>

static int failed(xphi_error *error) {
  if (!error)
    return 0;
  fputs(xphi_error_text(error), stderr);
  xphi_error_free(error);
  return 1;
}

int main(int argc, char **argv) {
  const float x = 1, dy = 2;
  if (argc > 1 && chdir(argv[1]) != 0)
    return 1;
  float y = 0, dx = 0;
  xphi_engine *engine = xphi_engine_create(NULL);
  xphi_kernel *gelu = NULL;
  const int wrong = failed(xphi_compile(engine, "x * Phi(x)", NULL, &gelu)) ||
                    failed(xphi_kernel_forward(gelu, &x, &y, 1, NULL)) ||
                    failed(xphi_kernel_backward(gelu, &x, &dy, &dx, 1, NULL));
  xphi_kernel_free(gelu);
  xphi_engine_destroy(engine);
  return wrong || y < 0.8413446f || y > 0.8413449f || dx < 2.1666307f || dx > 2.1666312f;
}
