// Tables and pictures out of the results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Report.h"

#include "Failure.h"
#include "comparison/Comparison.h"
#include "plot/Plot.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>

namespace paper {
namespace {

using xphi::comparison::Comparison;
using xphi::comparison::meanOf;
using xphi::comparison::Row;
using xphi::comparison::tableLine;

std::string textOf(const Json &json, const char *name) { return json.at(name); }

/// The runs at the chosen rates by task and activation, of each what `measure` takes out of it.
template <typename Measure> Comparison compared(const Json &json, double unit, Measure measure) {
  Comparison comparison{{}, "gelu", {}};
  for (const Json &activation : json.at("activations"))
    comparison.methods.push_back(activation.at("name"));
  for (const Json &task : json.at("tasks")) {
    // Rates of error are shown in per cent, squared errors in thousandths.
    Row row{task.at("title"), unit != 0 ? unit : task.at("squared") ? 1000 : 100, {}};
    for (const Json &run : json.at("runs"))
      if (run.at("task") == task.at("name") && run.at("chosen"))
        row.cells[run.at("activation")].push_back(measure(run));
    comparison.rows.push_back(row);
  }
  return comparison;
}

Comparison testErrors(const Json &json) {
  return compared(json, 0, [](const Json &run) -> double { return run.at("test"); });
}

Comparison finalLosses(const Json &json) {
  return compared(json, 1, [](const Json &run) -> double { return run.at("curve").back(); });
}

/// The paper's three, the least first.
std::string order(const Row &row, const char *format) {
  std::vector<std::pair<double, std::string>> found;
  for (const char *name : {"gelu", "relu", "elu"})
    found.emplace_back(row.unit * meanOf(row.cells.at(name)).value, name);
  std::sort(found.begin(), found.end());
  std::string out;
  for (const auto &[mean, name] : found)
    out += (out.empty() ? "" : ", ") + name + fmt::format(fmt::runtime(format), mean);
  return out;
}

std::string claims(const Json &json) {
  const Comparison test = testErrors(json), training = finalLosses(json);
  std::string out = tableLine({"task", "the paper", "test error here", "training loss here"}) +
                    tableLine(std::vector<std::string>(4, "---"));
  for (std::size_t i = 0; i < test.rows.size(); ++i)
    out += tableLine({test.rows[i].title, textOf(json.at("tasks")[i], "claim"),
                      order(test.rows[i], " {:.2f}"), order(training.rows[i], " {:.4f}")});
  return out;
}

std::string losses(const Json &json) {
  const Comparison comparison = finalLosses(json);
  return comparison.table(comparison.methods, [](const Row &row, const std::string &name) {
    const auto mean = meanOf(row.cells.at(name));
    return fmt::format("{:.4f} ± {:.4f}", mean.value, mean.error);
  });
}

std::string rates(const Json &json) {
  const Comparison comparison =
      compared(json, 1, [](const Json &run) -> double { return run.at("rate"); });
  return comparison.table(comparison.methods, [](const Row &row, const std::string &name) {
    return fmt::format("{}", row.cells.at(name).front());
  });
}

std::string shares(const Json &json) {
  std::string out =
      tableLine({"", "xphi, fused", "xphi, separate", "libm", "loss against libm's"}) +
      tableLine(std::vector<std::string>(5, "---"));
  for (const Json &path : json.at("paths")) {
    std::vector<std::string> row = {path.at("activation")};
    for (const char *way : {"fused", "separate", "libm"})
      row.push_back(path.contains(way)
                        ? fmt::format("{:.0f} % ({:.2f} s)", 100 * path[way]["share"].get<double>(),
                                      path[way]["seconds"].get<double>())
                        : "");
    row.push_back(path.contains("furthest") ? fmt::format("{:.0e}", path["furthest"].get<double>())
                                            : "");
    out += tableLine(row);
  }
  return out;
}

std::string taskList(const Json &json) {
  std::string out;
  for (const Json &task : json.at("tasks")) {
    const bool squared = task.at("squared");
    out += fmt::format(
        "- **{}** (`--task {}`). {} Layers {}, dropout {}, {} steps; {} examples for training, "
        "validation and test. Baseline: {} {:.2f}",
        textOf(task, "title"), textOf(task, "name"), textOf(task, "about"),
        fmt::join(task.at("widths").get<std::vector<int>>(), "-"), task.at("dropout").get<double>(),
        task.at("steps").get<int>(), fmt::join(task.at("examples").get<std::vector<int>>(), ", "),
        squared ? "the mean image," : "the most frequent class,",
        (squared ? 1000 : 100) * task.at("majority").get<double>());
    if (task.at("simple") > 0)
      out +=
          fmt::format("; {}, {:.2f}", textOf(task, "simpleIs"), 100 * task["simple"].get<double>());
    out += squared ? " thousandths.\n" : " % wrong.\n";
  }
  return out;
}

void write(const std::filesystem::path &path, const std::string &text) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << text).flush())
    throw Failure("P0004", path.string() + " cannot be written");
}

/// The mean of all seeds. The first fall is left out: it would hide the rest.
std::string lossCurves(const Json &json, const Json &task) {
  xphi::plot::Plot plot{textOf(task, "title") + ": training loss",
                        "steps of 128 examples; the mean of all seeds at the chosen learning rate",
                        {}};
  for (const Json &activation : json.at("activations")) {
    std::vector<double> sum;
    int seeds = 0;
    for (const Json &run : json.at("runs"))
      if (run.at("task") == task.at("name") && run.at("activation") == activation.at("name") &&
          run.at("chosen")) {
        sum.resize(run.at("curve").size());
        for (std::size_t i = 0; i < sum.size(); ++i)
          sum[i] += run["curve"][i].get<double>();
        ++seeds;
      }
    xphi::plot::Curve mean{activation.at("name"), {}, {}};
    for (std::size_t i = 2; i < sum.size(); ++i) {
      const double step = (static_cast<double>(i) + 0.5) / static_cast<double>(sum.size());
      mean.x.push_back(static_cast<float>(step * task.at("steps").get<double>()));
      mean.y.push_back(static_cast<float>(sum[i] / seeds));
    }
    plot.curves.push_back(mean);
  }
  return plot.svg();
}

} // namespace

std::string table(const Json &json) { return testErrors(json).means(); }

void writeReport(const Json &json, const std::filesystem::path &file) {
  const std::filesystem::path folder = std::filesystem::path(file).replace_extension();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const Comparison comparison = testErrors(json);
  write(folder / "results.json", json.dump(1) + "\n");
  write(folder / "summary.svg",
        comparison.picture("Test error against gelu's",
                           "per cent more (right) or less (left) than gelu's error; ± one standard "
                           "error, paired by seed"));
  std::string activations, pictures;
  for (const Json &task : json.at("tasks")) {
    const std::string name = textOf(task, "name");
    write(folder / (name + ".svg"), lossCurves(json, task));
    pictures += fmt::format("![{}: training loss]({}/{}.svg)\n", textOf(task, "title"),
                            folder.filename().string(), name);
  }
  for (const Json &activation : json.at("activations"))
    activations +=
        fmt::format("  - {}: `{}`\n", textOf(activation, "name"), textOf(activation, "text"));

  std::ifstream source(std::string(PAPER_FOLDER) + "/report.md");
  std::string text(std::istreambuf_iterator<char>(source), {});
  const std::pair<std::string, std::string> parts[] = {
      {"picture", folder.filename().string() + "/summary.svg"},
      {"seeds", json.at("seeds").dump()},
      {"runs", std::to_string(json.at("runs").size())},
      {"minutes", fmt::format("{:.1f}", json.at("machine").at("minutes").get<double>())},
      {"machine", textOf(json.at("machine"), "words")},
      {"errors", comparison.means()},
      {"differences", comparison.differences()},
      {"verdict", comparison.verdict()},
      {"claims", claims(json)},
      {"losses", losses(json)},
      {"pictures", pictures},
      {"rates", rates(json)},
      {"shares", shares(json)},
      {"activations", activations},
      {"tasks", taskList(json)}};
  for (const auto &[name, value] : parts)
    for (std::size_t at; (at = text.find("{{" + name + "}}")) != std::string::npos;)
      text.replace(at, name.size() + 4,
                   value.ends_with('\n') ? value.substr(0, value.size() - 1) : value);
  write(file, text);
}

} // namespace paper
