// What may stand where a command line ends, for shells to offer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All of it is what the parser says of its commands and options, so nothing has to be told twice.
// What an option's value is, its type says: {a,b} lists all of them; WHAT, TYPE, TARGET, CODE and
// FILE stand for what is known by other means. An option that says TEXT has nothing to offer.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace xphi::command {

struct Candidate {
  std::string word; ///< the whole word, with what is written of it already
  std::string about;
};

struct Completion {
  std::vector<Candidate> candidates;
  std::string files; ///< also files of this pattern; empty: none
};

/// `words` are the arguments up to the cursor; the last one, perhaps empty, is being written.
Completion completionOf(const CLI::App &app, const std::vector<std::string> &words);

} // namespace xphi::command
