// By form and width of segments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/TriedTables.h"

#include <algorithm>

namespace xphi::compiler {

bool TriedTables::isShortest(const Table &table) const {
  return std::ranges::none_of(tables, [&](const Table &other) {
    return other.form == table.form && other.step < table.step;
  });
}

template <class Predicate> std::vector<bool> TriedTables::thoseOf(Predicate predicate) const {
  std::vector<bool> result;
  for (const Table &each : tables)
    result.push_back(each.isUntold && predicate(each));
  return std::ranges::find(result, true) != result.end() ? result : std::vector<bool>();
}

bool TriedTables::areByLuck() const { return std::ranges::any_of(tables, &Table::isLuck); }

std::vector<bool> TriedTables::untold() const {
  const bool isLuck = areByLuck();
  return thoseOf([&](const Table &table) {
    return isLuck || std::ranges::any_of(tables, [&](const Table &other) {
             return other.form == table.form && other.isUntold && isShortest(other);
           });
  });
}

std::vector<bool> TriedTables::untoldOfShortest() const {
  return thoseOf([&](const Table &table) { return isShortest(table); });
}

} // namespace xphi::compiler
