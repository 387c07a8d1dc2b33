// --type: what the arrays of a kernel hold.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TypeOption.h"

#include "Session.h"

#include "abi/ElementTypes.h"

#include <fmt/format.h>

namespace xphi::command {

void TypeOption::addTo(CLI::App &command) {
  command
      .add_option("--type", text,
                  fmt::format("What arrays hold: {}; or for each input and the result: "
                              "f32,bf16->bf16",
                              elementTypeNames()))
      ->type_name("TYPE")
      ->capture_default_str();
}

void addTypesOption(CLI::App &command, std::vector<std::string> &types) {
  command
      .add_option("--type", types,
                  fmt::format("What arrays hold, f32 by default: {}; or for each input and the "
                              "result: f32,bf16->bf16; once for each of several",
                              elementTypeNames()))
      ->type_name("TYPE")
      ->allow_extra_args(false);
}

Result<std::vector<ElementType>> TypeOption::get() const {
  if (const std::optional<ElementType> all = elementTypeOf(text))
    return std::vector{*all};
  std::optional<ArrayTypes> each = ArrayTypes::parse(text);
  if (!each)
    return Error(code::badOption,
                 fmt::format("--type takes one of {}, or one for each input and then the result's, "
                             "as in f32,bf16->bf16; not '{}'",
                             elementTypeNames(), text));
  each->inputs.push_back(each->output);
  return std::move(each->inputs);
}

std::string spellTypes(std::span<const ElementType> types) {
  return ArrayTypes{{types.begin(), types.end() - 1}, types.back()}.brief();
}

} // namespace xphi::command
