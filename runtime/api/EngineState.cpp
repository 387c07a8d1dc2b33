// Memory, then disk, then the compiler: the way of a kernel from its text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "EngineState.h"

#include "TargetNames.h"
#include "runtime/cache/KeyLock.h"
#include "runtime/load/ArtifactInfo.h"

#include <filesystem>
#include <mutex>

namespace xphi {
namespace {

Error unkept(const std::string &maker) {
  return Error("X2003", "the compiler library is of another build (" + maker + ") than this one (" +
                            ownCompiler().maker + "): what it compiles is not kept");
}

Kernel::Warnings withForeignCompiler(const Job &job, const std::string &maker) {
  auto warnings = job.warnings ? *job.warnings : std::vector<Diagnostic>();
  warnings.push_back({.code = "X2003", .message = unkept(maker).message()});
  return std::make_shared<const std::vector<Diagnostic>>(std::move(warnings));
}

} // namespace

Options anchored(Options options) {
  const auto anchor = [](std::string &path) {
    std::error_code failed; // where there is no working folder it stays as it is
    if (const auto whole = std::filesystem::absolute(path, failed); !path.empty() && !failed)
      path = whole.string();
  };
  anchor(options.cacheDirectory);
  anchor(options.sharedCache);
  if (options.compilerLibrary.find('/') != std::string::npos)
    anchor(options.compilerLibrary);
  return options;
}

std::vector<float> defaultsOf(const ProgramText &program) {
  std::vector<float> defaults;
  for (const Parameter &parameter : program.parameters)
    defaults.push_back(parameter.defaultValue);
  return defaults;
}

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

/// What is in memory already, or null.
CodePointer Engine::State::held(const CacheKey &key) {
  const auto held = ForkGate::instance().hold();
  const auto place = slots.find(key.text);
  if (place == slots.end() || !place->second->code)
    return nullptr;
  place->second->lastUse = ++uses;
  return place->second->code;
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
  for (const DiskCache *cache : {&disk, &shared}) {
    const std::optional<std::string> artifact = cache->find(job.key);
    if (!artifact)
      continue;
    const Result<CodePointer> code = load(job, job.key.maker, *artifact, "{}");
    if (!code)
      continue;
    ++diskHits;
    disk.count({.diskHits = 1});
    return Made{*code, Origin::Disk, {}};
  }
  return std::nullopt;
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
  const Allocator &memory = options.allocator;
  auto code = std::allocate_shared<Kernel::Code>(
      HostAllocator<Kernel::Code>(memory), job.program, job.differentiation, job.spec,
      defaultsOf(job.program), cuda, std::move(timings), std::move(*artifact), driver, workers);
  if (job.key.accepts(maker))
    code->bytes = HostBytes(encodeKernel(job.key, maker, bytes), HostAllocator<char>(memory));
  code->stack = bytes.size() < longArtifact ? 0 : longArtifactStack;
  code->direct = !cuda && code->stack == 0 && code->holdsFloats() &&
                 (code->keep() == Keep::Input || code->keep() == Keep::Output);
  return CodePointer(std::move(code));
}

} // namespace xphi
