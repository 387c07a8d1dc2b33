// --param name=value: a function's parameters from the command line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Parameters.h"

#include "Points.h"
#include "Session.h"

namespace xphi::command {

Result<std::vector<std::pair<std::string, float>>>
readAssignments(const std::vector<std::string> &assignments) {
  std::vector<std::pair<std::string, float>> values;
  for (const std::string &assignment : assignments) {
    std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error(code::badOption, "--param takes name=value, not '" + assignment + "'");
    Result<float> value = readFloat(std::string_view(assignment).substr(equals + 1));
    if (!value)
      return value.error();
    values.emplace_back(assignment.substr(0, equals), *value);
  }
  return values;
}

Result<std::vector<float>> readParameters(const std::vector<std::string> &assignments,
                                          const Kernel &kernel) {
  auto values = readAssignments(assignments);
  if (!values)
    return values.error();
  return kernel.arguments(*values);
}

} // namespace xphi::command
