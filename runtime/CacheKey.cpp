// Writes the key text, one fact a line, the program last.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheKey.h"

#include "ArtifactAbi.h"
#include "BuildVersion.h"

#include <algorithm>
#include <fmt/format.h>

namespace xphi {

std::string CacheKey::hex() const { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

namespace {

std::string buildLines() { return fmt::format("xphi {}\nabi {}\n", XPHI_VERSION, artifactAbi); }

} // namespace

KeyCompiler ownCompiler() { return {XPHI_COMPILER_FINGERPRINT, XPHI_COMPILER_FINGERPRINT}; }

CacheKey makeCacheKey(const KeyCompiler &compiler, std::string_view program,
                      std::string_view target, std::string_view derivative,
                      std::string_view gradients, std::string_view keep) {
  CacheKey key;
  key.text = fmt::format("{}compiler {}\ntarget {}\ntype f32\nderivative {}\ngradients {}\n"
                         "keep {}\nprogram\n{}",
                         buildLines(), compiler.name, target, derivative, gradients, keep, program);
  key.hash = hash128(key.text);
  key.maker = compiler.maker;
  return key;
}

CacheKeyFacts readCacheKey(std::string_view text) {
  CacheKeyFacts facts;
  facts.thisBuild = text.starts_with(buildLines());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, space),
                           value = line.substr(std::min(space + 1, line.size()));
    if (name == "compiler")
      facts.compiler = value;
    else if (name == "target")
      facts.target = value;
    else if (name == "derivative")
      facts.derivative = value;
    else if (name == "gradients")
      facts.gradients = value;
    else if (name == "keep")
      facts.keep = value;
    else if (name == "program") {
      facts.program = text;
      break;
    }
  }
  return facts;
}

} // namespace xphi
