// The loops of usual signatures, made when the compiler library was built.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/UsualLoops.h"

#include <algorithm>
#include <iterator>

namespace xphi::compiler {
namespace {

struct UsualLoop {
  std::string_view key, bitcode;
};

// MakeUsualLoops.cpp writes these rows, sorted; an empty one ends them.
#pragma clang diagnostic ignored "-Woverlength-strings"
constexpr UsualLoop loops[] = {
#include "UsualLoops.inc"
    {}};

} // namespace

std::string_view usualLoop(std::string_view key) {
  const auto end = std::prev(std::end(loops));
  const auto found = std::lower_bound(
      std::begin(loops), end, key,
      [](const UsualLoop &loop, std::string_view wanted) { return loop.key < wanted; });
  return found != end && found->key == key ? found->bitcode : std::string_view();
}

} // namespace xphi::compiler
