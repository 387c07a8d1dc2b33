// Locals, then the text's definitions, those of imported files, the library, what is built in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lsp/Names.h"

#include "dsl/Frontend.h"
#include "dsl/Parser.h"
#include "dsl/Primitive.h"
#include "dsl/Printer.h"
#include "lib/EmbeddedLibrary.h"

#include <algorithm>
#include <set>

namespace xphi::command::lsp {
namespace {

constexpr const char *keywords[] = {"def", "let", "in",   "if",   "then", "else",   "and",
                                    "or",  "not", "grad", "kink", "diff", "import", "channel"};

dsl::TokenList lexed(const dsl::SourceText &source) {
  dsl::DiagnosticList ignored;
  return dsl::checkIsText(source, ignored) ? dsl::lex(source, ignored)
                                           : dsl::TokenList{{dsl::Token{}}, {}, {}};
}

dsl::SyntaxTree parsed(const dsl::SourceText &source, const dsl::TokenList &words) {
  dsl::DiagnosticList ignored;
  return dsl::parse(source, words, ignored);
}

/// The nearest first; of names that are there already no more are taken.
class Collection {
public:
  void add(Meaning meaning) {
    if (names.insert(meaning.name).second)
      all.push_back(std::move(meaning));
  }
  std::vector<Meaning> all;

private:
  std::set<std::string> names;
};

void addLocals(Collection &found, const ParsedText &text, std::size_t offset) {
  const dsl::SyntaxDefinition *around = text.definitionAt(offset);
  if (!around)
    return;
  // The value of a let cannot name it; the innermost of one name is the one that begins last.
  std::vector<const dsl::SyntaxNode *> lets;
  for (dsl::SyntaxId id = around->firstNode; id < around->endNode; ++id) {
    const dsl::SyntaxNode &node = text.tree.nodes[id];
    if (node.kind == dsl::SyntaxKind::Let && node.childCount == 2) {
      const dsl::SourceRange body = text.tree.nodes[text.tree.children(node)[1]].range;
      const bool isDeclared = offset >= node.name.range.begin && offset <= node.name.range.end;
      if (isDeclared || (offset >= body.begin && offset <= body.end))
        lets.push_back(&node);
    }
  }
  std::ranges::sort(
      lets, [](const auto *a, const auto *b) { return a->name.range.begin > b->name.range.begin; });
  for (const dsl::SyntaxNode *let : lets) {
    const dsl::SourceRange value = text.tree.nodes[text.tree.children(*let)[0]].range;
    found.add({Meaning::Variable, std::string(let->name.text),
               "let " + std::string(let->name.text) + " = " + std::string(text.source.slice(value)),
               "", let->name.range});
  }
  const std::string of = "of " + text.headOf(*around);
  for (const dsl::SpelledName &input : around->inputs)
    found.add({Meaning::Variable, std::string(input.text), std::string(input.text), "Input " + of,
               input.range});
  for (const dsl::SyntaxParameter &parameter : around->parameters) {
    const dsl::SourceRange value = text.tree.nodes[parameter.value].range;
    found.add({Meaning::Variable, std::string(parameter.name.text),
               std::string(parameter.name.text) + (parameter.channel ? ": channel" : "") + " = " +
                   std::string(text.source.slice(value)),
               "Parameter " + of, parameter.name.range});
  }
}

void addDefinitions(Collection &found, const ParsedText &text,
                    const std::shared_ptr<const dsl::SourceText> &file) {
  if (text.tree.bareExpression)
    return;
  for (const dsl::SyntaxDefinition &each : text.tree.definitions)
    found.add({Meaning::Function, std::string(each.name.text), text.headOf(each), each.doc,
               each.name.range, file});
}

void addImports(Collection &found, const ParsedText &text, const dsl::FileLoader &loader) {
  for (const dsl::SyntaxImport &import : text.tree.imports) {
    const dsl::ImportedText file =
        loader ? loader(import.path, text.source.name) : dsl::ImportedText{};
    if (!file.text)
      continue;
    const auto source =
        std::make_shared<const dsl::SourceText>(dsl::SourceText{file.name, *file.text});
    addDefinitions(found, ParsedText(*source), source);
  }
}

void addLibrary(Collection &found) {
  for (const dsl::LibraryFile &file : lib::files()) {
    const auto read = lib::library().load(file.name);
    if (!read || !*read)
      continue;
    const dsl::Program &program = *read->program;
    found.add({Meaning::Function, std::string(file.name),
               dsl::printSignature(program, program.entry()),
               program.definitions[program.entry()].doc});
  }
}

void addBuiltIn(Collection &found) {
  for (const dsl::PrimitiveInfo &row : dsl::primitives())
    if (row.form == dsl::Form::Function) {
      std::string operands = row.arity == 1 ? "x" : row.arity == 2 ? "x, y" : "x, y, z";
      found.add({Meaning::Function, std::string(row.spelling),
                 std::string(row.spelling) + "(" + operands + ")", std::string(row.doc)});
    }
  found.add({Meaning::Constant, "pi", "pi", "3.14159…, exact"});
  found.add({Meaning::Constant, "e", "e", "2.71828…, exact"});
  found.add({Meaning::Constant, "inf", "inf", "Infinity"});
  for (const char *keyword : keywords)
    found.add({Meaning::Keyword, keyword, keyword, ""});
}

} // namespace

ParsedText::ParsedText(const dsl::SourceText &source)
    : source(source), words(lexed(source)), tree(parsed(source, words)) {}

dsl::SourceRange ParsedText::extentOf(const dsl::SyntaxDefinition &definition) const {
  dsl::SourceRange extent = definition.name.range;
  bool isBehind = false;
  for (const dsl::Token &word : words.tokens) {
    if (word.kind == dsl::TokenKind::End)
      break;
    if (word.kind == dsl::TokenKind::Def) {
      if (word.range.begin > definition.name.range.begin)
        break;
      extent.begin = word.range.begin;
    }
    isBehind |= word.range.begin >= definition.name.range.begin;
    if (isBehind)
      extent.end = std::max(extent.end, word.range.end);
  }
  return extent;
}

const dsl::SyntaxDefinition *ParsedText::definitionAt(std::size_t offset) const {
  if (tree.bareExpression)
    return tree.definitions.empty() ? nullptr : &tree.definitions.front();
  const dsl::SyntaxDefinition *last = nullptr;
  for (const dsl::SyntaxDefinition &each : tree.definitions)
    if (extentOf(each).begin <= offset)
      last = &each;
  return last;
}

const dsl::SyntaxDefinition *ParsedText::definition(std::string_view name) const {
  const auto found = std::ranges::find(
      tree.definitions, name, [](const dsl::SyntaxDefinition &each) { return each.name.text; });
  return found == tree.definitions.end() ? nullptr : &*found;
}

std::string ParsedText::headOf(const dsl::SyntaxDefinition &definition) const {
  if (tree.bareExpression)
    return "an expression in x";
  dsl::SourceRange head = definition.name.range;
  int depth = 0;
  for (const dsl::Token &word : words.tokens) {
    if (word.range.begin <= definition.name.range.begin)
      continue;
    if (word.kind == dsl::TokenKind::End || word.kind == dsl::TokenKind::Def)
      break;
    depth += word.kind == dsl::TokenKind::LeftParen;
    depth -= word.kind == dsl::TokenKind::RightParen;
    head.end = word.range.end;
    if (depth <= 0)
      break;
  }
  return std::string(source.slice(head));
}

const dsl::Token *ParsedText::wordAt(std::size_t offset) const {
  for (const dsl::Token &word : words.tokens)
    if (word.range.begin <= offset && offset <= word.range.end &&
        (word.kind == dsl::TokenKind::Name ||
         dsl::keywordOrName(word.text) != dsl::TokenKind::Name))
      return &word;
  return nullptr;
}

bool ParsedText::isInComment(std::size_t offset) const {
  return std::ranges::any_of(words.comments, [&](const dsl::SourceRange &comment) {
    return comment.begin < offset && offset <= comment.end;
  });
}

std::vector<Meaning> meaningsAt(const ParsedText &text, std::size_t offset,
                                const dsl::FileLoader &loader) {
  Collection found;
  addLocals(found, text, offset);
  addDefinitions(found, text, nullptr);
  addImports(found, text, loader);
  addLibrary(found);
  addBuiltIn(found);
  return std::move(found.all);
}

} // namespace xphi::command::lsp
