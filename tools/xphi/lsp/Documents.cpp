// Each answer is made of the text as it is now; texts are short.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lsp/Documents.h"

#include "Analysis.h"
#include "What.h"
#include "lsp/Names.h"
#include "lsp/Positions.h"

#include "dsl/Format.h"
#include "dsl/Frontend.h"
#include "dsl/disk/DiskLoader.h"
#include "lib/EmbeddedLibrary.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace xphi::command::lsp {
namespace {

constexpr std::string_view fileScheme = "file://";

/// Of a file's URI its path; else nothing.
std::string pathOf(const std::string &uri) {
  if (!uri.starts_with(fileScheme))
    return "";
  std::string path;
  for (std::size_t i = fileScheme.size(); i < uri.size(); ++i) {
    unsigned byte = 0;
    if (uri[i] == '%' && i + 2 < uri.size() && std::isxdigit(uri[i + 1]) &&
        std::isxdigit(uri[i + 2])) {
      byte = unsigned(std::stoul(uri.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      byte = static_cast<unsigned char>(uri[i]);
    }
    path += char(byte);
  }
  return path;
}

std::string uriOf(const std::string &path) {
  std::string uri(fileScheme);
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("/-._~").find(c) != std::string_view::npos)
      uri += c;
    else
      uri += fmt::format("%{:02X}", unsigned(byte));
  }
  return uri;
}

bool isSameFile(const std::string &a, const std::string &b) {
  std::error_code ignored;
  return a == b || std::filesystem::equivalent(a, b, ignored);
}

Json toJson(const dsl::Diagnostic &diagnostic, const dsl::SourceText &source,
            const std::string &uri) {
  std::string message = diagnostic.message;
  Json related = Json::array();
  for (const dsl::Note &note : diagnostic.notes) {
    if (note.range)
      related.push_back({{"location", {{"uri", uri}, {"range", rangeOf(source.text, *note.range)}}},
                         {"message", note.message}});
    else
      message += (note.kind == dsl::Note::Kind::Help ? "\nhelp: " : "\nnote: ") + note.message;
  }
  constexpr int error = 1, warning = 2;
  Json made{{"range", rangeOf(source.text, diagnostic.range)},
            {"severity", diagnostic.severity == dsl::Severity::Error ? error : warning},
            {"code", dsl::codeId(diagnostic.code)},
            {"source", "xphi"},
            {"message", message}};
  if (!related.empty())
    made["relatedInformation"] = std::move(related);
  return made;
}

/// A mistake of an imported file, where the text imports it.
Json atImport(const dsl::Diagnostic &diagnostic, const ParsedText &text) {
  dsl::SourceRange place;
  for (const dsl::SyntaxImport &import : text.tree.imports)
    if (place == dsl::SourceRange() || diagnostic.source->name.ends_with(import.path))
      place = import.range;
  dsl::Diagnostic moved{diagnostic.severity,
                        diagnostic.code,
                        place,
                        fmt::format("{}:{}: {}", diagnostic.source->name,
                                    diagnostic.source->locate(diagnostic.range.begin).line,
                                    diagnostic.message),
                        {}};
  return toJson(moved, text.source, "");
}

std::string markdownOf(const Meaning &meaning) {
  std::string text = fmt::format("```phi\n{}\n```", meaning.head);
  if (!meaning.about.empty())
    text += "\n" + meaning.about;
  return text;
}

} // namespace

dsl::SourceText Documents::sourceOf(const std::string &uri) const {
  const auto found = texts.find(uri);
  if (found == texts.end())
    throw Json::out_of_range::create(403, uri + " is not open", nullptr);
  const std::string path = pathOf(uri);
  return {path.empty() ? uri : path, found->second};
}

dsl::FileLoader Documents::loaderOf(const std::string &uri) const {
  const std::string path = pathOf(uri);
  if (path.empty())
    return nullptr;
  return [this, load = dsl::loaderOf(importRootOf(path))](std::string_view wanted,
                                                          std::string_view importer) {
    dsl::ImportedText found = load(wanted, importer);
    for (const auto &[uri, text] : texts)
      if (found.text && isSameFile(pathOf(uri), found.name))
        found.text = text;
    return found;
  };
}

void Documents::change(const std::string &uri, const Json &changes) {
  std::string text = sourceOf(uri).text;
  for (const Json &change : changes) {
    const auto given = change.at("text").get<std::string>();
    if (!change.contains("range")) {
      text = given;
      continue;
    }
    const Json &range = change["range"];
    const std::size_t begin = offsetOf(text, range.at("start")),
                      end = std::max(begin, offsetOf(text, range.at("end")));
    text.replace(begin, end - begin, given);
  }
  texts[uri] = std::move(text);
}

Json Documents::diagnostics(const std::string &uri) const {
  Json all = Json::array();
  if (!texts.contains(uri))
    return all;
  const dsl::SourceText source = sourceOf(uri);
  dsl::ParseResult result = dsl::analyse(source, &lib::library(), loaderOf(uri));
  if (result)
    addGradientWarnings(result);
  const ParsedText text(source);
  for (const dsl::Diagnostic &diagnostic : result.diagnostics)
    all.push_back(diagnostic.source ? atImport(diagnostic, text) : toJson(diagnostic, source, uri));
  return all;
}

Json Documents::hover(const std::string &uri, const Json &position) const {
  const dsl::SourceText source = sourceOf(uri);
  const ParsedText text(source);
  const std::size_t offset = offsetOf(source.text, position);
  const dsl::Token *word = text.wordAt(offset);
  if (!word)
    return nullptr;
  for (const Meaning &meaning : meaningsAt(text, word->range.begin, loaderOf(uri)))
    if (meaning.name == word->text && meaning.kind != Meaning::Keyword)
      return {{"contents", {{"kind", "markdown"}, {"value", markdownOf(meaning)}}},
              {"range", rangeOf(source.text, word->range)}};
  return nullptr;
}

Json Documents::completion(const std::string &uri, const Json &position) const {
  const dsl::SourceText source = sourceOf(uri);
  const ParsedText text(source);
  const std::size_t offset = offsetOf(source.text, position);
  Json items = Json::array();
  if (text.isInComment(offset))
    return items;
  for (const Meaning &meaning : meaningsAt(text, offset, loaderOf(uri))) {
    Json item{{"label", meaning.name}, {"kind", int(meaning.kind)}};
    if (meaning.head != meaning.name)
      item["detail"] = meaning.head;
    if (!meaning.about.empty())
      item["documentation"] = {{"kind", "markdown"}, {"value", meaning.about}};
    items.push_back(std::move(item));
  }
  return items;
}

Json Documents::definition(const std::string &uri, const Json &position) const {
  const dsl::SourceText source = sourceOf(uri);
  const ParsedText text(source);
  const dsl::Token *word = text.wordAt(offsetOf(source.text, position));
  if (!word)
    return nullptr;
  for (const Meaning &meaning : meaningsAt(text, word->range.begin, loaderOf(uri)))
    if (meaning.name == word->text && meaning.place) {
      if (!meaning.file)
        return {{"uri", uri}, {"range", rangeOf(source.text, *meaning.place)}};
      return {{"uri", uriOf(meaning.file->name)},
              {"range", rangeOf(meaning.file->text, *meaning.place)}};
    }
  return nullptr;
}

Json Documents::symbols(const std::string &uri) const {
  constexpr int function = 12;
  const dsl::SourceText source = sourceOf(uri);
  const ParsedText text(source);
  Json all = Json::array();
  if (text.tree.bareExpression)
    return all;
  for (const dsl::SyntaxDefinition &each : text.tree.definitions)
    if (!each.name.text.empty())
      all.push_back({{"name", std::string(each.name.text)},
                     {"detail", text.headOf(each)},
                     {"kind", function},
                     {"range", rangeOf(source.text, text.extentOf(each))},
                     {"selectionRange", rangeOf(source.text, each.name.range)}});
  return all;
}

Json Documents::formatting(const std::string &uri) const {
  const dsl::SourceText source = sourceOf(uri);
  const dsl::FormatResult formatted = dsl::format(source);
  if (!formatted.text || *formatted.text == source.text)
    return Json::array(); // what does not follow the grammar stays as it is
  return Json::array({{{"range", rangeOf(source.text, {0, std::uint32_t(source.text.size())})},
                       {"newText", *formatted.text}}});
}

} // namespace xphi::command::lsp
