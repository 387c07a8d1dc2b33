// What an Engine may use on this machine, and how one function is to be compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Export.hpp>

#include <string>

namespace xphi {

/// Where an Engine keeps and finds things. Plain `Options{}` reads nothing from the environment.
struct XPHI_API Options {
  /// Folder of compiled kernels, made when needed; empty keeps kernels in memory only.
  std::string cacheDirectory;
  /// The compiler library; empty looks beside libxphi.so, then asks the dynamic loader for its
  /// name.
  std::string compilerLibrary;
  /// The CUDA driver's library.
  std::string cudaDriver = "libcuda.so.1";

  /// The only place that reads the environment. Cache: XPHI_CACHE_DIR (empty: none), else
  /// XDG_CACHE_HOME/xphi, else HOME/.cache/xphi. Compiler library: XPHI_COMPILER_LIBRARY.
  static Options fromEnvironment();
};

/// How to compile one function.
struct CompileOptions {
  /// Which definition of a program; empty takes the last one. Not looked at for expressions and
  /// library names.
  std::string function;
  /// `forward` computes the derivative of this order with respect to the first input; 0 is the
  /// value.
  unsigned order = 0;
  /// Also build `backward`: dx = dy * f'(x) (for order k: times the derivative of order k + 1).
  bool backward = true;
  /// "x86-64-v3", "x86-64-v4", "cuda-sm_80", "cuda-sm_90", "cuda-sm_100"; empty is the best this
  /// machine runs; "cuda" is the nearest to device 0.
  std::string target;
  /// What messages call the text, e.g. its file name.
  std::string fileName = "<expression>";
};

} // namespace xphi
