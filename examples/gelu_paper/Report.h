// The report: report.md with its tables filled in, and the pictures.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Checkpoint.h"

#include <filesystem>

namespace paper {

/// Task by task the error of every activation, for people at a terminal.
std::string table(const Json &result);

/// Writes `file`, and beside it a folder of the same name without `.md` with pictures and
/// results.json. P0004 if that does not succeed.
void writeReport(const Json &result, const std::filesystem::path &file);

} // namespace paper
