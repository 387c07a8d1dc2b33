// Links an object to a shared object with lld, in this process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Link.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

namespace xphi::compiler {

LinkResult linkShared(std::string_view object, const std::string &soname) {
  llvm::SmallString<128> input, output;
  int descriptor;
  if (auto code = llvm::sys::fs::createTemporaryFile("xphi", "o", descriptor, input))
    return {"", "cannot write a temporary file: " + code.message()};
  llvm::FileRemover removeInput(input);
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    stream << llvm::StringRef(object.data(), object.size());
    stream.close();
    if (stream.has_error()) {
      std::string message = "cannot write a temporary file: " + stream.error().message();
      stream.clear_error();
      return {"", message};
    }
  }
  output = input;
  output += ".so";
  llvm::FileRemover removeOutput(output);

  // One thread: a pool would not survive a fork of the host program.
  llvm::SmallVector<const char *> arguments{"ld.lld",
                                            "-shared",
                                            "--no-undefined",
                                            "--gc-sections",
                                            "-z",
                                            "now",
                                            "-z",
                                            "noexecstack",
                                            "--hash-style=gnu",
                                            "--threads=1",
                                            "--build-id=none",
                                            "-o",
                                            output.c_str(),
                                            input.c_str()};
  if (!soname.empty())
    arguments.append({"-soname", soname.c_str()});
  std::string said;
  llvm::raw_string_ostream talk(said);
  lld::Result result = lld::lldMain(arguments, talk, talk, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return {"", said.empty() ? "lld failed" : said};
  auto file = llvm::MemoryBuffer::getFile(output, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return {"", "cannot read what lld wrote: " + file.getError().message()};
  return {(*file)->getBuffer().str(), ""};
}

} // namespace xphi::compiler
