// A function in place of its kernel, until that is compiled: the interpreter, over whole arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In double precision, whose results are rounded to the arrays' types: good to some ulp of a double
// where the program does not cancel, and without a promise. An element takes microseconds and
// memory.
#pragma once

#include "KernelEntry.h"
#include "ProgramText.h"
#include "Variables.h"
#include "dsl/Ast.h"

#include <array>
#include <memory>
#include <vector>

namespace xphi {

class Interpretation {
public:
  /// `program.text` is valid, and backward reads all inputs.
  static std::shared_ptr<const Interpretation>
  of(const ProgramText &program, const Differentiation &differentiation, const ArrayTypes &types);

  /// Used while this lives.
  KernelEntry entry(bool backward, bool channels) const;
  /// What a call takes of stack: programs may be deep.
  static constexpr std::size_t stackBytes = std::size_t(6) << 20;

private:
  /// One of the four functions that an artifact has.
  struct Form {
    const Interpretation *of;
    bool backward, channels;
  };

  Interpretation() = default;
  static std::int32_t run(const void *form, const void *const *inputs, void *const *outputs,
                          const void *params, std::int64_t n, std::int64_t first) noexcept;
  void run(const Form &form, const void *const *inputs, void *const *outputs, const float *params,
           std::int64_t n, std::int64_t first) const;

  dsl::Program program;
  dsl::DefinitionIndex definition = 0;
  ArrayTypes types;
  std::vector<bool> isChannel;                    ///< of each parameter
  std::vector<std::uint32_t> derivative;          ///< variables, inputs first
  std::vector<std::vector<std::uint32_t>> slopes; ///< of each gradient, the same and one more
  std::vector<ElementType> gradientTypes;
  std::array<Form, 4> forms;
};

} // namespace xphi
