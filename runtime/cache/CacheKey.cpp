// Writes the key text, who compiles before what is compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheKey.h"

#include "BuildVersion.h"
#include "abi/Artifact.h"

#include <algorithm>
#include <fmt/format.h>

namespace xphi {

std::string CacheKey::hex() const { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

namespace {

std::string buildLines() { return fmt::format("xphi {}\nabi {}\n", XPHI_VERSION, artifactAbi); }

} // namespace

KeyCompiler ownCompiler() { return {XPHI_COMPILER_FINGERPRINT, XPHI_COMPILER_FINGERPRINT}; }

CacheKey makeCacheKey(const KeyCompiler &compiler, const KernelSpec &spec) {
  CacheKey key;
  key.text = fmt::format("{}compiler {}\n{}", buildLines(), compiler.name, spec.print());
  key.hash = hash128(key.text);
  key.maker = compiler.maker;
  return key;
}

CacheKeyFacts readCacheKey(std::string_view text) {
  CacheKeyFacts facts;
  facts.thisBuild = text.starts_with(buildLines());
  constexpr std::string_view compiler = "\ncompiler ";
  const std::size_t named = text.find(compiler);
  if (named == std::string_view::npos)
    return facts;
  text.remove_prefix(named + compiler.size());
  const std::size_t end = std::min(text.find('\n'), text.size());
  facts.compiler = text.substr(0, end);
  facts.spec = KernelSpec::parse(text.substr(std::min(end + 1, text.size())));
  return facts;
}

} // namespace xphi
