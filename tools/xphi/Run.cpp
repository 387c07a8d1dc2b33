// xphi run: a function, and its backward pass, over NumPy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "AccuracyOption.h"
#include "Commands.h"
#include "NamedFiles.h"
#include "Npy.h"
#include "Points.h"
#include "Session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace xphi::command {
namespace {

struct RunOptions {
  AccuracyOption accuracy;
  std::string what, out, dy, target;
  std::vector<std::string> in, dx, dparam, parameters;
  std::optional<std::ptrdiff_t> axis;
  bool backward = false;
};

/// Everything a run reads, and where its results go.
struct Job {
  What what;
  std::vector<Array> inputs; ///< in the function's order
  std::optional<Array> dy;
  std::vector<NamedFile> gradients;           ///< of inputs, then of parameters
  std::vector<std::vector<float>> parameters; ///< empty: the default
  ChannelLayout layout;

  const std::vector<std::size_t> &shape() const { return inputs[0].shape; }
};

/// X3006 unless it has the shape of the first one.
Result<Array> readAlike(const std::string &path, const std::vector<Array> &others,
                        const std::string &firstPath) {
  Result<Array> array = readNpy(path);
  if (array && !others.empty() && array->shape != others[0].shape)
    return Error(code::shapesDiffer,
                 fmt::format("'{}' has shape {}, '{}' has {}", firstPath,
                             spellShape(others[0].shape), path, spellShape(array->shape)));
  return array;
}

Status readInputs(Job &job, const RunOptions &options, const dsl::Definition &definition) {
  Result<std::vector<NamedFile>> files = readNamedFiles("--in", options.in, definition.inputs);
  if (!files)
    return files.error();
  if (files->size() != definition.inputs.size())
    return Error(code::shapesDiffer,
                 fmt::format("the function has {} inputs ({}): give --in that many times",
                             definition.inputs.size(), fmt::join(definition.inputs, ", ")));
  std::string first;
  for (const std::string &name : definition.inputs) {
    const std::string &path = std::ranges::find(*files, name, &NamedFile::name)->path;
    first = first.empty() ? path : first;
    Result<Array> array = readAlike(path, job.inputs, first);
    if (!array)
      return array.error();
    job.inputs.push_back(std::move(*array));
  }
  if (!options.backward)
    return {};
  Result<Array> dy = readAlike(options.dy, job.inputs, first);
  if (!dy)
    return dy.error();
  job.dy = std::move(*dy);
  return {};
}

Status readGradients(Job &job, const RunOptions &options, const dsl::Definition &definition) {
  Result<std::vector<NamedFile>> inputs = readNamedFiles("--dx", options.dx, definition.inputs);
  if (!inputs)
    return inputs.error();
  std::vector<std::string> names;
  for (const dsl::Parameter &parameter : definition.parameters)
    names.push_back(parameter.name);
  Result<std::vector<NamedFile>> parameters = readNamedFiles("--dparam", options.dparam, names);
  if (!parameters)
    return parameters.error();
  job.gradients = std::move(*inputs);
  job.gradients.insert(job.gradients.end(), parameters->begin(), parameters->end());
  return {};
}

/// "alpha=1.5", or "alpha=@alpha.npy" with a value for each channel.
Status readParameters(Job &job, const RunOptions &options, const dsl::Definition &definition) {
  job.parameters.resize(definition.parameters.size());
  for (const std::string &assignment : options.parameters) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error(code::badOption, "--param takes name=value, not '" + assignment + "'");
    const std::string name = assignment.substr(0, equals), value = assignment.substr(equals + 1);
    const auto found = std::ranges::find(definition.parameters, name, &dsl::Parameter::name);
    if (found == definition.parameters.end())
      return Error("X2013", definition.name + " has no parameter '" + name + "'");
    std::vector<float> &values =
        job.parameters[static_cast<std::size_t>(found - definition.parameters.begin())];
    if (value.starts_with('@')) {
      Result<Array> array = readNpy(value.substr(1));
      if (!array)
        return array.error();
      values = std::move(array->data);
    } else {
      Result<float> number = readFloat(value);
      if (!number)
        return number.error();
      values.assign(1, *number);
    }
  }
  return {};
}

/// PyTorch's convention unless --axis says otherwise: the second axis, or the only one.
Status setLayout(Job &job, const RunOptions &options, const dsl::Definition &definition) {
  const bool channels = std::ranges::any_of(definition.parameters, &dsl::Parameter::channel);
  if (!options.axis && (!channels || job.shape().empty()))
    return {};
  const std::ptrdiff_t axis = options.axis.value_or(job.shape().size() > 1 ? 1 : 0);
  Result<ChannelLayout> layout = ChannelLayout::along(job.shape(), axis);
  if (!layout)
    return layout.error();
  job.layout = *layout;
  return {};
}

Result<Job> readJob(const RunOptions &options) {
  if (options.out.empty() && !options.backward)
    return Error(code::badOption, "nothing to do: give --out y.npy, or --backward --dy --dx");
  if (options.backward && (options.dy.empty() || (options.dx.empty() && options.dparam.empty())))
    return Error(code::badOption, "--backward needs --dy FILE (read) and --dx FILE or --dparam "
                                  "NAME=FILE (written)");
  if (!options.backward && !(options.dx.empty() && options.dparam.empty()))
    return Error(code::badOption, "--dx and --dparam need --backward");
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  Result<Analysis> analysis = analyse(*what);
  if (!analysis)
    return analysis.error();
  Job job{std::move(*what), {}, {}, {}, {}, {}};
  for (auto *read : {readGradients, readParameters, readInputs, setLayout})
    if (Status done = read(job, options, analysis->definition()); !done)
      return done.error();
  return job;
}

Status backward(const Job &job, const Kernel &kernel, const std::vector<Kernel::Input> &inputs,
                const Kernel::Arguments &arguments) {
  std::vector<Array> results;
  for (const NamedFile &gradient : job.gradients) {
    const auto parameters = kernel.parameters();
    const auto found = std::ranges::find(parameters, gradient.name, &Parameter::name);
    if (found == parameters.end())
      results.push_back({job.shape(), std::vector<float>(inputs[0].size())});
    else if (found->channel)
      results.push_back({{job.layout.channels}, std::vector<float>(job.layout.channels)});
    else
      results.push_back({{}, std::vector<float>(1)});
  }
  std::vector<Kernel::Output> outputs;
  for (Array &result : results)
    outputs.emplace_back(result.data);
  if (Status done = kernel.gradients(inputs, job.dy->data, outputs, arguments); !done)
    return done;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (Status written = writeNpy(job.gradients[i].path, results[i]); !written)
      return written;
  return {};
}

void report(const Job &job, const RunOptions &options, const Kernel &kernel, Session &session) {
  if (!session.json) {
    session.say(fmt::format("{}: {} numbers of shape {}", job.what.label, job.inputs[0].data.size(),
                            spellShape(job.shape())));
    return;
  }
  Json document{{"function", job.what.label}, {"type", "f32"}, {"shape", job.shape()},
                {"out", options.out},         {"dx", ""},      {"gradients", Json::object()}};
  if (options.dx.size() == 1)
    document["dx"] = job.gradients[0].path;
  for (const NamedFile &gradient : job.gradients)
    document["gradients"][gradient.name] = gradient.path;
  document["target"] = kernel.target();
  session.printJson(document);
}

Status run(const RunOptions &options, Session &session) {
  Result<Job> job = readJob(options);
  if (!job)
    return job.error();
  CompileOptions compileOptions = job->what.options();
  compileOptions.backward = options.backward;
  for (const NamedFile &gradient : job->gradients)
    compileOptions.gradients.push_back(gradient.name);
  compileOptions.target = options.target;
  compileOptions.accuracy = options.accuracy.get();
  Result<Kernel> kernel = session.engine().compile(job->what.text, compileOptions);
  if (!kernel)
    return kernel.error();
  session.sayWarnings(*kernel);

  const std::vector<Kernel::Input> parameters(job->parameters.begin(), job->parameters.end());
  const Kernel::Arguments arguments{parameters, job->layout};
  std::vector<Kernel::Input> inputs;
  for (const Array &input : job->inputs)
    inputs.emplace_back(input.data);
  if (!options.out.empty()) {
    Array result{job->shape(), std::vector<float>(inputs[0].size())};
    if (Status done = kernel->forward(inputs, result.data, arguments); !done)
      return done;
    if (Status written = writeNpy(options.out, result); !written)
      return written;
  }
  if (options.backward)
    if (Status done = backward(*job, *kernel, inputs, arguments); !done)
      return done;
  report(*job, options, *kernel, session);
  return {};
}

} // namespace

void addRun(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("run", "Apply a function to NumPy files");
  auto options = std::make_shared<RunOptions>();
  command->add_option("WHAT", options->what)->required();
  command
      ->add_option("--in", options->in,
                   "Input, float32; one for each, in order or by name: --in gate=a.npy")
      ->required();
  command->add_option("--out", options->out, "Where the values go");
  command->add_flag("--backward", options->backward, "Also the gradients that --dx, --dparam name");
  command->add_option("--dy", options->dy, "Incoming gradient");
  command->add_option("--dx", options->dx,
                      "Where the gradient of an input goes, in order or by name: --dx gate=d.npy");
  command->add_option("--dparam", options->dparam,
                      "Where the gradient of a parameter goes: alpha=dalpha.npy");
  command->add_option("--param", options->parameters,
                      "A parameter's value, or one for each channel: alpha=1.5, alpha=@alpha.npy");
  command->add_option("--axis", options->axis,
                      "Axis of the channels, -1 the last; 1 unless given, as in PyTorch");
  command->add_option("--target", options->target, "Compile for this target instead of the best");
  options->accuracy.addTo(*command);
  command->callback([options, &session] {
    Status done = run(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
