// Every f32 input of library functions, on the machine code: ./x verify
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "EveryFloat.h"
#include "Page.h"

#include "check/ElementError.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "measure/Measure.h"
#include "measure/Progress.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace xphi::verify {
namespace {

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

/// Of one input, drawing nothing; those first of which most is asked.
std::vector<std::string> functionsFor(const Options &options) {
  std::vector<std::string> names = options.functions.empty() ? options.exact : options.functions;
  if (options.functions.empty())
    for (const dsl::LibraryFile &file : lib::files())
      if (std::ranges::find(names, file.name) == names.end())
        names.emplace_back(file.name);
  std::erase_if(names, [](const std::string &name) {
    const auto program = programOf(name);
    return program->definitions[program->entry()].inputs.size() != 1 ||
           dsl::draws(*program, program->entry());
  });
  return names;
}

/// Of the furthest off by Arb, in ulp of the result and of the larger of it and its largest term.
void confirm(Row &row, Truth &truth) {
  constexpr std::size_t always = 64;
  const std::vector<Candidate> &all = row.findings.furthest;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Candidate &each = all[i];
    if (i >= always && each.error <= row.bound) {
      row.others = each.error;
      break;
    }
    const reference::Expected expected = truth.at(each.x);
    if (!expected.known && !std::isinf(each.error))
      continue;
    auto error = [&](double terms) {
      return expected.known
                 ? compiler::elementError(each.got, expected.truth, terms, ElementType::F32)
                 : each.error; // no number is expected, and one was got
    };
    const double ofItself = error(0), ofTerms = error(expected.largestTerm);
    row.worstOfTerms = std::max(row.worstOfTerms, ofTerms);
    if (ofItself > row.worst) {
      row.worst = ofItself;
      row.at = each.x;
    }
  }
}

std::vector<Row> rowsOf(const std::string &function, Engine &engine, const Options &options,
                        measure::Progress &progress) {
  std::vector<Row> rows;
  std::vector<Tested> kernels;
  std::vector<std::string> accuracies = options.accuracies;
  if (std::ranges::find(options.exact, function) != options.exact.end())
    accuracies.push_back("exact");
  for (const std::string &target : options.targets)
    for (const std::string &accuracy : accuracies) {
      CompileOptions wanted;
      wanted.target = target;
      const std::optional<Accuracy> named = Accuracy::named(accuracy);
      if (!named)
        throw std::runtime_error("there is no accuracy " + accuracy);
      wanted.accuracy = *named;
      const Kernel kernel = expect(engine.compile(function, wanted));
      constexpr double half = 0.5 + 0x1p-16;
      const bool isExact = accuracy == "exact";
      kernels.push_back({kernel, isExact ? half : 4, isExact});
      rows.push_back({function, kernel.target(), accuracy, kernels.back().bound});
    }
  std::vector<Row> all;
  const std::shared_ptr<const dsl::Program> program = programOf(function);
  for (Pass pass : {Pass::Value, Pass::Derivative}) {
    const measure::Stopwatch watch;
    Walk walk = expect(everyFloat(program, pass, kernels, options.oneIn, options.threads,
                                  [&](double work) { progress.did(work, function); }));
    Truth truth(program, pass);
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      Row row = rows[k];
      row.pass = pass;
      row.findings = std::move(walk.findings[k]);
      confirm(row, truth);
      all.push_back(std::move(row));
    }
    walk.findings.clear();
    for (Row &row : all)
      if (row.pass == pass) {
        row.walk = walk;
        row.seconds = watch.milliseconds() / 1000;
      }
  }
  return all;
}

int run(const Options &options) {
  Engine engine(xphi::Options::fromEnvironment());
  const std::vector<std::string> functions = functionsFor(options);
  measure::Progress progress(0x1p32 * 2 * double(functions.size()));
  const measure::Stopwatch watch;
  std::vector<Row> rows;
  for (const std::string &function : functions) {
    for (Row &row : rowsOf(function, engine, options, progress)) {
      fmt::print("{}\n", line(row));
      rows.push_back(std::move(row));
    }
    std::fflush(stdout);
    // So that what is there can be read, and used, before the last is.
    const Session session{options.oneIn, options.threads, watch.milliseconds() / 1000};
    if (!options.json.empty())
      writeJson(options.json, rows, session);
    if (!options.markdown.empty())
      writePage(options.markdown, rows, session);
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
  app.add_option("--json", options.json, "Write what was found there, after each function");
  app.add_option("--markdown", options.markdown, "Write a table of it there, after each function");
  CLI11_PARSE(app, count, arguments);
  try {
    return run(options);
  } catch (const std::exception &error) {
    fmt::print(stderr, "xphi-verify: {}\n", error.what());
    return 2;
  }
}
