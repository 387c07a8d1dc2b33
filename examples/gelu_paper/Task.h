// What is learnt: data, network, budget, and what the paper says of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Dataset.h"
#include "Network.h"

namespace paper {

struct Task {
  std::string name, title, claim; ///< the paper's
  std::shared_ptr<const Dataset> data;
  Shape shape;
  int steps = 0; ///< of kBatch examples
};

constexpr int kBatch = 128;
/// The paper's grid is 1e-3, 1e-4, 1e-5 for 50 passes over the data; with a few passes it is moved.
constexpr double kRates[] = {1e-2, 3e-3, 1e-3};

/// The seven tasks on what prepare.py wrote into `folder`; or three small ones on the digits, for
/// which `folder` is a file. `only` are names, none is all: P0005 for one that is not there.
std::vector<Task> tasks(bool quick, const std::filesystem::path &folder,
                        const std::vector<std::string> &only);

} // namespace paper
