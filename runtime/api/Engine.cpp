// What a host asks of an engine, from text to kernels, objects and the cache's contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Engine.hpp>

#include "DoubleBackward.h"
#include "EngineState.h"
#include "TargetNames.h"
#include "abi/Certificate.h"
#include "runtime/cache/CacheInventory.h"
#include "runtime/load/ArtifactInfo.h"
#include "runtime/load/CompilerLibrary.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <utility>

namespace xphi {
namespace {

Error movedFrom() {
  return Error("X2030", "this Engine was moved from: use the one that it was moved to");
}

Error engineIsGone() {
  return Error("X2032", "the engine was destroyed before this function's turn to be compiled came");
}

} // namespace

Engine::Engine(Options options) : state(std::make_shared<State>(std::move(options))) {}

Engine::~Engine() {
  if (state)
    state->pool.stop();
}

Engine::Engine(Engine &&other) noexcept = default;

Engine &Engine::operator=(Engine &&other) noexcept {
  Engine old(std::move(other));
  state.swap(old.state);
  return *this;
}

Result<Kernel> Engine::compile(std::string_view what, const CompileOptions &options) {
  return guarded<Kernel>([&, state = state]() -> Result<Kernel> {
    if (!state)
      return movedFrom();
    const Result<Job> job = state->prepare(what, options);
    return job ? state->get(*job) : job.error();
  });
}

Result<Kernel> Engine::compile(const Function &function, const CompileOptions &options) {
  return guarded<Kernel>([&]() -> Result<Kernel> {
    const Result<std::string> program = text(function);
    if (!program)
      return program.error();
    CompileOptions chosen = options;
    chosen.function.clear();
    return compile(*program, chosen);
  });
}

std::shared_future<Result<Kernel>> Engine::compileAsync(std::string what,
                                                        CompileOptions options) try {
  auto promise = std::make_shared<std::promise<Result<Kernel>>>();
  std::shared_future<Result<Kernel>> future = promise->get_future().share();
  if (!state) {
    promise->set_value(movedFrom());
    return future;
  }
  // The engine's destructor waits for its pool, so the pool's tasks need not keep the engine.
  state->pool.submit([&engine = *state, promise, what = std::move(what),
                      options = std::move(options)](bool stopped) {
    promise->set_value(guarded<Kernel>([&]() -> Result<Kernel> {
      if (stopped)
        return engineIsGone();
      const Result<Job> job = engine.prepare(what, options);
      return job ? engine.get(*job) : job.error();
    }));
  });
  return future;
} catch (const std::exception &) { // of memory that is short
  return {};
}

Result<Kernel> Engine::compileLater(std::string_view what, const CompileOptions &options) {
  return guarded<Kernel>([&, state = state]() -> Result<Kernel> {
    if (!state)
      return movedFrom();
    const Result<Job> job = state->prepare(what, options);
    if (!job)
      return job.error();
    if (const CodePointer known = state->held(job->key)) {
      ++state->memoryHits;
      return kernelOf(*job, known, Origin::Memory, job->warnings);
    }
    if (isCudaTarget(job->spec.target) || job->differentiation.keep != Keep::Input)
      return Error("X2048", job->program.name + " cannot be interpreted until it is compiled: use "
                                                "compileAsync, or a CPU and Keep::Input");
    auto code =
        std::allocate_shared<Kernel::Code>(HostAllocator<Kernel::Code>(state->options.allocator));
    code->program = job->program;
    code->differentiation = job->differentiation;
    code->spec = job->spec;
    code->defaults = defaultsOf(job->program);
    code->timings = "{}";
    code->stack = Interpretation::stackBytes;
    code->interpretation = Interpretation::of(job->program, job->differentiation, job->spec.types);
    code->successor = std::make_shared<Successor>();
    // The engine's destructor waits for its pool, so the pool's tasks need not keep the engine.
    state->pool.submit([&engine = *state, successor = code->successor, job = *job](bool stopped) {
      Result<Kernel> made = guarded<Kernel>([&]() -> Result<Kernel> {
        return stopped ? Result<Kernel>(engineIsGone()) : engine.get(job);
      });
      if (made)
        successor->set({}, made->code);
      else
        successor->set(made.error(), nullptr);
    });
    return Kernel(std::move(code), Origin::Awaited, job->warnings);
  });
}

Result<Kernel> Engine::load(std::string_view bytes) {
  return guarded<Kernel>([&, state = state]() -> Result<Kernel> {
    if (!state)
      return movedFrom();
    const std::optional<KeptFile> kept = decodeKept(bytes);
    if (!kept)
      return Error("X2006", "these bytes are not what Kernel::bytes gave, or were damaged since");
    const CacheKeyFacts facts = readCacheKey(kept->label.key);
    const Error otherBuild("X2003", "these bytes are the kernel of another build of xphi, of "
                                    "compiler " +
                                        facts.compiler + ": make them again with this one");
    if (!facts.thisBuild || !facts.spec)
      return otherBuild;
    Result<Job> job = state->prepare(facts.spec->program, optionsOf(*facts.spec));
    if (!job)
      return std::move(job).error();
    if (!isKernelOf(*kept, job->key))
      return otherBuild;
    job->given = kept->content;
    job->givenMaker = kept->label.maker;
    return state->get(*job);
  });
}

Result<bool> Engine::fillCache(std::string_view what, const CompileOptions &options) {
  return guarded<bool>([&, state = state]() -> Result<bool> {
    if (!state)
      return movedFrom();
    const Result<Job> job = state->prepare(what, options, State::Use::Keep);
    return job ? state->fill(*job) : job.error();
  });
}

Result<Kernel> Engine::compileDoubleBackward(std::string_view what, const CompileOptions &options) {
  return guarded<Kernel>([&]() -> Result<Kernel> {
    if (options.order != 0 || !options.derivative.empty())
      return Error("X2027", "the double backward pass is that of the function itself: leave "
                            "CompileOptions::order and CompileOptions::derivative alone");
    const Result<ProgramText> program = readProgram(what, options);
    if (!program)
      return program.error();
    DoubleBackward generated = doubleBackward(*program);
    CompileOptions chosen = options;
    chosen.function.clear();
    chosen.fileName = "<double backward of " + program->name + ">";
    if (chosen.gradients.empty())
      chosen.gradients = std::move(generated.gradients);
    return compile(generated.text, chosen);
  });
}

namespace {

/// Also of the language, whose names are ASCII, whatever the locale is.
bool isNamePrefix(std::string_view prefix) {
  const auto isLetter = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
  };
  return prefix.empty() || (isLetter(prefix.front()) && std::ranges::all_of(prefix, [&](char each) {
                              return isLetter(each) || (each >= '0' && each <= '9');
                            }));
}

} // namespace

Result<std::string> Engine::emit(std::string_view what, std::string_view kind,
                                 const CompileOptions &options, std::string *timings) {
  return guarded<std::string>([&, state = state]() -> Result<std::string> {
    if (!state)
      return movedFrom();
    const Result<ProgramText> program = readProgram(what, options);
    if (!program)
      return program.error();
    if (!isNamePrefix(options.namePrefix))
      return Error("X2035", "no name in C begins with '" + options.namePrefix +
                                "': letters, digits and underscores, and no digit first");
    const Result<std::string> target = targetToEmit(options.target, kind, *state->driver);
    if (!target)
      return target.error();
    const Result<Differentiation> differentiation = readDifferentiation(*program, options);
    if (!differentiation)
      return differentiation.error();
    const Result<KernelSpec> spec = specOf(*program, *differentiation, options, *target);
    if (!spec)
      return spec.error();
    Result<CompileReply> reply = state->compiler.run(
        {*spec, std::string(kind), state->disk.templateDirectory(), state->options.compileSeconds,
         state->options.compileMegabytes, options.targetInNames, options.namePrefix});
    if (!reply)
      return reply.error();
    if (timings)
      *timings = std::move(reply->timings);
    return std::move(reply->data);
  });
}

Result<std::string> Engine::join(const std::vector<NamedObject> &objects, std::string_view kind,
                                 std::string_view soname) {
  return guarded<std::string>([&, state = state]() -> Result<std::string> {
    if (!state)
      return movedFrom();
    JoinRequest request{std::string(kind),
                        std::string(soname),
                        {},
                        state->options.compileSeconds,
                        state->options.compileMegabytes};
    for (const NamedObject &object : objects)
      request.objects.push_back({object.name, object.bytes});
    return state->compiler.join(request);
  });
}

Result<Certificate> Engine::certify(std::string_view bytes, const CertifyOptions &options) {
  return guarded<Certificate>([&, state = state]() -> Result<Certificate> {
    if (!state)
      return movedFrom();
    const std::optional<KeptFile> kept = decodeKept(bytes);
    if (!kept && options.description.empty())
      return Error("X2006", "these bytes are no kernel that was kept, or were damaged since");
    const Result<std::string> found = state->compiler.certify(
        {kept ? kept->content : bytes, options.description, options.function, options.seed,
         options.points, 10 * state->options.compileSeconds, state->options.compileMegabytes});
    return found ? Result<Certificate>(readCertificate(readArtifactInfo(*found))) : found.error();
  });
}

Result<std::vector<Keep>> Engine::enoughToKeep(std::string_view what,
                                               const CompileOptions &options) {
  return guarded<std::vector<Keep>>([&]() -> Result<std::vector<Keep>> {
    CompileOptions chosen = options;
    chosen.backward = true;
    chosen.keep = Keep::Input;
    const Result<std::string> names = emit(what, "keeps", chosen);
    if (!names)
      return names.error();
    std::vector<Keep> enough;
    for (Keep keep : everyKeep)
      if ((" " + *names + " ").find(" " + std::string(nameOf(keep)) + " ") != std::string::npos)
        enough.push_back(keep);
    return enough;
  });
}

Result<std::string> Engine::compilerVersion() {
  return guarded<std::string>([state = state]() -> Result<std::string> {
    return state ? state->compiler.version() : movedFrom();
  });
}

CacheStatistics Engine::cacheStatistics() const {
  if (!state)
    return {};
  const DiskCache::Size size = state->disk.size();
  const Counts total = state->disk.counts();
  return {.directory = state->disk.directory(),
          .entries = size.entries,
          .bytes = size.bytes,
          .memoryHits = state->memoryHits,
          .diskHits = state->diskHits,
          .misses = state->misses,
          .compiles = state->compiles,
          .totalDiskHits = total.diskHits,
          .totalMisses = total.misses,
          .totalCompiles = total.compiles,
          .refusal = state->disk.refusal()};
}

Result<std::vector<CachedKernel>> Engine::cachedKernels() const {
  return guarded<std::vector<CachedKernel>>([&]() -> Result<std::vector<CachedKernel>> {
    if (!state)
      return movedFrom();
    if (const std::string refusal = state->disk.refusal(); !refusal.empty())
      return Error("X2040", refusal);
    return listEntries(Folder::open(state->disk.directory()), state->compiler.identity());
  });
}

Result<PruneResult> Engine::pruneCache(const PruneOptions &options) {
  return guarded<PruneResult>([&]() -> Result<PruneResult> {
    if (!state)
      return movedFrom();
    if (const std::string refusal = state->disk.refusal(); !refusal.empty())
      return Error("X2040", refusal);
    return pruneEntries(Folder::open(state->disk.directory()), state->disk.templates(),
                        state->compiler.identity(), options);
  });
}

std::uint64_t Engine::clearCache() {
  if (!state)
    return 0;
  std::map<std::string, std::shared_ptr<Slot>, std::less<>> forgotten;
  {
    const auto held = ForkGate::instance().hold();
    forgotten.swap(state->slots);
  }
  return state->disk.clear();
}

const Options &Engine::options() const noexcept {
  static const Options &none = *new Options; // never destroyed
  return state ? state->options : none;
}

} // namespace xphi
