// One table for each tier.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Page.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace xphi::verify {
namespace {

using Json = nlohmann::ordered_json;

const char *nameOf(Pass pass) { return pass == Pass::Value ? "value" : "derivative"; }

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(std::isnan(value) ? "nan" : "inf");
}

Json toJson(const Row &row) {
  const Findings &f = row.findings;
  Json json = {{"function", row.function},
               {"of", nameOf(row.pass)},
               {"target", row.target},
               {"accuracy", row.accuracy},
               {"inputs", row.walk.inputs},
               {"worst_ulp", number(row.worst)},
               {"worst_ulp_of_terms", number(row.worstOfTerms)},
               {"worst_at", number(row.at)},
               {"others_ulp", number(row.others)},
               {"beyond", f.beyond},
               {"nearest", f.nearest},
               {"asked", row.walk.asked},
               {"unknown", row.walk.unknown},
               {"skipped", row.walk.skipped},
               {"polynomials_off_ulp", number(row.walk.sampled)},
               {"samples", row.walk.samples},
               {"seconds", row.seconds}};
  if (const auto steps = row.stepsBack())
    json["steps_back"] = *steps;
  if (row.isExact()) {
    json["misrounded"] = f.wrong;
    json["undecided"] = f.undecided;
    for (const Candidate &each : f.firstWrong)
      json["misrounded_at"].push_back(fmt::format("{:a}", each.x));
  }
  return json;
}

std::string percent(const Row &row) {
  return fmt::format("{:.2f} %", 100 * double(row.findings.nearest) / double(row.walk.inputs));
}

std::string countOrNothing(std::uint64_t count) { return count ? fmt::format("{}", count) : ""; }

std::string tableLine(const Row &row) {
  const auto steps = row.stepsBack();
  std::string text = fmt::format("| {} | {} | {} | ", row.function, nameOf(row.pass), row.target);
  if (row.isExact())
    text += fmt::format("{} | {}", row.findings.wrong, countOrNothing(row.findings.undecided));
  else
    text += fmt::format("{:.2f} | {:.8g} | {} | {:.2f} | {}", row.worst, row.at,
                        countOrNothing(row.findings.beyond), row.worstOfTerms, percent(row));
  return text + fmt::format(" | {} | {} | {:.0f} |\n", steps ? fmt::format("{}", *steps) : "",
                            countOrNothing(row.walk.skipped), row.seconds);
}

} // namespace

bool Row::isKept() const {
  return isExact() ? findings.wrong == 0 && worst <= bound
                   : (pass == Pass::Value ? worst : worstOfTerms) <= bound;
}

std::optional<std::uint64_t> Row::stepsBack() const {
  if (walk.stepsDown == 0)
    return findings.stepsDown;
  if (walk.stepsUp == 0)
    return findings.stepsUp;
  return std::nullopt;
}

std::string line(const Row &row) {
  const auto steps = row.stepsBack();
  std::string text =
      fmt::format("{:20} {:10} {:10} {:8} worst {:.2f} ulp at {:.9g}, others {:.2f}", row.function,
                  nameOf(row.pass), row.target, row.accuracy, row.worst, row.at, row.others);
  if (row.findings.beyond)
    text += fmt::format(", {} beyond {:.2g}, of terms {:.2f}", row.findings.beyond, row.bound,
                        row.worstOfTerms);
  if (row.isExact())
    text +=
        fmt::format(", {} misrounded, {} undecided", row.findings.wrong, row.findings.undecided);
  if (steps)
    text += fmt::format(", {} steps back", *steps);
  if (row.walk.skipped)
    text += fmt::format(", {} skipped", row.walk.skipped);
  if (row.walk.unknown)
    text += fmt::format(", {} unknown", row.walk.unknown);
  return text + fmt::format(", polynomials off by 2^{:.0f} ulp, {:.1f} s",
                            std::log2(row.walk.sampled), row.seconds);
}

void writeJson(const std::string &file, const std::vector<Row> &rows, const Session &session) {
  Json document = {{"one_in", session.oneIn},
                   {"threads", session.threads},
                   {"seconds", session.seconds},
                   {"kernels", Json::array()}};
  for (const Row &row : rows)
    document["kernels"].push_back(toJson(row));
  std::ofstream(file) << document.dump(1) << '\n';
}

void writePage(const std::string &file, const std::vector<Row> &rows, const Session &session) {
  std::string accurate, exact;
  for (const Row &row : rows)
    (row.isExact() ? exact : accurate) += tableLine(row);
  double off = 0;
  for (const Row &row : rows)
    off = std::max(off, row.walk.sampled);
  std::string text = fmt::format(
      R"(# Every float

`./x verify` runs the machine code of library functions of one input, parameters at their defaults, at {} f32 inputs, and holds
each result against what the text truly is there: Taylor series of the text over Arb balls, a polynomial in doubles for each run of
neighbouring floats, whose bound is derived and at most 2^-20 ulp (`tests/verify/Pieces.h`). No code of the compiler takes part. Where
a polynomial does not decide, next to corners, poles and zeros, and next to the middle between two floats, Arb is asked about
each float. At a sample of each run the polynomials are off by at most 2^{:.0f} ulp. In all {:.0f} minutes on {} threads.

)",
      session.oneIn == 1 ? "all 2^32" : fmt::format("one in {} of the 2^32", session.oneIn),
      std::log2(off), session.seconds / 60, session.threads);
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
  std::ofstream(file) << text;
}

} // namespace xphi::verify
