// xphi run: a function, and its backward pass, over NumPy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "Analysis.h"
#include "Commands.h"
#include "NamedFiles.h"
#include "Npy.h"
#include "Points.h"
#include "Session.h"
#include "StoredArray.h"
#include "TypeOption.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace xphi::command {
namespace {

struct RunOptions {
  AccuracyOption accuracy;
  TypeOption type;
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
  std::vector<std::string> conversions;       ///< of files, for people
  std::vector<ElementType> types;             ///< of the inputs and the result
  ChannelLayout layout;

  const std::vector<std::size_t> &shape() const { return inputs[0].shape; }
};

/// Notes what is not as the kernel takes it.
Result<Array> readAs(Job &job, const std::string &path, ElementType type) {
  Result<Array> array = readNpy(path, type);
  if (const std::string from = array ? array->conversionTo(type) : ""; !from.empty())
    job.conversions.push_back(fmt::format("{}: {}; converted to {}", path, from, nameOf(type)));
  return array;
}

/// X3006 unless it has the shape of the first one.
Result<Array> readAlike(Job &job, const std::string &path, const std::vector<Array> &others,
                        const std::string &firstPath, ElementType type) {
  Result<Array> array = readAs(job, path, type);
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
    Result<Array> array = readAlike(job, path, job.inputs, first, job.types[job.inputs.size()]);
    if (!array)
      return array.error();
    job.inputs.push_back(std::move(*array));
  }
  if (!options.backward)
    return {};
  Result<Array> dy = readAlike(job, options.dy, job.inputs, first, gradientType(job.types.back()));
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
      Result<Array> array = readAs(job, value.substr(1), ElementType::F32);
      if (!array)
        return array.error();
      values.assign(array->data.begin(), array->data.end());
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
  for (std::size_t i = 0; i < job.parameters.size(); ++i)
    if (const std::size_t count = job.parameters[i].size(); count > 1 && count != layout->channels)
      return Error("X2025", fmt::format("'{}' has {} values for {} channels",
                                        definition.parameters[i].name, count, layout->channels));
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
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  const std::size_t arrays = analysis->definition().inputs.size() + 1;
  if (types->size() == 1)
    types->resize(arrays, types->front());
  Job job{.what = std::move(*what), .types = std::move(*types)};
  if (job.types.size() != arrays)
    return Error("X2031", fmt::format("--type has {} types for {} arrays: give one for all, or one "
                                      "for each input and then that of the result",
                                      job.types.size(), arrays));
  for (auto *read : {readGradients, readParameters, readInputs, setLayout})
    if (Status done = read(job, options, analysis->definition()); !done)
      return done.error();
  return job;
}

/// What a call is given, in the kernel's types. An array has three dimensions: what is before the
/// channels, the channels, and what is after them.
struct Operands {
  Operands(const Job &job, const Kernel &kernel)
      : types(kernel.types()), count(job.inputs[0].data.size()),
        channels(std::int64_t(job.layout.channels)), inner(std::int64_t(job.layout.inner)),
        shape{std::int64_t(count) / std::max<std::int64_t>(channels * inner, 1), channels, inner} {
    for (std::size_t i = 0; i < job.inputs.size(); ++i)
      stored.emplace_back(job.inputs[i].data, types[i]);
    for (const StoredArray &each : stored)
      inputs.push_back(each.tensor(shape));
    for (const std::vector<float> &values : job.parameters)
      parameters.push_back(values.size() < 2
                               ? ConstTensor::of(values)
                               : ConstTensor::of(values.data(), {std::int64_t(values.size()), 1}));
  }

  const std::vector<ElementType> types;
  const std::size_t count;
  const std::int64_t channels, inner;
  const std::array<std::int64_t, 3> shape;
  std::vector<StoredArray> stored;
  std::vector<ConstTensor> inputs, parameters;
};

Status forward(const RunOptions &options, const Job &job, const Kernel &kernel,
               const Operands &operands) {
  StoredArray y(operands.count, operands.types.back());
  if (Status done = kernel.forward(operands.inputs, y.tensor(operands.shape), operands.parameters);
      !done)
    return done;
  return writeNpy(options.out, {job.shape(), y.numbers()}, y.elementType());
}

Status backward(const Job &job, const Kernel &kernel, const Operands &operands) {
  const StoredArray dy(job.dy->data, gradientType(operands.types.back()));
  const std::array<std::int64_t, 2> byChannel{operands.channels, 1};
  std::vector<StoredArray> results;
  std::vector<Tensor> outputs;
  std::vector<std::vector<std::size_t>> shapes;
  results.reserve(job.gradients.size()); // the tensors point into them
  for (const NamedFile &gradient : job.gradients) {
    const auto parameters = kernel.parameters();
    const auto parameter = std::ranges::find(parameters, gradient.name, &Parameter::name);
    const auto input = std::ranges::find(kernel.inputs(), gradient.name);
    if (parameter == parameters.end()) {
      results.emplace_back(
          operands.count,
          gradientType(operands.types[std::size_t(input - kernel.inputs().begin())]));
      outputs.push_back(results.back().tensor(operands.shape));
      shapes.push_back(job.shape());
    } else if (parameter->channel) {
      results.emplace_back(std::size_t(operands.channels), ElementType::F32);
      outputs.push_back(results.back().tensor(byChannel));
      shapes.push_back({std::size_t(operands.channels)});
    } else {
      results.emplace_back(1, ElementType::F32);
      outputs.push_back(results.back().tensor(std::array<std::int64_t, 0>{}));
      shapes.emplace_back();
    }
  }
  if (Status done = kernel.gradients(operands.inputs, dy.tensor(operands.shape), outputs,
                                     std::span<const ConstTensor>(operands.parameters));
      !done)
    return done;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (Status written = writeNpy(job.gradients[i].path, {shapes[i], results[i].numbers()},
                                  results[i].elementType());
        !written)
      return written;
  return {};
}

void report(const Job &job, const RunOptions &options, const Kernel &kernel, Session &session) {
  if (!session.json) {
    session.say(fmt::format("{}: {} numbers of shape {}", job.what.label, job.inputs[0].data.size(),
                            spellShape(job.shape())));
    return;
  }
  Json document{{"function", job.what.label},
                {"type", spellTypes(kernel.types())},
                {"shape", job.shape()},
                {"out", options.out},
                {"dx", ""},
                {"gradients", Json::object()}};
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
  compileOptions.types = job->types;
  Result<Kernel> kernel = session.engine().compile(job->what.text, compileOptions);
  if (!kernel)
    return kernel.error();
  session.sayWarnings(*kernel);
  for (const std::string &conversion : job->conversions)
    session.say(conversion);

  const Operands operands(*job, *kernel);
  if (!options.out.empty())
    if (Status done = forward(options, *job, *kernel, operands); !done)
      return done;
  if (options.backward)
    if (Status done = backward(*job, *kernel, operands); !done)
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
                   "Input, a .npy file of any of the types; one for each, in order or by name: "
                   "--in gate=a.npy")
      ->type_name("FILE")
      ->required();
  command->add_option("--out", options->out, "Where the values go")->type_name("FILE");
  command->add_flag("--backward", options->backward, "Also the gradients that --dx, --dparam name");
  command->add_option("--dy", options->dy, "Incoming gradient")->type_name("FILE");
  command
      ->add_option("--dx", options->dx,
                   "Where the gradient of an input goes, in order or by name: --dx gate=d.npy")
      ->type_name("FILE");
  command
      ->add_option("--dparam", options->dparam,
                   "Where the gradient of a parameter goes: alpha=dalpha.npy")
      ->type_name("FILE");
  command->add_option("--param", options->parameters,
                      "A parameter's value, or one for each channel: alpha=1.5, alpha=@alpha.npy");
  command->add_option("--axis", options->axis,
                      "Axis of the channels, -1 the last; 1 unless given, as in PyTorch");
  command->add_option("--target", options->target, "Compile for this target instead of the best")
      ->type_name("TARGET");
  options->accuracy.addTo(*command);
  options->type.addTo(*command);
  command->callback([options, &session] {
    Status done = run(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
