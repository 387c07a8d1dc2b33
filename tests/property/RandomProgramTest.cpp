// Random programs: compiled is what the mathematics says, and every way to write one is the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each program is printed, read, formatted and built in C++, and must come back the same. Its
// kernels (value; derivative in the first input; all gradients at once) run at some thirty points
// each; a result must lie in the enclosure that Arb gives when every operation errs as a double
// does, or within 4 ulp of f32 of it: for a derivative, ulp of its largest term. NaN is in no
// enclosure.
//
// Nothing is claimed, and the result counted as skipped, where a choice (comparison, rounding to an
// integer) turns on the last bits of doubles; where the reals have no number, or the chain rule
// meets an infinite slope; where a number on the way is above 2^240 (the square of its square must
// be a double: derivatives of quotients make them); and at sines of what is above 2^130. What is
// below 2^-240 on the way may as well be zero.
//
// XPHI_PROPERTY_PROGRAMS: how many programs are written; XPHI_PROPERTY_KERNELS: how many are
// compiled. XPHI_PROPERTY_SEED: the first one's seed, the others follow. XPHI_PROPERTY_FAILURES:
// after how many failures to stop.
#include "dsl/Frontend.h"
#include "tests/Generated.h"
#include "tests/property/Examination.h"
#include "tests/property/Rewriting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace xphi::property {
namespace {

constexpr double mostSkipped = 0.3;
constexpr double leastTight = 0.9; // of what is compared: a wide enclosure proves little
constexpr uint64_t defaultSeed = 1;

std::string textOf(uint64_t seed) {
  const dsl::Program program = activationProgram(seed);
  return dsl::closure(program, program.entry());
}

/// Reports failures, shrunk.
class Campaign {
public:
  Campaign(const char *subject, const char *count, uint64_t defaultPrograms)
      : first(setting("XPHI_PROPERTY_SEED", defaultSeed)),
        programs(setting(count, defaultPrograms)),
        mostFailures(setting("XPHI_PROPERTY_FAILURES", 5)) {
    std::printf("%s: %llu programs from seed %llu\n", subject,
                static_cast<unsigned long long>(programs), static_cast<unsigned long long>(first));
    std::fflush(stdout);
  }

  /// `examine(text, seed, counts)` gives a Failure or none.
  template <class Examine> void run(const Examine &examine) {
    uint64_t failures = 0;
    for (uint64_t seed = first; seed < first + programs && failures < mostFailures; ++seed) {
      const std::string text = textOf(seed);
      if (const std::optional<Failure> failure = examine(text, seed, counts)) {
        ++failures;
        report(examine, text, seed, *failure);
      }
    }
  }

  Counts counts; ///< of the programs as they were made

private:
  template <class Examine>
  void report(const Examine &examine, const std::string &text, uint64_t seed,
              const Failure &failure) {
    Counts ofTrials;
    auto fails = [&](const std::string &candidate) {
      const std::optional<Failure> again = examine(candidate, seed, ofTrials);
      return again && again->property == failure.property;
    };
    const std::string small = shrunk(text, fails, 300);
    const std::optional<Failure> last = examine(small, seed, ofTrials);
    ADD_FAILURE() << "seed " << seed << ", " << failure.property << ":\n"
                  << small << (last ? last->details : failure.details) << "\nfrom:\n"
                  << text << failure.details;
  }

  uint64_t first, programs, mostFailures;
};

/// A seed in a report is worth nothing if another compiler makes another program of it.
TEST(RandomProgram, ASeedIsOneProgramEverywhere) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint64_t seed = 0; seed < 200; ++seed)
    for (const char c : textOf(seed))
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  EXPECT_EQ(hash, 0x30171436c0a4efe8u);
}

TEST(RandomProgram, EveryWayToWriteItIsTheSame) {
  Campaign campaign("texts", "XPHI_PROPERTY_PROGRAMS", 10000);
  campaign.run([](const std::string &text, uint64_t, Counts &) { return examineText(text); });
}

TEST(RandomProgram, KernelsGiveWhatTheMathematicsSays) {
  Options options = Options::fromEnvironment();
  options.cacheDirectory.clear(); // a kernel of an earlier build must not be measured
  Engine engine(std::move(options));
  if (!engine.compilerVersion())
    GTEST_SKIP() << "there is no compiler library";
  Campaign campaign("kernels", "XPHI_PROPERTY_KERNELS", 200);
  campaign.run([&](const std::string &text, uint64_t seed, Counts &counts) {
    const Sample sample = sampleFor(activationProgram(seed), seed);
    const std::optional<Failure> failure = examineKernels(engine, text, sample, counts);
    engine.clearCache();
    return failure;
  });
  const Counts &counts = campaign.counts;
  std::printf("%zu results: %zu compared, %zu of them tightly; skipped: %zu no number, %zu "
              "undecided, %zu beyond doubles\n",
              counts.all(), counts.compared, counts.tight, counts.noNumber, counts.undecided,
              counts.beyond);
  EXPECT_LE(static_cast<double>(counts.all() - counts.compared),
            mostSkipped * static_cast<double>(counts.all()));
  EXPECT_GE(static_cast<double>(counts.tight), leastTight * static_cast<double>(counts.compared));
}

} // namespace
} // namespace xphi::property
