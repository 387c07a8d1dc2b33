// The checks of a call and the words for what is wrong with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"

namespace xphi {
namespace {

std::string operandName(const Kernel::Code &code, std::size_t position) {
  const auto &names = code.program.inputs;
  return position < names.size() ? "input '" + names[position] + "'" : "dy";
}

std::string counted(std::size_t count, const char *noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Error wrongInputCount(const Kernel::Code &code, std::size_t given) {
  return Error("X2014", code.program.name + " takes " +
                            counted(code.program.inputs.size(), "input") + ", not " +
                            std::to_string(given));
}

} // namespace

Error lengthMismatch(const Kernel::Code &code, std::size_t position, std::size_t length,
                     std::size_t wanted) {
  return Error("X2010", code.program.name + ": " + operandName(code, position) + " has " +
                            counted(length, "element") + ", the result " + std::to_string(wanted));
}

Status KernelCall::check(const Kernel::Code &code, bool backward, std::span<const float> given) {
  const std::string &name = code.program.name;
  const std::size_t operands = code.program.inputs.size() + backward;
  if (backward && !code.backward)
    return Error("X2015", name + " was compiled without its backward kernel: set "
                                 "CompileOptions::backward");
  if (inputCount != operands)
    return wrongInputCount(code, inputCount - backward);
  if (!given.empty() && given.size() != code.defaults.size())
    return Error("X2012", name + " takes " + counted(code.defaults.size(), "parameter") + ", not " +
                              std::to_string(given.size()));
  parameters = given.empty() ? code.defaults.data() : given.data();
  if (n == 0)
    return {};
  if (n > PTRDIFF_MAX / sizeof(float))
    return Error("X2010", name + ": " + std::to_string(n) + " elements do not fit in memory");

  if (output == 0)
    return Error("X2017", name + ": the result is a null pointer");
  const std::uint64_t bytes = n * sizeof(float);
  for (std::size_t i = 0; i != inputCount; ++i) {
    if (inputs[i] == 0)
      return Error("X2017", name + ": " + operandName(code, i) + " is a null pointer");
    const std::uint64_t distance = inputs[i] > output ? inputs[i] - output : output - inputs[i];
    if (distance != 0 && distance < bytes)
      return Error("X2011", name + ": the result overlaps " + operandName(code, i) +
                                " in part; it may be the same array or apart from it");
    if (code.cuda && inputs[i] % sizeof(float) != 0)
      return Error("X2018", name + ": " + operandName(code, i) + " is not aligned to a float");
  }
  if (code.cuda && output % sizeof(float) != 0)
    return Error("X2018", name + ": the result is not aligned to a float");
  return {};
}

} // namespace xphi
