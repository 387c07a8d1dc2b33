// What a kernel promises about its errors, and what a check against the truth found.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_CERTIFICATE_H
#define XPHI_COMPILER_CHECK_CERTIFICATE_H

#include <xphi/Tier.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace xphi::compiler {

struct Certificate {
  enum class Unit {
    Ulp,      ///< of the true result
    Terms,    ///< of the larger of the true result and the largest term it sums: derivatives
    Relative, ///< a part of the largest of these and of the least that counts (abi/Promise.h)
  };
  enum class Method {
    None,    ///< nothing was measured
    Checked, ///< at so many points, before the kernel left the compiler or, for a function of the
             ///< library, when xphi was built
  };

  /// The result that is furthest off.
  struct Worst {
    std::vector<float> inputs, parameters;
    std::string output; ///< "value", or "gradient in x"
    double error = 0;   ///< in units; infinite where NaN or an infinity is wrong, or is missed
    float got = 0;
    double right = 0;
  };

  /// A zero whose sign is not that of the function just beside it.
  struct Zero {
    std::vector<float> inputs, parameters;
    std::string output;
    float got = 0;
  };

  Tier tier = Tier::Accurate;
  Unit unit = Unit::Ulp;
  double bound = 4;
  Method method = Method::None;
  std::size_t points = 0;
  std::size_t skipped = 0; ///< results that there is nothing to compare with
  bool kept = true;        ///< no error found above the bound
  Worst worst;
  Zero zero; ///< the first that was found, noted only: no care gives a formula's last sum that sign
  bool isBetterThan(const Certificate &other) const {
    return kept != other.kept ? kept : worst.error < other.worst.error;
  }

  /// A JSON object of at most so many bytes; where need be, without places.
  std::string json(std::size_t most) const;
  /// In a sentence.
  std::string text() const;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_CERTIFICATE_H
