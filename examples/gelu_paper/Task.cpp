// The tasks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Task.h"

#include "Failure.h"

#include <algorithm>
#include <map>

namespace paper {
namespace {

struct Row {
  const char *name, *title, *file;
  std::vector<int> hidden;
  double dropout;
  int steps;
  const char *claim;
};

constexpr const char *kMnist = "MNIST, 8 layers of 128 (3.1): GELU tends to the lowest training "
                               "loss, with and without dropout";
constexpr const char *kNone = "nothing like it";

std::vector<Row> fullRows() {
  return {{"classifier", "Clothes", "fashion", std::vector(7, 128), 0, 1500, kMnist},
          {"dropout", "Clothes, dropout 0.5", "fashion", std::vector(7, 128), 0.5, 1500, kMnist},
          {"autoencoder",
           "Clothes, autoencoder",
           "fashion",
           {250, 125, 64, 30, 64, 125, 250},
           0,
           1500,
           "MNIST, 1000-500-250-30-250-500-1000 (3.2): GELU significantly better than both"},
          {"character", "Next character", "bible", {256, 256}, 0, 1500, kNone},
          {"tagging",
           "Part of speech",
           "wordnet",
           {256, 256},
           0.2,
           1000,
           "tagging tweets (3.3), test error: GELU 12.57 %, ReLU 12.67 %, ELU 12.91 %"},
          {"language", "Language of a frame", "prompts", {128, 128, 128}, 0, 1500, kNone},
          {"phoneme", "Phoneme of a frame", "spoken", std::vector(5, 256), 0.5, 1500,
           "TIMIT, 5 layers of 2048 (3.4), test error: GELU 29.3 %, ReLU 29.5 %, ELU 29.6 %"}};
}

std::vector<Row> quickRows() {
  return {
      {"classifier", "Digits", "", std::vector(7, 32), 0, 200, kMnist},
      {"dropout", "Digits, dropout 0.2", "", std::vector(7, 32), 0.2, 200, kMnist},
      {"autoencoder", "Digits, autoencoder", "", {48, 24, 8, 24, 48}, 0, 200, "as above (3.2)"}};
}

} // namespace

std::vector<Task> tasks(bool quick, const std::filesystem::path &folder,
                        const std::vector<std::string> &only) {
  const std::vector<Row> rows = quick ? quickRows() : fullRows();
  for (const std::string &name : only)
    if (std::none_of(rows.begin(), rows.end(), [&](const Row &row) { return row.name == name; }))
      throw Failure("P0005", "there is no task `" + name + "`" + (quick ? " with --quick" : ""));
  std::vector<Task> wanted;
  std::map<std::string, std::shared_ptr<const Dataset>> loaded;
  for (const Row &row : rows) {
    if (!only.empty() && std::find(only.begin(), only.end(), row.name) == only.end())
      continue;
    std::shared_ptr<const Dataset> &data = loaded[row.file];
    if (!data)
      data = std::make_shared<const Dataset>(
          quick ? readDigits(folder) : readDataset(folder / (std::string(row.file) + ".data")));
    const bool copies = std::string_view(row.name) == "autoencoder";
    Task task{row.name, row.title, row.claim, data, {{data->inputs()}, {}, row.dropout}, row.steps};
    task.shape.loss = copies ? Loss::SquaredError : Loss::CrossEntropy;
    task.shape.widths.insert(task.shape.widths.end(), row.hidden.begin(), row.hidden.end());
    task.shape.widths.push_back(copies ? data->inputs() : data->classes);
    wanted.push_back(std::move(task));
  }
  return wanted;
}

} // namespace paper
