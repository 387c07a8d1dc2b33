// The order of the runs, and what is kept of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Experiment.h"

#include "Failure.h"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

namespace paper {
namespace {

struct Job {
  const Task *task;
  const CompiledActivation *activation;
  double rate;
  int seed;
  Outcome outcome = {};
};

std::shared_ptr<const Activation<float>> arithmeticOf(const CompiledActivation &activation,
                                                      const Settings &settings) {
  if (settings.reference)
    return referenceActivation<float>(activation.name);
  return settings.way == Way::Fused ? activation.fused : activation.separate;
}

/// All that its result depends on.
Json identity(const Job &job, const Settings &settings) {
  const Shape &shape = job.task->shape;
  return {{"task", job.task->name},
          {"activation", job.activation->program},
          {"kernels", settings.reference ? "libm" : job.activation->target},
          {"fused", settings.way == Way::Fused},
          {"rate", job.rate},
          {"seed", job.seed},
          {"steps", job.task->steps},
          {"widths", shape.widths},
          {"dropout", shape.dropout},
          {"data", job.task->data->sum}};
}

void work(Job &job, const Settings &settings, const Checkpoints &checkpoints,
          xphi::measure::Progress &progress) {
  const std::shared_ptr<const Activation<float>> arithmetic =
      arithmeticOf(*job.activation, settings);
  Run run(*job.task, *arithmetic, job.rate, static_cast<std::uint64_t>(job.seed));
  const double total = run.operations();
  const std::string name =
      fmt::format("{}-{}-{}-{}", job.task->name, job.activation->name, job.rate, job.seed);
  const Json of = identity(job, settings), before = checkpoints.load(name, of);
  if (before.contains("outcome")) {
    job.outcome = before["outcome"];
    return progress.skip(total);
  }
  if (!before.is_null() && !run.restore(before))
    throw Failure("P0002", settings.folder + "/" + name + " does not fit its run; delete it");
  progress.skip(total * run.steps() / job.task->steps);
  for (xphi::measure::Stopwatch saved; !run.finished();) {
    const int done = run.steps();
    run.advance(std::max(job.task->steps / kCurve, 1));
    progress.did(total * (run.steps() - done) / job.task->steps,
                 job.task->name + " " + job.activation->name);
    if (saved.milliseconds() >= 1000 * settings.checkpointSeconds) {
      checkpoints.save(name, of, run.state());
      saved = {};
    }
  }
  job.outcome = run.outcome();
  checkpoints.save(name, of, {{"outcome", job.outcome}});
}

void workAll(std::span<Job> jobs, const Settings &settings, const Checkpoints &checkpoints,
             xphi::measure::Progress &progress) {
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, jobs.size(), 1),
      [&](const auto &range) {
        for (std::size_t i = range.begin(); i < range.end(); ++i)
          work(jobs[i], settings, checkpoints, progress);
      },
      tbb::simple_partitioner());
}

Json about(const Task &task) {
  const Dataset &data = *task.data;
  const bool copies = task.shape.loss == Loss::SquaredError;
  return {{"name", task.name},
          {"title", task.title},
          {"claim", task.claim},
          {"about", data.about},
          {"widths", task.shape.widths},
          {"dropout", task.shape.dropout},
          {"steps", task.steps},
          {"squared", copies},
          {"examples",
           {data.training.labels.size(), data.validation.labels.size(), data.test.labels.size()}},
          {"majority", copies ? data.meanError : data.majority},
          {"simple", copies ? 0 : data.simple},
          {"simpleIs", copies ? "" : data.simpleIs}};
}

} // namespace

Json experiment(const std::vector<Task> &tasks, const std::vector<CompiledActivation> &activations,
                const Settings &settings) {
  Checkpoints checkpoints(settings.folder);
  const std::size_t rates = std::size(kRates);
  std::vector<Job> jobs;
  double total = 0;
  for (const Task &task : tasks)
    for (const CompiledActivation &activation : activations) {
      for (double rate : kRates)
        for (int seed = 1; seed <= kChoosingSeeds; ++seed)
          jobs.push_back({&task, &activation, rate, seed});
      const double one = Run(task, *arithmeticOf(activation, settings), 0, 0).operations();
      total += one * static_cast<double>(rates * kChoosingSeeds) +
               one * (settings.seeds - kChoosingSeeds);
    }
  xphi::measure::Progress progress(total);
  workAll(jobs, settings, checkpoints, progress);

  // The rates of a task and an activation lie side by side; what is left is made at the best of
  // them.
  const std::size_t choosing = jobs.size();
  for (std::size_t first = 0; first < choosing; first += rates * kChoosingSeeds) {
    std::size_t best = first;
    double least = INFINITY;
    for (std::size_t i = first; i < first + rates * kChoosingSeeds; i += kChoosingSeeds) {
      double sum = 0;
      for (std::size_t seed = 0; seed < kChoosingSeeds; ++seed)
        sum += jobs[i + seed].outcome.validation;
      if (sum < least)
        least = sum, best = i;
    }
    for (int seed = kChoosingSeeds + 1; seed <= settings.seeds; ++seed)
      jobs.push_back({jobs[best].task, jobs[best].activation, jobs[best].rate, seed});
    for (std::size_t i = first; i < first + rates * kChoosingSeeds; ++i)
      if (jobs[i].rate != jobs[best].rate)
        jobs[i].seed = -jobs[i].seed; // not of the result
  }
  workAll({jobs.begin() + static_cast<std::ptrdiff_t>(choosing), jobs.end()}, settings, checkpoints,
          progress);

  Json result = {{"seeds", settings.seeds}, {"rates", kRates}, {"batch", kBatch}};
  for (const Task &task : tasks)
    result["tasks"].push_back(about(task));
  for (const CompiledActivation &activation : activations)
    result["activations"].push_back({{"name", activation.name}, {"text", activation.text}});
  for (const Job &job : jobs) {
    Json run = {{"task", job.task->name},
                {"activation", job.activation->name},
                {"rate", job.rate},
                {"seed", std::abs(job.seed)},
                {"chosen", job.seed > 0}};
    run.update(Json(job.outcome));
    result["runs"].push_back(run);
  }
  return result;
}

Json comparePaths(const Task &task, const CompiledActivation &activation, int steps) {
  Task brief = task;
  brief.steps = steps;
  Json paths = {{"activation", activation.name}};
  const auto follow = [&](const char *way, const Activation<float> &arithmetic) {
    Run run(brief, arithmetic, 1e-3, 1);
    run.advance(steps);
    const Outcome outcome = run.outcome();
    paths[way] = {{"seconds", outcome.activationSeconds},
                  {"share", outcome.activationSeconds / outcome.seconds}};
    return outcome.curve;
  };
  const std::vector<double> fused = follow("fused", *activation.fused),
                            separate = follow("separate", *activation.separate);
  if (const auto libm = referenceActivation<float>(activation.name)) {
    const std::vector<double> reference = follow("libm", *libm);
    double furthest = 0;
    for (std::size_t i = 0; i < reference.size(); ++i)
      for (double other : {fused[i], separate[i]})
        furthest = std::max(furthest, std::abs(other / reference[i] - 1));
    paths["furthest"] = furthest;
  }
  return paths;
}

} // namespace paper
