// The checks of a call and the words for what is wrong with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"

namespace xphi {
namespace {

Error wrongInputCount(const Kernel::Code &code, std::size_t given) {
  return Error("X2014", code.program.name + " takes " +
                            counted(code.program.inputs.size(), "input") + ", not " +
                            std::to_string(given));
}

Error wrongGradientCount(const Kernel::Code &code, std::size_t given) {
  std::string names;
  for (const std::string &name : code.spec.gradients)
    names += (names.empty() ? "" : ", ") + name;
  return Error("X2023", "the backward kernel of " + code.program.name + " writes " +
                            counted(code.spec.gradients.size(), "gradient") + " (" + names +
                            "), not " + std::to_string(given) +
                            ": call gradients with an output for each, or set "
                            "CompileOptions::gradients");
}

Error inPart(const std::string &function, const std::string &output, const std::string &other) {
  return Error("X2011", function + ": " + output + " overlaps " + other +
                            " in part; it may be the same array or apart from it");
}

Error notApart(const std::string &function, const std::string &output, const std::string &other) {
  return Error("X2011",
               function + ": " + output + " overlaps " + other + "; it must lie apart from it");
}

} // namespace

std::string operandName(const Kernel::Code &code, bool backward, std::size_t position) {
  const auto &names = code.program.inputs;
  if (backward && code.keep() == Keep::Nothing)
    return "dy";
  if (backward && code.keep() == Keep::Output && position == 0)
    return "y";
  return position < names.size() ? "input '" + names[position] + "'" : "dy";
}

Error notOnCpu(const Kernel::Code &code) {
  return Error("X2016", code.program.name + " was compiled for " + code.spec.target +
                            ": call forwardCuda, backwardCuda or gradientsCuda");
}

Status checkFloats(const Kernel::Code &code) {
  if (code.holdsFloats())
    return {};
  return Error("X2031", code.program.name + " was compiled for arrays of " +
                            code.spec.types.text() +
                            ", and this call has floats: pass tensors (xphi::Tensor), which say "
                            "their type");
}

std::string counted(std::size_t count, const char *noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Error noStack(const Kernel::Code &code) {
  return Error("X2099", code.program.name + ": this call needs a stack of 1 MiB, and there is no "
                                            "memory for one");
}

bool runUnits(const Kernel::Code &code, std::size_t units, Workers::Task task,
              void *context) noexcept {
  if (code.workers && units > 1)
    return code.workers->run(units, task, context);
  for (std::size_t i = 0; i != units; ++i)
    task(context, i);
  return true;
}

Error kernelFailed(const Kernel::Code &code, std::int32_t returned) {
  if (returned == notOnceEach)
    return Error("X2019", code.program.name + ": Options::executor did not run each part of the "
                                              "call once; the result is incomplete");
  return Error("X2019", code.program.name + ": the kernel returned " + std::to_string(returned));
}

std::string outputName(const Kernel::Code &code, bool backward, std::size_t position) {
  const bool one = !backward || code.spec.gradients.size() == 1;
  return one ? "the result" : "the gradient of '" + code.spec.gradients[position] + "'";
}

Error lengthMismatch(const Kernel::Code &code, bool backward, std::size_t position,
                     std::size_t length, std::size_t wanted) {
  return Error("X2010", code.program.name + ": " + operandName(code, backward, position) + " has " +
                            counted(length, "element") + ", the result " + std::to_string(wanted));
}

bool overlap(std::uint64_t a, std::size_t bytesOfA, std::uint64_t b, std::size_t bytesOfB) {
  return bytesOfA != 0 && bytesOfB != 0 && (a <= b ? b - a < bytesOfA : a - b < bytesOfB);
}

ElementType inputType(const Kernel::Code &code, bool backward, std::size_t position) {
  const ArrayTypes &types = code.spec.types;
  const bool input = position < types.inputs.size() &&
                     !(backward && (code.keep() == Keep::Output || code.keep() == Keep::Nothing));
  if (input)
    return types.inputs[position];
  const bool isKeptResult = code.keep() == Keep::Output && position == 0;
  return backward && !isKeptResult ? gradientType(types.output) : types.output;
}

ElementType outputType(const Kernel::Code &code, bool backward, std::size_t position) {
  const ArrayTypes &types = code.spec.types;
  if (!backward)
    return types.output;
  const Variable &variable = code.gradients()[position];
  if (variable.kind != VariableKind::Input)
    return ElementType::F32;
  const auto input = std::ranges::find(code.program.inputs, variable.name);
  return gradientType(types.inputs[std::size_t(input - code.program.inputs.begin())]);
}

Status KernelCall::setParameters(const Kernel::Code &code, std::span<const float> given) {
  if (!given.empty() && given.size() != code.defaults.size())
    return Error("X2012", code.program.name + " takes " +
                              counted(code.defaults.size(), "parameter") + ", not " +
                              std::to_string(given.size()));
  parameters = given.empty() ? code.defaults.data() : given.data();
  return {};
}

Status checkCounts(const Kernel::Code &code, bool backward, std::size_t inputCount,
                   std::size_t outputCount) {
  const std::string &name = code.program.name;
  if (backward && !code.backward())
    return Error("X2015", name + " was compiled without its backward kernel: set "
                                 "CompileOptions::backward");
  if (code.keep() == Keep::Mask)
    return Error("X2028", name + " was compiled with Keep::Mask: call forward and backward with a "
                                 "mask, a byte for each element");
  const bool nothing = backward && code.keep() == Keep::Nothing;
  if (nothing && inputCount != 1)
    return Error("X2028", name + " was compiled with Keep::Nothing: call backward without inputs");
  if (!nothing && inputCount != code.program.inputs.size() + backward)
    return wrongInputCount(code, inputCount - backward);
  if (outputCount != (backward ? code.gradients().size() : 1))
    return wrongGradientCount(code, outputCount);
  return {};
}

Status KernelCall::check(const Kernel::Code &code, bool backward) const {
  const std::string &name = code.program.name;
  if (Status fits = checkCounts(code, backward, inputCount, outputCount); !fits)
    return fits;
  if (n > PTRDIFF_MAX / sizeof(float))
    return Error("X2010", name + ": " + std::to_string(n) + " elements do not fit in memory");

  for (std::size_t i = 0; i != inputCount && n != 0; ++i) {
    if (inputs[i] == 0)
      return Error("X2017", name + ": " + operandName(code, backward, i) + " is a null pointer");
    if (code.cuda && inputs[i] % inputBytes[i] != 0)
      return Error("X2018", name + ": " + operandName(code, backward, i) +
                                " is not aligned to its elements");
  }
  const auto isSum = [&](std::size_t output) {
    return backward && code.gradients()[output].kind != VariableKind::Input;
  };
  const auto lengthOf = [&](std::size_t output) {
    if (!isSum(output))
      return n;
    return code.gradients()[output].kind == VariableKind::Channel ? channels : 1;
  };
  for (std::size_t i = 0; i != outputCount; ++i) {
    const std::size_t length = lengthOf(i);
    if (length == 0)
      continue;
    const auto spell = [&](std::size_t output) { return outputName(code, backward, output); };
    if (outputs[i] == 0)
      return Error("X2017", name + ": " + spell(i) + " is a null pointer");
    if (code.cuda && outputs[i] % outputBytes[i] != 0)
      return Error("X2018", name + ": " + spell(i) + " is not aligned to its elements");
    for (std::size_t k = 0; k != inputCount; ++k) {
      if (!overlap(outputs[i], length * outputBytes[i], inputs[k], n * inputBytes[k]))
        continue;
      if (isSum(i))
        return notApart(name, spell(i), operandName(code, backward, k));
      if (outputs[i] != inputs[k] || outputBytes[i] != inputBytes[k])
        return inPart(name, spell(i), operandName(code, backward, k));
    }
    for (std::size_t k = 0; k != i; ++k)
      if (overlap(outputs[i], length * outputBytes[i], outputs[k], lengthOf(k) * outputBytes[k]))
        return notApart(name, spell(i), spell(k));
  }
  return {};
}

} // namespace xphi
