// Short ways to read a program in a test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xphi::dsl {

inline ParseResult read(std::string text) { return analyse({"t.phi", std::move(text)}); }

inline ParseResult readWithLibrary(std::string text) {
  return analyse({"t.phi", std::move(text)}, &lib::library());
}

/// The canonical text of a program without errors; otherwise its errors.
inline std::string canonical(std::string text) {
  ParseResult result = read(std::move(text));
  return result ? closure(*result.program, result.program->entry()) : result.render();
}

/// The canonical text of what is behind `def f(x) = `, of a bare expression.
inline std::string canonicalExpression(const std::string &text) {
  std::string whole = canonical(text);
  std::string prefix = "def f(x) = ";
  return whole.starts_with(prefix) ? whole.substr(prefix.size(), whole.size() - prefix.size() - 1)
                                   : whole;
}

inline std::vector<Code> codes(const ParseResult &result) {
  std::vector<Code> found;
  for (const Diagnostic &diagnostic : result.diagnostics)
    found.push_back(diagnostic.code);
  return found;
}

/// The codes of all errors in a text that may use the library.
inline std::vector<Code> errorsOf(std::string text) {
  return codes(readWithLibrary(std::move(text)));
}

using Codes = std::vector<Code>;

inline std::string repeat(std::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

} // namespace xphi::dsl
