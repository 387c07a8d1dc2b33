// Every f32 input of library functions, on the machine code: ./x verify
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CodeElsewhere.h"
#include "Page.h"

#include "check/ElementError.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "measure/Measure.h"
#include "measure/Progress.h"
#include "verify/Confirm.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <tuple>

namespace xphi::verify {
namespace {

constexpr std::string_view cannotRun = "X2005"; ///< this processor that target

struct Options {
  std::vector<std::string> functions, targets = {""}, accuracies = {"accurate"}, exact;
  std::string json, markdown;
  unsigned oneIn = 1, threads = std::max(1u, std::thread::hardware_concurrency());
};

template <class T> T expect(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().render());
  return std::move(*result);
}

std::shared_ptr<const dsl::Program> programOf(const std::string &function) {
  const auto read = lib::library().load(function);
  if (!read || !*read)
    throw std::runtime_error("there is no library function " + function);
  return read->program;
}

bool isOfOneInput(const std::string &function) {
  const auto program = programOf(function);
  return program->definitions[program->entry()].inputs.size() == 1 &&
         !dsl::draws(*program, program->entry());
}

/// Those first of which most is asked.
std::vector<std::string> functionsFor(const Options &options) {
  std::vector<std::string> names = options.functions.empty() ? options.exact : options.functions;
  if (options.functions.empty())
    for (const dsl::LibraryFile &file : lib::files())
      if (std::ranges::find(names, file.name) == names.end())
        names.emplace_back(file.name);
  std::erase_if(names, [](const std::string &name) { return !isOfOneInput(name); });
  return names;
}

/// In ulp of the larger of the result and its largest term.
double ofTerms(float got, const reference::Expected &expected) {
  return compiler::elementError(got, expected.truth, expected.largestTerm, ElementType::F32);
}

/// A kernel with nothing found yet; none where this machine cannot run it.
struct Candidacy {
  Row row;
  std::optional<Kernel> kernel;
};

std::vector<Candidacy> kernelsOf(const std::string &function, Engine &engine,
                                 const Options &options) {
  std::vector<std::string> accuracies = options.accuracies;
  if (std::ranges::find(options.exact, function) != options.exact.end())
    accuracies.push_back("exact");
  std::vector<Candidacy> kernels;
  for (const std::string &target : options.targets)
    for (const std::string &accuracy : accuracies) {
      CompileOptions wanted;
      wanted.target = target;
      const std::optional<Accuracy> named = Accuracy::named(accuracy);
      if (!named)
        throw std::runtime_error("there is no accuracy " + accuracy);
      wanted.accuracy = *named;
      Result<Kernel> kernel = engine.compile(function, wanted);
      if (kernel)
        kernels.push_back({{function, kernel->target(), accuracy, kernel->certificate().code},
                           std::move(*kernel)});
      else if (kernel.error().code() == cannotRun)
        kernels.push_back({{function, target, accuracy, expect(codeElsewhere(function, wanted))}});
      else
        throw std::runtime_error(kernel.error().render());
    }
  return kernels;
}

void take(Row &row, const Walk &walk, const Findings &found) {
  row.inputs = walk.inputs;
  row.asked = walk.asked;
  row.unknown = walk.unknown;
  row.skipped = walk.skipped;
  row.samples = walk.samples;
  row.sampled = walk.sampled;
  row.nearest = found.nearest;
  row.beyond = found.beyond;
  row.wrong = found.wrong;
  row.undecided = found.undecided;
  for (const Candidate &each : found.firstWrong)
    row.firstWrong.push_back(fmt::format("{:a}", each.x));
  if (walk.stepsDown == 0)
    row.stepsBack = found.stepsDown;
  else if (walk.stepsUp == 0)
    row.stepsBack = found.stepsUp;
}

const Row *find(const std::vector<Row> &rows, const Row &wanted, Pass pass) {
  const auto same = std::ranges::find_if(rows, [&](const Row &each) {
    return each.function == wanted.function && each.pass == pass && each.target == wanted.target &&
           each.accuracy == wanted.accuracy;
  });
  return same == rows.end() ? nullptr : &*same;
}

/// Rows of one function; those of code that has been run are taken from what is known, and of code
/// that has not been and cannot be run here there are none.
std::vector<Row> rowsOf(const std::string &function, Engine &engine, const Options &options,
                        const std::vector<Row> &known, measure::Progress &progress) {
  const std::vector<Candidacy> kernels = kernelsOf(function, engine, options);
  const std::shared_ptr<const dsl::Program> program = programOf(function);
  std::vector<Row> all;
  for (const Pass pass : {Pass::Value, Pass::Derivative}) {
    std::vector<Tested> tested;
    std::vector<std::size_t> places; // of their rows
    for (const auto &[wanted, kernel] : kernels) {
      const Row *same = find(known, wanted, pass);
      if (same && same->code != wanted.code)
        same = nullptr;
      if (!same && !kernel) {
        fmt::print("{:20} {:10} {:10} {:8} not run: this processor cannot\n", function,
                   nameOf(pass), wanted.target, wanted.accuracy);
        continue;
      }
      if (!same) {
        places.push_back(all.size());
        tested.push_back({*kernel, wanted.bound(), wanted.isExact()});
      }
      all.push_back(same ? *same : wanted);
      all.back().pass = pass;
    }
    if (tested.empty()) {
      progress.did(0x1p32, function);
      continue;
    }
    const measure::Stopwatch watch;
    const Walk walk = expect(everyFloat(program, pass, tested, options.oneIn, options.threads,
                                        [&](double work) { progress.did(work, function); }));
    Truth truth(program, pass);
    for (std::size_t k = 0; k < tested.size(); ++k) {
      Row &row = all[places[k]];
      take(row, walk, walk.findings[k]);
      const Confirmed worst = confirm(walk.findings[k].furthest, row.bound(), truth, ofTerms);
      row.worst = worst.ofItself;
      row.at = worst.at;
      row.worstOfTerms = worst.inUnit;
      row.others = worst.others;
      row.seconds = watch.milliseconds() / 1000;
    }
  }
  return all;
}

/// What an earlier run found of functions that this one is not asked about, as far as their code
/// is still the same.
std::vector<Row> stillTrue(const std::vector<Row> &known, const std::vector<std::string> &functions,
                           Engine &engine) {
  std::vector<Row> rows;
  for (const Row &each : known)
    if (std::ranges::find(functions, each.function) == functions.end()) {
      Options own;
      own.targets = {each.target};
      own.accuracies = {each.accuracy};
      if (kernelsOf(each.function, engine, own).front().row.code == each.code)
        rows.push_back(each);
    }
  return rows;
}

/// Of each target the functions without a row.
std::vector<std::string> notRun(const std::vector<Row> &rows, const Options &options) {
  std::vector<std::string> lines;
  for (const std::string &target : options.targets) {
    std::string missing;
    for (const std::string &function : functionsFor({}))
      if (!find(rows, {function, target, "accurate", ""}, Pass::Derivative))
        missing += (missing.empty() ? "" : ", ") + function;
    if (!missing.empty())
      lines.push_back(target + ": " + missing);
  }
  return lines;
}

int run(const Options &options) {
  Engine engine(xphi::Options::fromEnvironment());
  const std::vector<std::string> functions = functionsFor(options);
  measure::Progress progress(0x1p32 * 2 * double(functions.size()));
  const std::vector<Row> known =
      options.json.empty() ? std::vector<Row>() : readJson(options.json, options.oneIn);
  const std::vector<Row> others =
      options.markdown.empty() ? std::vector<Row>() : stillTrue(known, functions, engine);
  std::vector<Row> rows;
  // So that what is there can be read, and used, before the last is.
  auto write = [&] {
    auto with = [&](const std::vector<Row> &more) {
      std::vector<Row> all = rows;
      std::ranges::copy_if(more, std::back_inserter(all),
                           [&](const Row &each) { return !find(rows, each, each.pass); });
      std::ranges::sort(all, {}, [](const Row &each) {
        return std::tie(each.function, each.pass, each.target, each.accuracy);
      });
      return all;
    };
    if (!options.json.empty())
      writeJson(options.json, with(known), options.oneIn);
    if (!options.markdown.empty()) {
      const std::vector<Row> all = with(others);
      writePage(options.markdown, all, notRun(all, options), options.oneIn);
    }
  };
  for (const std::string &function : functions) {
    for (Row &row : rowsOf(function, engine, options, known, progress)) {
      fmt::print("{}\n", line(row));
      rows.push_back(std::move(row));
    }
    std::fflush(stdout);
    write();
  }
  return std::ranges::any_of(rows, [](const Row &row) { return !row.isKept(); }) ? 1 : 0;
}

} // namespace
} // namespace xphi::verify

int main(int count, char **arguments) {
  using namespace xphi::verify;
  Options options;
  CLI::App app("Library functions at every f32 input, on the machine code. Exit code 1: a value is "
               "further off than its tier says, or a derivative than that of its largest term");
  app.add_option("functions", options.functions, "All of one input by default");
  app.add_option("--target", options.targets, "Any number; the best of this machine by default");
  app.add_option("--accuracy", options.accuracies, "Tiers, any number")->default_str("accurate");
  app.add_option("--exact", options.exact, "Of these functions the tier exact as well");
  app.add_option("--one-in", options.oneIn, "Of so many runs of 2^20 neighbouring floats one only")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  app.add_option("--threads", options.threads)->check(CLI::Range(1u, 1024u))->capture_default_str();
  app.add_option(
      "--json", options.json,
      "Write what was found there, after each function, and do not run again what an earlier "
      "run wrote there of the same machine code");
  app.add_option("--markdown", options.markdown,
                 "Write a table of it there, after each function, and of what the JSON has of "
                 "others whose code is still the same");
  CLI11_PARSE(app, count, arguments);
  try {
    return run(options);
  } catch (const std::exception &error) {
    fmt::print(stderr, "xphi-verify: {}\n", error.what());
    return 2;
  }
}
