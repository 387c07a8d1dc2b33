// xphi eval: value, or N-th derivative, at points, by the compiled kernel or by the reference.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "Commands.h"
#include "DerivativeOption.h"
#include "Parameters.h"
#include "Points.h"
#include "Reference.h"
#include "Session.h"
#include "StoredArray.h"
#include "TypeOption.h"
#include "What.h"

#include "dsl/Element.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace xphi::command {
namespace {

struct EvalOptions {
  std::string what, at, target;
  TypeOption type;
  DerivativeOption derivative;
  AccuracyOption accuracy;
  bool interpret = false;
  std::vector<std::string> parameters;
};

/// The points and what came out; y as double, so that the reference loses nothing.
struct Table {
  std::vector<std::vector<double>> points;
  std::vector<double> values;
  std::string input;                   ///< name of the first one
  std::vector<std::string> derivative; ///< what was differentiated in
  bool byKernel = true;
  bool doubles = false; ///< not all are floats
  std::string type = "f64";
  Json promise = {}; ///< of the kernel
};

Result<Table> byKernel(const EvalOptions &options, const What &what, Session &session) {
  CompileOptions compileOptions = what.options();
  if (Status applied = options.derivative.apply(compileOptions); !applied)
    return applied.error();
  compileOptions.backward = false;
  compileOptions.target = options.target;
  compileOptions.accuracy = options.accuracy.get();
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  compileOptions.types = std::move(*types);
  Result<Kernel> kernel = session.engine().compile(what.text, compileOptions);
  if (!kernel)
    return kernel.error();
  session.sayWarnings(*kernel);
  Result<std::vector<float>> parameters = readParameters(options.parameters, *kernel);
  if (!parameters)
    return parameters.error();
  const bool doubles = std::ranges::count(kernel->types(), ElementType::F64) != 0;
  auto points = readPoints(options.at, kernel->inputs().size(), doubles);
  if (!points)
    return points.error();

  Table table{std::move(*points),
              {},
              kernel->inputs()[0],
              {kernel->derivative().begin(), kernel->derivative().end()}};
  table.doubles = doubles;
  std::vector<std::vector<double>> columns(kernel->inputs().size());
  for (const std::vector<double> &point : table.points)
    for (std::size_t i = 0; i < columns.size(); ++i)
      columns[i].push_back(point[i]);
  const std::vector<ElementType> arrays = kernel->types();
  const auto shape = std::array{std::int64_t(table.points.size())};
  std::vector<StoredArray> stored;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    stored.emplace_back(std::span<const double>(columns[i]), arrays[i]);
    columns[i] = stored[i].numbers();
  }
  for (std::size_t k = 0; k < table.points.size(); ++k) // as the kernel sees them
    for (std::size_t i = 0; i < columns.size(); ++i)
      table.points[k][i] = columns[i][k];
  std::vector<ConstTensor> inputs;
  for (const StoredArray &each : stored)
    inputs.push_back(each.tensor(shape));
  StoredArray y(table.points.size(), arrays.back());
  if (Status done = kernel->forward(inputs, y.tensor(shape), *parameters); !done)
    return done.error();
  table.values = y.numbers();
  table.type = spellTypes(arrays);
  table.promise = promiseOf(*kernel);
  return table;
}

Result<Table> byReference(const EvalOptions &options, const What &what) {
  Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  Result<std::vector<std::string>> variables =
      options.derivative.variables(analysis->definition().inputs);
  if (!variables)
    return variables.error();
  Result<Reference> reference = Reference::of(std::move(*analysis), *variables);
  if (!reference)
    return reference.error();
  Result<std::vector<double>> parameters = reference->parameters(options.parameters);
  if (!parameters)
    return parameters.error();
  auto points = readPoints(options.at, reference->inputs().size());
  if (!points)
    return points.error();

  Table table{std::move(*points), {}, reference->inputs()[0], *variables, false};
  for (const std::vector<double> &point : table.points) {
    const dsl::Element here(table.values.size()); // as for the kernel, which has all in one array
    table.values.push_back((*reference)(point, *parameters));
  }
  return table;
}

std::string joined(const std::vector<double> &point, std::string (*spell)(double)) {
  std::string text;
  for (double x : point)
    text += (text.empty() ? "" : ":") + spell(x);
  return text;
}

void show(const What &what, const Table &table, Session &session) {
  if (session.json) {
    // A repeated variable is written once: the order says how often.
    const std::vector<std::string> &in = table.derivative;
    bool one = in.empty() || std::ranges::count(in, in[0]) == std::ssize(in);
    std::string wrt = in.empty() ? table.input
                      : one      ? in[0]
                                 : fmt::format("{}", fmt::join(in, ","));
    Json points = Json::array();
    for (std::size_t i = 0; i < table.points.size(); ++i)
      points.push_back(
          {{"x", joined(table.points[i], hexFloat)}, {"y", hexFloat(table.values[i])}});
    Json document{{"function", what.label},
                  {"type", table.type},
                  {"order", table.derivative.size()},
                  {"wrt", wrt},
                  {"by", table.byKernel ? "kernel" : "reference"},
                  {"points", points}};
    if (table.byKernel)
      document["promise"] = table.promise;
    session.printJson(document);
    return;
  }
  std::string (*spell)(double) = [](double x) { return shortest(float(x)); };
  if (table.doubles)
    spell = [](double x) { return shortest(x); };
  std::size_t width = 0;
  for (const std::vector<double> &point : table.points)
    width = std::max(width, joined(point, spell).size());
  for (std::size_t i = 0; i < table.points.size(); ++i) {
    std::string y = table.byKernel ? spell(table.values[i]) : fmt::format("{}", table.values[i]);
    session.print(fmt::format("{:>{}}  {}\n", joined(table.points[i], spell), width, y));
  }
}

int eval(const EvalOptions &options, Session &session) {
  Result<What> what = readWhat(options.what);
  if (!what)
    return session.fail(what.error());
  Result<Table> table =
      options.interpret ? byReference(options, *what) : byKernel(options, *what, session);
  if (!table)
    return session.fail(table.error());
  show(*what, *table, session);
  return Done;
}

} // namespace

void addEval(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("eval", "Value, or derivative, of a function at points");
  auto options = std::make_shared<EvalOptions>();
  command->add_option("WHAT", options->what)->required();
  command
      ->add_option("--at", options->at,
                   "Points: -5.5,0x1p-3,nan,inf; ranges: -3:3:0.5; a:b for two inputs")
      ->required();
  options->derivative.addTo(*command, "--grad");
  options->type.addTo(*command);
  command->add_option("--target", options->target, "Compile for this target instead of the best")
      ->type_name("TARGET");
  command->add_option("--param", options->parameters, "A parameter's value: alpha=1.5");
  options->accuracy.addTo(*command);
  command->add_flag("--interpret", options->interpret,
                    "Ask the reference interpreter, in double precision");
  command->callback([options, &session] { session.exitCode = eval(*options, session); });
}

} // namespace xphi::command
