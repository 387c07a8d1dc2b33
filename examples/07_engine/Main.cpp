// A small inference engine that has xphi inside: kernels come from a folder that was filled before
// it was shipped, and only what nobody foresaw is compiled, in the background.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: engine [--without-compiler] FOLDER MODEL [--last ACTIVATION]
#include "Model.h"

#include <cstdio>
#include <cstring>

int main(int argc, char **argv) {
  bool withoutCompiler = false;
  const char *folder = nullptr, *path = nullptr, *last = nullptr;
  for (int i = 1; i < argc; ++i)
    if (!std::strcmp(argv[i], "--without-compiler"))
      withoutCompiler = true;
    else if (!std::strcmp(argv[i], "--last") && i + 1 < argc)
      last = argv[++i];
    else
      (folder ? path : folder) = argv[i];
  if (!folder || !path) {
    std::fputs("usage: engine [--without-compiler] FOLDER MODEL [--last ACTIVATION]\n", stderr);
    return 2;
  }
  Model model = Model::read(path);
  if (model.layers.empty()) {
    std::fprintf(stderr, "%s is no model\n", path);
    return 2;
  }
  if (last)
    model.layers.back().activation = last;

  xphi::Options options; // nothing of the environment
  options.cacheDirectory = folder;
  options.compileSeconds = 2; // texts of models are texts of strangers
  options.compileThreads = 2;
  if (withoutCompiler)
    options.compilerLibrary = "/not/shipped/libxphi-compiler.so";
  xphi::Engine engine(options);
  model.request(engine);

  std::size_t right = 0;
  for (const std::vector<float> &sample : model.samples) {
    const xphi::Result<std::size_t> found = model.classify(sample);
    if (!found) {
      std::fputs(found.error().render().c_str(), stderr);
      return 1;
    }
    right += *found == static_cast<std::size_t>(sample.back());
  }
  const xphi::CacheStatistics now = engine.cacheStatistics();
  std::printf("%llu kernels from the folder, %llu compiled\n",
              static_cast<unsigned long long>(now.diskHits),
              static_cast<unsigned long long>(now.compiles));
  std::printf("right: %zu of %zu\n", right, model.samples.size());
  return 0;
}
