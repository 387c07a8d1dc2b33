// What is compiled: everything that decides the bits of a kernel, but who compiles it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Its text is the request to the compiler library, a part of the key in caches, and what an
// artifact says of itself. print() and parse() take the struct apart, so that a new field does not
// compile until it is in all three.
#pragma once

#include "ElementTypes.h"

#include <xphi/Keep.hpp>
#include <xphi/Tier.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi {

struct KernelSpec {
  std::string target;                  ///< a name in abi/Target.cpp's table
  ArrayTypes types;                    ///< of the arrays that forward reads and writes
  std::vector<std::string> derivative; ///< forward is differentiated in these, one after the other
  std::vector<std::string> gradients;  ///< backward's results, one each; empty: no backward
  Keep keep = Keep::Input;             ///< what backward reads of the forward pass
  Tier tier = Tier::Accurate;          ///< what is promised of the results
  double ulps = 4;                     ///< in these two tiers: Accurate, Reproducible
  std::string program;                 ///< canonical text: all that is needed, the entry last

  bool operator==(const KernelSpec &) const = default;
  /// One fact a line, the program last.
  std::string print() const;
  /// Nothing for what print() does not write.
  static std::optional<KernelSpec> parse(std::string_view text);
};

} // namespace xphi
