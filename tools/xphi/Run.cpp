// xphi run: a function, and its backward pass, over NumPy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Npy.h"
#include "Parameters.h"
#include "Session.h"
#include "What.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xphi::command {
namespace {

struct RunOptions {
  std::string what, out, dy, dx, target;
  std::vector<std::string> in, parameters;
  bool backward = false;
};

/// Reads all files and sees to it that they have one shape.
Result<std::vector<Array>> readAlike(const std::vector<std::string> &paths) {
  std::vector<Array> arrays;
  for (const std::string &path : paths) {
    Result<Array> array = readNpy(path);
    if (!array)
      return array.error();
    if (!arrays.empty() && array->shape != arrays[0].shape)
      return Error(code::shapesDiffer,
                   fmt::format("'{}' has shape {}, '{}' has {}", paths[0],
                               spellShape(arrays[0].shape), path, spellShape(array->shape)));
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

Status run(const RunOptions &options, Session &session) {
  if (options.out.empty() && !options.backward)
    return Error(code::badOption, "nothing to do: give --out y.npy, or --backward --dy --dx");
  if (options.backward && (options.dy.empty() || options.dx.empty()))
    return Error(code::badOption, "--backward needs --dy FILE (read) and --dx FILE (written)");
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  CompileOptions compileOptions = what->options();
  compileOptions.backward = options.backward;
  compileOptions.target = options.target;
  Result<Kernel> kernel = session.engine().compile(what->text, compileOptions);
  if (!kernel)
    return kernel.error();
  Result<std::vector<float>> parameters = readParameters(options.parameters, *kernel);
  if (!parameters)
    return parameters.error();
  if (options.in.size() != kernel->inputs().size())
    return Error(code::shapesDiffer,
                 fmt::format("the function has {} inputs ({}): give --in that many times",
                             kernel->inputs().size(), fmt::join(kernel->inputs(), ", ")));

  std::vector<std::string> paths = options.in;
  if (options.backward)
    paths.push_back(options.dy);
  Result<std::vector<Array>> arrays = readAlike(paths);
  if (!arrays)
    return arrays.error();
  std::vector<Kernel::Input> inputs;
  for (std::size_t i = 0; i < options.in.size(); ++i)
    inputs.emplace_back((*arrays)[i].data);
  Array result{(*arrays)[0].shape, std::vector<float>((*arrays)[0].data.size())};

  if (!options.out.empty()) {
    if (Status done = kernel->forward(inputs, result.data, *parameters); !done)
      return done;
    if (Status written = writeNpy(options.out, result); !written)
      return written;
  }
  if (options.backward) {
    if (Status done = kernel->backward(inputs, arrays->back().data, result.data, *parameters);
        !done)
      return done;
    if (Status written = writeNpy(options.dx, result); !written)
      return written;
  }
  if (session.json)
    session.printJson(Json{{"function", what->label},
                           {"type", "f32"},
                           {"shape", result.shape},
                           {"out", options.out},
                           {"dx", options.dx},
                           {"target", kernel->target()}});
  else
    session.say(fmt::format("{}: {} numbers of shape {}", what->label, result.data.size(),
                            spellShape(result.shape)));
  return {};
}

} // namespace

void addRun(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("run", "Apply a function to NumPy files");
  auto options = std::make_shared<RunOptions>();
  command->add_option("WHAT", options->what)->required();
  command->add_option("--in", options->in, "Input, float32; once for each input")->required();
  command->add_option("--out", options->out, "Where the values go");
  command->add_flag("--backward", options->backward, "Also dx = dy * f'(x)");
  command->add_option("--dy", options->dy, "Incoming gradient");
  command->add_option("--dx", options->dx, "Where the outgoing gradient goes");
  command->add_option("--param", options->parameters, "A parameter's value: alpha=1.5");
  command->add_option("--target", options->target, "Compile for this target instead of the best");
  command->callback([options, &session] {
    Status done = run(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
