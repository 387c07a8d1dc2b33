// By text and limits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitSearches.h"

#include "approx/FitWords.h"
#include "approx/KnownFits.h"
#include "approx/TaylorModel.h"
#include "dsl/Frontend.h"

#include <map>
#include <mutex>
#include <utility>

namespace xphi::compiler {
namespace {

/// Whether what has no fit within the one has none within the other.
bool isNoCloser(const FitLimits &one, FitLimits other) {
  if (one.mostUlps < other.mostUlps || one.mostUlpsAtZero < other.mostUlpsAtZero)
    return false;
  other.mostUlps = one.mostUlps;
  other.mostUlpsAtZero = one.mostUlpsAtZero;
  return one == other;
}

/// One text, and what was found of it. Its models serve one search after the other.
class Function {
public:
  std::optional<Fit> find(const std::string &text, const FitLimits &limits, KnownFits *knownFits) {
    const std::lock_guard lock(mutex);
    for (const auto &[wanted, fit] : found)
      if (wanted == limits)
        return fit;
    if (auto known = knownFits ? knownFits->find(text, limits) : std::nullopt)
      return found.emplace_back(limits, std::move(*known)).second;
    if (!parsed)
      parsed = dsl::analyse({"<part>", text});
    std::optional<Fit> fit;
    if (*parsed) {
      if (!models)
        models.emplace(parsed->program, parsed->program->entry());
      fit = findFit(*models, limits);
    }
    if (knownFits)
      knownFits->keep(text, limits, fit);
    found.emplace_back(limits, fit);
    return fit;
  }

  std::string listed(const std::string &text) {
    const std::lock_guard lock(mutex);
    std::string lines;
    for (const auto &[wanted, fit] : found)
      lines += wordsOf(wanted) + " " + inOneLine(text) + "\n";
    return lines;
  }

private:
  static std::string inOneLine(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at)
      text.replace(at, 1, "\\n");
    return text;
  }

  std::mutex mutex;
  std::optional<dsl::ParseResult> parsed;
  std::optional<FunctionModels> models;
  std::vector<std::pair<FitLimits, std::optional<Fit>>> found;
};

} // namespace

class FitSearches::Functions {
public:
  explicit Functions(KnownFits *known) : known(known) {}

  Function &of(const std::string &text) {
    const std::lock_guard lock(mutex);
    return functions[text];
  }
  std::string listed() {
    const std::lock_guard lock(mutex);
    std::string lines;
    for (auto &[text, function] : functions)
      lines += function.listed(text);
    return lines;
  }

  KnownFits *const known; ///< or null

private:
  std::mutex mutex;
  std::map<std::string, Function> functions;
};

FitSearches::FitSearches(KnownFits *known) : functions(std::make_shared<Functions>(known)) {}

FitSearches::FitSearches(std::shared_ptr<Functions> functions) : functions(std::move(functions)) {}

FitSearches FitSearches::beside() const { return FitSearches(functions); }

std::string FitSearches::listed() const { return functions->listed(); }

// That a wider search found nothing counts only here: else it would depend on which thread came
// first.
std::optional<Fit> FitSearches::find(const std::string &text, const FitLimits &limits) {
  for (const Search &each : made)
    if (each.text == text &&
        (each.limits == limits || (!each.found && isNoCloser(each.limits, limits))))
      return each.found;
  if (turns)
    turns->give();
  std::optional<Fit> found = functions->of(text).find(text, limits, functions->known);
  if (turns)
    turns->take();
  made.push_back({text, limits, std::move(found)});
  return made.back().found;
}

} // namespace xphi::compiler
