// The comparison of the GELU paper (Hendrycks and Gimpel, 2016), every activation compiled by xphi.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `./x paper` prepares the data and runs this. To read: Activation (from texts to kernels), Network
// (one layer after the other), Training (steps), Experiment (which runs), Report (what came of it).
// Data are made by prepare.py.
#include "Experiment.h"
#include "Failure.h"
#include "Report.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <fstream>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name"))
      return line.substr(line.find(':') + 2);
  return "unknown";
}

} // namespace

int main(int argc, char **argv) try {
  CLI::App app("The GELU paper's comparison, every activation compiled by xphi from its text");
  paper::Settings settings{.folder = "build/paper/runs"};
  std::string data = "build/paper/data", report = "build/paper/report.md", from;
  std::vector<std::string> texts, only;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool quick = false, fused = false;
  app.add_flag("--quick", quick, "small networks on the digits that --data names, in seconds");
  app.add_option("--activation", texts, "one more, in x; repeat for several")->type_name("TEXT");
  app.add_option("--task", only, "these tasks only")->type_name("NAME");
  app.option_defaults()->take_last(); // what `./x paper` gives can be given again
  app.add_option("--seeds", settings.seeds, "for each cell of the table")
      ->check(CLI::Range(paper::kChoosingSeeds, 1000));
  app.add_option("--threads", threads, "results have the same bits for any number")
      ->check(CLI::Range(1, 256));
  app.add_flag("--reference", settings.reference, "train with activations by libm");
  app.add_flag("--fused", fused, "bias, dropout and function in one kernel each way");
  app.add_option("--data", data, "what prepare.py wrote, or digits.csv");
  app.add_option("--folder", settings.folder,
                 "where runs are kept; they are taken up where they were");
  app.add_option("--checkpoint-seconds", settings.checkpointSeconds,
                 "between checkpoints of one run");
  app.add_option("--report", report, "the file to write; pictures go beside it");
  app.add_option("--from", from, "write the report of a results.json, and train nothing");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  settings.way = fused ? paper::Way::Fused : paper::Way::Separate;

  paper::Json result;
  if (!from.empty()) {
    std::ifstream file(from);
    result = paper::Json::parse(file, nullptr, false);
    if (result.is_discarded())
      throw paper::Failure("P0001", from + " is not there, or is no results.json");
  } else {
    std::vector<paper::NamedText> wanted = paper::knownActivations();
    for (const std::string &text : texts)
      wanted.push_back(
          {fmt::format("own{}", wanted.size() - paper::knownActivations().size() + 1), text});
    if (settings.reference && !texts.empty())
      throw paper::Failure("P0005", "--reference knows no libm for an --activation of your own");
    xphi::Engine engine;
    std::vector<paper::CompiledActivation> activations;
    for (const paper::NamedText &each : wanted)
      activations.push_back(paper::compileActivation(engine, each));
    const std::vector<paper::Task> tasks = paper::tasks(quick, data, only);

    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
    result = paper::experiment(tasks, activations, settings);
    for (const paper::CompiledActivation &activation : activations)
      result["paths"].push_back(paper::comparePaths(tasks.front(), activation, quick ? 50 : 100));
    double seconds = 0;
    for (const paper::Json &run : result["runs"])
      seconds += run["seconds"].get<double>();
    result["machine"] = {{"words", fmt::format("{} of {} cores ({}), kernels for {}", threads,
                                               std::thread::hardware_concurrency(), processor(),
                                               activations.front().target)},
                         {"minutes", seconds / 60},
                         {"threads", threads}};
  }
  paper::writeReport(result, report);
  fmt::print("test error, % (autoencoder: thousandths), ± standard error of {} seeds "
             "(rank)\n\n{}\nreport: {}\n",
             result["seeds"].get<int>(), paper::table(result), report);
  return 0;
} catch (const paper::Failure &failure) {
  std::cerr << failure.error.render(isatty(STDERR_FILENO) == 1);
  return failure.error.code() == "P0005" ? 2 : failure.error.code().starts_with("P") ? 3 : 1;
}
