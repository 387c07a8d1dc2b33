// Messages of the language server protocol: JSON behind a header that says how long it is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace xphi::command::lsp {

/// The next message's text; nothing at the end of the stream, or where it cannot be told any more
/// where a message begins: a header without a length, or one of more than 64 MiB.
std::optional<std::string> readMessage(std::FILE *from);

void writeMessage(std::FILE *to, std::string_view text);

} // namespace xphi::command::lsp
