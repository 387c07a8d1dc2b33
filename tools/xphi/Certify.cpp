// xphi certify: looks at certificates again, of a kernel in the cache or of a library's functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"
#include "WholeNumber.h"

#include "abi/Certificate.h"
#include "abi/Target.h"
#include "cache/Hash.h"
#include "cache/KeptFile.h"
#include "dsl/disk/RegularFile.h"

#include <xphi/Target.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace xphi::command {
namespace {

struct CertifyRequest {
  std::string file;
  std::uint64_t seed = 0, points = 0;
};

Result<std::string> bytesOf(const std::string &path) {
  dsl::FileContents file = dsl::readRegularFile(path, maxKeptBytes);
  if (!file.bytes)
    return Error(code::unreadableFile, fmt::format("cannot read '{}': {}", path, file.problem));
  return std::move(*file.bytes);
}

std::string unitOf(const Certificate::Piece &piece) {
  return piece.unit == Certificate::Unit::Terms      ? "ulp of the largest term"
         : piece.unit == Certificate::Unit::Relative ? "of the result"
                                                     : "ulp";
}

std::string line(const Certificate::Piece &piece) {
  switch (piece.method) {
  case Certificate::Method::Proved:
    return fmt::format("{} from {:g} to {:g}{}: proved within {:.4g} {}{}; the code gives the "
                       "proved bits at {} floats",
                       piece.output, piece.low, piece.high,
                       piece.input.empty()
                           ? ""
                           : fmt::format(" of {}, the other input from {:g} to {:g} "
                                         "or its negative",
                                         piece.input, 1 / piece.mostOther, piece.mostOther),
                       piece.bound, unitOf(piece),
                       piece.isOfDefaults ? " with the parameters' defaults" : "", piece.points);
  case Certificate::Method::Exhaustive:
    return fmt::format("{}: within {:g} {}, run at all {} inputs", piece.output, piece.bound,
                       unitOf(piece), piece.points);
  case Certificate::Method::Checked:
    return fmt::format("{}: within {:g} {} at {} new points", piece.output, piece.bound,
                       unitOf(piece), piece.points);
  default:
    return fmt::format("{}: not looked at", piece.output);
  }
}

Json toJson(const Certificate &found) {
  Json pieces = Json::array();
  for (const Certificate::Piece &piece : found.pieces)
    pieces.push_back({{"output", piece.output},
                      {"low", fmt::format("{:a}", piece.low)},
                      {"high", fmt::format("{:a}", piece.high)},
                      {"bound", piece.bound},
                      {"unit", unitOf(piece)},
                      {"method", nameOf(piece.method)},
                      {"defaults", piece.isOfDefaults},
                      {"input", piece.input},
                      {"other", fmt::format("{:a}", piece.mostOther)},
                      {"points", piece.points}});
  return {{"text", found.text()}, {"code", found.code}, {"pieces", std::move(pieces)}};
}

class Report {
public:
  Report(Session &session, std::uint64_t wanted) : session(session), wanted(wanted) {}

  void add(const std::string &name, const Result<Certificate> &found) {
    Json row = {{"kernel", name}, {"holds", found.ok()}};
    if (found) {
      row["found"] = toJson(*found);
      std::string text = fmt::format("{}: the certificate holds\n", name);
      for (const Certificate::Piece &piece : found->pieces)
        text += "  " + line(piece) + "\n";
      if (!session.json)
        session.print(text);
      if (found->points < wanted && found->method == Certificate::Method::Checked)
        session.say(fmt::format("{}: {} points of {} were looked at in half the time that there is "
                                "for it",
                                name, found->points, wanted));
    } else {
      row["code"] = found.error().code();
      row["message"] = found.error().message();
      if (!session.json)
        session.sayPicture(found.error().render(session.colouredMessages()));
      session.exitCode = std::max(session.exitCode, int(exitClassOf(found.error().code())));
    }
    rows.push_back(std::move(row));
  }

  void finish() {
    if (session.json)
      session.printJson(rows);
  }

private:
  Session &session;
  const std::uint64_t wanted; ///< points
  Json rows = Json::array();
};

/// Every function of a library, for every target that runs here.
Status certifyLibrary(const CertifyRequest &request, const Json &description, Session &session,
                      Report &report) {
  const Error none("X3008", fmt::format("'{}' is no description of a library that can be certified",
                                        request.file));
  if (!description.contains("file") || !description.contains("functions"))
    return none;
  const std::filesystem::path file =
      std::filesystem::path(request.file).parent_path() /
      std::filesystem::path(description["file"].get<std::string>()).filename();
  const Result<std::string> bytes = bytesOf(file);
  if (!bytes)
    return bytes.error();
  const Hash128 hash = hash128(*bytes);
  if (description.value("hash", "") != fmt::format("{:016x}{:016x}", hash.high, hash.low))
    return Error("X1103", fmt::format("'{}' is of another library than '{}', whose bytes differ",
                                      request.file, file.string()));
  const Result<std::string> host = hostTarget();
  for (const Json &function : description["functions"])
    for (const auto &[target, kernel] : function["kernels"].items()) {
      const std::string name = kernel["function"];
      const std::optional<Target> known = Target::parse(target);
      if (!known || known->isCuda() || !host || !known->runsOn(*Target::parse(*host))) {
        session.say(fmt::format("{}: made for {}, which does not run here\n", name, target));
        continue;
      }
      const Json info = {{"abi", kernel["abi"]},
                         {"spec", kernel["spec"]},
                         {"promise", function["promise"][target]}};
      report.add(name, session.engine().certify(*bytes,
                                                {request.seed, request.points, info.dump(), name}));
    }
  return {};
}

Status certify(const CertifyRequest &request, Session &session) {
  const Result<std::string> bytes = bytesOf(request.file);
  if (!bytes)
    return bytes.error();
  Report report(session, request.points);
  if (decodeKept(*bytes)) {
    report.add(request.file,
               session.engine().certify(*bytes, {request.seed, request.points, {}, {}}));
  } else {
    const Json description = Json::parse(*bytes, nullptr, /*allow_exceptions=*/false);
    if (!description.is_object())
      return Error("X3008", fmt::format("'{}' is no kernel of the cache, or was damaged, and no "
                                        "description of a library",
                                        request.file));
    try {
      if (Status done = certifyLibrary(request, description, session, report); !done)
        return done;
    } catch (const Json::exception &) {
      return Error("X3008", fmt::format("'{}' is no description of a library as `xphi compile` "
                                        "writes it",
                                        request.file));
    }
  }
  report.finish();
  return {};
}

} // namespace

void addCertify(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("certify", "Check the certificate of compiled code again");
  auto request = std::make_shared<CertifyRequest>();
  command
      ->add_option("FILE", request->file,
                   "A kernel of the cache folder, or the description (.json) of a library")
      ->required();
  command->add_option("--seed", request->seed, "Of the points; another each time by default")
      ->check(wholeNumber());
  command->add_option("--points", request->points, "How many, where not all can be tried")
      ->check(wholeNumber());
  command->callback([request, &session] {
    if (request->seed == 0)
      request->seed = std::random_device()();
    if (Status done = certify(*request, session); !done)
      session.exitCode = session.fail(done.error());
  });
}

} // namespace xphi::command
