// Memory, then disk, then the compiler: the way of a kernel from its text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Engine.hpp>

#include "CompilePool.h"
#include "DoubleBackward.h"
#include "KernelCode.h"
#include "SpecOf.h"
#include "TargetNames.h"
#include "abi/Certificate.h"
#include "runtime/cache/CacheInventory.h"
#include "runtime/cache/DiskCache.h"
#include "runtime/cache/KeyLock.h"
#include "runtime/host/ForkGate.h"
#include "runtime/host/LargeStack.h"
#include "runtime/load/ArtifactInfo.h"
#include "runtime/load/CompilerLibrary.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

namespace xphi {
namespace {

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

Error movedFrom() {
  return Error("X2030", "this Engine was moved from: use the one that it was moved to");
}

Error unkept(const std::string &maker) {
  return Error("X2003", "the compiler library is of another build (" + maker + ") than this one (" +
                            ownCompiler().maker + "): what it compiles is not kept");
}

Kernel::Warnings withForeignCompiler(const Job &job, const std::string &maker) {
  auto warnings = job.warnings ? *job.warnings : std::vector<Diagnostic>();
  warnings.push_back({.code = "X2003", .message = unkept(maker).message()});
  return std::make_shared<const std::vector<Diagnostic>>(std::move(warnings));
}

/// The kernel, with what its check found against it.
Result<Kernel> kernelOf(const Job &job, const CodePointer &code, Origin origin,
                        Kernel::Warnings warnings) {
  const Certificate &certificate = code->artifact.certificate;
  if (certificate.kept)
    return Kernel(code, origin, std::move(warnings));
  const std::string message =
      "the promise of " + code->program.name + " is not kept: " + worstOf(certificate);
  if (job.accuracy.isRequired())
    return Error("X1101", message);
  std::vector<Diagnostic> all = warnings ? *warnings : std::vector<Diagnostic>();
  all.push_back({"X1101", message, job.fileName});
  return Kernel(code, origin, std::make_shared<const std::vector<Diagnostic>>(std::move(all)));
}

} // namespace

struct Engine::State {
  explicit State(Options given)
      : options(std::move(given)), disk(options.cacheDirectory), compiler(options.compilerLibrary),
        driver(std::make_shared<LazyCudaDriver>(options.cudaDriver)),
        workers(Workers::make(options.threads, options.executor)), pool(options.compileThreads) {}

  enum class Use { Run, Keep }; ///< on this machine, or on any
  Result<Job> prepare(std::string_view what, const CompileOptions &wanted, Use use = Use::Run);
  Result<Kernel> get(const Job &job);
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
  CompilerLibrary compiler;
  const std::shared_ptr<LazyCudaDriver> driver;
  const std::shared_ptr<Workers> workers;
  CompilePool pool;
  std::map<std::string, std::shared_ptr<Slot>, std::less<>> slots; ///< by key text
  std::uint64_t uses = 0;                                          ///< a clock for Slot::lastUse
  std::atomic<std::uint64_t> memoryHits{0}, diskHits{0}, misses{0}, compiles{0};
};

Result<Job> Engine::State::prepare(std::string_view what, const CompileOptions &wanted, Use use) {
  Result<ProgramText> program = readProgram(what, wanted);
  if (!program)
    return program.error();
  Result<Differentiation> differentiation = readDifferentiation(*program, wanted);
  if (!differentiation)
    return differentiation.error();
  if (Status fits = checkOperands(*program, *differentiation); !fits)
    return fits.error();
  Result<std::string> target = use == Use::Run ? targetToRun(wanted.target, *driver)
                                               : targetToEmit(wanted.target, "artifact", *driver);
  if (!target)
    return target.error();
  Result<KernelSpec> spec = specOf(*program, *differentiation, wanted, std::move(*target));
  if (!spec)
    return spec.error();
  CacheKey key = makeCacheKey(compiler.identity(), *spec);
  std::string cacheRefusal = disk.refusal();
  Kernel::Warnings warnings = warningsOf(*program, *differentiation, cacheRefusal);
  return Job{std::move(*program),
             std::move(*differentiation),
             std::move(*spec),
             std::move(key),
             std::move(cacheRefusal),
             std::move(warnings),
             wanted.accuracy,
             wanted.fileName,
             {},
             {}};
}

Result<Kernel> Engine::State::get(const Job &job) {
  std::shared_ptr<Slot> slot;
  CodePointer known;
  {
    const auto held = ForkGate::instance().hold();
    std::shared_ptr<Slot> &place = slots[job.key.text];
    if (!place)
      place = std::make_shared<Slot>();
    slot = place;
    slot->lastUse = ++uses;
    known = slot->code;
  }
  if (known) {
    ++memoryHits;
    return kernelOf(job, known, Origin::Memory, job.warnings);
  }
  const std::lock_guard making(slot->making);
  {
    const auto held = ForkGate::instance().hold();
    known = slot->code;
  }
  if (known) {
    ++memoryHits;
    return kernelOf(job, known, Origin::Memory, job.warnings);
  }
  const Result<Made> made = make(job);
  const CodePointer forgotten = remember(job.key.text, slot, made ? made->code : nullptr);
  if (!made)
    return made.error();
  return kernelOf(job, made->code, made->origin,
                  made->foreignCompiler.empty() ? job.warnings
                                                : withForeignCompiler(job, made->foreignCompiler));
}

// Null code: it could not be made. What is forgotten for it is returned, to be unloaded by the
// caller, outside the lock.
CodePointer Engine::State::remember(const std::string &key, const std::shared_ptr<Slot> &slot,
                                    const CodePointer &code) {
  const auto held = ForkGate::instance().hold();
  slot->code = code;
  const auto place = slots.find(key);
  if (place == slots.end() || place->second != slot)
    return nullptr; // cleared meanwhile
  if (!code) {
    slots.erase(place);
    return nullptr;
  }
  auto oldest = slots.end();
  std::size_t kernels = 0;
  for (auto each = slots.begin(); each != slots.end(); ++each)
    if (each->second->code) {
      ++kernels;
      if (oldest == slots.end() || each->second->lastUse < oldest->second->lastUse)
        oldest = each;
    }
  if (kernels <= options.maxKernels)
    return nullptr;
  CodePointer forgotten = std::move(oldest->second->code);
  slots.erase(oldest);
  return forgotten;
}

Result<Made> Engine::State::make(const Job &job) {
  if (!job.given.empty()) {
    const Result<CodePointer> code = load(job, job.givenMaker, job.given, "{}");
    return code ? Result<Made>(Made{*code, Origin::Bytes, {}}) : code.error();
  }
  if (std::optional<Made> found = findOnDisk(job))
    return *found;
  const Folder folder = disk.prepare();
  if (!folder)
    return compile(job);
  const KeyLock lock(folder, job.key, [&] { return disk.contains(job.key); });
  if (std::optional<Made> arrived = findOnDisk(job))
    return *arrived;
  return compile(job);
}

std::optional<Made> Engine::State::findOnDisk(const Job &job) {
  const std::optional<std::string> artifact = disk.find(job.key);
  if (!artifact)
    return std::nullopt;
  const Result<CodePointer> code = load(job, job.key.maker, *artifact, "{}");
  if (!code)
    return std::nullopt;
  ++diskHits;
  disk.count({.diskHits = 1});
  return Made{*code, Origin::Disk, {}};
}

Result<CompileReply> Engine::State::ask(const Job &job) {
  ++misses;
  Result<CompileReply> reply = compiler.run({job.spec, "artifact", disk.templateDirectory(),
                                             options.compileSeconds, options.compileMegabytes});
  compiles += reply.ok();
  disk.count({.misses = 1, .compiles = reply.ok()});
  return reply;
}

Result<Made> Engine::State::compile(const Job &job) {
  const Result<CompileReply> reply = ask(job);
  if (!reply)
    return reply.error();
  const Result<CodePointer> code = load(job, reply->maker, reply->data, reply->timings);
  if (!code)
    return code.error();
  // Only what has been loaded once is kept for the next process.
  disk.publish(job.key, reply->maker, reply->data);
  return Made{*code, Origin::Compiled,
              job.key.accepts(reply->maker) ? std::string() : reply->maker};
}

Result<bool> Engine::State::fill(const Job &job) {
  if (!job.cacheRefusal.empty())
    return Error("X2040", job.cacheRefusal);
  const Folder folder = disk.prepare();
  if (!folder)
    return Error("X2033", disk.directory().empty()
                              ? "there is no cache folder to fill: name one in "
                                "Options::cacheDirectory (XPHI_CACHE_DIR)"
                              : "the cache folder " + disk.directory() +
                                    " cannot be made: name another in Options::cacheDirectory "
                                    "(XPHI_CACHE_DIR)");
  const KeyLock lock(folder, job.key, [&] { return disk.contains(job.key); });
  if (disk.find(job.key))
    return false;
  if (targetToRun(job.spec.target, *driver)) {
    const Result<Made> made = compile(job);
    if (!made)
      return made.error();
    if (!made->foreignCompiler.empty())
      return unkept(made->foreignCompiler);
    if (const auto kernel = kernelOf(job, made->code, made->origin, nullptr); !kernel)
      return kernel.error();
  } else {
    const Result<CompileReply> reply = ask(job);
    if (!reply)
      return reply.error();
    if (!job.key.accepts(reply->maker))
      return unkept(reply->maker);
    disk.publish(job.key, reply->maker, reply->data);
  }
  if (!disk.find(job.key))
    return Error("X2033", "the cache folder " + disk.directory() + " cannot be written");
  return true;
}

Result<CodePointer> Engine::State::load(const Job &job, std::string_view maker,
                                        std::string_view bytes, std::string timings) {
  const bool cuda = isCudaTarget(job.spec.target);
  const std::string fallback = job.cacheRefusal.empty() ? disk.directory() : std::string();
  Result<Artifact> artifact =
      Artifact::load(bytes, {job.spec, job.program.hasChannels(), cuda}, fallback);
  if (!artifact)
    return artifact.error();
  std::vector<float> defaults;
  for (const Parameter &parameter : job.program.parameters)
    defaults.push_back(parameter.defaultValue);
  auto code = std::make_shared<Kernel::Code>(job.program, job.differentiation, job.spec,
                                             std::move(defaults), cuda, std::move(timings),
                                             std::move(*artifact), driver, workers);
  if (job.key.accepts(maker))
    code->bytes = encodeKernel(job.key, maker, bytes);
  code->stack = bytes.size() < longArtifact ? 0 : longArtifactStack;
  code->direct = !cuda && code->stack == 0 && code->holdsFloats() &&
                 (code->keep() == Keep::Input || code->keep() == Keep::Output);
  return CodePointer(std::move(code));
}

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
        return Error("X2032", "the engine was destroyed before this function's turn to be "
                              "compiled came");
      const Result<Job> job = engine.prepare(what, options);
      return job ? engine.get(*job) : job.error();
    }));
  });
  return future;
} catch (const std::exception &) { // of memory that is short
  return {};
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
  static const Options none;
  return state ? state->options : none;
}

} // namespace xphi
