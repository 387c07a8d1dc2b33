// Arguments that are no options, and options that are none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Arguments.h"

#include "Session.h"

#include "dsl/Suggest.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {

const CLI::App *subcommandOf(const CLI::App &app, const std::string &name) {
  for (const CLI::App *sub : app.get_subcommands([](const CLI::App *) { return true; }))
    if (sub->get_name() == name)
      return sub;
  return nullptr;
}

const CLI::Option *optionOf(const CLI::App *app, const std::string &name) {
  for (; app; app = app->get_parent())
    for (const CLI::Option *option : app->get_options())
      if (option->check_name(name))
        return option;
  return nullptr;
}

bool takesValue(const CLI::Option &option) { return option.get_items_expected_max() > 0; }

namespace {

std::string fullName(const CLI::App &app) {
  return app.get_parent() ? fullName(*app.get_parent()) + " " + app.get_name() : app.get_name();
}

std::string suggestion(std::string_view written, const std::vector<std::string> &names) {
  std::vector<std::string_view> candidates(names.begin(), names.end());
  std::ranges::sort(candidates);
  std::string_view closest = dsl::closestName(written, candidates);
  return closest.empty() ? "" : fmt::format("; did you mean '{}'?", closest);
}

std::vector<std::string> subcommandNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::App *sub : app.get_subcommands([](const CLI::App *) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> optionNames(const CLI::App *app) {
  std::vector<std::string> names;
  for (; app; app = app->get_parent())
    for (const CLI::Option *option : app->get_options())
      for (const std::string &name : option->get_lnames())
        names.push_back("--" + name);
  return names;
}

} // namespace

std::vector<std::string> expressionsLast(const CLI::App &app, int argc, const char *const *argv) {
  std::vector<std::string> first, expressions, rest;
  const CLI::App *current = &app;
  int i = 1;
  for (; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    std::string argument = argv[i];
    const CLI::Option *option = nullptr;
    bool isAlone = true; // the value, if there is one, is the next argument
    if (argument.starts_with("--")) {
      std::size_t equals = argument.find('=');
      option = optionOf(current, argument.substr(0, equals));
      isAlone = equals == std::string::npos;
    } else if (argument.size() > 1 && argument[0] == '-') {
      option = optionOf(current, argument.substr(0, 2));
      isAlone = argument.size() == 2;
      if (current != &app && (!option || (!isAlone && !takesValue(*option)))) {
        expressions.push_back(std::move(argument));
        continue;
      }
    } else if (const CLI::App *sub = subcommandOf(*current, argument)) {
      current = sub;
    }
    first.push_back(std::move(argument));
    if (option && isAlone && takesValue(*option) && i + 1 < argc)
      first.emplace_back(argv[++i]);
  }
  for (++i; i < argc; ++i)
    rest.emplace_back(argv[i]);
  if (!expressions.empty() || !rest.empty())
    first.emplace_back("--");
  first.insert(first.end(), expressions.begin(), expressions.end());
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

Error usageError(const CLI::App &app, const CLI::ParseError &error,
                 const std::vector<std::string> &arguments) {
  const CLI::App *current = &app;
  while (!current->get_subcommands().empty())
    current = current->get_subcommands().front();
  std::string problem = error.what();
  std::vector<std::string> unknown = app.remaining(true);
  std::vector<std::string> commands = subcommandNames(*current);
  auto isOption = [](const std::string &argument) {
    return argument.size() > 1 && argument[0] == '-';
  };
  if (!commands.empty()) {
    // What CLI11 keeps of an unknown command is not in order.
    const auto word = std::ranges::find_if_not(arguments, [&](const std::string &argument) {
      return isOption(argument) || argument == current->get_name();
    });
    if (word != arguments.end())
      problem = fmt::format("there is no command '{}'{}", *word, suggestion(*word, commands));
  } else if (const auto option = std::ranges::find_if(unknown, isOption); option != unknown.end()) {
    std::string name = option->substr(0, option->find('='));
    problem = optionOf(current, name)
                  ? fmt::format("'{}' stands behind `--`, where nothing is an option", name)
                  : fmt::format("there is no option '{}'{}", name,
                                suggestion(name, optionNames(current)));
  } else if (!unknown.empty()) {
    problem = fmt::format("'{}' is one argument too many; an expression with spaces stands in "
                          "quotes",
                          unknown.front());
  }
  return Error(code::badOption,
               fmt::format("{}\n`{} --help` says what there is", problem, fullName(*current)));
}

} // namespace xphi::command
