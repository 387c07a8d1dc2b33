// Names and keywords of C++.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Namespace.h"

#include <algorithm>
#include <array>

namespace xphi::command {
namespace {

/// Those of C++23, words that stand for operators among them.
constexpr auto keywords =
    std::to_array<std::string_view>({"alignas",       "alignof",     "and",
                                     "and_eq",        "asm",         "auto",
                                     "bitand",        "bitor",       "bool",
                                     "break",         "case",        "catch",
                                     "char",          "char16_t",    "char32_t",
                                     "char8_t",       "class",       "co_await",
                                     "co_return",     "co_yield",    "compl",
                                     "concept",       "const",       "const_cast",
                                     "consteval",     "constexpr",   "constinit",
                                     "continue",      "decltype",    "default",
                                     "delete",        "do",          "double",
                                     "dynamic_cast",  "else",        "enum",
                                     "explicit",      "export",      "extern",
                                     "false",         "float",       "for",
                                     "friend",        "goto",        "if",
                                     "inline",        "int",         "long",
                                     "mutable",       "namespace",   "new",
                                     "noexcept",      "not",         "not_eq",
                                     "nullptr",       "operator",    "or",
                                     "or_eq",         "private",     "protected",
                                     "public",        "register",    "reinterpret_cast",
                                     "requires",      "return",      "short",
                                     "signed",        "sizeof",      "static",
                                     "static_assert", "static_cast", "struct",
                                     "switch",        "template",    "this",
                                     "thread_local",  "throw",       "true",
                                     "try",           "typedef",     "typeid",
                                     "typename",      "union",       "unsigned",
                                     "using",         "virtual",     "void",
                                     "volatile",      "wchar_t",     "while",
                                     "xor",           "xor_eq"});

bool isName(std::string_view text) {
  const auto isLetter = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
  };
  const auto isPart = [&](char each) { return isLetter(each) || (each >= '0' && each <= '9'); };
  return !text.empty() && isLetter(text.front()) && std::ranges::all_of(text, isPart);
}

} // namespace

std::vector<std::string> partsOfNamespace(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t end; (end = text.find("::")) != text.npos; text.remove_prefix(end + 2))
    parts.emplace_back(text.substr(0, end));
  parts.emplace_back(text);
  return parts;
}

std::string faultOfNamespace(const std::string &text) {
  if (text.empty()) // none is asked for
    return {};
  for (const std::string &part : partsOfNamespace(text)) {
    if (!isName(part))
      return "'" + text + "' is no namespace: names of letters, digits and underscores, no digit " +
             "first, with :: between them";
    if (std::ranges::find(keywords, part) != keywords.end())
      return "'" + part + "' is a keyword of C++, and so no namespace";
  }
  return {};
}

} // namespace xphi::command
