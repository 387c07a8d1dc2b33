// Which defect is switched on, in the copy of the sources that mutants.py makes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdlib>

#ifdef XPHI_MUTANTS
// A number from 1 on; read once a process, since some tests change the environment.
inline bool xphiMutant(int number) {
  static const int on = [] {
    const char *text = std::getenv("MUTANT");
    return text ? std::atoi(text) : 0;
  }();
  return on == number;
}
#else
// What is built for kernels is built without switches: it may call nothing.
constexpr bool xphiMutant(int) { return false; }
#endif
