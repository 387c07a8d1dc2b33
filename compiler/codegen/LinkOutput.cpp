// Where lld's output goes: LLVM's FileOutputBuffer, defined here so that no file is written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's own would map a temporary file beside its place, which is a SIGBUS on a full file system,
// or write the file at the end and exit the process when that fails. lld is its only user here; the
// linker takes this definition before it looks into LLVM's archive, and says so if that changes.
#include "codegen/LinkOutput.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/FileOutputBuffer.h"

#include <new>

namespace xphi::compiler {
namespace {

thread_local LinkOutput *receiver = nullptr;

} // namespace

LinkOutput::LinkOutput() { receiver = this; }
LinkOutput::~LinkOutput() { receiver = nullptr; }

class ReceivedOutput : public llvm::FileOutputBuffer {
public:
  ReceivedOutput(std::unique_ptr<uint8_t[]> memory, size_t size)
      : FileOutputBuffer(LinkOutput::name), memory(std::move(memory)), size(size) {}

  static llvm::Expected<std::unique_ptr<FileOutputBuffer>> create(size_t size) {
    // Zeros, as in a new file: lld does not write the gaps.
    std::unique_ptr<uint8_t[]> memory(new (std::nothrow) uint8_t[size]());
    if (!receiver || !memory) {
      if (receiver)
        receiver->outOfMemory = true;
      return llvm::errorCodeToError(std::make_error_code(std::errc::not_enough_memory));
    }
    return std::make_unique<ReceivedOutput>(std::move(memory), size);
  }

  uint8_t *getBufferStart() const override { return memory.get(); }
  uint8_t *getBufferEnd() const override { return memory.get() + size; }
  size_t getBufferSize() const override { return size; }
  llvm::Error commit() override {
    receiver->bytes.assign(memory.get(), memory.get() + size);
    return llvm::Error::success();
  }

private:
  std::unique_ptr<uint8_t[]> memory;
  size_t size;
};

} // namespace xphi::compiler

llvm::Expected<std::unique_ptr<llvm::FileOutputBuffer>>
llvm::FileOutputBuffer::create(StringRef, size_t size, unsigned) {
  return xphi::compiler::ReceivedOutput::create(size);
}
