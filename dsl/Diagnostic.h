// Diagnostics: what is wrong with a program, as values that render to a picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A diagnostic knows where (a byte range), what (a message and a stable code) and what to do about
// it (notes). Rendering needs the source text again and follows clang's layout:
//
//   gelu.phi:1:19: error: unknown function 'Phii' [X0008]
//     1 | def gelu(x) = x * Phii(x)
//       |                   ^~~~
//   help: did you mean 'Phi'?
#pragma once

#include "dsl/Source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

enum class Severity : uint8_t { Error, Warning };

/// The language's codes; an enumerator's value is the number in `X0007`. Other parts of xphi use
/// the numbers from 1000 on and may cast them to Code to share the rendering.
enum class Code : uint16_t {
#define XPHI_CODE(NAME, NUMBER, TITLE, EXPLANATION) NAME = (NUMBER),
#include "dsl/DiagnosticCodes.def"
#undef XPHI_CODE
};

/// What `xphi explain-error` shows of a code.
struct CodeInfo {
  Code code;
  std::string_view title;
  std::string_view explanation; ///< several lines: the cause, an example, the cure
};

std::span<const CodeInfo> languageCodes();
/// Accepts `X0007`; null for a code that is not the language's.
const CodeInfo *findCode(std::string_view id);
/// `X0007`.
std::string codeId(Code code);

/// A line below the message: `note:` adds a fact and may show a place, `help:` says what to write.
struct Note {
  enum class Kind : uint8_t { Note, Help };
  Kind kind = Kind::Help;
  std::string message;
  std::optional<SourceRange> range;
};

struct Diagnostic {
  Severity severity = Severity::Error;
  Code code{};
  SourceRange range;
  std::string message;
  std::vector<Note> notes;
  /// The imported file that the ranges are of; null: the text itself.
  std::shared_ptr<const SourceText> source = nullptr;

  Diagnostic &help(std::string text);
  Diagnostic &note(std::string text, std::optional<SourceRange> where = std::nullopt);
};

/// A name of the program as messages show it: in quotes, and cut if it is absurdly long.
std::string quote(std::string_view name);

struct RenderOptions {
  bool color = false;
};

/// The picture of one diagnostic, ending in a line break. Control characters of the source never
/// reach the output, and lines wider than a terminal are cut around the range.
std::string render(const Diagnostic &diagnostic, const SourceText &source,
                   RenderOptions options = {});
std::string render(std::span<const Diagnostic> diagnostics, const SourceText &source,
                   RenderOptions options = {});

} // namespace xphi::dsl
