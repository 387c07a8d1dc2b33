// Kernel with a mask: a byte for each element, from forward to backward.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelCall.h"

namespace xphi {
namespace {

std::uint64_t address(const void *pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

/// An array of the call, in bytes.
struct Array {
  const char *name;
  const void *data;
  std::size_t elements, size;
};

Status check(const Kernel::Code &code, std::span<const Array> arrays, std::size_t written) {
  const std::string &name = code.program.name;
  if (code.keep() != Keep::Mask)
    return Error("X2028", name + " was not compiled with Keep::Mask: call it without a mask");
  if (code.cuda)
    return Error("X2016",
                 name + " was compiled for " + code.target + ", and masks are for the CPU");
  const std::size_t n = arrays.back().elements;
  for (std::size_t i = 0; i != arrays.size(); ++i) {
    const Array &array = arrays[i];
    if (array.elements != n)
      return Error("X2010", name + ": " + array.name + " has " +
                                counted(array.elements, "element") + ", not " + std::to_string(n));
    if (n != 0 && !array.data)
      return Error("X2017", name + ": " + array.name + " is a null pointer");
    // Arrays that are written come last. The same place is right only for the same kind.
    for (std::size_t k = written; k < arrays.size() && i < arrays.size(); ++k) {
      const Array &other = arrays[k];
      const bool same = array.data == other.data && array.size == other.size && i < written;
      const std::uint64_t a = address(array.data), b = address(other.data);
      if (i != k && !same && n != 0 && a < b + n * other.size && b < a + n * array.size)
        return Error("X2011", name + ": " + array.name + " and " + other.name +
                                  " overlap; they may be the same array of numbers or lie apart");
    }
  }
  return {};
}

Status run(const Kernel::Code &code, CpuEntry entry, std::span<const Array> arrays,
           std::size_t written, Kernel::Parameters parameters) {
  if (Status checked = check(code, arrays, written); !checked)
    return checked;
  KernelCall call;
  if (Status set = call.setParameters(code, parameters); !set)
    return set;
  const std::size_t n = arrays.back().elements;
  for (std::size_t done = 0; done < n;) {
    const std::size_t slice = std::min(n - done, maxSlice);
    const void *in[maxOperands];
    void *out[maxOperands];
    for (std::size_t i = 0; i != arrays.size(); ++i) {
      const std::uint64_t at = address(arrays[i].data) + done * arrays[i].size;
      if (i < written)
        in[i] = reinterpret_cast<const void *>(at);
      else
        out[i - written] = reinterpret_cast<void *>(at);
    }
    if (const std::int32_t failed = entry(in, out, call.parameters, std::int64_t(slice)))
      return Error("X2019", code.program.name + ": the kernel returned " + std::to_string(failed));
    done += slice;
  }
  return {};
}

template <typename Span> Array array(const char *name, Span span) {
  return {name, span.data(), span.size(), sizeof(typename Span::element_type)};
}

} // namespace

Status Kernel::forward(Input x, Output y, Mask mask, Parameters parameters) const {
  const Array arrays[] = {array("x", x), array("y", y), array("the mask", mask)};
  return run(*code, code->artifact.forward, arrays, 1, parameters);
}

Status Kernel::backward(std::span<const std::uint8_t> mask, Input dy, Output dx,
                        Parameters parameters) const {
  if (!code->backward())
    return Error("X2015", code->program.name + " was compiled without its backward kernel: set "
                                               "CompileOptions::backward");
  const Array arrays[] = {array("the mask", mask), array("dy", dy), array("dx", dx)};
  return run(*code, code->artifact.backward, arrays, 2, parameters);
}

} // namespace xphi
