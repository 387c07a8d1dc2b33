// One network trained from one seed at one learning rate.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A step's batch is two blocks of examples whose gradients are added in order, whichever thread
// made them: the weights have the same bits for any number of threads.
#pragma once

#include "Checkpoint.h"
#include "Task.h"

namespace paper {

constexpr int kCurve = 25; ///< points of a loss curve, each the mean of as many steps

struct Outcome {
  std::vector<double> curve;       ///< the training loss
  double validation = 0, test = 0; ///< error, 0 to 1, or mean squared error
  double seconds = 0, activationSeconds = 0;
  std::string weights; ///< a hash of all their bits
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Outcome, validation, test, curve, seconds, activationSeconds,
                                   weights)

/// Training that can be stopped after any step and taken up again.
class Run {
public:
  Run(const Task &task, const Activation<float> &activation, double rate, std::uint64_t seed);

  bool finished() const { return step == task.steps; }
  /// Up to `count` steps.
  void advance(int count);
  /// After the last step: the errors on what was held out.
  Outcome outcome();
  const Vector<float> &weights() const { return parameters; }
  int steps() const { return step; }
  /// How much work all steps are, in multiplications and additions.
  double operations() const { return 3.0 * network.operations() * kBatch * task.steps; }

  Json state() const;
  /// False, with nothing changed, for a state that does not fit.
  bool restore(const Json &state);

private:
  double error(const Part &part);

  const Task &task;
  Network<float> network;
  double rate;
  std::uint64_t seed;
  Vector<float> parameters;
  Adam<float> adam;
  int step = 0;
  std::vector<double> losses;
  double seconds = 0, activationSeconds = 0;
};

} // namespace paper
