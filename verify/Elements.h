// Results of a kernel at single points, of any types and number of inputs, and what Arb says there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "check/ElementError.h"
#include "compiler/truth/KernelTruth.h"
#include "verify/Verification.h"

#include <span>
#include <vector>

namespace xphi::verify {

using Point = std::vector<double>; ///< an element for each input

struct Answer {
  double got = 0;
  ElementType type = ElementType::F32;
  reference::Expected expected; ///< not known where the mathematics leaves several answers
};

/// For one thread.
class Elements {
public:
  explicit Elements(const Request &request);

  /// For each point the value, or the derivatives in all inputs.
  Result<std::vector<std::vector<Answer>>> at(std::span<const Point> points);
  reference::Expected truthAt(const Point &point);
  /// In the unit of the promise.
  double errorOf(const Answer &answer) const;
  /// The promise itself; its unit for Relative is 2^-24.
  double promise() const;
  Certificate::Unit unit() const;
  /// The number made an element of that input's type.
  double element(double number, std::size_t input) const;

private:
  void look(const Point &point, std::vector<Answer> &answers);

  const Request &request;
  const compiler::ErrorScale scale;
  std::vector<ElementType> results;
  reference::KernelTruth truth;
};

/// At all of them, on the request's threads.
Result<std::vector<std::vector<Answer>>> answersAt(const Request &request,
                                                   std::span<const Point> points);

} // namespace xphi::verify
