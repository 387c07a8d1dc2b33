// How long it takes from a text to a kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompileTimes.h"

#include "Session.h"

#include "measure/Measure.h"
#include "measure/Spawn.h"
#include "measure/TemporaryFolder.h"

#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

using measure::Stopwatch;

/// Of one signature (one input, no parameter), none of them in the library and each with its own
/// constant.
constexpr const char *kFunctions[] = {
    "x * Phi(1.01 * x)",
    "x * sigmoid(1.7 * x)",
    "x * tanh(softplus(0.9 * x))",
    "if x > 0 then x else expm1(1.1 * x)",
    "log1p(exp(0.8 * x))",
    "x / (1.2 + abs(x))",
    "0.5 * x * (1 + tanh(0.7979 * (x + 0.0447 * x^3)))",
    "tanh(1.3 * x)",
    "x * Phi(0.97 * x)",
};

/// Each with another number of inputs or parameters.
constexpr const char *kSignatures[] = {
    "def f(x; a = 1) = x * sigmoid(a * x)",     "def f(x, y) = x * sigmoid(y)",
    "def f(x; a = 1, b = 2) = a * tanh(b * x)", "def f(x, y; a = 1) = a * y * sigmoid(x)",
    "def f(x, y, z) = x * sigmoid(y) + z",
};

template <std::size_t N>
Result<std::vector<double>> compileEach(Engine &engine, const char *const (&texts)[N]) {
  std::vector<double> times;
  for (const char *text : texts) {
    Stopwatch watch;
    Result<Kernel> kernel = engine.compile(text);
    times.push_back(watch.milliseconds());
    if (!kernel)
      return kernel.error();
  }
  return times;
}

Error childFailed() { return Error("X2099", "a process started for measuring failed"); }

/// Runs this program on one cache folder, twice: the first run compiles, the second loads.
Status measureProcesses(CompileTimes &times) {
  std::vector<double> firstUse, firstUseWhole, load, loadWhole;
  for (int repetition = 0; repetition < 3; ++repetition) {
    measure::TemporaryFolder folder;
    for (bool cached : {false, true}) {
      auto child = measure::runToEnd({measure::ownExecutable(), "bench", "--probe", folder.path()});
      if (!child || child->exitCode != 0)
        return childFailed();
      Json report = Json::parse(child->output, nullptr, false);
      if (!report.is_object())
        return childFailed();
      if (cached != (report.value("origin", "") == "disk"))
        return Error("X2099", "the cache folder did not serve a second process");
      (cached ? load : firstUse)
          .push_back(report.value(cached ? "compile_us" : "first_use_ms", 0.0));
      (cached ? loadWhole : firstUseWhole).push_back(child->milliseconds);
    }
  }
  times.firstUse = measure::median(firstUse);
  times.firstUseWhole = measure::median(firstUseWhole);
  times.loadMicroseconds = measure::median(load);
  times.loadWhole = measure::median(loadWhole);
  return {};
}

} // namespace

Result<CompileTimes> measureCompileTimes() {
  CompileTimes times;
  if (Status done = measureProcesses(times); !done)
    return done.error();

  measure::TemporaryFolder folder;
  Options options = Options::fromEnvironment();
  options.cacheDirectory = folder.path();
  Engine engine(options);
  // The first compilation opens the libraries and makes the loops of this signature.
  if (Result<Kernel> warm = engine.compile("x * Phi(0.99 * x)"); !warm)
    return warm.error();
  auto functions = compileEach(engine, kFunctions);
  if (!functions)
    return functions.error();
  auto signatures = compileEach(engine, kSignatures);
  if (!signatures)
    return signatures.error();
  times.newFunction = measure::median(*functions);
  times.newFunctionWorst = *std::max_element(functions->begin(), functions->end());
  times.newSignature = measure::median(*signatures);
  times.newSignatureWorst = *std::max_element(signatures->begin(), signatures->end());
  return times;
}

Result<std::string> probe(const std::string &cacheFolder) {
  Stopwatch watch;
  Options options = Options::fromEnvironment();
  options.cacheDirectory = cacheFolder;
  Engine engine(options);
  Stopwatch compileWatch;
  Result<Kernel> kernel = engine.compile("x * Phi(x)");
  double compileMicroseconds = compileWatch.microseconds();
  if (!kernel)
    return kernel.error();
  float x[64] = {1}, y[64];
  if (Status done = kernel->forward(x, y); !done)
    return done.error();
  double firstUse = watch.milliseconds();
  const char *origin = kernel->origin() == Origin::Disk ? "disk" : "compiled";
  return Json{{"origin", origin}, {"first_use_ms", firstUse}, {"compile_us", compileMicroseconds}}
      .dump();
}

} // namespace xphi::command
