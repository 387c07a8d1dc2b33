// The C interface to engines: options, compiling, bytes, the cache folder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CApiHandles.h"

#include "abi/Certificate.h"

#include <chrono>
#include <optional>

struct xphi_cache {
  xphi::CacheStatistics statistics;
  std::vector<xphi::CachedKernel> kernels;
  xphi_cache_statistics cStatistics = {};
  std::vector<xphi_cached_kernel> cKernels = {};
};

namespace {

using namespace xphi::c;

xphi::Options engineOptions(const xphi_engine_options &given) {
  xphi::Options options;
  options.cacheDirectory = orEmpty(given.cache_directory);
  options.compilerLibrary = orEmpty(given.compiler_library);
  if (given.cuda_driver)
    options.cudaDriver = given.cuda_driver;
  if (given.threads != 0)
    options.threads = given.threads == XPHI_ALL_CORES ? 0 : given.threads;
  options.compileThreads = given.compile_threads;
  if (given.compile_seconds > 0)
    options.compileSeconds = given.compile_seconds;
  if (given.compile_megabytes != 0)
    options.compileMegabytes = given.compile_megabytes;
  if (given.max_kernels != 0)
    options.maxKernels = given.max_kernels;
  options.executor = {given.executor.run, given.executor.context};
  options.allocator = {given.allocator.allocate, given.allocator.release, given.allocator.context};
  options.sharedCache = orEmpty(given.shared_cache);
  return options;
}

xphi_cache_statistics toC(const xphi::CacheStatistics &all) {
  return {sizeof(xphi_cache_statistics),
          all.directory.c_str(),
          all.refusal.c_str(),
          all.entries,
          all.bytes,
          all.memoryHits,
          all.diskHits,
          all.misses,
          all.compiles,
          all.totalDiskHits,
          all.totalMisses,
          all.totalCompiles};
}

xphi_cached_kernel toC(const xphi::CachedKernel &one) {
  return {sizeof(xphi_cached_kernel),
          one.file.c_str(),
          one.bytes,
          one.written,
          one.intact,
          one.usable,
          one.compiler.c_str(),
          one.function.c_str(),
          one.target.c_str(),
          one.types.c_str(),
          one.derivative.c_str(),
          one.gradients.c_str(),
          one.keep.c_str(),
          one.program.c_str()};
}

/// Of a call that takes engine, text and options.
template <typename Call>
xphi_error *onText(xphi_engine *engine, const char *what, const xphi_compile_options *given,
                   const void *place, const char *placeName, const Call &call) noexcept {
  return attemptWith({{engine, "engine"}, {what, "text"}, {place, placeName}},
                     [&]() -> xphi::Status {
                       const xphi::Result<xphi::CompileOptions> options = xphi::c::toOptions(given);
                       return options ? call(*options) : options.error();
                     });
}

constexpr const char *kernelPlace = "place for the kernel";

} // namespace

extern "C" {

xphi_engine *xphi_engine_create(const xphi_engine_options *given) try {
  return new xphi_engine{
      xphi::Engine(given ? engineOptions(read(given)) : xphi::Options::fromEnvironment())};
} catch (...) {
  return nullptr;
}

void xphi_engine_destroy(xphi_engine *engine) { delete engine; }

void xphi_engine_get_options(const xphi_engine *engine, xphi_engine_options *options) {
  if (!engine || !options)
    return;
  const xphi::Options &used = engine->engine.options();
  write({sizeof(xphi_engine_options),
         used.cacheDirectory.c_str(),
         used.compilerLibrary.c_str(),
         used.cudaDriver.c_str(),
         used.threads ? used.threads : XPHI_ALL_CORES,
         used.compileThreads,
         used.compileSeconds,
         used.compileMegabytes,
         used.maxKernels,
         {used.executor.run, used.executor.context},
         {used.allocator.allocate, used.allocator.release, used.allocator.context},
         used.sharedCache.c_str()},
        options);
}

xphi_error *xphi_compile(xphi_engine *engine, const char *what, const xphi_compile_options *given,
                         xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return onText(engine, what, given, kernel, kernelPlace, [&](const auto &options) {
    return give(engine->engine.compile(what, options), kernel);
  });
}

xphi_error *xphi_compile_double_backward(xphi_engine *engine, const char *what,
                                         const xphi_compile_options *given, xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return onText(engine, what, given, kernel, kernelPlace, [&](const auto &options) {
    return give(engine->engine.compileDoubleBackward(what, options), kernel);
  });
}

xphi_error *xphi_compile_async(xphi_engine *engine, const char *what,
                               const xphi_compile_options *given, xphi_pending **pending) {
  if (pending)
    *pending = nullptr;
  return onText(engine, what, given, pending, kernelPlace,
                [&](const xphi::CompileOptions &options) -> xphi::Status {
                  auto made = std::make_unique<xphi_pending>();
                  made->kernel = engine->engine.compileAsync(what, options);
                  if (!made->kernel.valid())
                    return xphi::Error("X2099", "out of memory");
                  *pending = made.release();
                  return {};
                });
}

int xphi_pending_ready(const xphi_pending *pending) {
  return pending && pending->kernel.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

xphi_error *xphi_pending_wait(const xphi_pending *pending, xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return attemptWith({{pending, "pending kernel"}, {kernel, kernelPlace}},
                     [&] { return give(pending->kernel.get(), kernel); });
}

void xphi_pending_free(xphi_pending *pending) { delete pending; }

xphi_error *xphi_compile_later(xphi_engine *engine, const char *what,
                               const xphi_compile_options *given, xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return onText(engine, what, given, kernel, kernelPlace, [&](const auto &options) {
    return give(engine->engine.compileLater(what, options), kernel);
  });
}

xphi_error *xphi_load(xphi_engine *engine, const void *bytes, size_t size, xphi_kernel **kernel) {
  if (kernel)
    *kernel = nullptr;
  return attemptWith({{engine, "engine"}, {bytes, "bytes"}, {kernel, kernelPlace}}, [&] {
    return give(engine->engine.load({static_cast<const char *>(bytes), size}), kernel);
  });
}

xphi_error *xphi_emit(xphi_engine *engine, const char *what, const char *kind,
                      const xphi_compile_options *given, xphi_bytes **product,
                      xphi_bytes **timings) {
  if (product)
    *product = nullptr;
  if (timings)
    *timings = nullptr;
  return onText(engine, what, given, product, "place for the product",
                [&](const xphi::CompileOptions &options) -> xphi::Status {
                  if (!kind)
                    return isNull("kind");
                  std::string times;
                  xphi::Result<std::string> made =
                      engine->engine.emit(what, kind, options, timings ? &times : nullptr);
                  if (!made)
                    return made.error();
                  auto first = std::make_unique<xphi_bytes>(*std::move(made));
                  if (timings)
                    *timings = new xphi_bytes{std::move(times)};
                  *product = first.release();
                  return {};
                });
}

xphi_error *xphi_join(xphi_engine *engine, const char *const *names,
                      const xphi_bytes *const *objects, size_t count, const char *kind,
                      const char *soname, xphi_bytes **product) {
  if (product)
    *product = nullptr;
  return attemptWith({{engine, "engine"},
                      {names, "names"},
                      {objects, "objects"},
                      {kind, "kind"},
                      {product, "place for the product"}},
                     [&]() -> xphi::Status {
                       std::vector<xphi::NamedObject> all;
                       for (size_t i = 0; i != count; ++i) {
                         if (!names[i] || !objects[i])
                           return isNull("object or its name");
                         all.push_back({names[i], objects[i]->contents});
                       }
                       return give(engine->engine.join(all, kind, orEmpty(soname)), product);
                     });
}

xphi_error *xphi_certify(xphi_engine *engine, const void *bytes, size_t size,
                         const xphi_certify_options *given, xphi_bytes **certificate) {
  if (certificate)
    *certificate = nullptr;
  return attemptWith(
      {{engine, "engine"}, {bytes, "bytes"}, {certificate, "place for the certificate"}},
      [&]() -> xphi::Status {
        const xphi_certify_options own = read(given);
        const xphi::Result<xphi::Certificate> found = engine->engine.certify(
            {static_cast<const char *>(bytes), size},
            {own.seed, own.points, orEmpty(own.description), orEmpty(own.function)});
        if (!found)
          return found.error();
        return give(xphi::Result<std::string>(xphi::printCertificate(*found, std::string::npos)),
                    certificate);
      });
}

xphi_error *xphi_enough_to_keep(xphi_engine *engine, const char *what,
                                const xphi_compile_options *given, uint32_t *keeps) {
  if (keeps)
    *keeps = 0;
  return onText(engine, what, given, keeps, "place for the answer",
                [&](const xphi::CompileOptions &options) -> xphi::Status {
                  const auto enough = engine->engine.enoughToKeep(what, options);
                  if (!enough)
                    return enough.error();
                  for (xphi::Keep keep : *enough)
                    *keeps |= 1U << static_cast<unsigned>(keep);
                  return {};
                });
}

xphi_error *xphi_compiler_name(xphi_engine *engine, xphi_bytes **name) {
  if (name)
    *name = nullptr;
  return attemptWith({{engine, "engine"}, {name, "place for the name"}},
                     [&] { return give(engine->engine.compilerVersion(), name); });
}

xphi_error *xphi_fill_cache(xphi_engine *engine, const char *what,
                            const xphi_compile_options *given, int *compiled) {
  int ignored = 0;
  int &answer = compiled ? *compiled : ignored;
  answer = 0;
  return onText(engine, what, given, &answer, "",
                [&](const xphi::CompileOptions &options) -> xphi::Status {
                  const xphi::Result<bool> filled = engine->engine.fillCache(what, options);
                  if (!filled)
                    return filled.error();
                  answer = *filled;
                  return {};
                });
}

xphi_error *xphi_cache_read(xphi_engine *engine, xphi_cache **cache) {
  if (cache)
    *cache = nullptr;
  return attemptWith({{engine, "engine"}, {cache, "place for the cache"}}, [&]() -> xphi::Status {
    auto made = std::make_unique<xphi_cache>();
    made->statistics = engine->engine.cacheStatistics();
    if (made->statistics.refusal.empty()) {
      xphi::Result<std::vector<xphi::CachedKernel>> kernels = engine->engine.cachedKernels();
      if (!kernels)
        return kernels.error();
      made->kernels = *std::move(kernels);
    }
    made->cStatistics = toC(made->statistics);
    for (const xphi::CachedKernel &each : made->kernels)
      made->cKernels.push_back(toC(each));
    *cache = made.release();
    return {};
  });
}

const xphi_cache_statistics *xphi_cache_get_statistics(const xphi_cache *cache) {
  return cache ? &cache->cStatistics : nullptr;
}
size_t xphi_cache_kernel_count(const xphi_cache *cache) {
  return cache ? cache->cKernels.size() : 0;
}
const xphi_cached_kernel *xphi_cache_kernel(const xphi_cache *cache, size_t index) {
  return index < xphi_cache_kernel_count(cache) ? &cache->cKernels[index] : nullptr;
}
void xphi_cache_free(xphi_cache *cache) { delete cache; }

xphi_error *xphi_prune_cache(xphi_engine *engine, const xphi_prune_options *given,
                             xphi_prune_result *result) {
  return attemptWith({{engine, "engine"}}, [&]() -> xphi::Status {
    const xphi_prune_options own = read(given);
    xphi::PruneOptions options;
    options.otherBuilds = own.keep_other_builds == 0;
    if (own.max_bytes != 0)
      options.maxBytes = own.max_bytes;
    const xphi::Result<xphi::PruneResult> pruned = engine->engine.pruneCache(options);
    if (!pruned)
      return pruned.error();
    if (result)
      write(
          {sizeof *result, pruned->removed, pruned->removedBytes, pruned->left, pruned->leftBytes},
          result);
    return {};
  });
}

uint64_t xphi_clear_cache(xphi_engine *engine) { return engine ? engine->engine.clearCache() : 0; }

const char *xphi_version(void) { return xphi::version(); }
uint32_t xphi_version_number(void) { return XPHI_VERSION_NUMBER; }

xphi_error *xphi_host_target(const char **target) {
  if (target)
    *target = nullptr;
  return attemptWith({{target, "place for the target"}}, [&]() -> xphi::Status {
    static const auto &host = *new xphi::Result<std::string>(xphi::hostTarget());
    if (!host)
      return host.error();
    *target = host->c_str();
    return {};
  });
}

const char *xphi_host_feature(size_t index) try {
  static const auto &features = *new std::vector<std::string>(xphi::hostFeatures());
  return index < features.size() ? features[index].c_str() : nullptr;
} catch (...) {
  return nullptr;
}

const char *xphi_target_name(size_t index) try {
  static const auto &names = *new std::vector<std::string>(xphi::targetNames());
  return index < names.size() ? names[index].c_str() : nullptr;
} catch (...) {
  return nullptr;
}

} // extern "C"
