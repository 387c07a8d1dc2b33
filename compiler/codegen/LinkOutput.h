// Where lld's output goes: into memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_LINKOUTPUT_H
#define XPHI_COMPILER_CODEGEN_LINKOUTPUT_H

#include <string>

namespace xphi::compiler {

/// Receives what lld writes under `name` on this thread, while it lives.
class LinkOutput {
public:
  LinkOutput();
  ~LinkOutput();
  LinkOutput(const LinkOutput &) = delete;
  LinkOutput &operator=(const LinkOutput &) = delete;

  static constexpr const char *name = "artifact.so"; // also what lld's messages call it

  std::string take() { return std::move(bytes); }
  bool isOutOfMemory() const { return outOfMemory; }

private:
  friend class ReceivedOutput;

  std::string bytes;
  bool outOfMemory = false;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_LINKOUTPUT_H
