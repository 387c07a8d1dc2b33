// Kernel with a mask: a bit for each element, from forward to backward.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"
#include "MaskTile.h"
#include "Walk.h"
#include "runtime/host/LargeStack.h"
#include "runtime/host/RoundingMode.h"

#include <algorithm>
#include <atomic>

namespace xphi {
namespace {

constexpr std::size_t tile = MaskTile::elements, unit = Walk::leastUnit;
static_assert(unit % tile == 0 && tile % 8 == 0, "threads must not share a byte of the mask");

std::uint64_t address(const void *pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

struct MaskCall {
  const Kernel::Code &code;
  const float *input; ///< x, or dy
  float *output;      ///< y, or dx
  std::uint8_t *written = nullptr;
  const std::uint8_t *read = nullptr;
  std::size_t n = 0;
  const float *parameters = nullptr;
  std::atomic<std::int32_t> failed{0};
  std::atomic<bool> metNan{false};

  std::int32_t run(std::size_t at, std::size_t count);
  void runUnit(std::size_t index);
  Status run();
};

/// Sixteen at once: a loop that every compiler makes vector code of.
bool hasNan(const float *numbers, std::size_t count) {
  constexpr std::size_t lanes = 16;
  std::uint32_t found[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (std::size_t lane = 0; lane != lanes; ++lane)
      found[lane] |= numbers[i + lane] != numbers[i + lane];
  for (; i != count; ++i)
    found[0] |= numbers[i] != numbers[i];
  return std::any_of(found, found + lanes, [](std::uint32_t lane) { return lane != 0; });
}

std::int32_t MaskCall::run(std::size_t at, std::size_t count) {
  const MaskTile each{code.entry(read), parameters};
  if (read)
    return each.backward(read + at / 8, input + at, output + at, count, at);
  if (hasNan(input + at, count)) // before y is written, perhaps over x
    metNan = true;
  return each.forward(input + at, output + at, written + at / 8, count, at);
}

void MaskCall::runUnit(std::size_t index) {
  const std::size_t end = std::min(n, (index + 1) * unit);
  for (std::size_t at = index * unit; at < end && !failed; at += tile)
    if (const std::int32_t result = run(at, std::min(tile, end - at)))
      failed = result;
}

Status MaskCall::run() {
  const auto task = [](void *call, std::size_t index) {
    static_cast<MaskCall *>(call)->runUnit(index);
  };
  const std::size_t units = n / unit + (n % unit != 0);
  const bool isAll = runUnits(code, units, task, this);
  if (failed || !isAll)
    return kernelFailed(code, failed ? failed.load() : notOnceEach);
  if (metNan)
    return Error("X2047",
                 code.program.name +
                     ": x has a NaN, which a mask of one bit an element cannot keep: y and "
                     "the mask are complete, but backward would not give NaN there; "
                     "compile with Keep::Input to get it");
  return {};
}

struct Array {
  const char *name;
  const void *data;
  std::size_t bytes;

  bool overlaps(const Array &other) const {
    return address(data) < address(other.data) + other.bytes &&
           address(other.data) < address(data) + bytes;
  }
};

Error overlap(const std::string &function, const Array &a, const Array &b, const char *rule) {
  return Error("X2011", function + ": " + a.name + " and " + b.name + " overlap; " + rule);
}

/// The call's arrays of numbers, and its mask.
Status check(const Kernel::Code &code, const Array &input, const Array &output, const Array &mask) {
  const std::string &name = code.program.name;
  if (code.empty())
    return emptyKernel();
  if (code.keep() != Keep::Mask)
    return Error("X2028", name + " was not compiled with Keep::Mask: call it without a mask");
  if (code.cuda)
    return Error("X2016",
                 name + " was compiled for " + code.spec.target + ", and masks are for the CPU");
  if (Status floats = checkFloats(code); !floats)
    return floats.error();
  const std::size_t n = output.bytes / sizeof(float);
  if (input.bytes != output.bytes)
    return Error("X2010", name + ": " + input.name + " has " +
                              counted(input.bytes / sizeof(float), "element") + ", not " +
                              std::to_string(n));
  if (mask.bytes != maskBytes(n))
    return Error("X2010", name + ": the mask of " + counted(n, "element") + " has " +
                              counted(mask.bytes, "byte") + ", not " +
                              std::to_string(maskBytes(n)));
  for (const Array &array : {input, output, mask})
    if (n != 0 && !array.data)
      return Error("X2017", name + ": " + array.name + " is a null pointer");
  if (input.data != output.data && input.overlaps(output))
    return overlap(name, input, output, "they may be the same array or lie apart");
  for (const Array &array : {input, output})
    if (mask.overlaps(array))
      return overlap(name, mask, array, "a mask lies apart from the numbers");
  return {};
}

template <typename Span> Array array(const char *name, Span span) {
  return {name, span.data(), span.size_bytes()};
}

Status run(MaskCall &call, std::size_t n, Kernel::Parameters parameters) {
  const NearestScope nearest;
  KernelCall defaults;
  if (Status set = defaults.setParameters(call.code, parameters); !set)
    return set;
  call.n = n;
  call.parameters = defaults.parameters;
  if (call.code.stack == 0)
    return call.run();
  Status done;
  const bool ran = withLargeStack(call.code.stack, [&]() noexcept { done = call.run(); });
  return ran ? done : noStack(call.code);
}

} // namespace

std::size_t Kernel::maskSize(std::size_t elements) noexcept { return maskBytes(elements); }

Status Kernel::forward(Input x, Output y, Mask mask, Parameters parameters) const {
  if (Status ok = check(contents(), array("x", x), array("y", y), array("the mask", mask)); !ok)
    return ok;
  MaskCall call{contents(), x.data(), y.data()};
  call.written = mask.data();
  return run(call, y.size(), parameters);
}

Status Kernel::backward(std::span<const std::uint8_t> mask, Input dy, Output dx,
                        Parameters parameters) const {
  if (code && !code->backward())
    return Error("X2015", code->program.name + " was compiled without its backward kernel: set "
                                               "CompileOptions::backward");
  if (Status ok = check(contents(), array("dy", dy), array("dx", dx), array("the mask", mask)); !ok)
    return ok;
  MaskCall call{contents(), dy.data(), dx.data()};
  call.read = mask.data();
  return run(call, dx.size(), parameters);
}

} // namespace xphi
