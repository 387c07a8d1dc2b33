// Writes the key text, one fact a line, the program last.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheKey.h"

#include "ArtifactAbi.h"
#include "BuildVersion.h"

#include <fmt/format.h>

namespace xphi {

std::string CacheKey::hex() const { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

CacheKey makeCacheKey(std::string_view program, std::string_view target,
                      std::string_view derivative, std::string_view gradients) {
  CacheKey key;
  key.text = fmt::format("xphi {}\ncompiler {}\nabi {}\ntarget {}\ntype f32\nderivative {}\n"
                         "gradients {}\nprogram\n{}",
                         XPHI_VERSION, XPHI_COMPILER_FINGERPRINT, artifactAbi, target, derivative,
                         gradients, program);
  key.hash = hash128(key.text);
  return key;
}

} // namespace xphi
