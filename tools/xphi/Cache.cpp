// xphi cache: what the cache folder holds and how it did; checking, pruning and emptying it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheFill.h"
#include "Commands.h"
#include "Session.h"
#include "WholeNumber.h"

#include "dsl/Utf8.h"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace xphi::command {
namespace {

int stats(Session &session) {
  CacheStatistics now = session.engine().cacheStatistics();
  if (!now.refusal.empty())
    return session.fail(Error("X2040", now.refusal));
  if (session.json)
    session.printJson(Json{{"directory", now.directory},
                           {"entries", now.entries},
                           {"bytes", now.bytes},
                           {"hits", now.totalDiskHits},
                           {"misses", now.totalMisses},
                           {"compiles", now.totalCompiles}});
  else if (now.directory.empty())
    session.print("no cache folder: kernels live as long as the process\n");
  else
    session.print(fmt::format("folder    {}\nentries   {}\nbytes     {}\nhits      {}\n"
                              "misses    {}\ncompiles  {}\n",
                              now.directory, now.entries, now.bytes, now.totalDiskHits,
                              now.totalMisses, now.totalCompiles));
  return Done;
}

Json toJson(const CachedKernel &entry) {
  return Json{{"file", entry.file},           {"function", entry.function},
              {"target", entry.target},       {"derivative", entry.derivative},
              {"gradients", entry.gradients}, {"keep", entry.keep},
              {"bytes", entry.bytes},         {"written", entry.written},
              {"intact", entry.intact},       {"usable", entry.usable},
              {"compiler", entry.compiler},   {"program", entry.program}};
}

std::string line(const CachedKernel &entry) {
  std::string name = !entry.intact ? "damaged" : entry.function;
  if (!entry.derivative.empty())
    name += " d/d" + entry.derivative;
  std::string kept = entry.keep == "x" ? "" : " from " + entry.keep;
  return fmt::format(
      "{}  {:>8}  {:%Y-%m-%d %H:%M}  {:12} {}{}{}\n", entry.file.substr(0, 12), entry.bytes,
      fmt::localtime(static_cast<std::time_t>(entry.written)), entry.target, name,
      entry.gradients.empty() ? "" : ", gradients " + entry.gradients + kept,
      entry.intact && !entry.usable ? fmt::format(" (of another compiler: {})", entry.compiler)
                                    : "");
}

int list(Session &session) {
  Result<std::vector<CachedKernel>> entries = session.engine().cachedKernels();
  if (!entries)
    return session.fail(entries.error());
  Json document = Json::array();
  for (const CachedKernel &entry : *entries) {
    document.push_back(toJson(entry));
    if (!session.json)
      session.print(dsl::printable(line(entry)));
  }
  if (session.json)
    session.printJson(document);
  return Done;
}

int verify(Session &session) {
  Result<std::vector<CachedKernel>> entries = session.engine().cachedKernels();
  if (!entries)
    return session.fail(entries.error());
  std::vector<std::string> damaged, foreign;
  for (const CachedKernel &entry : *entries)
    if (!entry.intact)
      damaged.push_back(entry.file);
    else if (!entry.usable)
      foreign.push_back(entry.file);
  const auto listed = [](const std::vector<std::string> &files) {
    return files.empty() ? std::string() : fmt::format(": {}", fmt::join(files, ", "));
  };
  if (session.json)
    session.printJson(
        Json{{"entries", entries->size()}, {"damaged", damaged}, {"other_compilers", foreign}});
  else
    session.print(fmt::format(
        "{} entries, {} damaged{}{}\n", entries->size(), damaged.size(), listed(damaged),
        foreign.empty() ? ""
                        : fmt::format("\n{} made by other compilers, never served here{}",
                                      foreign.size(), listed(foreign))));
  return damaged.empty() ? Done : Wrong;
}

int prune(const PruneOptions &options, Session &session) {
  Result<PruneResult> result = session.engine().pruneCache(options);
  if (!result)
    return session.fail(result.error());
  if (session.json)
    session.printJson(Json{{"removed", result->removed},
                           {"removed_bytes", result->removedBytes},
                           {"entries", result->left},
                           {"bytes", result->leftBytes}});
  else
    session.say(fmt::format("{} entries removed ({} bytes), {} left ({} bytes)", result->removed,
                            result->removedBytes, result->left, result->leftBytes));
  return Done;
}

int clear(Session &session) {
  if (CacheStatistics now = session.engine().cacheStatistics(); !now.refusal.empty())
    return session.fail(Error("X2040", now.refusal));
  std::uint64_t removed = session.engine().clearCache();
  if (session.json)
    session.printJson(Json{{"removed", removed}});
  else
    session.say(fmt::format("{} entries removed", removed));
  return Done;
}

} // namespace

void addCache(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("cache", "The compiled kernels kept on disk");
  command->require_subcommand(1);
  command->fallthrough();
  command->add_subcommand("stats", "Folder, size, hits and misses")->callback([&session] {
    session.exitCode = stats(session);
  });
  command->add_subcommand("list", "Every entry, the newest first")->callback([&session] {
    session.exitCode = list(session);
  });
  command
      ->add_subcommand("verify", "Check every byte of every entry; exit code 1 if one is damaged")
      ->callback([&session] { session.exitCode = verify(session); });
  CLI::App *pruning = command->add_subcommand(
      "prune", "Remove entries that are damaged or of another build, and the oldest");
  auto options = std::make_shared<PruneOptions>();
  pruning->add_option("--max-bytes", options->maxBytes, "Keep no more than this, the newest")
      ->check(wholeNumber());
  pruning->add_flag("!--keep-other-builds", options->otherBuilds, "Keep entries of other builds");
  pruning->callback([options, &session] { session.exitCode = prune(*options, session); });
  addCacheFill(*command, session);
  command->add_subcommand("clear", "Remove every entry")->callback([&session] {
    session.exitCode = clear(session);
  });
}

} // namespace xphi::command
