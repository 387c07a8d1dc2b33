// Linked, with entries beside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CertifyLibrary.h"

#include "codegen/EntriesOfC.h"
#include "codegen/Link.h"
#include "dsl/Element.h"

namespace xphi::compiler {
namespace {

bool isShared(std::string_view bytes) {
  constexpr std::size_t kind = 16; // e_type of an ELF header
  constexpr char sharedObject = 3;
  return bytes.starts_with("\x7f"
                           "ELF") &&
         bytes.size() > kind && bytes[kind] == sharedObject;
}

std::string entriesFor(const CheckedFunction &function) {
  const dsl::Definition &definition = function.program->definitions[function.definition];
  const KernelSpec &spec = function.spec;
  const bool indexed = dsl::draws(*function.program, function.definition);
  const std::size_t inputs = definition.inputs.size(), parameters = definition.parameters.size();
  const CSignature forward{inputs, parameters, std::size_t(spec.keep == Keep::Mask ? 2 : 1),
                           indexed};
  // What was kept, and dy.
  const std::size_t kept = spec.keep == Keep::Input ? inputs : spec.keep != Keep::Nothing;
  const CSignature backward{kept + 1, parameters, spec.gradients.size(), indexed};
  return entriesOfC(forward, spec.gradients.empty() ? nullptr : &backward);
}

std::string shared(std::string_view bytes, const std::string &name, const CheckedFunction &function,
                   std::string &library, std::string &entries) {
  library = bytes;
  if (!isShared(bytes)) {
    std::vector<std::string> options = {"-shared", "--no-undefined", "-z", "now", "-u", name};
    if (!function.spec.gradients.empty())
      options.insert(options.end(), {"-u", name + "_backward"});
    LinkResult linked = link({bytes}, options);
    if (linked.outcome != LinkResult::Done)
      return linked.error;
    library = std::move(linked.bytes);
  }
  const std::string object = entriesFor(function);
  LinkResult linked = linkShared({object}, "");
  entries = std::move(linked.bytes);
  return linked.error;
}

} // namespace

Certification certifyLibrary(std::string_view bytes, std::string description, std::string function,
                             std::uint64_t seed, std::size_t points, double seconds) {
  LibraryCode code{std::move(description), std::move(function), {}};
  code.link = [&](const CheckedFunction &checked, std::string &library, std::string &entries) {
    return shared(bytes, code.function, checked, library, entries);
  };
  return certifyAgain(code, seed, points, seconds);
}

} // namespace xphi::compiler
