// Ranks, differences, verdicts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "comparison/Comparison.h"

#include "plot/Intervals.h"

#include <fmt/format.h>

namespace xphi::comparison {

std::string tableLine(const std::vector<std::string> &cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string
Comparison::table(const std::vector<std::string> &columns,
                  const std::function<std::string(const Row &, const std::string &)> &cell) const {
  std::vector<std::string> line = {"task"};
  line.insert(line.end(), columns.begin(), columns.end());
  std::string out = tableLine(line) + tableLine(std::vector<std::string>(line.size(), "---"));
  for (const Row &row : rows) {
    line = {row.title};
    for (const std::string &column : columns)
      line.push_back(cell(row, column));
    out += tableLine(line);
  }
  return out;
}

std::vector<std::string> Comparison::others() const {
  std::vector<std::string> names = methods;
  std::erase(names, baseline);
  return names;
}

std::vector<double> Comparison::above(const Row &row, const std::string &method) const {
  std::vector<double> differences = row.cells.at(method);
  const std::vector<double> &base = row.cells.at(baseline);
  for (std::size_t i = 0; i < differences.size(); ++i)
    differences[i] -= base.at(i);
  return differences;
}

std::vector<double> Comparison::pValues() const {
  std::vector<double> p;
  for (const Row &row : rows)
    for (const std::string &method : others())
      p.push_back(tTest(above(row, method)));
  return holm(p);
}

std::string Comparison::means() const {
  return table(methods, [&](const Row &row, const std::string &method) {
    const Mean mean = meanOf(row.cells.at(method));
    int rank = 1;
    for (const std::string &other : methods)
      rank += meanOf(row.cells.at(other)).value < mean.value;
    return fmt::format("{0}{1:.2f} ± {2:.2f}{0} ({3})", rank == 1 ? "**" : "",
                       row.unit * mean.value, row.unit * mean.error, rank);
  });
}

std::string Comparison::differences() const {
  const std::vector<double> p = pValues();
  std::size_t next = 0;
  return table(others(), [&](const Row &row, const std::string &method) {
    const Mean mean = meanOf(above(row, method));
    return fmt::format("{0}{1:+.2f} ± {2:.2f}{0}", p[next++] < 0.05 ? "**" : "",
                       row.unit * mean.value, row.unit * mean.error);
  });
}

std::string Comparison::verdict() const {
  const std::vector<double> p = pValues();
  const std::vector<std::string> names = others();
  std::string out;
  for (std::size_t method = 0; method < names.size(); ++method) {
    int better = 0, worse = 0;
    for (std::size_t row = 0; row < rows.size(); ++row)
      if (p[row * names.size() + method] < 0.05)
        ++(meanOf(above(rows[row], names[method])).value > 0 ? better : worse);
    out += fmt::format("- {} against {}: better in {}, worse in {}, not told apart in {} of {}\n",
                       baseline, names[method], better, worse,
                       static_cast<int>(rows.size()) - better - worse, rows.size());
  }
  return out;
}

std::string Comparison::picture(const std::string &title, const std::string &caption) const {
  plot::Intervals all{title, caption, others(), {}, verdict()};
  for (const Row &row : rows) {
    plot::Group group{row.title, {}};
    const double percent = 100 / meanOf(row.cells.at(baseline)).value;
    for (const std::string &method : all.series) {
      const Mean mean = meanOf(above(row, method));
      group.estimates.push_back({percent * mean.value, percent * mean.error});
    }
    all.groups.push_back(group);
  }
  return all.svg();
}

} // namespace xphi::comparison
