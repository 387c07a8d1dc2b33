// The only reader of the environment.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <xphi/Options.hpp>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace xphi {
namespace {

// The XDG specification: a path that is not absolute is to be ignored.
std::string absoluteFolder(const char *variable, const char *below) {
  const char *value = std::getenv(variable);
  return value && value[0] == '/' ? std::string(value) + below : std::string();
}

std::string cacheFolder() {
  if (const char *chosen = std::getenv("XPHI_CACHE_DIR"))
    return chosen;
  const std::string folder = absoluteFolder("XDG_CACHE_HOME", "/xphi");
  return folder.empty() ? absoluteFolder("HOME", "/.cache/xphi") : folder;
}

} // namespace

std::optional<Accuracy> Accuracy::named(std::string_view name) {
  constexpr std::string_view ulps = "ulp:";
  if (name.starts_with(ulps)) {
    double most = 0;
    name.remove_prefix(ulps.size());
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), most);
    return error == std::errc() && end == name.data() + name.size() ? std::optional(ulp(most))
                                                                    : std::nullopt;
  }
  for (Tier tier : everyTier)
    if (name == nameOf(tier)) {
      Accuracy accuracy;
      accuracy.promised = tier;
      return accuracy;
    }
  return std::nullopt;
}

Options Options::fromEnvironment() {
  Options options;
  options.cacheDirectory = cacheFolder();
  if (const char *shared = std::getenv("XPHI_SHARED_CACHE"))
    options.sharedCache = shared;
  if (const char *library = std::getenv("XPHI_COMPILER_LIBRARY"))
    options.compilerLibrary = library;
  if (const char *threads = std::getenv("XPHI_THREADS")) {
    // What is no number leaves the default: there is nobody to tell.
    const std::string_view text = threads;
    std::from_chars(text.data(), text.data() + text.size(), options.threads);
  }
  return options;
}

} // namespace xphi
