/* A host that has an LLVM of its own, of another version, before and after xphi compiles.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <llvm-c/Core.h>
#include <xphi/xphi.h>

#include <stdio.h>
#include <string.h>

static int ownLlvmWorks(void) {
  LLVMContextRef context = LLVMContextCreate();
  LLVMModuleRef module = LLVMModuleCreateWithNameInContext("host", context);
  LLVMTypeRef type = LLVMFunctionType(LLVMFloatTypeInContext(context), NULL, 0, 0);
  LLVMAddFunction(module, "answer", type);
  char *text = LLVMPrintModuleToString(module);
  const int works = strstr(text, "declare float @answer()") != NULL;
  LLVMDisposeMessage(text);
  LLVMDisposeModule(module);
  LLVMContextDispose(context);
  return works;
}

int main(void) {
  const float x = 1;
  float y = 0;
  if (!ownLlvmWorks())
    return 1;
  xphi_engine *engine = xphi_engine_create(NULL);
  xphi_kernel *kernel = NULL;
  /* Not in any cache, so that it is compiled here. */
  xphi_error *error = xphi_compile(engine, "x * Phi(x) + 0.4375", NULL, &kernel);
  if (!error)
    error = xphi_kernel_forward(kernel, &x, &y, 1, NULL);
  if (error)
    fputs(xphi_error_text(error), stderr);
  xphi_error_free(error);
  xphi_kernel_free(kernel);
  xphi_engine_destroy(engine);
  return !ownLlvmWorks() || y < 1.2788446f || y > 1.2788449f;
}
