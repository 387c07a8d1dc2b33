// Steps of training and the errors at their end.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Training.h"

#include "cache/Hash.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <numeric>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace paper {
namespace {

constexpr int kBlock = 64, kBlocks = kBatch / kBlock;

/// Each block's work, on this thread or on one that has nothing to do; the processor time of all of
/// it. Isolated: a thread that waits here must not begin another run.
template <typename Work> double forBlocks(int count, const Work &work) {
  std::vector<double> spent(static_cast<std::size_t>(count));
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(0, count, [&](int i) {
      const double start = processorSeconds();
      work(i);
      spent[static_cast<std::size_t>(i)] = processorSeconds() - start;
    });
  });
  return std::accumulate(spent.begin(), spent.end(), 0.0);
}

} // namespace

Run::Run(const Task &task, const Activation<float> &activation, double rate, std::uint64_t seed)
    : task(task), network(task.shape, activation), rate(rate), seed(seed),
      parameters(network.initial(seed)), adam(network.parameters()) {}

void Run::advance(int count) {
  const Part &part = task.data->training;
  const int batches = static_cast<int>(part.labels.size()) / kBatch; // of one pass over the data
  struct Block {
    Matrix<float> x;
    std::vector<std::uint8_t> labels;
    Network<float>::Workspace space;
    Vector<float> gradient;
    double loss = 0;
  } blocks[kBlocks];
  std::vector<std::uint32_t> order;
  for (const int end = std::min(step + count, task.steps); step < end; ++step) {
    if (order.empty() || step % batches == 0)
      order = shuffled(part.labels.size(),
                       generatorFor({ForOrder, seed, static_cast<std::uint64_t>(step / batches)}));
    seconds += forBlocks(kBlocks, [&](int i) {
      Block &block = blocks[i];
      const std::span<const std::uint32_t> which(
          order.data() + step % batches * kBatch + i * kBlock, kBlock);
      task.data->fill(part, which, block.x);
      block.labels.clear();
      for (std::uint32_t example : which)
        block.labels.push_back(part.labels[example]);
      const auto number =
          static_cast<std::uint64_t>(step) * kBlocks + static_cast<std::uint64_t>(i);
      block.loss =
          network.gradient(parameters, block.x, block.labels, 1.0 / kBatch,
                           generatorFor({ForDropout, seed, number}), block.space, block.gradient);
    });
    const double start = processorSeconds();
    double loss = blocks[0].loss;
    for (int i = 1; i < kBlocks; ++i) {
      blocks[0].gradient += blocks[i].gradient;
      loss += blocks[i].loss;
    }
    losses.push_back(loss / kBatch);
    // Down to nothing in a straight line: the last steps' noise would else hide what is compared.
    adam.descend(parameters, blocks[0].gradient, rate * (1 - double(step) / task.steps), step + 1);
    seconds += processorSeconds() - start;
  }
  for (const Block &block : blocks)
    activationSeconds += block.space.activationSeconds;
}

double Run::error(const Part &part) {
  constexpr int rows = 250;
  const int count = (static_cast<int>(part.labels.size()) + rows - 1) / rows;
  std::vector<double> wrong(static_cast<std::size_t>(count));
  seconds += forBlocks(count, [&](int i) {
    std::vector<std::uint32_t> which;
    for (std::size_t k = std::size_t(i) * rows;
         k < std::min(part.labels.size(), std::size_t(i + 1) * rows); ++k)
      which.push_back(static_cast<std::uint32_t>(k));
    Matrix<float> x;
    task.data->fill(part, which, x);
    Network<float>::Workspace space;
    const Matrix<float> &out = network.outputs(parameters, x, space);
    double &sum = wrong[static_cast<std::size_t>(i)];
    if (task.shape.loss == Loss::SquaredError)
      sum = static_cast<double>((out - x).squaredNorm()) / static_cast<double>(x.cols());
    else
      for (std::size_t k = 0; k < which.size(); ++k) {
        Eigen::Index best = 0;
        out.row(static_cast<Eigen::Index>(k)).maxCoeff(&best);
        sum += best != part.labels[which[k]];
      }
  });
  const double sum = std::accumulate(wrong.begin(), wrong.end(), 0.0);
  // Weights that are lost are worse than any others, and JSON has no infinity.
  return std::isfinite(sum) && parameters.allFinite()
             ? sum / static_cast<double>(part.labels.size())
             : 1e30;
}

Outcome Run::outcome() {
  Outcome outcome;
  outcome.validation = error(task.data->validation);
  outcome.test = error(task.data->test);
  for (std::size_t i = 0; i < kCurve; ++i) {
    const auto from = losses.begin() + static_cast<std::ptrdiff_t>(i * losses.size() / kCurve);
    const auto to = losses.begin() + static_cast<std::ptrdiff_t>((i + 1) * losses.size() / kCurve);
    outcome.curve.push_back(std::accumulate(from, to, 0.0) / static_cast<double>(to - from));
  }
  outcome.seconds = seconds, outcome.activationSeconds = activationSeconds;
  const auto *bytes = reinterpret_cast<const char *>(parameters.data());
  outcome.weights = fmt::format(
      "{:016x}", xphi::hash128({bytes, sizeof(float) * std::size_t(parameters.size())}).low);
  return outcome;
}

Json Run::state() const {
  const auto bytes = [](const Vector<float> &v) {
    const auto *first = reinterpret_cast<const std::uint8_t *>(v.data());
    return Json::binary({first, first + sizeof(float) * static_cast<std::size_t>(v.size())});
  };
  return {{"step", step},
          {"losses", losses},
          {"seconds", seconds},
          {"activationSeconds", activationSeconds},
          {"parameters", bytes(parameters)},
          {"mean", bytes(adam.mean)},
          {"variance", bytes(adam.variance)}};
}

bool Run::restore(const Json &state) try {
  const int steps = state.at("step");
  const std::vector<double> before = state.at("losses");
  const double spent = state.at("seconds"), inActivations = state.at("activationSeconds");
  const std::size_t size = sizeof(float) * static_cast<std::size_t>(parameters.size());
  const auto bytes = [&](const char *name) { return state.at(name).get_binary(); };
  const Json::binary_t all[] = {bytes("parameters"), bytes("mean"), bytes("variance")};
  if (steps < 0 || steps > task.steps || before.size() != static_cast<std::size_t>(steps) ||
      std::any_of(std::begin(all), std::end(all),
                  [&](const auto &each) { return each.size() != size; }))
    return false;
  step = steps, losses = before, seconds = spent, activationSeconds = inActivations;
  std::memcpy(parameters.data(), all[0].data(), size);
  std::memcpy(adam.mean.data(), all[1].data(), size);
  std::memcpy(adam.variance.data(), all[2].data(), size);
  return true;
} catch (const Json::exception &) {
  return false;
}

} // namespace paper
