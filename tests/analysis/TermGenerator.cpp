// Leaves, functions, arithmetic and choices, one as likely as the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/TermGenerator.h"

#include "tests/Generated.h"

namespace xphi::analysis {

Seeds::Seeds(std::uint64_t usual)
    : first(setting("XPHI_PROPERTY_SEED", 1)),
      end(first + setting("XPHI_PROPERTY_PROGRAMS", usual)), areUsual(end - first >= usual) {}

std::string TermGenerator::term(int depth) {
  if (depth == 0)
    return one({"x", "x", "y", "-1/3", "-3", "(2 - 5)", "0", "1", "2", "exp(x)", "-y",
                "(1.3 * x + 0.2)", "(0.7 - y / 3)"});
  const std::string a = term(depth - 1), b = term(random() % 2 ? depth - 1 : 0);
  switch (random() % 10) {
  case 0:
  case 1:
    return one({"abs", "sqrt", "sigmoid", "softplus", "tanh", "sin", "log1p", "rsqrt", "sign",
                "expm1", "atan", "log", "Phi", "acosh"}) +
           "(" + a + ")";
  case 2:
    return "(" + a + " + " + b + ")";
  case 3:
    return "(" + a + " - " + b + ")";
  case 4:
    return "(" + a + " * " + b + ")";
  case 5:
    return "(" + a + " / " + b + ")";
  case 6:
    return one({"max", "min"}) + "(" + a + ", " + b + ")";
  case 7:
    return "(" + a + ")^" + one({"2", "3", "4", "(-1)", "(-2)"});
  case 8:
    return "(if " + b + " > y then " + a + " else " + term(depth - 1) + ")";
  default:
    return "(" + a + " * " + a + ")";
  }
}

std::string TermGenerator::one(std::initializer_list<const char *> choices) {
  return choices.begin()[random() % choices.size()];
}

} // namespace xphi::analysis
