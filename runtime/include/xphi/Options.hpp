// What an Engine may use on this machine, and how one function is to be compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/ElementType.hpp>
#include <xphi/Export.hpp>
#include <xphi/Keep.hpp>
#include <xphi/Tier.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

/// How the parts of a long call reach the host's own threads: a TBB arena, an OpenMP loop.
struct Executor {
  /// Calls part(argument, i) once for each i below count, in any order, on any threads with 2 MiB
  /// of stack, and returns when all are done. May itself be called by several threads at once. Must
  /// not throw. A call of which it leaves a part out, or runs one twice, is X2019.
  using Part = void (*)(void *argument, std::size_t index);
  void (*run)(void *context, std::size_t count, Part part, void *argument) = nullptr;
  void *context = nullptr;
};

/// The host's own memory. Both functions or neither; called by any thread, several at once, and
/// must not throw.
struct Allocator {
  /// So many bytes with this alignment, a power of two; null if there are none, which ends what
  /// they were for with X2099.
  void *(*allocate)(void *context, std::size_t bytes, std::size_t alignment) = nullptr;
  /// What `allocate` gave for the same bytes and alignment.
  void (*release)(void *context, void *memory, std::size_t bytes, std::size_t alignment) = nullptr;
  void *context = nullptr;
};

/// Where an Engine keeps and finds things. Plain `Options{}` reads nothing from the environment.
struct XPHI_API Options {
  /// Folder of compiled kernels, made when needed; empty keeps kernels in memory only. It belongs
  /// to this user or to root and nobody else may write to it, or it is not used (X2040).
  std::string cacheDirectory;
  /// Folder of compiled kernels that is only read, where the own one has none: one that an
  /// administrator filled (`xphi cache fill`), or that came with a program. Empty is xphi/kernels
  /// beside libxphi.so, where a package has the library's functions. The same holds of it, but that
  /// nobody is told.
  std::string sharedCache;
  /// The compiler library; empty looks beside libxphi.so, then asks the dynamic loader for its
  /// name. The cache serves the kernels of a library that is named here to engines that name the
  /// same file, and to no other.
  std::string compilerLibrary;
  /// The CUDA driver's library.
  std::string cudaDriver = "libcuda.so.1";
  /// How many threads one call of a kernel may use; 0 is one for each core this process may run on,
  /// and there are never more. No thread is started unasked, and short arrays never use more than
  /// the caller's. Results are the same for any number, to the bit. After a call its threads wait
  /// for the next one for up to 150 microseconds without sleeping.
  unsigned threads = 1;
  /// How many functions Engine::compileAsync compiles at once; 0 is one for each core this process
  /// may run on, and there are never more. Threads are started as they are needed.
  unsigned compileThreads = 0;
  /// Where it is set, long calls run on it, and `threads` is not looked at.
  Executor executor;
  /// Where it is set, what stays of a kernel is in its memory: the kernel and its code as bytes,
  /// some tens of KB; code that runs is mapped from a file. It must live as long as the last of the
  /// engine's kernels. All else is operator new's; the compiler's memory is its own.
  Allocator allocator;
  /// What compiling one function may take, before it ends with X1009: seconds of the processor, on
  /// the clock at most eight times as many, and MiB of memory beside what is there already. Every
  /// text that the language allows ends within this much and a quarter more.
  double compileSeconds = 10;
  std::uint64_t compileMegabytes = 1024;
  /// How many kernels the engine itself holds; the one that was asked for least lately goes first.
  /// Kernels in use stay valid.
  std::size_t maxKernels = 1024;

  /// The only place that reads the environment. Cache: XPHI_CACHE_DIR (empty: none), else
  /// XDG_CACHE_HOME/xphi, else HOME/.cache/xphi. Shared cache: XPHI_SHARED_CACHE. Compiler library:
  /// XPHI_COMPILER_LIBRARY. Threads: XPHI_THREADS.
  [[nodiscard]] static Options fromEnvironment();
};

/// How close to the truth the results of a kernel must be.
class Accuracy {
public:
  /// At most 4 ulp, as docs/accuracy.md says; where a check finds that this is not reached, the
  /// best kernel there is, with a warning (Kernel::certificate(), Kernel::warnings()).
  [[nodiscard]] static Accuracy accurate() { return {}; }
  /// The same, with the same bits on every target, which takes longer on some.
  [[nodiscard]] static Accuracy reproducible() {
    Accuracy accuracy;
    accuracy.promised = Tier::Reproducible;
    return accuracy;
  }
  /// At most so many ulp, 1 to 65536 (else X2036). More than 4 may be faster, fewer take longer.
  /// Results in f16, bf16 and 8 bits are the nearest in any case.
  [[nodiscard]] static Accuracy ulp(double most) {
    Accuracy accuracy;
    accuracy.most = most;
    return accuracy;
  }
  /// At most 2^-14 of the result, or of 2^-14 where the result is smaller; a derivative may sum
  /// larger terms, whose 2^-14 it then is. In arrays of f32; elsewhere it is accurate().
  [[nodiscard]] static Accuracy fast() {
    Accuracy accuracy;
    accuracy.promised = Tier::Fast;
    return accuracy;
  }
  /// Of one input the nearest element, values and derivatives, so the same bits on every CPU
  /// target; of several at most 1 ulp. Backward multiplies the derivative with dy, which is one
  /// rounding more. X2036 for a device.
  [[nodiscard]] static Accuracy exact() {
    Accuracy accuracy;
    accuracy.promised = Tier::Exact;
    return accuracy;
  }
  /// As the command spells them: "accurate", "reproducible", "fast", "exact", "ulp:2". Nothing for
  /// any other text.
  [[nodiscard]] XPHI_API static std::optional<Accuracy> named(std::string_view name);
  /// accurate(); but a kernel that does not reach it is an error, X1101.
  [[nodiscard]] static Accuracy required() { return accurate().orError(); }
  /// The same promise, where not to reach it is an error, X1101.
  [[nodiscard]] Accuracy orError() const {
    Accuracy accuracy = *this;
    accuracy.mustBeKept = true;
    return accuracy;
  }
  [[nodiscard]] bool isRequired() const { return mustBeKept; }
  [[nodiscard]] Tier tier() const { return promised; }
  /// Of Accurate and Reproducible.
  [[nodiscard]] double ulps() const { return most; }

private:
  Tier promised = Tier::Accurate;
  double most = 4;
  bool mustBeKept = false;
};

/// How to compile one function.
struct CompileOptions {
  /// Which definition of a program; empty takes the last one. Not looked at for expressions and
  /// library names.
  std::string function;
  /// `forward` computes the derivative of this order, at most 16, with respect to the first input;
  /// 0 is the value.
  unsigned order = 0;
  /// The same in any inputs and parameters: {"x", "alpha"} is the derivative in x, differentiated
  /// in alpha. X2027 together with `order`.
  std::vector<std::string> derivative;
  /// Also build the backward kernel, which multiplies dy with derivatives of what forward computes.
  bool backward = true;
  /// Names of the inputs and parameters whose gradients backward writes, in this order; empty is
  /// every input.
  std::vector<std::string> gradients;
  /// For `gradients`: every input, then every parameter.
  [[nodiscard]] static std::vector<std::string> allGradients() { return {"*"}; }
  /// X1008 if it is not enough.
  Keep keep = Keep::Input;
  /// What the arrays hold: nothing for f32 everywhere, one type for all, or one for each input and
  /// then that of the result; X2031 for another number of them. A gradient has the type of its
  /// input, dy that of the result, f32 in place of integers; parameters and their gradients are
  /// f32. What is computed in follows from the promise, not from what is stored.
  std::vector<ElementType> types;
  /// "x86-64-v3", "x86-64-v4", "cuda-sm_80", "cuda-sm_90", "cuda-sm_100", "cuda-sm_120"; for
  /// Engine::emit also "aarch64-neon", "riscv64-rvv" and "wasm32-simd128"; empty is the best this
  /// machine runs; "cuda" is the nearest to device 0.
  std::string target;
  Accuracy accuracy = Accuracy::accurate();
  /// Engine::emit: the C functions' names end in the target's, as in `gelu_f32_v3`, so that code
  /// for several targets can be in one program.
  bool targetInNames = false;
  /// Engine::emit: what the C functions' names begin with, as in `my_gelu_f32`.
  std::string namePrefix;
  /// What messages call the text, e.g. its file name. No file of this name is looked for.
  std::string fileName = "<expression>";
  /// Folder whose `.phi` files, and those of folders below it, the text may import; with none, an
  /// import is an error (X0038). The text's own paths are relative to it. The picture of a mistake
  /// in an imported file shows lines of that file.
  std::string importRoot;
};

} // namespace xphi
