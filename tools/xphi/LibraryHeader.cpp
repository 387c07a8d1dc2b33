// The C and C++ header of a library of functions made ahead of time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LibraryHeader.h"

#include "Namespace.h"
#include "abi/Target.h"
#include "cache/Hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace xphi::command {
namespace {

/// Lines of a comment, in which nothing of the user's ends it or begins another.
std::string commented(std::string_view text) {
  std::string lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    for (std::size_t at;
         (at = line.find("*/")) != line.npos || (at = line.find("/*")) != line.npos;)
      line.insert(at + 1, " ");
    lines += line.empty() ? " *\n" : fmt::format(" * {}\n", line);
  }
  return lines;
}

std::string nameOf(const Json &function) { return function["name"].get<std::string>(); }

std::string declaration(const Json &function) {
  std::vector<std::string> arguments;
  for (const Json &argument : function["arguments"])
    arguments.push_back(argument[0].get<std::string>() + argument[1].get<std::string>());
  return fmt::format("void {}({});\n", nameOf(function), fmt::join(arguments, ", "));
}

std::string runsHere(const Json &declarations) {
  return nameOf(declarations["functions"][0]) + "_runs_here";
}

std::string section(const DeclaredFunction &function) {
  std::string text = fmt::format("\n/* ---- {} ----\n", function.name) + commented(function.doc);
  if (!function.original.empty())
    text += commented("\nOf this, with values for parameters:\n" + function.original);
  // Begins with the end of a line.
  text += function.declarations["about"].get<std::string>().substr(1) + " *\n";
  for (const std::string &promise : function.promises)
    text += commented(promise);
  text += " */\n";
  for (const Json &each : function.declarations["functions"])
    text += fmt::format("\n/* {} */\n{}", each["comment"].get<std::string>(), declaration(each));
  if (function.twins.empty())
    return text;
  text +=
      fmt::format("\n/* 0 where the processor runs the code of none of the targets. Then nothing "
                  "else may be called. */\nint {}(void);\n\n/* The same, of one target each: */\n",
                  runsHere(function.declarations));
  for (const Json &twin : function.twins)
    for (const Json &each : twin["functions"])
      text += declaration(each);
  return text;
}

/// The same in a namespace, without its name in front.
std::string inNamespace(const DeclaredLibrary &library) {
  std::string prefix, opening, closing;
  for (const std::string &part : partsOfNamespace(library.nameSpace)) {
    prefix += part + "_";
    opening += fmt::format("namespace {} {{\n", part);
    closing += "}\n";
  }
  std::string text = "\n#ifdef __cplusplus\n" + opening;
  for (const DeclaredFunction &function : library.functions) {
    for (const Json &each : function.declarations["functions"]) {
      std::vector<std::string> arguments, names;
      for (const Json &argument : each["arguments"]) {
        names.push_back(argument[1].get<std::string>());
        arguments.push_back(argument[0].get<std::string>() + names.back());
      }
      text +=
          fmt::format("inline void {}({}) {{ ::{}({}); }}\n", nameOf(each).substr(prefix.size()),
                      fmt::join(arguments, ", "), nameOf(each), fmt::join(names, ", "));
    }
    if (!function.twins.empty()) {
      const std::string name = runsHere(function.declarations);
      text += fmt::format("inline bool {}() {{ return ::{}() != 0; }}\n",
                          name.substr(prefix.size()), name);
    }
  }
  return text + closing + "#endif\n";
}

} // namespace

namespace {

/// Targets of one library have one kind of pointers: a choice at run time is among x86-64's.
unsigned pointerBytes(const std::vector<std::string> &targets) {
  const std::optional<Target> first =
      targets.empty() ? std::nullopt : Target::parse(targets.front());
  return first ? first->pointerBytes() : 8;
}

} // namespace

std::string libraryHeader(const DeclaredLibrary &library) {
  std::string declared;
  for (const DeclaredFunction &function : library.functions)
    declared += section(function);
  declared += "\n#ifdef __cplusplus\n}\n#endif\n";
  if (!library.nameSpace.empty())
    declared += inNamespace(library);
  // Two folders may have a kernels.h each, and a program both of them.
  const std::string guard = fmt::format("{:016X}", hash128(declared).high);
  std::string text = fmt::format(
      R"(/* {0}: made ahead of time by {1}, for {2}.
 *
 * Functions on arrays, element by element: i goes from 0 to n - 1. An array holds n elements, at any
 * alignment, unless more is said of it; a result may be an input array itself, and must not overlap
 * one otherwise. Needs no library. Safe from any thread; the floating-point environment is left as it
 * is, and expected to round to nearest.{3}
 */
#ifndef XPHI_LIBRARY_{4}_H
#define XPHI_LIBRARY_{4}_H

#include <stddef.h>

#ifdef __cplusplus
static_assert(sizeof(size_t) == {5}, "this code is for a machine with pointers of {5} bytes");
extern "C" {{
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(size_t) == {5}, "this code is for a machine with pointers of {5} bytes");
#endif
)",
      library.name, library.compiler, fmt::join(library.targets, ", "),
      library.targets.size() < 2
          ? ""
          : "\n *\n * A function without a target in its name calls that of the best target which "
            "the "
            "processor has.\n * It looks when it is called first, from whichever threads.",
      guard, pointerBytes(library.targets));
  return text + declared + "\n#endif\n";
}

} // namespace xphi::command
