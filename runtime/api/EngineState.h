// What an engine holds, and the steps from a text to a kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "CompilePool.h"
#include "KernelCode.h"
#include "SpecOf.h"
#include "runtime/cache/DiskCache.h"
#include "runtime/host/ForkGate.h"
#include "runtime/host/LargeStack.h"
#include "runtime/load/CompilerLibrary.h"
#include "runtime/load/OwnFolder.h"

#include <xphi/Engine.hpp>

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace xphi {

using CodePointer = std::shared_ptr<const Kernel::Code>;

/// A kernel's place in memory. Whoever holds `making` makes it; the others wait and find it made.
/// The rest is looked at and changed while ForkGate::hold().
struct Slot {
  ForkAwareLock making;
  CodePointer code;
  std::uint64_t lastUse = 0;
};

struct Made {
  CodePointer code;
  Origin origin;
  std::string foreignCompiler; ///< what the library says of itself that this build does not know
};

/// One compile() call on its way.
struct Job {
  ProgramText program;
  Differentiation differentiation;
  KernelSpec spec;
  CacheKey key;
  std::string cacheRefusal;  ///< see DiskCache
  Kernel::Warnings warnings; ///< null for none
  Accuracy accuracy;
  std::string fileName;   ///< of the text, for messages
  std::string_view given; ///< the artifact, where the caller has it
  std::string_view givenMaker;
};

// The deepest program that is valid, read and checked, takes less than half of this.
constexpr std::size_t frontEndStack = std::size_t(2) << 20;

// Out of memory is the one way left to fail, and no exception may cross the border. The message is
// short enough to need no memory.
template <typename Value, typename Body> Result<Value> guarded(const Body &body) noexcept {
  Result<Value> result = Error("X2099", "out of memory");
  withLargeStack(frontEndStack, [&]() noexcept {
    try {
      result = body();
    } catch (const std::exception &) { // NOLINT(bugprone-empty-catch): the result says so
    }
  });
  return result;
}

/// The kernel, with what its check found against it.
Result<Kernel> kernelOf(const Job &job, const CodePointer &code, Origin origin,
                        Kernel::Warnings warnings);

std::vector<float> defaultsOf(const ProgramText &program);

/// With paths that mean the same when the host has changed its working folder. A library without a
/// slash in its name is the loader's to find.
Options anchored(Options options);

struct Engine::State {
  explicit State(Options given)
      : options(anchored(std::move(given))), disk(options.cacheDirectory),
        shared(options.sharedCache.empty() ? shippedKernels() : options.sharedCache),
        compiler(options.compilerLibrary),
        driver(std::make_shared<LazyCudaDriver>(options.cudaDriver)),
        workers(Workers::make(options.threads, options.executor)), pool(options.compileThreads) {}

  enum class Use { Run, Keep }; ///< on this machine, or on any
  Result<Job> prepare(std::string_view what, const CompileOptions &wanted, Use use = Use::Run);
  Result<Kernel> get(const Job &job);
  CodePointer held(const CacheKey &key);
  CodePointer remember(const std::string &key, const std::shared_ptr<Slot> &slot,
                       const CodePointer &code);
  Result<Made> make(const Job &job);
  std::optional<Made> findOnDisk(const Job &job);
  Result<Made> compile(const Job &job);
  Result<CompileReply> ask(const Job &job);
  Result<bool> fill(const Job &job);
  Result<CodePointer> load(const Job &job, std::string_view maker, std::string_view artifact,
                           std::string timings);

  const Options options;
  const DiskCache disk;
  const DiskCache shared; ///< only read
  CompilerLibrary compiler;
  const std::shared_ptr<LazyCudaDriver> driver;
  const std::shared_ptr<Workers> workers;
  CompilePool pool;
  std::map<std::string, std::shared_ptr<Slot>, std::less<>> slots; ///< by key text
  std::uint64_t uses = 0;                                          ///< a clock for Slot::lastUse
  std::atomic<std::uint64_t> memoryHits{0}, diskHits{0}, misses{0}, compiles{0};
};

} // namespace xphi
