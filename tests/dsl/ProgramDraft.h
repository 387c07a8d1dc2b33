// What makers of random programs share: dice, and the definition that is being written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace xphi::dsl {

/// The same for the same seed on every machine: no distribution of the standard library takes part.
class ProgramDraft {
public:
  explicit ProgramDraft(uint64_t seed) : random(seed) {}

protected:
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random() % bound); }
  /// One time in so many.
  bool chance(uint32_t many) { return below(many) == 0; }

  Definition &current() { return program.definitions.back(); }
  uint32_t variableCount() {
    return static_cast<uint32_t>(current().inputs.size() + current().parameters.size());
  }

  /// Half of the time, if there is one of the type in scope.
  std::optional<ExprId> local(Type type) {
    std::vector<Local> usable;
    for (const Local &local : locals)
      if (local.type == type)
        usable.push_back(local);
    if (usable.empty() || !chance(2))
      return std::nullopt;
    return program.addLocal(usable[below(static_cast<uint32_t>(usable.size()))].let, type);
  }

  /// `makeBody()` gives the expression in which the name may be used.
  template <class MakeBody> ExprId let(ExprId value, const MakeBody &makeBody) {
    const uint32_t index = static_cast<uint32_t>(current().lets.size());
    current().lets.push_back("t" + std::to_string(index));
    locals.push_back({index, program.expr(value).type});
    const ExprId body = makeBody();
    locals.pop_back();
    return program.addLet(index, value, body);
  }

  std::mt19937_64 random;
  Program program;

private:
  struct Local {
    uint32_t let;
    Type type;
  };
  std::vector<Local> locals;
};

} // namespace xphi::dsl
