// From the text to the first property that does not hold.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/Examination.h"

#include "dsl/Frontend.h"
#include "fuzz/Properties.h"
#include "tests/property/BuilderCopy.h"
#include "tests/property/Expectation.h"
#include "tests/property/Rewriting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>

namespace xphi::property {

namespace {

using Floats = std::vector<float>;

std::string withoutLetsText(const dsl::Program &program) {
  const dsl::Program plain = withoutLets(program);
  return dsl::closure(plain, plain.entry());
}

bool sameBits(float a, float b) {
  return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

class Measurement {
public:
  Measurement(const dsl::Program &program, const Sample &sample, Counts &counts)
      : sample(sample), counts(counts) {
    for (std::size_t i = 0; i < sample.inputs[0].size(); ++i)
      expectations.push_back(expectationAt(program, point(i), sample.parameters));
  }

  std::size_t size() const { return sample.inputs[0].size(); }

  Floats point(std::size_t i) const {
    Floats values;
    for (const Floats &input : sample.inputs)
      values.push_back(input[i]);
    return values;
  }

  /// The value, or the derivative in one variable.
  std::optional<Failure> compare(const std::string &property, std::optional<uint32_t> variable,
                                 std::span<const float> results) {
    std::optional<Failure> first;
    for (std::size_t i = 0; i < size(); ++i) {
      const Allowed &allowed =
          variable ? expectations[i].derivatives[*variable] : expectations[i].value;
      count(allowed);
      const bool conflict = allowed.kind == Allowed::Kind::Conflict;
      const bool wrong = allowed.kind == Allowed::Kind::Range && !allowed.contains(results[i]);
      if ((conflict || wrong) && !first)
        first = failure(conflict ? "reference" : property, i, results[i], allowed.describe());
    }
    return first;
  }

  Failure failure(const std::string &property, std::size_t i, float got,
                  const std::string &expected) const {
    return {property,
            fmt::format("at ({}){}: got {:.9g}, allowed {}", fmt::join(point(i), ", "),
                        sample.parameters.empty() ? ""
                                                  : fmt::format(" with parameters ({})",
                                                                fmt::join(sample.parameters, ", ")),
                        got, expected)};
  }

private:
  void count(const Allowed &allowed) {
    switch (allowed.kind) {
    case Allowed::Kind::Range:
    case Allowed::Kind::Conflict:
      ++counts.compared;
      counts.tight += allowed.isTight();
      break;
    case Allowed::Kind::NoNumber:
      ++counts.noNumber;
      break;
    case Allowed::Kind::Undecided:
      ++counts.undecided;
      break;
    case Allowed::Kind::Beyond:
      ++counts.beyond;
      break;
    }
  }

  const Sample &sample;
  Counts &counts;
  std::vector<Expectation> expectations;
};

/// Calls of one kernel over the sample.
class Run {
public:
  Run(const Kernel &kernel, const Sample &sample)
      : kernel(kernel), sample(sample), inputs(sample.inputs.begin(), sample.inputs.end()),
        size(sample.inputs[0].size()) {}

  Status forward(Floats &results) const {
    results.assign(size, 0);
    return kernel.forward(std::span<const Kernel::Input>(inputs), results,
                          Kernel::Parameters(sample.parameters));
  }

  /// The gradients of inputs, element by element.
  Status gradients(std::vector<Floats> &results) const { return gradientsOf(inputs, results); }

  /// All gradients at one point, where a parameter's sum has one term.
  Status gradientsAt(std::size_t i, std::vector<Floats> &results) const {
    std::vector<Kernel::Input> one;
    for (const Kernel::Input &input : inputs)
      one.push_back(input.subspan(i, 1));
    return gradientsOf(one, results);
  }

private:
  Status gradientsOf(const std::vector<Kernel::Input> &x, std::vector<Floats> &results) const {
    const Floats ones(x[0].size(), 1.0f);
    results.clear();
    std::vector<Kernel::Output> outputs;
    for (std::size_t i = 0; i < x.size() + sample.parameters.size(); ++i)
      results.emplace_back(i < x.size() ? x[0].size() : 1);
    for (Floats &result : results)
      outputs.push_back(result);
    std::vector<Kernel::Input> values;
    for (const float &parameter : sample.parameters)
      values.push_back({&parameter, 1});
    Kernel::Arguments arguments;
    arguments.parameters = values;
    return kernel.gradients(x, ones, outputs, arguments);
  }

  const Kernel &kernel;
  const Sample &sample;
  std::vector<Kernel::Input> inputs;
  std::size_t size;
};

Failure notRun(const Error &error) { return {"runs", error.render()}; }

std::optional<Failure> compareGradients(const Run &run, Measurement &measurement,
                                        const dsl::Definition &entry) {
  std::vector<Floats> together;
  if (Status status = run.gradients(together); !status)
    return notRun(status.error());
  std::vector<Floats> alone(together.size(), Floats(measurement.size()));
  for (std::size_t i = 0; i < measurement.size(); ++i) {
    std::vector<Floats> here;
    if (Status status = run.gradientsAt(i, here); !status)
      return notRun(status.error());
    for (std::size_t v = 0; v < here.size(); ++v) {
      alone[v][i] = here[v][0];
      if (v < entry.inputs.size() && !sameBits(alone[v][i], together[v][i]))
        return measurement.failure("gradient alone", i, alone[v][i],
                                   fmt::format("{:.9g}, as among others", together[v][i]));
    }
  }
  for (uint32_t v = 0; v < alone.size(); ++v)
    if (auto failure = measurement.compare("gradient in " + entry.variableName(v), v, alone[v]))
      return failure;
  return std::nullopt;
}

} // namespace

std::optional<Failure> examineText(const std::string &text) {
  const dsl::ParseResult parsed = dsl::analyse({"property.phi", text});
  if (!parsed)
    return Failure{"checks", parsed.render()};
  if (std::string complaint = fuzz::complaintOfRoundTrip(text); !complaint.empty())
    return Failure{"formatting", complaint};
  const Result<std::string> builderText = xphi::text(built(*parsed.program));
  if (!builderText)
    return Failure{"builder", builderText.error().render()};
  const dsl::ParseResult again = dsl::analyse({"built.phi", *builderText});
  if (!again)
    return Failure{"builder", again.render()};
  const std::string expected = withoutLetsText(*parsed.program),
                    got = withoutLetsText(*again.program);
  if (expected != got)
    return Failure{"builder",
                   "built:\n" + *builderText + "without lets:\n" + got + "not:\n" + expected};
  return std::nullopt;
}

std::optional<Failure> examineKernels(Engine &engine, const std::string &text, const Sample &sample,
                                      Counts &counts) {
  const dsl::ParseResult parsed = dsl::analyse({"property.phi", text});
  if (!parsed)
    return Failure{"checks", parsed.render()};
  const dsl::Definition &entry = parsed.program->definitions[parsed.program->entry()];
  if (entry.inputs.size() != sample.inputs.size() ||
      entry.parameters.size() != sample.parameters.size())
    return Failure{"signature", "not that of the sample"};

  CompileOptions both;
  both.gradients = CompileOptions::allGradients();
  const Result<Kernel> kernel = engine.compile(text, both);
  CompileOptions derivative;
  derivative.derivative = {entry.inputs[0]};
  derivative.backward = false;
  const Result<Kernel> slope = engine.compile(text, derivative);
  if (!kernel || !slope)
    return Failure{"compiles", (kernel ? slope : kernel).error().render()};

  Measurement measurement(*parsed.program, sample, counts);
  Floats results;
  if (Status status = Run(*kernel, sample).forward(results); !status)
    return notRun(status.error());
  if (auto failure = measurement.compare("value", std::nullopt, results))
    return failure;
  if (Status status = Run(*slope, sample).forward(results); !status)
    return notRun(status.error());
  if (auto failure = measurement.compare("forward derivative", 0, results))
    return failure;
  return compareGradients(Run(*kernel, sample), measurement, entry);
}

} // namespace xphi::property
