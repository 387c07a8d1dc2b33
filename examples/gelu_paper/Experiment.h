// Every task with every activation: the rate chosen on what validates, then more seeds, then the
// errors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Training.h"
#include "measure/Progress.h"

namespace paper {

constexpr int kChoosingSeeds = 2;

struct Settings {
  std::string folder;
  int seeds = 10;
  double checkpointSeconds = 10;
  bool reference = false; ///< activations by libm
  Way way = Way::Separate;
};

/// All that the report says, as data: {"tasks": ..., "activations": ..., "runs": ..., "paths":
/// ...}. Runs that settings.folder has are not made again. Fails with the codes of Failure.h.
Json experiment(const std::vector<Task> &tasks, const std::vector<CompiledActivation> &activations,
                const Settings &settings);

/// The same short training with fused kernels, with separate ones, and by libm: the share of the
/// time that activations take, and how far the training loss is from libm's at most, relatively.
Json comparePaths(const Task &task, const CompiledActivation &activation, int steps);

} // namespace paper
