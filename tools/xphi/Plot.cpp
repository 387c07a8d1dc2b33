// xphi plot: a function and its derivatives as an SVG picture, by the reference interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"

#include "Commands.h"
#include "Parameters.h"
#include "Reference.h"
#include "Session.h"
#include "What.h"
#include "WrittenFiles.h"

#include "dsl/Printer.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

constexpr std::size_t kSamples = 1001;
constexpr float kOtherInput = 1.5f;

struct PlotOptions {
  std::string what, out, axis;
  float low = -5, high = 5, yMin = 0, yMax = 0;
  std::vector<std::string> parameters, derivatives, inputs;
};

/// The plane that the picture shows: which input runs along the axis, and where the others stay.
struct Section {
  std::size_t axis = 0;
  std::vector<double> point;
  std::string caption;
};

Result<Section> sectionOf(const PlotOptions &options, const dsl::Definition &definition) {
  Section section;
  section.point.assign(definition.inputs.size(), kOtherInput);
  auto positionOf = [&](const std::string &name) -> Result<std::size_t> {
    auto found = std::ranges::find(definition.inputs, name);
    if (found == definition.inputs.end())
      return Error("X2024", fmt::format("{} has no input '{}'; it has {}", definition.name, name,
                                        fmt::join(definition.inputs, ", ")));
    return static_cast<std::size_t>(found - definition.inputs.begin());
  };
  if (!options.axis.empty()) {
    Result<std::size_t> position = positionOf(options.axis);
    if (!position)
      return position.error();
    section.axis = *position;
  }
  auto given = readAssignments(options.inputs);
  if (!given)
    return given.error();
  for (const auto &[name, value] : *given) {
    Result<std::size_t> position = positionOf(name);
    if (!position)
      return position.error();
    section.point[*position] = value;
  }
  for (std::size_t i = 0; i < section.point.size(); ++i)
    if (i != section.axis)
      section.caption += fmt::format("{}{} = {}", section.caption.empty() ? "" : ", ",
                                     definition.inputs[i], section.point[i]);
  return section;
}

Status draw(const PlotOptions &options) {
  if (!(options.low < options.high))
    return Error(code::badOption, "--from must be less than --to");
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  Result<Analysis> analysis = analyse(*what);
  if (!analysis)
    return analysis.error();
  const dsl::Definition &definition = analysis->definition();
  Result<Section> section = sectionOf(options, definition);
  if (!section)
    return section.error();

  std::vector<std::vector<std::string>> wanted = {{}};
  for (const std::string &name :
       options.derivatives.empty() ? definition.inputs : options.derivatives)
    wanted.push_back({name});
  plot::Plot picture{what->label,  section->caption,
                     {},           options.yMin,
                     options.yMax, dsl::printDefinition(analysis->program(), analysis->function)};
  const std::string &axis = definition.inputs[section->axis];
  for (const std::vector<std::string> &derivative : wanted) {
    Result<Reference> curve = Reference::of(*analysis, derivative);
    if (!curve)
      return curve.error();
    Result<std::vector<double>> parameters = curve->parameters(options.parameters);
    if (!parameters)
      return parameters.error();
    plot::Curve line{derivative.empty() ? "value"
                     : definition.inputs.size() == 1 && derivative[0] == axis
                         ? "derivative"
                         : "derivative in " + derivative[0],
                     {},
                     {}};
    for (std::size_t i = 0; i < kSamples; ++i) {
      const float x =
          options.low + (options.high - options.low) * static_cast<float>(i) / (kSamples - 1);
      section->point[section->axis] = x;
      line.x.push_back(x);
      line.y.push_back(static_cast<float>((*curve)(section->point, *parameters)));
    }
    picture.curves.push_back(std::move(line));
  }
  return writeFile(options.out, picture.svg());
}

} // namespace

void addPlot(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("plot", "Value and derivatives as an SVG picture");
  auto options = std::make_shared<PlotOptions>();
  command->add_option("WHAT", options->what)->required();
  command->add_option("-o,--output", options->out, "The picture")->type_name("FILE")->required();
  command->add_option("--from", options->low, "Left end")->capture_default_str();
  command->add_option("--to", options->high, "Right end")->capture_default_str();
  command->add_option("--y-from", options->yMin, "Lower end; with none, all of the curves");
  command->add_option("--y-to", options->yMax, "Upper end");
  command->add_option("--wrt", options->derivatives,
                      "An input or parameter to draw the derivative in; with none, every input");
  command->add_option("--axis", options->axis, "The input along the axis; with none, the first");
  command->add_option("--input", options->inputs, "Where another input stays: value=1.5");
  command->add_option("--param", options->parameters, "A parameter's value: alpha=1.5");
  command->callback([options, &session] {
    Status done = draw(*options);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
