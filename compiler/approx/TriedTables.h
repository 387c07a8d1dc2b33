// What a search has tried in vain, and what of it may do where more is told of segments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <vector>

namespace xphi::compiler {

class TriedTables {
public:
  /// A table of this form, with segments of this width, which is found if nothing else is said.
  void begin(const Fit &fit) { tables.push_back({fit.form, fit.step}); }
  /// The last one failed, at a segment of which too little could be told if that is so, or next to
  /// a zero: how far from a segment it lies, and so what degree that needs, is luck.
  void failed(bool isUntold, bool isNextToZero) {
    tables.back().isUntold = isUntold;
    tables.back().isLuck = isNextToZero;
  }

  /// Whether any failed by luck.
  bool areByLuck() const;
  /// By number, those that failed untold. Unless it is luck, none of a form whose shortest
  /// segments, which are tried at the highest degree there is, are known not to do: the others need
  /// more still. Empty if none is.
  std::vector<bool> untold() const;
  /// Of these the ones with the shortest segments of their form: where they do not do none will.
  std::vector<bool> untoldOfShortest() const;

private:
  struct Table {
    Fit::Form form;
    float step;
    bool isUntold = false, isLuck = false;
  };
  bool isShortest(const Table &table) const;
  template <class Predicate> std::vector<bool> thoseOf(Predicate predicate) const;

  std::vector<Table> tables;
};

} // namespace xphi::compiler
