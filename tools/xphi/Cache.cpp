// xphi cache: what the cache folder holds and how it did; emptying it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xphi::command {
namespace {

int stats(Session &session) {
  CacheStatistics now = session.engine().cacheStatistics();
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

int clear(Session &session) {
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
  command->add_subcommand("clear", "Remove every entry")->callback([&session] {
    session.exitCode = clear(session);
  });
}

} // namespace xphi::command
