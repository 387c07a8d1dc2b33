// The element that is being evaluated: what a program that draws depends on beside its operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <cstdint>

namespace xphi::dsl {

/// While it lives, this thread evaluates the element of this index; without one, element 0.
class Element {
public:
  explicit Element(std::uint64_t index) : index(index), outer(current) { current = this; }
  ~Element() { current = outer; }
  Element(const Element &) = delete;
  Element &operator=(const Element &) = delete;

  /// How many draws have come out as dropped.
  unsigned drops() const { return dropped; }

  /// Whether the element is dropped.
  static bool draw(double p, double seed, double stream);

private:
  static thread_local Element *current;

  const std::uint64_t index;
  Element *const outer;
  unsigned dropped = 0;
};

/// Whether a definition, or one that it calls, draws random bits of its element.
bool draws(const Program &program, DefinitionIndex definition);
/// Whether there is but one place at which it does, in the definition itself, of parameters and
/// numbers: then that outcome is all that an element's results depend on beside operands.
bool drawsOnce(const Program &program, DefinitionIndex definition);

} // namespace xphi::dsl
