// The figures of all functions as a Markdown table, put where a document keeps it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "tests/numerics/Accuracy.h"

#include <optional>
#include <string>
#include <vector>

namespace xphi::numerics {

struct MeasuredDerivative {
  std::string variable;
  Accuracy accuracy;
};

struct MeasuredFunction {
  std::string name;
  Columns points;
  Accuracy value;
  std::vector<MeasuredDerivative> derivatives; ///< in each input, then each parameter
  std::optional<Accuracy> second;              ///< twice in the first input, where that is smooth
};

/// One line for a terminal.
std::string summary(const MeasuredFunction &function);

std::string markdownTable(const std::vector<MeasuredFunction> &functions);

/// Replaces what the document has between the lines `<!-- figures -->` and `<!-- end of figures
/// -->`; false where it cannot be read, has no such lines or cannot be written.
bool replaceFigures(const std::string &path, const std::string &table);

} // namespace xphi::numerics
