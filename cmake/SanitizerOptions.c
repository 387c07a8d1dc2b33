// What the sanitizers are told in every program of the presets `asan` and `tsan`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// allow_user_poisoning=0: LLVM's allocators poison what they have not handed out, if their header
// was compiled under AddressSanitizer; the packaged LLVM, which was not, then hands it out
// poisoned.
__attribute__((visibility("default"))) const char *__asan_default_options(void) {
  return "allow_user_poisoning=0:detect_stack_use_after_return=1:strict_string_checks=1";
}

__attribute__((visibility("default"))) const char *__ubsan_default_options(void) {
  return "print_stacktrace=1";
}

// die_after_fork=0: tests fork while threads compile, which is what ForkGate is for.
// report_thread_leaks=0: a child of fork() does not join its parent's threads.
__attribute__((visibility("default"))) const char *__tsan_default_options(void) {
  return "die_after_fork=0:report_thread_leaks=0:halt_on_error=1:second_deadlock_stack=1";
}

// The compiler library is built without sanitizers: how it hands its memory and its locks from one
// thread to another is not seen.
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void) {
  return "race:libxphi-compiler.so\n";
}
