// Sums are turned round and distributed; the argument takes its turn.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/RuleSpellings.h"

#include <cctype>
#include <optional>

namespace xphi::numerics {
namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The text with the variable u replaced.
std::string at(std::string_view text, const std::string &argument) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool alone =
        (i == 0 || !isWord(text[i - 1])) && (i + 1 == text.size() || !isWord(text[i + 1]));
    result += text[i] == 'u' && alone ? "(" + argument + ")" : std::string(1, text[i]);
  }
  return result;
}

struct Sum {
  std::string left, right;
  bool minus;
};

/// Split at the last sum or difference outside of parentheses.
std::optional<Sum> sumOf(const std::string &text) {
  int depth = 0;
  std::optional<Sum> sum;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0 && i > 0 && text[i - 1] == ' ' && (text[i] == '+' || text[i] == '-') &&
        i + 1 < text.size() && text[i + 1] == ' ')
      sum = Sum{text.substr(0, i - 1), text.substr(i + 2), text[i] == '-'};
  }
  return sum;
}

} // namespace

std::vector<Spelling> spellingsOf(const compiler::Rule &rule) {
  const std::string name = compiler::fromName(rule);
  const std::string stem = name.substr(0, name.size() - 5);
  static constexpr const char *arguments[] = {"x", "2 * x", "-x", "x + 0.3"};
  std::vector<Spelling> all;
  // The turns of the argument differ from row to row, so that all meet all in the long run.
  size_t turn = name.size();
  auto add = [&](const std::string &kind, const std::string &text) {
    all.push_back({stem + "_" + kind, text});
  };
  auto next = [&] { return at(rule.from, arguments[turn++ % std::size(arguments)]); };

  add("plain", next());
  add("of_minus_x", at(rule.from, "-x"));
  add("negated", "-(" + next() + ")");
  add("halved", "0.5 * (" + next() + ")");
  add("times_x", "x * (" + next() + ")");
  for (int i = 0; i < 2; ++i) {
    const std::string text = next();
    const std::optional<Sum> sum = sumOf(text);
    if (!sum)
      continue;
    const std::string &a = sum->left, &b = sum->right;
    const std::string sign = sum->minus ? " - " : " + ", turned = sum->minus ? "-" : "";
    const std::string suffix = i == 0 ? "" : "_again";
    if (i == 0) {
      add("turned", turned + "(" + b + ") + " + a);
      add("opposite", sum->minus ? "(" + b + ") - (" + a + ")" : "-(" + a + ") - (" + b + ")");
    }
    add("distributed" + suffix, "x * (" + a + ")" + sign + "x * (" + b + ")");
    add("scaled" + suffix, "3 * (" + a + ")" + sign + "(" + b + ") * 3");
    add("let" + suffix, "let h = 0.25 * x in (" + b + ") * h * " + (sum->minus ? "-1" : "1") +
                            " + h * (" + a + ")");
  }
  return all;
}

} // namespace xphi::numerics
