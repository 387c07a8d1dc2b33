// The loops around a body, made by Halide: how elements are walked, on the CPU and on the GPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/HalideLoops.h"
#include "codegen/LoopSignature.h"

#include <Halide.h>

#include <algorithm>
#include <elf.h>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace xphi::compiler {
namespace {

struct ScheduledLoop {
  Halide::Func function{"y"};
  std::vector<Halide::Argument> arguments;
  Halide::Target target;
};

/// With everything off that would need a runtime or change bits.
std::string halideName(const Target &target, unsigned vectors) {
  const std::string quiet = "-no_runtime-no_asserts-no_bounds_query-strict_float";
  switch (target.machine) {
  case Target::Machine::X86_64:
    // It cuts vectors of more lanes than the machine's. A loop is loads, calls and stores.
    return (target.level == 3 && vectors == 1
                ? "x86-64-linux-sse41-avx-f16c-fma-avx2"
                : "x86-64-linux-sse41-avx-f16c-fma-avx2-avx512-avx512_skylake") +
           quiet;
  case Target::Machine::AArch64:
    // Of this machine it knows vectors of 128 bits.
    return target.level == 1 ? "arm-64-linux" + quiet
                             : halideName(*Target::parse("x86-64-v3"), vectors);
  case Target::Machine::RiscV64:
  case Target::Machine::Wasm32:
    // RISC-V's own would be of scalable vectors, and WebAssembly has a processor's only in the
    // engine. A loop is loads, calls and stores, of four elements on each of these machines;
    // EntryPoints.cpp lays Halide's buffers out as it has them where pointers have 64 bits.
    return halideName(*Target::parse("aarch64-neon"), vectors);
  case Target::Machine::Cuda:
    break;
  }
  // Halide knows capabilities up to 86; the loop around the body uses nothing newer.
  return "x86-64-linux-cuda-cuda_capability_80-user_context" + quiet;
}

/// Of what is stored: but for f32, bits that the body makes numbers of.
Halide::Type typeOf(char kind) {
  return kind == letterOf(ElementType::F32) ? Halide::Float(32)
                                            : Halide::UInt(8 * int(bytesOf(kind)));
}

ScheduledLoop schedule(const LoopSignature &signature) {
  using namespace Halide;
  ScheduledLoop loop;
  loop.target = Halide::Target(halideName(signature.target, signature.vectors));
  Var i("i");
  std::vector<Expr> operands;
  auto addOperand = [&](char kind, const std::string &name) {
    if (kind == FloatScalar) {
      Param<float> scalar(name);
      operands.push_back(scalar);
      loop.arguments.push_back(scalar);
      return;
    }
    if (kind == IndexScalar) {
      Param<int64_t> first(name);
      operands.push_back(first + cast<int64_t>(i));
      loop.arguments.push_back(first);
      return;
    }
    ImageParam array(typeOf(kind), 1, name);
    array.dim(0).set_min(0).set_stride(1);
    array.set_host_alignment(typeOf(kind).bytes());
    operands.push_back(array(i));
    loop.arguments.push_back(array);
  };
  for (size_t k = 0; k < signature.inputs.size(); ++k)
    addOperand(signature.inputs[k], "x" + std::to_string(k));
  for (size_t k = 0; k < signature.parameters.size(); ++k)
    addOperand(signature.parameters[k], "p" + std::to_string(k));
  std::vector<Expr> results;
  for (unsigned k = 0; k < signature.outputs.size(); ++k)
    results.push_back(Internal::Call::make(typeOf(signature.outputs[k]), loopBodyName(k), operands,
                                           Internal::Call::PureExtern));
  loop.function(i) = Tuple(results);
  // The further outputs have the extent of the first.
  loop.function.output_buffers().front().dim(0).set_min(0);
  for (OutputImageParam &output : loop.function.output_buffers()) {
    output.dim(0).set_stride(1);
    output.set_host_alignment(output.type().bytes());
  }

  if (signature.target.isCuda()) {
    // Each thread has several elements, which lie apart: a warp reads what lies together, and as
    // vectors all are loaded before the first is computed.
    constexpr int threads = 128, bytesInFlight = 16;
    int largest = 1;
    for (const char kind : signature.inputs + signature.outputs)
      if (kind != FloatScalar && kind != IndexScalar)
        largest = std::max(largest, typeOf(kind).bytes());
    const int each = bytesInFlight / largest;
    Var block("block"), rest("rest"), element("element"), thread("thread");
    loop.function.split(i, block, rest, threads * each, TailStrategy::GuardWithIf)
        .split(rest, element, thread, threads)
        .reorder(element, thread, block)
        .gpu_blocks(block)
        .gpu_threads(thread)
        .vectorize(element)
        .never_partition(thread);
  } else {
    // Whole vectors only: the entry point sees to the rest.
    loop.function.vectorize(i, int(signature.lanes()), TailStrategy::RoundUp);
  }
  return loop;
}

/// What is in the section for bitcode of an object of 64 bits, which was made just now.
std::string embeddedBitcode(std::string_view object) {
  Elf64_Ehdr header;
  object.copy(reinterpret_cast<char *>(&header), sizeof header);
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  object.substr(header.e_shoff)
      .copy(reinterpret_cast<char *>(sections.data()), sections.size() * sizeof(Elf64_Shdr));
  const auto bytesOf = [&](const Elf64_Shdr &section) {
    return object.substr(section.sh_offset, section.sh_size);
  };
  const std::string_view names = bytesOf(sections.at(header.e_shstrndx));
  for (const Elf64_Shdr &section : sections)
    if (std::string_view(names.substr(section.sh_name).data()) == ".llvmbc")
      return std::string(bytesOf(section));
  throw std::runtime_error("there is no bitcode in the object that Halide made");
}

// What `make` makes of the loop. Nothing goes through a file: Halide exits the process when it
// cannot write one.
template <class Make> void deliver(const xphi_loop_request *request, Make make) {
  std::optional<Target> target = Target::parse(request->target);
  const LoopSignature signature{request->inputs, request->parameters, request->outputs, *target,
                                request->vectors};
  try {
    const std::string product = make(schedule(signature));
    request->deliver(request->receiver, product.data(), product.size(), "");
  } catch (const std::exception &error) { // Halide's, or out of memory
    request->deliver(request->receiver, "", 0, error.what());
  }
}

} // namespace
} // namespace xphi::compiler

void xphi_make_loop(const xphi_loop_request *request) {
  xphi::compiler::deliver(request, [](xphi::compiler::ScheduledLoop loop) {
    // The one way in which Halide gives code without a file is an object; the bitcode, as it is
    // just before code generation, travels in a section of it.
    const Halide::Module module =
        loop.function.compile_to_module(loop.arguments, xphi::compiler::loopName,
                                        loop.target.with_feature(Halide::Target::EmbedBitcode));
    const Halide::Buffer<uint8_t> object = module.compile_to_buffer();
    return xphi::compiler::embeddedBitcode(
        {reinterpret_cast<const char *>(object.data()), object.size_in_bytes()});
  });
}

void xphi_print_loop(const xphi_loop_request *request) {
  xphi::compiler::deliver(request, [](xphi::compiler::ScheduledLoop loop) {
    std::ostringstream text;
    text << loop.function.compile_to_module(loop.arguments, xphi::compiler::loopName, loop.target);
    return text.str();
  });
}
