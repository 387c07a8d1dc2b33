// Spellings of other languages and of formulas on paper, with what to write in their place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// They are errors, each by one message; most are then read as what they stand for, so that the rest
// of the text is checked, too. Texts that are looked up stand at the beginning of what is given.
#pragma once

#include "dsl/Token.h"

#include <cstdint>
#include <string_view>

namespace xphi::dsl {

/// `**`, `&&`, `[`: null if there is none.
struct ForeignOperator {
  std::string_view text;
  TokenKind kind; ///< what it is read as
  std::string_view help;
};
const ForeignOperator *foreignOperator(std::string_view text);

/// A character that looks like one of the language: an en dash, `∗`, full-width parentheses.
struct LookAlike {
  std::string_view text;
  std::string_view plain; ///< a space for no-break spaces and invisible characters
  TokenKind kind;         ///< End: none, a space
};
const LookAlike *lookAlike(std::string_view text);

/// `½`.
struct FractionCharacter {
  std::string_view text;
  std::string_view quotient; ///< `1 / 2`
};
const FractionCharacter *fractionCharacter(std::string_view text);

/// `α`: letters that mean nothing by themselves, and the name to write for them.
struct GreekLetter {
  std::string_view text;
  std::string_view name;
};
const GreekLetter *greekLetter(std::string_view text);

/// What to write for a character that is read as nothing; empty if there is nothing to say.
std::string_view helpWithCharacter(std::string_view character);

/// Bytes of a run of raised characters other than digits alone: `⁻¹`, `ⁿ`; 0 if it is none.
uint32_t raisedBytes(std::string_view text);
/// Bytes of a run of lowered digits: `₁₂`.
uint32_t loweredBytes(std::string_view text);

/// A library of functions whose name stands before theirs: `torch`, `np`.
bool isModule(std::string_view name);
/// What to write for a LaTeX command, without its backslash; empty if it is not known.
std::string_view latexMeaning(std::string_view command);
/// Help with a word that begins something in other languages, such as `return`; empty for others.
std::string_view foreignWord(std::string_view name);
/// What a well-known function that there is not is, or how it is written; empty for others.
std::string_view absentFunction(std::string_view name);

} // namespace xphi::dsl
