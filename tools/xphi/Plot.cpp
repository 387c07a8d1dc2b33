// xphi plot: a function and its derivative as an SVG picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"

#include "Commands.h"
#include "Session.h"
#include "What.h"

#include <CLI/CLI.hpp>

namespace xphi::command {
namespace {

struct PlotOptions {
  std::string what, out;
  float low = -5, high = 5;
};

Status draw(const PlotOptions &options, Session &session) {
  if (!(options.low < options.high))
    return Error(code::badOption, "--from must be less than --to");
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  Result<Kernel> kernel = session.engine().compile(what->text, what->options());
  if (!kernel)
    return kernel.error();

  constexpr std::size_t count = 1001;
  std::vector<float> x(count), y(count), ones(count, 1), dx(count);
  for (std::size_t i = 0; i < count; ++i)
    x[i] = options.low + (options.high - options.low) * static_cast<float>(i) / (count - 1);
  if (Status done = kernel->forward(x, y); !done)
    return done;
  if (Status done = kernel->backward(x, ones, dx); !done)
    return done;
  plot::Plot picture{what->label, "", {{"value", x, y}, {"derivative", x, dx}}};
  return writeFile(options.out, picture.svg());
}

} // namespace

void addPlot(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("plot", "Value and derivative as an SVG picture");
  auto options = std::make_shared<PlotOptions>();
  command->add_option("WHAT", options->what)->required();
  command->add_option("-o,--output", options->out, "The picture")->required();
  command->add_option("--from", options->low, "Left end")->capture_default_str();
  command->add_option("--to", options->high, "Right end")->capture_default_str();
  command->callback([options, &session] {
    Status done = draw(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
