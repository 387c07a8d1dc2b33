// Links an object to a shared object with lld, in this process and in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No folder is needed: temporary ones are full, missing or read-only where programs run. lld reads
// its input from a file without a name (Input below), and what it writes stays in memory
// (LinkOutput.h).
#include "codegen/Link.h"

#include "cache/File.h"
#include "codegen/LinkOutput.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

LLD_HAS_DRIVER(elf)

namespace xphi::compiler {
namespace {

// A memory file; where these are forbidden, one in a temporary folder that never has a name, so
// that nothing is left by a process that is killed. The environment is the host's and not read.
File makeNameless() {
  if (File memory(memfd_create("xphi-object", MFD_CLOEXEC)); memory)
    return memory;
  for (const char *folder : {"/tmp", "/dev/shm", "/var/tmp"})
    if (File file = File::open(AT_FDCWD, folder, O_TMPFILE | O_RDWR, 0600); file)
      return file;
  return {};
}

class Input {
public:
  explicit Input(std::string_view object) : file(makeNameless()) {
    written = file && file.write(object);
    reason = errno;
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(file.descriptor()); }
  /// Empty, or why there is no such file.
  std::string error() const {
    if (!written)
      return std::string("there is no memory for the linker's input: ") + std::strerror(reason);
    // An error of lld's would be about the function, and this is about the machine.
    return access(path().c_str(), R_OK) == 0 ? "" : "the linker needs /proc, which is not mounted";
  }

private:
  File file;
  bool written;
  int reason;
};

} // namespace

LinkResult linkShared(std::string_view object, const std::string &soname,
                      std::string_view library) {
  const Input input(object);
  std::optional<Input> further;
  if (!library.empty())
    further.emplace(library);
  for (const Input *each : {&input, further ? static_cast<const Input *>(&*further) : nullptr})
    if (std::string error = each ? each->error() : ""; !error.empty())
      return {"", error, LinkResult::NoMemory};
  const std::string path = input.path(), libraryPath = further ? further->path() : "";
  LinkOutput output;

  // One thread: a pool would not survive a fork of the host program.
  std::vector<const char *> arguments = {"ld.lld",
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
                                         LinkOutput::name,
                                         path.c_str()};
  if (further)
    arguments.push_back(libraryPath.c_str());
  if (!soname.empty())
    for (const char *argument : {"-soname", soname.c_str()})
      arguments.push_back(argument);
  std::string said;
  llvm::raw_string_ostream talk(said);
  lld::Result result = lld::lldMain(arguments, talk, talk, {{lld::Gnu, &lld::elf::link}});
  if (output.isOutOfMemory())
    return {"", "there is no memory for the linker's output", LinkResult::NoMemory};
  if (result.retCode != 0)
    return {"", said.empty() ? "lld failed" : said, LinkResult::Refused};
  return {output.take(), "", LinkResult::Done};
}

} // namespace xphi::compiler
