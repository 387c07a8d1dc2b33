// From the events of a JSON parser to leaves by path.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ArtifactInfo.h"

#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

namespace xphi {
namespace {

using Json = nlohmann::json;

class InfoReader : public nlohmann::json_sax<Json> {
public:
  JsonLeaves info;

  bool null() override { return leaf("null"); }
  bool boolean(bool value) override { return leaf(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return leaf(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return leaf(std::to_string(value)); }
  // Not its text, in which the parser has put the locale's decimal point.
  bool number_float(number_float_t value, const string_t &) override {
    char text[32];
    return leaf({text, std::to_chars(text, std::end(text), value).ptr});
  }
  bool string(string_t &text) override { return leaf(text); }
  bool binary(binary_t &) override { return false; }
  bool key(string_t &name) override {
    path.back() = name;
    info.try_emplace(place());
    return true;
  }
  bool start_object(std::size_t) override {
    path.emplace_back();
    return true;
  }
  bool end_object() override {
    path.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return !path.empty(); }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string &, const Json::exception &) override {
    return false;
  }

private:
  std::string place() const {
    std::string text;
    for (const std::string &name : path)
      text += (text.empty() ? "" : ".") + name;
    return text;
  }
  bool leaf(std::string value) {
    if (path.empty())
      return false;
    info[place()].push_back(std::move(value));
    return true;
  }

  std::vector<std::string> path; ///< the key under way in each object that is open
};

} // namespace

JsonLeaves readArtifactInfo(std::string_view json) {
  InfoReader reader;
  if (!Json::sax_parse(json, &reader))
    reader.info.clear();
  return std::move(reader.info);
}

} // namespace xphi
