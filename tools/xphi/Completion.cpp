// xphi completion: scripts for shells, which ask this command what may follow.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "CompletedWords.h"
#include "Session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::command {
namespace {

struct Shell {
  std::string_view name, script;
};

// Each gives `xphi completion --words -- WORD...` the words up to the cursor. What comes back is a
// word on each line, a tab and what it is; or a tab and a pattern of files that may also follow.
constexpr Shell kShells[] = {
    {"bash", R"bash(# Completion of xphi for bash: eval "$(xphi completion bash)"
_xphi() {
  # bash takes words apart at = and :, and puts in only what stands behind the last of them.
  local -a words=()
  local word line joined='' current=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]/#\~/$HOME}
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( $joined || $word == [=:]* ) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    [[ $word == *[=:] ]] && joined=1 || joined=''
  done
  [[ $current == [=:]* ]] && current=''
  local behind=${words[-1]%"$current"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == $'\t'* ]]; then
      local -a found=()
      mapfile -t found < <(compgen -f -X "!${line#?}" -- "$current"; compgen -d -- "$current")
      COMPREPLY+=("${found[@]}")
      compopt -o filenames 2>/dev/null
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$behind"}")
    fi
  done < <("$program" completion --words -- "${words[@]}" 2>/dev/null)
}
complete -F _xphi xphi
)bash"},
    {"zsh", R"zsh(#compdef xphi
# Completion of xphi for zsh: eval "$(xphi completion zsh)", or this as _xphi in a folder of fpath.
_xphi() {
  local line pattern=''
  local -a texts=() shown=()
  for line in "${(@f)$("${(Q)words[1]/#\~/$HOME}" completion --words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == $'\t'* ]]; then
      pattern=${line#?}
    elif [[ -n $line ]]; then
      texts+=("${line%%$'\t'*}")
      shown+=("${line/$'\t'/ -- }")
    fi
  done
  (( $#texts )) && compadd -l -d shown -a texts
  if [[ -n $pattern ]]; then
    compset -P '*='
    _files -g "$pattern"
  fi
}
if [[ ${funcstack[1]} == _xphi ]]; then
  _xphi "$@"
elif (( $+functions[compdef] )); then
  compdef _xphi xphi
fi
)zsh"},
    {"fish", R"fish(# Completion of xphi for fish: xphi completion fish | source
function __xphi_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program completion --words -- $words "$current" 2>/dev/null)
        if string match -q \t'*' -- $line
            set -l suffix (string sub -s 3 -- $line)
            __fish_complete_suffix $suffix | string match -r '^.*(?:/|'(string escape --style=regex -- $suffix)')(?:\t.*)?$'
        else
            echo $line
        end
    end
end
complete -c xphi -f -a '(__xphi_words)'
)fish"},
};

std::vector<std::string> shellNames() {
  std::vector<std::string> names;
  for (const Shell &shell : kShells)
    names.emplace_back(shell.name);
  return names;
}

struct CompletionOptions {
  std::string shell;
  bool areWords = false;
  std::vector<std::string> words;
};

std::string lines(const Completion &completion) {
  std::string text;
  for (const Candidate &candidate : completion.candidates)
    text += candidate.word + (candidate.about.empty() ? "" : "\t" + candidate.about) + "\n";
  return completion.files.empty() ? text : text + "\t" + completion.files + "\n";
}

} // namespace

void addCompletion(CLI::App &app, Session &session) {
  CLI::App *command =
      app.add_subcommand("completion", "A script by which a shell completes this command's words");
  auto options = std::make_shared<CompletionOptions>();
  CLI::Option *words = command->add_flag("--words", options->areWords)->group("");
  command->add_option("SHELL", options->shell, "Whose")
      ->type_name(fmt::format("{{{}}}", fmt::join(shellNames(), ",")));
  command->add_option("WORDS", options->words)->needs(words)->group("");
  command->callback([&app, options, &session] {
    if (options->areWords) {
      options->words.insert(options->words.begin(), options->shell);
      return session.print(lines(completionOf(app, options->words)));
    }
    const auto shell = std::ranges::find(kShells, options->shell, &Shell::name);
    if (shell == std::end(kShells))
      throw CLI::ValidationError(
          "SHELL", fmt::format("there are scripts for {}", fmt::join(shellNames(), ", ")));
    session.print(shell->script);
  });
}

} // namespace xphi::command
