// Turns program text into kernels: from memory, from the cache folder, or compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler library is opened by the first compile() or emit() that needs it; a process whose
// kernels are cached never sees LLVM. An Engine is safe to use from many threads; several that want
// the same kernel wait for one compilation, several processes likewise. It may be destroyed while
// calls that have begun run in other threads: they end as if it had not been.
//
// A process may fork at any time: fork() waits for the next step of what other threads compile,
// and the child compiles like any process. Nothing here changes signal handlers, the floating-point
// environment, the locale, umask, limits or the working folder of the process.
#pragma once

#include <xphi/Expression.hpp>
#include <xphi/Kernel.hpp>
#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

struct CacheStatistics {
  std::string directory;                ///< empty when there is none
  std::uint64_t entries = 0, bytes = 0; ///< in the folder now
  /// Of this engine.
  std::uint64_t memoryHits = 0, diskHits = 0, misses = 0, compiles = 0;
  /// Of all processes that used the folder since it was cleared.
  std::uint64_t totalDiskHits = 0, totalMisses = 0, totalCompiles = 0;
  std::string refusal; ///< why a folder that is there is not used (X2040); empty otherwise
};

/// One entry of the cache folder.
struct CachedKernel {
  std::string file;         ///< its name in the folder
  std::uint64_t bytes = 0;  ///< of the file
  std::int64_t written = 0; ///< seconds since 1970
  bool intact = false;      ///< every byte is as it was written; else nothing below is known
  bool usable = false;      ///< made by the compiler that this engine would compile with
  std::string compiler;     ///< what the compiler library that made it says of itself
  std::string function, target, derivative, gradients, program;
  std::string types; ///< of the arrays: "bf16->bf16"
  std::string keep;  ///< what backward reads: "x", "y", "mask" or "nothing"
};

/// What pruneCache removes beside damaged entries.
struct PruneOptions {
  bool otherBuilds = true;                    ///< entries that no lookup of this build can find
  std::uint64_t maxBytes = ~std::uint64_t(0); ///< the oldest, until no more than this is left
};

/// An object that Engine::emit made.
struct NamedObject {
  std::string name; ///< of the member of an archive: "gelu.o"
  std::string bytes;
};

struct CertifyOptions {
  std::uint64_t seed = 1;   ///< of the points
  std::uint64_t points = 0; ///< at most about so many; 0: as many as take a second
  /// Of a library made ahead of time, in place of a kernel: the JSON object of one of its kernels
  /// ("abi", "spec", "promise"), and the name of its C function.
  std::string description, function;
};

struct PruneResult {
  std::uint64_t removed = 0, removedBytes = 0, left = 0, leftBytes = 0;
};

class XPHI_API Engine {
public:
  Engine() : Engine(Options::fromEnvironment()) {}
  explicit Engine(Options options);
  ~Engine();
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;
  /// What was moved from answers X2030 to everything that can fail, and is empty otherwise.
  Engine(Engine &&other) noexcept;
  Engine &operator=(Engine &&other) noexcept;

  /// `what` is a bare expression in x, the text of a program, or the name of a library function.
  /// Fails with every mistake of the program (X0001-X0999), for options that do not fit it (X2008,
  /// X2009, X2024, X2027) or this machine (X2000, X2004, X2005, X2021), where the compiler refuses
  /// (X1000-X1099), where a required accuracy is not reached (X1101), and without a compiler
  /// library for what is not in the cache (X2001).
  Result<Kernel> compile(std::string_view what, const CompileOptions &options = {});

  /// The same function built in C++ gives the same kernel: `auto x = xphi::input("x");
  /// engine.compile(x * xphi::Phi(x));`.
  Result<Kernel> compile(const Function &function, const CompileOptions &options = {});

  /// compile() on a thread of the engine's, of which there are at most Options::compileThreads;
  /// returns at once. The future never throws: its value is what compile() returns, or X2032 when
  /// the engine was destroyed before its turn came. Destroying the engine waits for what is being
  /// compiled. In a child of fork() futures of the parent never become ready. Not valid()
  /// only where there is no memory for it.
  [[nodiscard]] std::shared_future<Result<Kernel>> compileAsync(std::string what,
                                                                CompileOptions options = {});

  /// For hosts that must not wait: a kernel that can be called at once. compile() goes on as in
  /// compileAsync(), and until it is done calls are interpreted, in double precision: right to some
  /// ulp where the program does not cancel, without a certificate, some microseconds an element,
  /// with allocations, on the caller's thread. From then on each call of this kernel, and of every
  /// copy of it, runs the compiled code; Kernel::isReady() and Kernel::wait() tell. Mistakes of the
  /// program fail at once; where the compiler fails, calls stay interpreted, and wait() says why.
  /// Looks into no folder. X2048 for a device, and for backward that keeps anything but the inputs.
  Result<Kernel> compileLater(std::string_view what, const CompileOptions &options = {});

  /// A kernel from what Kernel::bytes() gave, without compiler library or cache folder; the engine
  /// holds it like one of its own. The bytes are code: take them from nobody who may not run code
  /// here. X2006 if they are damaged, X2003 if another build made them, X2005 for another
  /// processor.
  Result<Kernel> load(std::string_view bytes);

  /// Compiles into the cache folder what is not in it, also for targets that this machine cannot
  /// run: of those nothing is checked. False if it was there already. X2033 without a folder that
  /// may be used, X2003 where the compiler library is of another build.
  Result<bool> fillCache(std::string_view what, const CompileOptions &options = {});

  /// The kernel of the double backward pass of f, for gradients of gradients. Its inputs are those
  /// of f, then dy, then for each input of f the gradient v that came back for what backward gave
  /// there. forward gives dy * sum of v * df/dx; the gradients, in the inputs of f and in dy unless
  /// others are named, are what the pass returns when their dy is all ones. X2027 with an order or
  /// a derivative.
  Result<Kernel> compileDoubleBackward(std::string_view what, const CompileOptions &options = {});

  /// Code ahead of time, which exports C functions and needs no xphi to be used: "object",
  /// "shared", "header", "llvm", "asm"; GPU kernels: "ptx"; text for other compilers: "c", "cpp",
  /// "cuda", "halide", "mlir", "triton" (X1014 where there is none); or what the compiler makes on
  /// the way: "diff" or "stage:ast|xphi|derived|approx|body|halide|llvm|asm|ptx". "declarations" is
  /// the header as JSON; "dispatch:x86-64-v3,x86-64-v4" an object whose functions, without a target
  /// in their names, call at run time those of the best of these targets, and `NAME_runs_here`, 0
  /// where the processor runs none of them. Never cached, any target; `timings`, where given,
  /// receives milliseconds per stage, a JSON object. X2035 for a prefix that no name can begin
  /// with.
  Result<std::string> emit(std::string_view what, std::string_view kind,
                           const CompileOptions &options = {}, std::string *timings = nullptr);

  /// Objects that emit() made as one file: an "archive" (a static library), an "object", or a
  /// "shared" library, which says that it is called `soname` unless that is empty. X1013 where two
  /// export a function of the same name, but for an archive, in which nobody looks.
  Result<std::string> join(const std::vector<NamedObject> &objects, std::string_view kind,
                           std::string_view soname = {});

  /// What the backward pass could keep of the forward pass, each by itself: Keep::Input always,
  /// others where they suffice for the gradient of the function's one input. Opens the compiler
  /// library.
  Result<std::vector<Keep>> enoughToKeep(std::string_view what, const CompileOptions &options = {});

  /// Checks the certificate of a kernel again, without compiling it: that it is of this code; what
  /// is proved, from the fit's table and the program's text; and the machine code, at points that
  /// were not seen before, of one input of 16 bits at all. The bytes are those of Kernel::bytes()
  /// or of a file of the cache; they are code, which is run. Returns what was found. X1102 where
  /// the certificate does not hold, X1103 where it is of other code, X1101 where it says itself
  /// that the promise is not kept, X2005 where this processor does not run the code, X2006 for
  /// damaged bytes, X1009 after ten times Options::compileSeconds.
  Result<Certificate> certify(std::string_view bytes, const CertifyOptions &options = {});

  /// Names the compiler and its parts, e.g. "xphi 0.1.0 LLVM 22.1.8 Halide 21.0.0". Opens the
  /// compiler library.
  Result<std::string> compilerVersion();

  [[nodiscard]] CacheStatistics cacheStatistics() const;
  /// Reads and checks every entry on disk, the one written last first. Empty without a folder.
  /// X2040 if the folder belongs to another user or others may write to it: such a folder is never
  /// used, which every kernel's warnings() say, too.
  Result<std::vector<CachedKernel>> cachedKernels() const;
  /// Removes entries from disk; kernels in memory and in use stay.
  Result<PruneResult> pruneCache(const PruneOptions &options = {});
  /// Forgets every kernel, in memory and on disk; kernels in use stay valid. Returns the entries
  /// removed from disk.
  std::uint64_t clearCache();

  [[nodiscard]] const Options &options() const noexcept;

private:
  struct State;
  std::shared_ptr<State> state;
};

} // namespace xphi
