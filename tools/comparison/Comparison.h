// Methods compared on tasks, each several times: tables and a picture of what came of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "comparison/Statistics.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace xphi::comparison {

struct Row {
  std::string title;
  double unit = 1; ///< what numbers are multiplied with to be shown
  /// For each method a number for each repetition, the less the better. Repetitions of one place in
  /// the list belong together, whatever the method.
  std::map<std::string, std::vector<double>> cells;
};

struct Comparison {
  std::vector<std::string> methods;
  std::string baseline; ///< the method that the others are measured against
  std::vector<Row> rows;

  /// Mean ± standard error (rank); the least of a row in bold. Markdown, like all tables here.
  std::string means() const;
  /// How much larger than the baseline's, ± the standard error of the paired difference; in bold
  /// where Student's paired t-test, two-sided, with Holm's correction for the whole table, gives p
  /// < 0.05.
  std::string differences() const;
  /// A line for each method: in how many rows the baseline is better, worse, or not told apart.
  std::string verdict() const;
  /// The differences in per cent of the baseline's mean, as an SVG.
  std::string picture(const std::string &title, const std::string &caption) const;

  /// A row for each row, a column for each of `columns`.
  std::string table(const std::vector<std::string> &columns,
                    const std::function<std::string(const Row &, const std::string &)> &cell) const;

private:
  std::vector<std::string> others() const;
  std::vector<double> above(const Row &row, const std::string &method) const;
  std::vector<double> pValues() const;
};

/// A line of a table.
std::string tableLine(const std::vector<std::string> &cells);

} // namespace xphi::comparison
