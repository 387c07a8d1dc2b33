// The oracle: what a definition's value and derivatives truly are at floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NaN gives NaN. At an infinity the answer is the limit of the mathematical function (Limit.h).
// An answer that cannot be made tight is given as the enclosure it is (Evaluation.h), and NaN where
// there is none: outside the domain, at a pole.
#pragma once

#include "compiler/truth/Evaluation.h"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace xphi::reference {

/// f, f' and f'', up to the order asked for.
struct Answer {
  std::array<Enclosure, 3> derivatives;
  /// What f' and f'' are sums of: the largest magnitude among the terms. [0] is 0.
  std::array<double, 3> largestTerm{};
};

class Oracle {
public:
  /// A definition of one input, differentiated with respect to it up to `order` (at most 2).
  /// Parameters are run-time numbers of the kernel's type: floats, taken exactly.
  Oracle(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
         std::vector<float> parameters, int order);

  /// With the definition's default parameters, rounded to float as a kernel gets them.
  Oracle(const std::shared_ptr<const dsl::Program> &program, dsl::DefinitionIndex definition,
         int order);

  Answer at(float x) const;

  /// The jet at a real number that no float need hold, as tight as the oracle can make it.
  ArbJet jetAt(const ArbBall &x) const;

private:
  Evaluation evaluation;
  std::vector<float> parameters;
  Answer atPlusInfinity;
  Answer atMinusInfinity;
};

} // namespace xphi::reference
