// docs/certificates.md has what is proved of each library function, and each of their certificates
// holds when it is looked at again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With XPHI_WRITE_CERTIFICATES=1 the page is written.
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/UncachedEngine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr const char *target = "x86-64-v4"; // which has the most fits
constexpr const char *opening = "<!-- by LibraryCertificatesTest -->\n",
                     *closing = "<!-- end -->\n";

std::string contents(const std::string &path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// Floats in ascending order have ascending numbers.
std::int64_t rankOf(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return bits >> 31 ? -std::int64_t(bits & 0x7fffffff) - 1 : std::int64_t(bits);
}

struct Summary {
  std::string text;
  double share = 0; ///< of all floats that are numbers or infinite
};

/// "f32" of "evaluation":{"backward":["guarded"],"forward":["f32"]}.
std::string evaluationOf(const Kernel &kernel, const std::string &pass) {
  const std::string &info = kernel.info(), key = "\"" + pass + "\":[\"";
  const std::size_t begin = info.find(key, info.find("\"evaluation\":")) + key.size();
  return info.substr(begin, info.find('"', begin) - begin);
}

Summary summaryOf(const Certificate &certificate, const std::string &output) {
  constexpr double floats = 2.0 * (0x7f800000 + 1);
  Summary summary;
  std::string ranges, input;
  double bound = 0;
  bool isOfDefaults = false;
  auto end = [](float x) { return std::fabs(x) > 1e38f ? "" : fmt::format("{:.4g}", x); };
  for (const Certificate::Piece &piece : certificate.pieces) {
    if (piece.output != output || piece.method != Certificate::Method::Proved)
      continue;
    bound = std::max(bound, piece.bound);
    const double share = double(rankOf(piece.high) - rankOf(piece.low) + 1) / floats;
    summary.share += share;
    isOfDefaults |= piece.isOfDefaults;
    if (share > 0.001)
      ranges +=
          fmt::format("{}[{}, {}]", ranges.empty() ? "" : ", ", end(piece.low), end(piece.high));
    input = piece.input;
  }
  if (!ranges.empty())
    summary.text =
        fmt::format("{:.2f} ulp on {}{}{}", bound, ranges,
                    input.empty() ? "" : " of `" + input + "`", isOfDefaults ? " †" : "");
  return summary;
}

constexpr double isWhole = 0.999'999; ///< all but the infinities

/// What the cases of this run found.
struct Library {
  std::string table;
  unsigned functions = 0;
  /// Of which something is proved; and at every float.
  unsigned values = 0, gradients = 0, wholeValues = 0, wholeGradients = 0;
};

std::string percent(double share) { return share > 0 ? fmt::format("{:.1f} %", 100 * share) : ""; }

/// The function's row of the page; an empty one where there is no kernel.
std::string examine(const std::string &name, Library &all) {
  CompileOptions options;
  options.target = target;
  options.backward = true;
  const Result<Kernel> kernel = uncachedEngine().compile(name, options);
  EXPECT_TRUE(kernel) << kernel.error().render();
  if (!kernel)
    return "";
  const Certificate &certificate = kernel->certificate();
  const Result<std::string> bytes = kernel->bytes();
  EXPECT_TRUE(bytes) << bytes.error().render();
  if (!bytes)
    return "";
  const Result<Certificate> again = uncachedEngine().certify(*bytes, {.seed = 1, .points = 300});
  EXPECT_EQ(again ? "" : again.error().code(), certificate.kept ? "" : "X1101")
      << again.error().render();
  const std::string gradient = "gradient in " + std::string(kernel->gradientNames()[0]);
  // Of what is no single fit it is the second look that proves something.
  const Certificate &known = again ? *again : certificate;
  const Summary value = summaryOf(known, "value"), slope = summaryOf(known, gradient);
  const auto text = [&](const Summary &summary, const char *pass) {
    return !certificate.kept   ? std::string("not kept")
           : summary.share > 0 ? summary.text
                               : "checked (" + evaluationOf(*kernel, pass) + ")";
  };
  ++all.functions;
  all.values += value.share > 0;
  all.gradients += slope.share > 0;
  all.wholeValues += value.share > isWhole;
  all.wholeGradients += slope.share > isWhole;
  return fmt::format("| {} | {} | {} | {} | {} |\n", name, text(value, "forward"),
                     percent(value.share), text(slope, "backward"), percent(slope.share));
}

class LibraryCertificates : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    if (*hostTarget() != target)
      GTEST_SKIP() << "the page is of " << target;
  }

  /// After all functions: the page as a whole.
  static void TearDownTestSuite() {
    if (found.functions != lib::files().size())
      return;
    const std::string page = contents(XPHI_CERTIFICATES_PAGE);
    const std::size_t begin = page.find(opening), end = page.find(closing);
    ASSERT_TRUE(begin < end && end != page.npos);
    const std::string written =
        page.substr(0, begin) + opening +
        fmt::format("Of {} functions the value of {} and the slope of {} is proved on a range, of "
                    "{} and {} at every float.\n\n",
                    found.functions, found.values, found.gradients, found.wholeValues,
                    found.wholeGradients) +
        "| function | value proved within | of all floats | slope proved within | of all floats "
        "|\n|---|---|---|---|---|\n" +
        found.table + page.substr(end);
    if (isToWrite)
      std::ofstream(XPHI_CERTIFICATES_PAGE) << written;
    else
      EXPECT_EQ(page, written) << advice;
  }

  static inline Library found;
  static inline const bool isToWrite = std::getenv("XPHI_WRITE_CERTIFICATES");
  static constexpr const char *advice = "run `./x certificates`";
};

TEST_P(LibraryCertificates, AreThoseOfThePage) {
  const std::string row = examine(GetParam(), found);
  ASSERT_NE(row, "");
  found.table += row;
  if (!isToWrite)
    EXPECT_NE(contents(XPHI_CERTIFICATES_PAGE).find("\n" + row), std::string::npos)
        << row << advice;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const dsl::LibraryFile &file : lib::files())
    all.emplace_back(file.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(, LibraryCertificates, testing::ValuesIn(names()),
                         [](const auto &info) { return info.param; });

} // namespace
} // namespace xphi::numerics
