// xphi bench: time per element against memcpy of the result, and the time from text to kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread, pinned, unless XPHI_THREADS says otherwise; standard normal data; forward, backward,
// which gives all gradients asked for, and memcpy of the result, of backward the largest, take
// turns. The default of
// 2^20 elements stays in the second- and third-level cache, so that the arithmetic is what is
// measured. Why it costs that is told of 2^16 elements, by what the compiler says, and by the times
// of its parts and of what might be faster, in turns with the function.
#include "AccuracyOption.h"
#include "BenchReasons.h"
#include "Commands.h"
#include "CompileTimes.h"
#include "GradientsOption.h"
#include "Session.h"
#include "StoredArray.h"
#include "TypeOption.h"
#include "What.h"

#include "dsl/Utf8.h"
#include "measure/Measure.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

namespace xphi::command {
namespace {

struct BenchOptions {
  std::string what, target, probeFolder;
  TypeOption type;
  AccuracyOption accuracy;
  std::vector<std::string> gradients;
  std::size_t size = std::size_t(1) << 20;
  int rounds = 101;
  bool compileTimes = true, reasons = true;
};

struct Row {
  const char *pass;
  double best, median, memcpyBest, memcpyMedian; ///< nanoseconds per element
};

/// Of integers as a network quantises them: three standard deviations are 96.
std::vector<float> dataFor(std::size_t n, ElementType type, std::size_t input) {
  return measure::normalData(n, isInteger(type) ? 32 : 1, 1 + input);
}

struct Buffers {
  Buffers(const Kernel &kernel, std::size_t n)
      : types(kernel.types()), dy(measure::normalData(n), gradientType(types.back())),
        y(n, types.back()), shape{std::int64_t(n)} {
    for (std::size_t i = 0; i < kernel.inputs().size(); ++i)
      x.emplace_back(dataFor(n, types[i], i), types[i]);
    gradients.reserve(kernel.gradientNames().size()); // the tensors point into them
    for (const StoredArray &each : x)
      inputs.push_back(each.tensor(shape));
    for (const std::string &name : kernel.gradientNames()) {
      const auto input = std::ranges::find(kernel.inputs(), name);
      const bool isSum = input == kernel.inputs().end();
      gradients.emplace_back(
          isSum ? 1 : n, isSum ? ElementType::F32
                               : gradientType(types[std::size_t(input - kernel.inputs().begin())]));
      outputs.push_back(isSum ? gradients.back().tensor(std::array<std::int64_t, 0>{})
                              : gradients.back().tensor(shape));
    }
  }
  const std::vector<ElementType> types;
  std::vector<StoredArray> x, gradients;
  StoredArray dy, y;
  const std::array<std::int64_t, 1> shape;
  std::vector<ConstTensor> inputs;
  std::vector<Tensor> outputs;
};

Result<std::vector<Row>> measureKernel(const Kernel &kernel, const BenchOptions &options,
                                       unsigned threads) {
  Buffers data(kernel, options.size);
  // Whether a call can fail does not depend on the data: once is enough to find out.
  const ConstTensor dy = data.dy.tensor(data.shape);
  const Tensor y = data.y.tensor(data.shape);
  const auto bytesOf = [](const Tensor &tensor) {
    return std::size_t(tensor.size()) * sizeOf(tensor.type());
  };
  // Where all gradients are sums: dy, which is read.
  Tensor largest = data.dy.tensor(data.shape);
  for (const Tensor &each : data.outputs)
    if (each.size() == y.size() &&
        (bytesOf(each) > bytesOf(largest) || largest.data() == dy.data()))
      largest = each;
  std::vector<std::byte> copy(std::max(bytesOf(y), bytesOf(largest)));
  if (Status done = kernel.forward(data.inputs, y); !done)
    return done.error();
  if (Status done = kernel.gradients(data.inputs, dy, data.outputs); !done)
    return done.error();

  Status last;
  measure::Contestant contestants[] = {
      {"memcpy of y", [&] { std::memcpy(copy.data(), y.data(), bytesOf(y)); }, {}},
      {"forward", [&] { last = kernel.forward(data.inputs, y); }, {}},
      {"memcpy of dx", [&] { std::memcpy(copy.data(), largest.data(), bytesOf(largest)); }, {}},
      {"backward", [&] { last = kernel.gradients(data.inputs, dy, data.outputs); }, {}},
  };
  std::optional<measure::PinnedThread> pinned;
  if (threads == 1)
    pinned.emplace();
  measure::interleave(contestants, options.rounds, 5);
  if (!last)
    return last.error();
  double n = static_cast<double>(options.size);
  std::vector<Row> rows;
  for (std::size_t i : {1, 3})
    rows.push_back({i == 1 ? "forward" : "backward", contestants[i].best() / n,
                    contestants[i].median() / n, contestants[i - 1].best() / n,
                    contestants[i - 1].median() / n});
  return rows;
}

struct TimedVariant {
  std::string label;
  double forward, backward; ///< nanoseconds per element; of parts forward alone
};

/// Why a function costs what it does.
struct Reasons {
  std::size_t size;
  std::array<std::string, 2> sentences;
  TimedVariant whole;
  std::vector<TimedVariant> parts, alternatives;
};

/// A kernel with arrays to call it on.
struct Player {
  Player(Kernel kernel, std::size_t n) : kernel(std::move(kernel)), data(this->kernel, n) {}
  void forward() { status = kernel.forward(data.inputs, data.y.tensor(data.shape)); }
  void backward() {
    status = kernel.gradients(data.inputs, data.dy.tensor(data.shape), data.outputs);
  }
  Kernel kernel;
  Buffers data;
  Status status;
};

/// Of the function, then of variants; one that does not compile has none.
std::vector<TimedVariant> measureVariants(const std::vector<BenchVariant> &variants,
                                          std::size_t size, int rounds, Session &session) {
  std::vector<std::unique_ptr<Player>> players;
  std::vector<measure::Contestant> contestants;
  std::vector<TimedVariant> times;
  for (const BenchVariant &each : variants) {
    Result<Kernel> kernel = session.engine().compile(each.what.text, each.options);
    if (!kernel)
      continue;
    Player *player = players.emplace_back(std::make_unique<Player>(*kernel, size)).get();
    times.push_back({each.label, 0, 0});
    contestants.push_back({"forward", [player] { player->forward(); }, {}});
    if (each.options.backward)
      contestants.push_back({"backward", [player] { player->backward(); }, {}});
  }
  std::optional<measure::PinnedThread> pinned;
  if (session.engine().options().threads == 1)
    pinned.emplace();
  measure::interleave(contestants, rounds, 5);
  std::size_t next = 0;
  for (const measure::Contestant &each : contestants)
    (each.name == "forward" ? times[next++].forward : times[next - 1].backward) =
        each.best() / double(size);
  return times;
}

Result<Reasons> findReasons(const What &what, const CompileOptions &compileOptions,
                            const BenchOptions &options, Session &session) {
  const Result<std::string> approx =
      session.engine().emit(what.text, "stage:approx", compileOptions);
  const Result<std::vector<BenchVariant>> parts = partsOf(what, compileOptions),
                                          alternatives =
                                              alternativesOf(options.what, what, compileOptions);
  for (const auto *each : {&parts, &alternatives})
    if (!*each)
      return each->error();
  std::vector<BenchVariant> all{{"", what, compileOptions}};
  all.insert(all.end(), parts->begin(), parts->end());
  all.insert(all.end(), alternatives->begin(), alternatives->end());
  constexpr std::size_t inCache = std::size_t(1) << 16;
  Reasons reasons{std::min(options.size, inCache), {}, {}, {}, {}};
  if (approx) // there is none of a table
    reasons.sentences = reasonsOf(*approx);
  std::vector<TimedVariant> times =
      measureVariants(all, reasons.size, std::min(options.rounds, 31), session);
  reasons.whole = times.front();
  for (std::size_t i = 1; i != times.size(); ++i)
    (std::ranges::find(*parts, times[i].label, &BenchVariant::label) != parts->end()
         ? reasons.parts
         : reasons.alternatives)
        .push_back(times[i]);
  return reasons;
}

Json toJson(const Reasons &reasons) {
  Json parts = Json::array(), alternatives = Json::array();
  for (const TimedVariant &each : reasons.parts)
    parts.push_back({{"part", each.label}, {"forward_ns_per_element", each.forward}});
  for (const TimedVariant &each : reasons.alternatives)
    alternatives.push_back({{"how", each.label},
                            {"forward_ns_per_element", each.forward},
                            {"backward_ns_per_element", each.backward}});
  return {{"n", reasons.size},
          {"forward", reasons.sentences[0]},
          {"backward", reasons.sentences[1]},
          {"forward_ns_per_element", reasons.whole.forward},
          {"backward_ns_per_element", reasons.whole.backward},
          {"parts", parts},
          {"alternatives", alternatives}};
}

void print(const Reasons &reasons, Session &session) {
  session.print(fmt::format("why, in cache ({} elements):\n", reasons.size));
  session.print(fmt::format("  forward  {:.3f} ns: {}\n", reasons.whole.forward,
                            dsl::printable(reasons.sentences[0])));
  session.print(fmt::format("  backward {:.3f} ns: {}\n", reasons.whole.backward,
                            dsl::printable(reasons.sentences[1])));
  for (const TimedVariant &each : reasons.parts)
    session.print(
        fmt::format("  {} alone, forward: {:.3f} ns\n", dsl::printable(each.label), each.forward));
  for (const TimedVariant &each : reasons.alternatives)
    session.print(fmt::format("  {}: {:.3f} and {:.3f} ns\n", dsl::printable(each.label),
                              each.forward, each.backward));
}

Json toJson(const std::vector<Row> &rows, const std::string &type, const BenchOptions &options) {
  Json results = Json::array();
  for (const Row &row : rows)
    results.push_back({{"pass", row.pass},
                       {"type", type},
                       {"n", options.size},
                       {"ns_per_element", row.best},
                       {"median_ns_per_element", row.median},
                       {"memcpy_ns_per_element", row.memcpyBest},
                       {"memcpy_median_ns_per_element", row.memcpyMedian}});
  return results;
}

void report(const What &what, const Kernel &kernel, const std::vector<Row> &rows,
            const std::optional<Reasons> &reasons, const std::optional<CompileTimes> &times,
            const BenchOptions &options, Session &session) {
  if (session.json) {
    Json document{{"function", what.label},
                  {"target", kernel.target()},
                  {"threads", session.engine().options().threads},
                  {"gradients", kernel.gradientNames()},
                  {"rounds", options.rounds},
                  {"results", toJson(rows, spellTypes(kernel.types()), options)}};
    if (reasons)
      document["why"] = toJson(*reasons);
    if (times)
      document.update({{"compile_ms", times->newFunction},
                       {"compile_ms_worst", times->newFunctionWorst},
                       {"new_signature_ms", times->newSignature},
                       {"new_signature_ms_worst", times->newSignatureWorst},
                       {"first_use_ms", times->firstUse},
                       {"first_use_process_ms", times->firstUseWhole},
                       {"load_us", times->loadMicroseconds},
                       {"load_process_ms", times->loadWhole}});
    session.printJson(document);
    return;
  }
  for (const Row &row : rows)
    session.print(fmt::format(
        "{:12} {:8}  {:6.3f} ns/element (median {:.3f})   memcpy {:.3f} ({:.3f})   x{:.1f}\n",
        dsl::printable(what.label), row.pass, row.best, row.median, row.memcpyBest,
        row.memcpyMedian, row.best / row.memcpyBest));
  if (reasons)
    print(*reasons, session);
  if (times)
    session.print(
        fmt::format("new function {:.1f} ms (worst {:.1f}), new signature {:.1f} ms "
                    "(worst {:.1f}), first use in a process {:.0f} ms, cached {:.0f} us\n",
                    times->newFunction, times->newFunctionWorst, times->newSignature,
                    times->newSignatureWorst, times->firstUse, times->loadMicroseconds));
}

Status bench(const BenchOptions &options, Session &session) {
  if (!options.probeFolder.empty()) {
    Result<std::string> times = probe(options.probeFolder);
    if (!times)
      return times.error();
    session.print(*times + "\n");
    return {};
  }
  if (options.what.empty())
    return Error(code::badOption, "WHAT is missing: the function to measure");
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  CompileOptions compileOptions = what->options();
  compileOptions.target = options.target;
  compileOptions.gradients = options.gradients;
  compileOptions.accuracy = options.accuracy.get();
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  compileOptions.types = std::move(*types);
  Result<Kernel> kernel = session.engine().compile(what->text, compileOptions);
  if (!kernel)
    return kernel.error();
  Result<std::vector<Row>> rows =
      measureKernel(*kernel, options, session.engine().options().threads);
  if (!rows)
    return rows.error();
  std::optional<Reasons> reasons;
  if (options.reasons) {
    Result<Reasons> found = findReasons(*what, compileOptions, options, session);
    if (!found)
      return found.error();
    reasons = std::move(*found);
  }
  std::optional<CompileTimes> times;
  if (options.compileTimes) {
    Result<CompileTimes> measured = measureCompileTimes();
    if (!measured)
      return measured.error();
    times = *measured;
  }
  report(*what, *kernel, *rows, reasons, times, options, session);
  return {};
}

} // namespace

void addBench(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("bench", "Time per element, and from text to kernel");
  auto options = std::make_shared<BenchOptions>();
  command->add_option("WHAT", options->what);
  command->add_option("--size", options->size, "Elements")
      ->check(CLI::Range(std::size_t(1), std::size_t(1) << 32))
      ->capture_default_str();
  command->add_option("--rounds", options->rounds, "Measurements of each")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--target", options->target, "Compile for this target instead of the best")
      ->type_name("TARGET");
  options->type.addTo(*command);
  options->accuracy.addTo(*command);
  addGradientsOption(*command, options->gradients);
  command->add_flag("!--no-compile-times", options->compileTimes, "Time only the kernel");
  command->add_flag("!--no-reasons", options->reasons, "Do not say why it costs that");
  command->add_option("--probe", options->probeFolder)->group("");
  command->callback([options, &session] {
    Status done = bench(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
