// The embedded library, and the test's list of what breaks the promise.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/BuildTimeCheck.h"

#include "abi/Promise.h"
#include "dsl/Element.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <string_view>

namespace xphi::compiler {
namespace {

constexpr std::size_t testedPoints = 20'000; // pointCount in LibraryAccuracyTest

bool isKnownExcess(std::string_view name) {
#define XPHI_EXCESS(function, what, ulp, faults, reason)                                           \
  if (name == #function)                                                                           \
    return true;
#include "check/KnownExcess.def"
#undef XPHI_EXCESS
  return false;
}

bool isDerivative(const CheckedFunction &function) {
  return !function.spec.gradients.empty() || !function.spec.derivative.empty();
}

} // namespace

bool wasCheckedWhenBuilt(const CheckedFunction &function) {
  const dsl::Program &program = *function.program;
  const std::string &name = program.definitions[function.definition].name;
  if (!function.hasWide || !isTestedPromise(function.spec) ||
      function.spec.types.symbol() != nameOf(ElementType::F32) ||
      function.spec.derivative.size() + !function.spec.gradients.empty() > 1 ||
      !lib::library().contains(name) || isKnownExcess(name) ||
      dsl::draws(program, function.definition)) // which the test leaves out
    return false;
  const std::shared_ptr<const dsl::ParseResult> original = lib::library().load(name);
  return *original && dsl::sameDefinition(*original->program, original->program->entry(), program,
                                          function.definition);
}

Certificate certificateOfTheBuild(const CheckedFunction &function) {
  Certificate certificate;
  certificate.tier = function.spec.tier;
  certificate.method = Certificate::Method::Checked;
  certificate.unit = isDerivative(function) ? Certificate::Unit::Terms : Certificate::Unit::Ulp;
  certificate.points = testedPoints;
  return certificate;
}

} // namespace xphi::compiler
