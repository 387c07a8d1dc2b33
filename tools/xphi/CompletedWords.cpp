// What may stand where a command line ends, for shells to offer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompletedWords.h"

#include "Analysis.h"
#include "Arguments.h"
#include "ErrorPage.h"
#include "What.h"

#include "abi/ElementTypes.h"
#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace xphi::command {
namespace {

std::string firstLine(const std::string &text) { return text.substr(0, text.find('\n')); }

std::vector<std::string> split(const std::string &list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');)
    items.push_back(item.substr(std::min(item.find_first_not_of(' '), item.size())));
  return items;
}

/// The part of the command line that a word ends.
class Offer {
public:
  explicit Offer(std::string word) : word(std::move(word)) {}

  void add(const std::string &candidate, const std::string &about = "") {
    if ((fixed + candidate).starts_with(word))
      made.candidates.push_back({fixed + candidate, about});
  }
  void addAll(const std::vector<std::string> &candidates) {
    for (const std::string &candidate : candidates)
      add(candidate);
  }
  /// What follows is behind so much of the word.
  void startAt(std::size_t place) { fixed = word.substr(0, place); }
  std::string rest() const { return word.substr(fixed.size()); }
  void files(const std::string &pattern) { made.files = pattern; }
  Completion take() { return std::move(made); }

private:
  std::string word, fixed;
  Completion made;
};

void addWhat(Offer &offer) {
  const std::string rest = offer.rest();
  if (const std::size_t colon = rest.rfind(".phi:"); colon != std::string::npos) {
    const std::string path = rest.substr(0, colon + 4);
    const Result<What> file = readWhat(path);
    const Result<Analysis> analysis = file ? analyse(*file) : Result<Analysis>(file.error());
    if (!analysis)
      return;
    for (const dsl::DefinitionIndex index : analysis->program().own)
      offer.add(path + ":" + analysis->program().definitions[index].name);
    return;
  }
  for (const lib::Group &group : lib::contents())
    for (const std::string_view name : group.functions)
      offer.add(std::string(name), std::string(group.title));
  offer.files("*.phi");
}

/// Values of an option, or what stands in its place.
void addValues(Offer &offer, const std::string &word, std::size_t start,
               const CLI::Option &option) {
  if (option.get_delimiter() != '\0')
    if (const std::size_t last = word.rfind(option.get_delimiter()); last != std::string::npos)
      start = std::max(start, last + 1);
  offer.startAt(start);
  const std::string type = option.get_type_name();
  if (const std::size_t open = type.find('{'); open != std::string::npos) {
    const std::size_t close = type.find('}', open);
    return offer.addAll(split(type.substr(open + 1, close - open - 1)));
  }
  const std::string kind =
      option.get_positional() ? option.get_name(true) : type.substr(0, type.find_first_of(":="));
  if (kind == "WHAT") {
    const std::size_t equals = word.find('=', start);
    if (option.get_items_expected_max() > 1 && equals != std::string::npos)
      offer.startAt(equals + 1);
    addWhat(offer);
  } else if (kind == "TYPE") {
    offer.addAll(split(elementTypeNames()));
  } else if (kind == "TARGET") {
    offer.addAll(targetNames());
  } else if (kind == "CODE") {
    for (const Explanation &each : explanations())
      offer.add(std::string(each.code), std::string(each.title));
  } else if (kind == "FILE") {
    offer.files("*");
  }
}

void addOptions(Offer &offer, const CLI::App *app) {
  for (; app; app = app->get_parent())
    for (const CLI::Option *option : app->get_options()) {
      if (option->get_group().empty())
        continue;
      for (const std::string &name : option->get_lnames())
        offer.add("--" + name, firstLine(option->get_description()));
      for (const std::string &name : option->get_snames())
        offer.add("-" + name, firstLine(option->get_description()));
    }
}

/// The one that takes an argument after so many.
const CLI::Option *positionalAt(const CLI::App &app, std::size_t count) {
  for (const CLI::Option *option : app.get_options()) {
    if (!option->get_positional() || option->get_group().empty())
      continue;
    const auto most = std::size_t(std::max(option->get_items_expected_max(), 0));
    if (count < most)
      return option;
    count -= most;
  }
  return nullptr;
}

} // namespace

Completion completionOf(const CLI::App &app, const std::vector<std::string> &words) {
  const std::string word = words.empty() ? "" : words.back();
  Offer offer(word);
  const CLI::App *current = &app;
  const CLI::Option *pending = nullptr; // takes the next word
  std::size_t arguments = 0;
  bool onlyArguments = false;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string &each = words[i];
    if (pending) {
      pending = nullptr;
    } else if (!onlyArguments && each == "--") {
      onlyArguments = true;
    } else if (!onlyArguments && each.size() > 1 && each[0] == '-') {
      const CLI::Option *option = optionOf(current, each);
      pending = option && takesValue(*option) ? option : nullptr;
      arguments += !option && !each.starts_with("--"); // an expression
    } else if (const CLI::App *sub = onlyArguments ? nullptr : subcommandOf(*current, each)) {
      current = sub;
    } else {
      ++arguments;
    }
  }

  if (pending) {
    addValues(offer, word, 0, *pending);
  } else if (!onlyArguments && word.starts_with("-")) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      addOptions(offer, current);
    else if (const CLI::Option *option = optionOf(current, word.substr(0, equals)))
      addValues(offer, word, equals + 1, *option);
  } else if (const CLI::Option *argument = positionalAt(*current, arguments)) {
    addValues(offer, word, 0, *argument);
  } else if (arguments == 0) {
    for (const CLI::App *sub : current->get_subcommands([](const CLI::App *) { return true; }))
      if (!sub->get_group().empty())
        offer.add(sub->get_name(), firstLine(sub->get_description()));
  }
  return offer.take();
}

} // namespace xphi::command
