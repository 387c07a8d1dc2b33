// The table of error codes with their explanations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Diagnostic.h"

#include <algorithm>
#include <cstdio>

namespace xphi::dsl {
namespace {

constexpr CodeInfo codeTable[] = {
#define XPHI_CODE(NAME, NUMBER, TITLE, EXPLANATION) {Code::NAME, TITLE, EXPLANATION},
#include "dsl/DiagnosticCodes.def"
#undef XPHI_CODE
};

} // namespace

std::span<const CodeInfo> languageCodes() { return codeTable; }

const CodeInfo *findCode(std::string_view id) {
  const CodeInfo *found =
      std::find_if(std::begin(codeTable), std::end(codeTable),
                   [id](const CodeInfo &row) { return codeId(row.code) == id; });
  return found == std::end(codeTable) ? nullptr : found;
}

std::string codeId(Code code) {
  char id[8];
  std::snprintf(id, sizeof id, "X%04u", static_cast<unsigned>(code) % 10000);
  return id;
}

} // namespace xphi::dsl
