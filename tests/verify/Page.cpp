// One table for each tier.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Page.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

namespace xphi::verify {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinities, and no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(std::isnan(value) ? "nan" : "inf");
}

double number(const Json &value) {
  if (value.is_number())
    return value.get<double>();
  return value == "nan" ? std::numeric_limits<double>::quiet_NaN()
                        : std::numeric_limits<double>::infinity();
}

/// `each(name, member)` for what is said of a row.
template <class SomeRow, class Each> void forEachCount(SomeRow &row, const Each &each) {
  each("inputs", row.inputs);
  each("beyond", row.beyond);
  each("nearest", row.nearest);
  each("misrounded", row.wrong);
  each("undecided", row.undecided);
  each("asked", row.asked);
  each("unknown", row.unknown);
  each("skipped", row.skipped);
  each("samples", row.samples);
}

template <class SomeRow, class Each> void forEachNumber(SomeRow &row, const Each &each) {
  each("worst_ulp", row.worst);
  each("worst_ulp_of_terms", row.worstOfTerms);
  each("worst_at", row.at);
  each("others_ulp", row.others);
  each("polynomials_off_ulp", row.sampled);
  each("seconds", row.seconds);
}

Json toJson(const Row &row) {
  Json json = {{"function", row.function},
               {"of", nameOf(row.pass)},
               {"target", row.target},
               {"accuracy", row.accuracy},
               {"code", row.code}};
  forEachNumber(row, [&](const char *name, double value) { json[name] = number(value); });
  forEachCount(row, [&](const char *name, std::uint64_t value) { json[name] = value; });
  if (row.stepsBack)
    json["steps_back"] = *row.stepsBack;
  if (!row.firstWrong.empty())
    json["misrounded_at"] = row.firstWrong;
  return json;
}

Row fromJson(const Json &json) {
  Row row{json.at("function"), json.at("target"), json.at("accuracy"), json.at("code")};
  row.pass = json.at("of") == nameOf(Pass::Value) ? Pass::Value : Pass::Derivative;
  forEachNumber(row, [&](const char *name, auto &value) { value = number(json.at(name)); });
  forEachCount(row, [&](const char *name, std::uint64_t &value) { json.at(name).get_to(value); });
  if (json.contains("steps_back"))
    row.stepsBack = json["steps_back"].get<std::uint64_t>();
  if (json.contains("misrounded_at"))
    json["misrounded_at"].get_to(row.firstWrong);
  return row;
}

std::string percent(const Row &row) {
  return fmt::format("{:.2f} %", 100 * double(row.nearest) / double(row.inputs));
}

std::string countOrNothing(std::uint64_t count) { return count ? fmt::format("{}", count) : ""; }

std::string tableLine(const Row &row) {
  std::string text = fmt::format("| {} | {} | {} | ", row.function, nameOf(row.pass), row.target);
  if (row.isExact())
    text += fmt::format("{} | {}", row.wrong, countOrNothing(row.undecided));
  else
    text += fmt::format("{:.2f} | {:.8g} | {} | {:.2f} | {}", row.worst, row.at,
                        countOrNothing(row.beyond), row.worstOfTerms, percent(row));
  return text + fmt::format(" | {} | {} | {:.0f} |\n",
                            row.stepsBack ? fmt::format("{}", *row.stepsBack) : "",
                            countOrNothing(row.skipped), row.seconds);
}

} // namespace

const char *nameOf(Pass pass) { return pass == Pass::Value ? "value" : "derivative"; }

bool Row::isKept() const {
  return isExact() ? wrong == 0 && worst <= bound()
                   : (pass == Pass::Value ? worst : worstOfTerms) <= bound();
}

std::string line(const Row &row) {
  std::string text =
      fmt::format("{:20} {:10} {:10} {:8} worst {:.2f} ulp at {:.9g}, others {:.2f}", row.function,
                  nameOf(row.pass), row.target, row.accuracy, row.worst, row.at, row.others);
  if (row.beyond)
    text += fmt::format(", {} beyond {:.2g}, of terms {:.2f}", row.beyond, row.bound(),
                        row.worstOfTerms);
  if (row.isExact())
    text += fmt::format(", {} misrounded, {} undecided", row.wrong, row.undecided);
  if (row.stepsBack)
    text += fmt::format(", {} steps back", *row.stepsBack);
  if (row.skipped)
    text += fmt::format(", {} skipped", row.skipped);
  if (row.unknown)
    text += fmt::format(", {} unknown", row.unknown);
  return text + fmt::format(", polynomials off by 2^{:.0f} ulp, {:.1f} s", std::log2(row.sampled),
                            row.seconds);
}

std::vector<Row> readJson(const std::string &file, unsigned oneIn) {
  std::ifstream stream(file);
  if (!stream)
    return {};
  const Json document = Json::parse(stream);
  std::vector<Row> rows;
  if (document.at("one_in") == oneIn)
    for (const Json &each : document.at("kernels"))
      rows.push_back(fromJson(each));
  return rows;
}

void writeJson(const std::string &file, const std::vector<Row> &rows, unsigned oneIn) {
  std::ofstream stream(file);
  stream << "{\"one_in\": " << oneIn << ", \"kernels\": [";
  for (const Row &row : rows) // a line each, so that a change is seen as one
    stream << (&row == rows.data() ? "\n" : ",\n") << toJson(row).dump();
  stream << "\n]}\n";
}

void writePage(const std::string &file, const std::vector<Row> &rows,
               const std::vector<std::string> &notRun, unsigned oneIn) {
  std::string accurate, exact;
  for (const Row &row : rows)
    (row.isExact() ? exact : accurate) += tableLine(row);
  double off = 0;
  for (const Row &row : rows)
    off = std::max(off, row.sampled);
  std::string text = fmt::format(
      R"(# Every float

`./x verify` runs the machine code of library functions of one input, parameters at their defaults, at {} f32 inputs, and holds
each result against what the text truly is there: Taylor series of the text over Arb balls, a polynomial in doubles for each run of
neighbouring floats, whose bound is derived and at most 2^-20 ulp (`verify/Pieces.h`). No code of the compiler takes part. Where
a polynomial does not decide, next to corners, poles and zeros, and next to the middle between two floats, Arb is asked about
each float. At a sample of each run the polynomials are off by at most 2^{:.0f} ulp. What was found is kept in `docs/verify.json`
with the hash of the machine code: code that is the same to the byte is not run again, and of what has changed since there is no row here.
A processor without AVX-512 makes its code and compares the hash, but does not run it.

)",
      oneIn == 1 ? "all 2^32" : fmt::format("one in {} of the 2^32", oneIn), std::log2(off));
  if (!accurate.empty())
    text += R"(## accurate

*Worst* is the largest error in ulp of the result itself, of derivatives as well, by Arb, and *at* its input. *Beyond* counts the inputs
with more than 4 ulp, *of terms* is the largest error in ulp of the largest term that a derivative is a sum of. *Nearest* is the share of results
that are the nearest float. *Steps back* are those from one float to the next that go against a function that goes one way only.
*Skipped* are inputs at which the function changes faster than floats follow each other: 64 of each 2^20 are looked at. *Seconds* are
those of all kernels of a function and pass.

| function | of | target | worst | at | beyond | of terms | nearest | steps back | skipped | seconds |
|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
)" + accurate;
  if (!exact.empty())
    text += R"(
## exact

*Misrounded* counts results that are not the nearest float, *undecided* those of which Arb did not tell it with 4096 bits.

| function | of | target | misrounded | undecided | steps back | skipped | seconds |
|---|---|---|--:|--:|--:|--:|--:|
)" + exact;
  if (!notRun.empty())
    text += "\n## Not run\n\nOf the code that is made today, `accurate`:\n\n";
  for (const std::string &each : notRun)
    text += "- " + each + "\n";
  std::ofstream(file) << text;
}

} // namespace xphi::verify
