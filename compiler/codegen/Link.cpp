// Links objects with lld, in this process and in memory.
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
#include <deque>
#include <fcntl.h>
#include <mutex>
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
    // An error of lld's would be about the function, and this is about the machine. It opens one
    // of them at a time.
    if (File::open(AT_FDCWD, path(), O_RDONLY))
      return "";
    return errno == EMFILE || errno == ENFILE
               ? std::string("the linker's input cannot be opened: ") + std::strerror(errno)
               : "the linker needs /proc, which is not mounted";
  }

private:
  File file;
  bool written;
  int reason;
};

} // namespace

LinkResult link(const std::vector<std::string_view> &objects,
                const std::vector<std::string> &options) {
  static std::mutex one; // lld keeps state of its own
  std::lock_guard lock(one);
  std::deque<Input> inputs;
  // One thread: a pool would not survive a fork of the host program.
  std::vector<std::string> words = {"ld.lld", "--threads=1", "--build-id=none", "-o",
                                    LinkOutput::name};
  words.insert(words.end(), options.begin(), options.end());
  for (std::string_view object : objects) {
    const Input &input = inputs.emplace_back(object);
    if (std::string error = input.error(); !error.empty())
      return {"", error, LinkResult::NoMemory};
    words.push_back(input.path());
  }
  std::vector<const char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(word.c_str());
  LinkOutput output;
  std::string said;
  llvm::raw_string_ostream talk(said);
  lld::Result result = lld::lldMain(arguments, talk, talk, {{lld::Gnu, &lld::elf::link}});
  if (output.isOutOfMemory())
    return {"", "there is no memory for the linker's output", LinkResult::NoMemory};
  if (result.retCode != 0)
    return {"", said.empty() ? "lld failed" : said, LinkResult::Refused};
  return {output.take(), "", LinkResult::Done};
}

LinkResult linkShared(const std::vector<std::string_view> &objects, const std::string &soname) {
  std::vector<std::string> options = {"-shared", "--no-undefined", "--gc-sections",   "-z", "now",
                                      "-z",      "noexecstack",    "--hash-style=gnu"};
  if (!soname.empty())
    options.insert(options.end(), {"-soname", soname});
  return link(objects, options);
}

} // namespace xphi::compiler
