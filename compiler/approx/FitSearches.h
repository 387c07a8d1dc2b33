// Searches for fits, none of them made twice.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

class KnownFits;

/// What two threads may do in turns only; a search is not of it. Who has the turn gives it away
/// before a search, and takes it again.
class Turns {
public:
  virtual void take() = 0;
  virtual void give() = 0;

protected:
  ~Turns() = default;
};

/// Of one compile: value and derivatives share parts, and a part is asked for again where it is to
/// be closer.
class FitSearches {
public:
  /// What is known, if that is not null, is not searched for; what is found is kept there.
  explicit FitSearches(KnownFits *known = nullptr);

  /// The same for another thread. What the one has found the other does not search for.
  FitSearches beside() const;
  /// While it lives, or until it is null. The caller has the turn.
  void inTurns(Turns *with) { turns = with; }

  /// findFit() of the text's last definition; nothing where the text is none.
  std::optional<Fit> find(const std::string &text, const FitLimits &limits);

  /// A line for each search of all threads: the words of its limits, and the text.
  std::string listed() const;

private:
  struct Search {
    std::string text;
    FitLimits limits;
    std::optional<Fit> found;
  };
  class Functions;

  explicit FitSearches(std::shared_ptr<Functions> functions);

  std::shared_ptr<Functions> functions; ///< of all threads
  std::vector<Search> made;             ///< here, in this order whatever others do
  Turns *turns = nullptr;
};

} // namespace xphi::compiler
