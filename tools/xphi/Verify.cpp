// xphi verify: errors in ulp against the truth, of compiled kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "Analysis.h"
#include "Commands.h"
#include "Parameters.h"
#include "Points.h"
#include "Session.h"
#include "TypeOption.h"
#include "What.h"
#include "WholeNumber.h"
#include "WrittenFiles.h"

#include "abi/Certificate.h"
#include "measure/Progress.h"
#include "plot/Plot.h"
#include "verify/Verification.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <dlfcn.h>
#include <thread>
#include <unistd.h>

namespace xphi::command {
namespace {

using verify::Pass;
using verify::Report;
using verify::Request;

struct VerifyOptions {
  std::string what, target, range, picture;
  TypeOption type;
  AccuracyOption accuracy;
  bool backward = false, exhaustive = false;
  std::uint64_t points = 0;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::string> parameters;
};

/// Of the module beside the libraries, which holds the truth: only this subcommand needs Arb.
Result<verify::VerifyFunction *> module() {
  constexpr const char *name = "libxphi-verification.so";
  void *handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL); // found as the other libraries are
  void *function = handle ? ::dlsym(handle, verify::verifyFunctionName) : nullptr;
  if (!function) {
    const char *why = ::dlerror();
    return Error("X2001", fmt::format("{}, with which `xphi verify` knows the truth, cannot be "
                                      "opened: {}",
                                      name, why ? why : "it is of another build"));
  }
  return reinterpret_cast<verify::VerifyFunction *>(function);
}

/// "a,b"
Status readRange(const std::string &text, bool doubles, double &low, double &high) {
  auto ends = readPoints(text, 1, doubles);
  if (!ends)
    return ends.error();
  if (ends->size() != 2 || !((*ends)[0][0] < (*ends)[1][0]))
    return Error(code::badOption, "--range takes two numbers, the smaller first: -1,0.5");
  low = (*ends)[0][0];
  high = (*ends)[1][0];
  return {};
}

Result<Kernel> compile(const VerifyOptions &options, const What &what, Session &session) {
  CompileOptions wanted = what.options();
  wanted.backward = options.backward;
  wanted.target = options.target;
  wanted.accuracy = options.accuracy.get();
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  wanted.types = std::move(*types);
  return session.engine().compile(what.text, wanted);
}

Result<Request> requestFor(const VerifyOptions &options, const What &what, Kernel kernel) {
  Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  Request request;
  request.program = {analysis->parsed, &analysis->program()};
  request.definition = analysis->function;
  Result<std::vector<float>> parameters = readParameters(options.parameters, kernel);
  if (!parameters)
    return parameters.error();
  request.parameters = std::move(*parameters);
  const Json info = infoOf(kernel);
  const auto spec =
      info.contains("spec") ? KernelSpec::parse(info["spec"].get<std::string>()) : std::nullopt;
  if (!spec)
    return Error("X2006", "the kernel does not say what it is of");
  request.spec = *spec;
  request.pass = options.backward ? Pass::Derivative : Pass::Value;
  request.isExhaustive = options.exhaustive;
  request.points = options.points;
  request.threads = options.threads;
  const bool doubles = std::ranges::count(kernel.types(), ElementType::F64) != 0;
  if (!options.range.empty())
    if (Status read = readRange(options.range, doubles, request.low, request.high); !read)
      return read.error();
  if (!options.picture.empty()) {
    request.columns = 700;
    request.pictureLow = request.hasRange() ? request.low : -8;
    request.pictureHigh = request.hasRange() ? request.high : 8;
  }
  request.kernel = std::move(kernel);
  return request;
}

// JSON has no infinities, and no NaN.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(hexFloat(value)); }

Json orNull(std::optional<bool> holds) { return holds ? Json(*holds) : Json(); }

std::string spelled(const std::vector<double> &point, std::string (*spell)(double)) {
  std::string text;
  for (const double x : point)
    text += (text.empty() ? "" : ":") + spell(x);
  return text;
}

Json toJson(const VerifyOptions &options, const What &what, const Request &request,
            const Report &report) {
  return {{"function", what.label},
          {"derivative", options.backward ? 1 : 0},
          {"type", spellTypes(request.kernel.types())},
          {"target", request.kernel.target()},
          {"tier", options.accuracy.isReproducible ? "reproducible" : options.accuracy.tier},
          {"inputs", report.inputs},
          {"max_ulp", number(report.worst)},
          {"worst_input", spelled(report.worstInput, hexFloat)},
          {"max_abs", number(report.worstAbsolute)},
          {"misrounded", report.misrounded},
          {"promise_ulp", report.promise},
          {"unit", std::string(nameOf(report.unit))},
          {"max_ulp_of_itself", number(report.worstUlp)},
          {"undecided", report.undecided},
          {"unknown", report.unknown},
          {"skipped", report.skipped},
          {"method", report.isExhaustive ? "exhaustive" : "sampled"},
          {"pass", report.isKept()},
          {"properties",
           {{"nan", report.keepsNaN},
            {"limits", report.hasLimits},
            {"signed_zero", report.hasSignedZeros},
            {"range", orNull(report.isInRange)},
            {"monotone", orNull(report.isMonotone)}}}};
}

std::string unitOf(Certificate::Unit unit) {
  switch (unit) {
  case Certificate::Unit::Terms:
    return "ulp of the largest term";
  case Certificate::Unit::Relative:
    return "2^-24 of the result";
  default:
    return "ulp";
  }
}

std::string inWords(const What &what, const Request &request, const Report &report) {
  std::string (*spell)(double) = [](double x) { return shortest(float(x)); };
  if (std::ranges::count(request.kernel.types(), ElementType::F64) != 0)
    spell = [](double x) { return shortest(x); };
  std::string text = fmt::format("{}, {}, {}, {}: {}\n", what.label,
                                 request.pass == Pass::Value ? "value" : "derivative",
                                 spellTypes(request.kernel.types()), request.kernel.target(),
                                 report.isKept() ? "within its promise" : "NOT within its promise");
  text += fmt::format("  inputs       {}, {}\n", report.inputs,
                      report.isExhaustive ? "all that there are" : "a sample");
  text += fmt::format("  error        at most {:.4g} {}, {:.4g} are promised\n", report.worst,
                      unitOf(report.unit), report.promise);
  if (!report.worstInput.empty())
    text += fmt::format("               at {}: {}, not {}\n", spelled(report.worstInput, spell),
                        spell(report.worstGot), shortest(report.worstTruth));
  if (report.unit != Certificate::Unit::Ulp)
    text += fmt::format("               {:.4g} ulp of the result itself\n", report.worstUlp);
  text += fmt::format("  absolute     at most {:.4g}\n", report.worstAbsolute);
  text +=
      fmt::format("  misrounded   {}{}\n", report.misrounded,
                  report.undecided ? fmt::format(", {} of them undecided", report.undecided) : "");
  if (report.unknown)
    text += fmt::format("  unknown      {}, where Arb tells no truth, or there are several\n",
                        report.unknown);
  if (report.skipped)
    text += fmt::format("  left out     {}, where the function changes faster than floats do\n",
                        report.skipped);
  const auto say = [&](const char *name, std::optional<bool> holds, const char *otherwise) {
    if (holds)
      text += fmt::format("  {:12} {}\n", name, *holds ? "holds" : otherwise);
  };
  say("NaN", report.keepsNaN, "FAILS: a number is given for it");
  say("limits", report.hasLimits, "FAILS: at an infinity");
  say("signed zero", report.hasSignedZeros, "FAILS: at a zero");
  say("range", report.isInRange, "FAILS: a result is beyond all values of the function");
  say("monotone", report.isMonotone, "no: it steps back where the function does not");
  return text;
}

plot::Plot pictureOf(const What &what, const Request &request, const Report &report) {
  plot::Plot picture{
      what.label,
      fmt::format("{} in {}, {}: error in {}, the largest in each column",
                  request.pass == Pass::Value ? "value" : "derivative",
                  spellTypes(request.kernel.types()), request.kernel.target(), unitOf(report.unit)),
      {},
      0,
      0,
      fmt::format("at most {:.4g} of {:.4g} promised", report.worst, report.promise)};
  picture.curves.push_back({"error", report.x, report.error});
  const auto bound = float(report.promise);
  picture.curves.push_back({"promise", {report.x.front(), report.x.back()}, {bound, bound}});
  return picture;
}

int verifyWhat(const VerifyOptions &options, Session &session) {
  Result<What> what = readWhat(options.what);
  if (!what)
    return session.fail(what.error());
  const Result<verify::VerifyFunction *> function = module();
  if (!function)
    return session.fail(function.error());
  Result<Kernel> kernel = compile(options, *what, session);
  if (!kernel)
    return session.fail(kernel.error());
  session.sayWarnings(*kernel);
  Result<Request> request = requestFor(options, *what, std::move(*kernel));
  if (!request)
    return session.fail(request.error());
  std::optional<Result<Report>> found;
  {
    std::optional<measure::Progress> progress;
    if (::isatty(STDERR_FILENO) == 1) {
      progress.emplace(1);
      request->did = [&](double part) { progress->did(part, what->label); };
    }
    (*function)(*request, found);
  }
  if (!*found)
    return session.fail(found->error());
  const Report &report = **found;
  if (session.json)
    session.printJson(toJson(options, *what, *request, report));
  else
    session.print(inWords(*what, *request, report));
  if (!options.picture.empty())
    if (Status written = writeFile(options.picture, pictureOf(*what, *request, report).svg());
        !written)
      return session.fail(written.error());
  return report.isKept() ? Done : Wrong;
}

} // namespace

void addVerify(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand(
      "verify", "Errors of the machine code against the truth; exit code 1 if above the promise");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("WHAT", options->what)->required();
  command->add_flag("--backward", options->backward, "The derivatives that backward gives");
  options->type.addTo(*command);
  CLI::Option *exhaustive =
      command->add_flag("--exhaustive", options->exhaustive,
                        "All inputs: 2^32 of f32, half a minute and more; of types of 16 bits and "
                        "fewer they always are");
  command
      ->add_option("--range", options->range,
                   "Inputs between two numbers, of one f32 all of them: -1,0.5")
      ->type_name("A,B")
      ->excludes(exhaustive);
  command
      ->add_option("--points", options->points,
                   "About how many, where they are a sample: 2^26 floats, 20000 of others")
      ->check(wholeNumber());
  options->accuracy.addTo(*command);
  command->add_option("--target", options->target, "Compile for this target instead of the best")
      ->type_name("TARGET");
  command->add_option("--param", options->parameters, "A parameter's value: alpha=1.5");
  command->add_option("--threads", options->threads)
      ->check(CLI::Range(1u, 1024u))
      ->default_str("all cores");
  command->add_option("--svg", options->picture, "A picture of the error against x")
      ->type_name("FILE");
  command->callback([options, &session] { session.exitCode = verifyWhat(*options, session); });
}

} // namespace xphi::command
