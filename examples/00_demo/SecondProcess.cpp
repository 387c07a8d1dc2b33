// Another process that wants the same function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SecondProcess.h"

#include "measure/Measure.h"
#include "measure/Spawn.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace demo {
namespace {

bool compilerLoaded() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    for (const char *part : {"LLVM", "MLIR", "Halide", "xphi-compiler"})
      if (line.find(part) != std::string::npos)
        return true;
  return false;
}

} // namespace

int secondProcess(const std::string &cache, const std::string &text) {
  xphi::Options options = xphi::Options::fromEnvironment();
  options.cacheDirectory = cache;
  xphi::Engine engine(options);
  xphi::measure::Stopwatch watch;
  xphi::Result<xphi::Kernel> kernel = engine.compile(text);
  double microseconds = watch.microseconds();
  if (!kernel) {
    std::cerr << kernel.error().render();
    return 1;
  }
  std::cout << nlohmann::json{{"cached", kernel->origin() == xphi::Origin::Disk},
                              {"microseconds", microseconds},
                              {"compiler_loaded", compilerLoaded()}};
  return 0;
}

xphi::Status showSecondProcess(const std::string &cache, const std::string &text) {
  auto child =
      xphi::measure::runToEnd({xphi::measure::ownExecutable(), "--second-process", cache, text});
  nlohmann::json report =
      child ? nlohmann::json::parse(child->output, nullptr, false) : nlohmann::json();
  if (!report.is_object())
    return xphi::Error("X3008", "the second process failed");
  bool cached = report.value("cached", false), loaded = report.value("compiler_loaded", true);
  fmt::print("  from the cache    {}, in {:.0f} us\n", cached ? "yes" : "no",
             report.value("microseconds", 0.0));
  fmt::print("  LLVM in memory    {}\n", loaded ? "yes" : "no");
  fmt::print("  start to end      {:.1f} ms\n", child->milliseconds);
  if (!cached || loaded)
    return xphi::Error("X3008", "the second process did not take the kernel from the cache");
  return {};
}

} // namespace demo
