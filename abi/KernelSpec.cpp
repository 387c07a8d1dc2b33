// A kernel's description as text and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelSpec.h"

#include <algorithm>
#include <charconv>

namespace xphi {
namespace {

using Names = std::vector<std::string>;

std::string join(const Names &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ",") + name;
  return list;
}

Names split(std::string_view list) {
  Names names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

std::string show(const std::string &text) { return text; }
std::string show(const Names &names) { return join(names); }
std::string show(const ArrayTypes &types) { return types.text(); }
std::string show(Keep keep) { return std::string(nameOf(keep)); }
std::string show(Tier tier) { return std::string(nameOf(tier)); }
std::string show(double number) {
  char text[32];
  return {text, std::to_chars(text, std::end(text), number).ptr};
}

bool read(std::string_view text, std::string &value) {
  value = text;
  return true;
}
bool read(std::string_view text, Names &value) {
  value = split(text);
  return true;
}
bool read(std::string_view text, ArrayTypes &value) {
  const std::optional<ArrayTypes> types = ArrayTypes::parse(text);
  if (types)
    value = *types;
  return types.has_value();
}
template <typename Value, std::size_t count>
bool readName(std::string_view text, const Value (&every)[count], Value &value) {
  const Value *found = std::ranges::find(every, text, [](Value each) { return nameOf(each); });
  if (found == std::ranges::end(every))
    return false;
  value = *found;
  return true;
}
bool read(std::string_view text, Keep &value) { return readName(text, everyKeep, value); }
bool read(std::string_view text, Tier &value) { return readName(text, everyTier, value); }
bool read(std::string_view text, double &value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Calls `field(name, value)` for each but the program, which it returns.
template <typename Spec, typename Field> auto &forEachField(Spec &spec, Field field) {
  auto &[target, types, derivative, gradients, keep, tier, ulps, program] = spec;
  field("target", target);
  field("types", types);
  field("derivative", derivative);
  field("gradients", gradients);
  field("keep", keep);
  field("tier", tier);
  field("ulps", ulps);
  return program;
}

} // namespace

std::string KernelSpec::print() const {
  std::string text;
  const std::string &program = forEachField(*this, [&](const char *name, const auto &value) {
    text += name + (" " + show(value)) + "\n";
  });
  return text + "program\n" + program;
}

std::optional<KernelSpec> KernelSpec::parse(std::string_view text) {
  KernelSpec spec;
  bool good = true;
  const auto line = [&] {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view result = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return result;
  };
  std::string &program = forEachField(spec, [&](std::string_view name, auto &value) {
    std::string_view fact = line();
    good = good && fact.starts_with(name) && fact.substr(name.size()).starts_with(' ') &&
           read(fact.substr(name.size() + 1), value);
  });
  if (!good || line() != "program")
    return std::nullopt;
  program = text;
  return spec;
}

} // namespace xphi
