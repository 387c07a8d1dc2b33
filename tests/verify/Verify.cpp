// Every f32 input of library functions, on the machine code: ./x verify
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel is compared with another of the same program that is evaluated in doubles and wide
// numbers and rounded once, as `ulp:1` asks for. The inputs that are furthest apart are compared
// with Arb, and so is a sample of what the other kernel gives.
#include "EveryFloat.h"

#include "check/ElementError.h"
#include "compiler/truth/KernelTruth.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "measure/Measure.h"
#include "measure/Progress.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

namespace xphi::verify {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> functions, targets;
  std::string accuracy = "accurate", json, markdown;
  std::uint64_t stride = 1;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
};

template <class T> T expect(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().render());
  return std::move(*result);
}

/// What Arb says of one function and its derivative.
class Truth {
public:
  explicit Truth(const std::string &function)
      : program(lib::library().load(function)->program), oracle(program, program->entry(), {}, {0}),
        defaults(dsl::defaultParameters(*program, program->entry())) {}

  bool hasOneInput() const { return program->definitions[program->entry()].inputs.size() == 1; }

  struct Errors {
    double ofItself,
        ofTerms; ///< in ulp of the result, and of the larger of it and its largest term
  };
  /// Of what was got; nothing if it is not known.
  std::optional<Errors> errorsOf(float x, float got, Pass pass) {
    const double at = x;
    const std::vector<float> parameters(defaults.begin(), defaults.end());
    const reference::Expected expected =
        oracle.at(std::span(&at, 1), parameters)[pass == Pass::Derivative];
    if (!expected.known)
      return std::nullopt;
    return Errors{
        compiler::elementError(got, expected.truth, 0, ElementType::F32),
        compiler::elementError(got, expected.truth, expected.largestTerm, ElementType::F32)};
  }

private:
  std::shared_ptr<const dsl::Program> program;
  reference::KernelTruth oracle;
  std::vector<double> defaults;
};

struct Row {
  std::string function, target;
  Pass pass;
  Differences differences;
  /// In ulp: of the furthest apart, the same of the largest term, and of the other kernel.
  double worst = 0, worstOfTerms = 0, sample = 0;
  float at = 0;
  double seconds = 0;

  /// Against the direction in which the other kernel goes; nothing where it goes both ways.
  std::optional<std::uint64_t> stepsBack() const {
    const Differences &d = differences;
    if (d.referenceStepsDown == 0)
      return d.stepsDown;
    if (d.referenceStepsUp == 0)
      return d.stepsUp;
    return std::nullopt;
  }
};

void compareWithTruth(Row &row, const Kernel &reference, Truth &truth) {
  for (const Difference &each : row.differences.largest) {
    const std::optional<Truth::Errors> errors = truth.errorsOf(each.x, each.got, row.pass);
    if (!errors)
      continue;
    row.worstOfTerms = std::max(row.worstOfTerms, errors->ofTerms);
    if (!(errors->ofItself <= row.worst)) {
      row.worst = errors->ofItself;
      row.at = each.x;
    }
  }
  constexpr int sampled = 2000;
  std::mt19937 random(1);
  for (int i = 0; i < sampled; ++i) {
    const float x = std::bit_cast<float>(std::uint32_t(random())), dy = 1;
    float y = 0;
    if (std::isnan(x))
      continue;
    const Status done =
        row.pass == Pass::Value
            ? reference.forward(std::span(&x, 1), std::span(&y, 1))
            : reference.backward(std::span(&x, 1), std::span(&dy, 1), std::span(&y, 1));
    if (!done)
      throw std::runtime_error(done.error().render());
    if (const std::optional<Truth::Errors> errors = truth.errorsOf(x, y, row.pass))
      row.sample = std::max(row.sample, errors->ofTerms);
  }
  // Where the two are one evaluation, that is all there is to know.
  row.worst = std::max(row.worst, row.sample);
  row.worstOfTerms = std::max(row.worstOfTerms, row.sample);
}

std::string nameOf(Pass pass) { return pass == Pass::Value ? "value" : "derivative"; }

Json toJson(const Row &row) {
  const Differences &d = row.differences;
  Json json = {{"function", row.function},    {"of", nameOf(row.pass)},
               {"target", row.target},        {"inputs", d.inputs},
               {"worst_ulp", row.worst},      {"worst_ulp_of_terms", row.worstOfTerms},
               {"worst_at", row.at},          {"others_apart", d.mostBeside()},
               {"by_distance", d.byDistance}, {"reference_sample_ulp", row.sample},
               {"seconds", row.seconds}};
  if (const auto steps = row.stepsBack())
    json["steps_back"] = *steps;
  return json;
}

std::string toMarkdown(const std::vector<Row> &rows, const Options &options) {
  std::string text = fmt::format(
      "# Every float\n\n`./x verify` runs the machine code of library functions of one input at {} "
      "f32 inputs, tier "
      "`{}`, beside another kernel of the same text that is evaluated in doubles and wide numbers "
      "and rounded once "
      "(`ulp:1`). *Worst* is the largest error, by Arb, of the {} inputs that are furthest apart, "
      "in ulp of the result "
      "itself, derivatives as well, *of terms* in ulp of the largest term that a derivative is a "
      "sum of; at no other input are the two further apart than *others*, in "
      "floats. *Rounded* is "
      "the share of inputs at which both give one float, *reference* the largest error of the "
      "other kernel at a sample "
      "of 2,000 inputs, by Arb. *Steps back* are those from one float to the next that go against "
      "a function that goes "
      "one way only.\n\n| function | of | target | worst | of terms | at | others | rounded | "
      "steps back | "
      "reference |\n"
      "|---|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
      options.stride == 1 ? "all 2^32" : fmt::format("one in {} of the 2^32", options.stride),
      options.accuracy, Differences::mostKept);
  double seconds = 0;
  for (const Row &row : rows) {
    const auto steps = row.stepsBack();
    const Differences &d = row.differences;
    text += fmt::format("| {} | {} | {} | {:.2f} | {:.2f} | {} | {} | {:.2f} % | {} | {:.2f} |\n",
                        row.function, nameOf(row.pass), row.target, row.worst, row.worstOfTerms,
                        row.at, d.mostBeside(), 100.0 * double(d.byDistance[0]) / double(d.inputs),
                        steps ? fmt::format("{}", *steps) : "", row.sample);
    seconds += row.seconds;
  }
  return text + fmt::format("\n{} kernels in {:.0f} s on {} threads.\n", rows.size(), seconds,
                            options.threads);
}

/// Those of one input whose derivative is one.
std::vector<std::string> functionsFor(const Options &options) {
  std::vector<std::string> names = options.functions;
  if (names.empty())
    for (const dsl::LibraryFile &file : lib::files())
      names.emplace_back(file.name);
  std::erase_if(names, [](const std::string &name) { return !Truth(name).hasOneInput(); });
  return names;
}

int run(const Options &options) {
  Engine engine(xphi::Options::fromEnvironment());
  const std::vector<std::string> functions = functionsFor(options);
  constexpr double all = 0x1p32;
  measure::Progress progress(all * 2 * double(functions.size() * options.targets.size()));
  std::vector<Row> rows;
  constexpr double most = 4;
  for (const std::string &function : functions)
    for (const std::string &target : options.targets) {
      Truth truth(function);
      CompileOptions wanted;
      wanted.target = target;
      wanted.accuracy = *Accuracy::named(options.accuracy);
      const Kernel kernel = expect(engine.compile(function, wanted));
      wanted.accuracy = Accuracy::ulp(1);
      const Kernel reference = expect(engine.compile(function, wanted));
      for (Pass pass : {Pass::Value, Pass::Derivative}) {
        Row row{function, kernel.target(), pass, {}};
        const measure::Stopwatch watch;
        row.differences =
            expect(everyFloat(kernel, reference, pass, options.stride, options.threads,
                              [&](double work) { progress.did(work, function); }));
        compareWithTruth(row, reference, truth);
        row.seconds = watch.milliseconds() / 1000;
        fmt::print("{:20} {:10} {:10} worst {:.2f} ulp at {:.9g}, others {} apart\n", function,
                   nameOf(pass), row.target, row.worst, row.at, row.differences.mostBeside());
        std::fflush(stdout);
        rows.push_back(std::move(row));
      }
    }
  if (!options.json.empty()) {
    Json document = Json::array();
    for (const Row &row : rows)
      document.push_back(toJson(row));
    std::ofstream(options.json) << document.dump(1) << '\n';
  }
  if (!options.markdown.empty())
    std::ofstream(options.markdown) << toMarkdown(rows, options);
  return std::ranges::any_of(rows, [&](const Row &row) { return !(row.worstOfTerms <= most); }) ? 1
                                                                                                : 0;
}

} // namespace
} // namespace xphi::verify

int main(int count, char **arguments) {
  using namespace xphi::verify;
  Options options;
  CLI::App app("Library functions at every f32 input, on the machine code");
  app.add_option("functions", options.functions, "All of one input by default");
  app.add_option("--target", options.targets, "The best of this machine by default");
  app.add_option("--accuracy", options.accuracy)->capture_default_str();
  app.add_option("--stride", options.stride, "Every so many floats only")
      ->check(CLI::Range(1u, 1u << 30))
      ->capture_default_str();
  app.add_option("--threads", options.threads)->check(CLI::Range(1u, 1024u))->capture_default_str();
  app.add_option("--json", options.json, "Write what was found there");
  app.add_option("--markdown", options.markdown, "Write a table of it there");
  CLI11_PARSE(app, count, arguments);
  if (options.targets.empty())
    options.targets = {""};
  try {
    return run(options);
  } catch (const std::exception &error) {
    fmt::print(stderr, "xphi-verify: {}\n", error.what());
    return 2;
  }
}
