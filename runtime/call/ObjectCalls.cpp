// What the C functions of an ahead-of-time object call where one call of the kernel is not all:
// channels, sums over elements, masks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Not part of libxphi. The compiler's build makes LLVM bitcode of this one file, and
// compiler/codegen/CFunctions.cpp links that into the objects that need it: so they need no
// library, and give the runtime's bits. Nothing here may end as a call of the C library: no copy or
// clearing of a length that is not constant, other than a loop.
// NOLINTBEGIN(bugprone-suspicious-include)
#include "MaskBits.cpp"
#include "Sum.cpp"
#include "Sweep.cpp"
#include "Walk.cpp"
// NOLINTEND(bugprone-suspicious-include)

#include "MaskTile.h"

#include <algorithm>

using namespace xphi;

namespace {

bool isArray(char role) { return role >= '1' && role <= '8'; }
std::uint8_t bytesOf(char role) { return isArray(role) ? std::uint8_t(role - '0') : sizeof(float); }

VariableKind kindOf(char role) {
  return role == 's'   ? VariableKind::Scalar
         : role == 'c' ? VariableKind::Channel
                       : VariableKind::Input;
}

} // namespace

// `roles`, one character each: inputs (bytes of an element), ';', parameters ('c' of a channel),
// ';', outputs (bytes; 's' a sum, 'c' a sum for each channel). `channelValues` may be null. What is
// no whole number of blocks of channels is left alone.
extern "C" void xphi_object_sweep(CpuEntry entry, CpuEntry channelsEntry, const char *roles,
                                  const void *const *inputs, void *const *outputs,
                                  const float *parameters, const float *const *channelValues,
                                  std::size_t channels, std::size_t inner, std::size_t first,
                                  std::size_t n) {
  std::size_t block;
  if (__builtin_mul_overflow(channels, inner, &block) || block == 0 || n % block != 0)
    return;
  Operands operands;
  operands.entry = entry;
  operands.channelsEntry = channelsEntry;
  operands.n = n;
  operands.first = first;
  operands.layout = {channels, inner};
  operands.byChannel = channelValues != nullptr;
  for (; *roles != ';'; ++roles, ++operands.inputCount) {
    operands.inputs[operands.inputCount] = inputs[operands.inputCount];
    operands.inputBytes[operands.inputCount] = bytesOf(*roles);
  }
  std::size_t channelCount = 0;
  for (++roles; *roles != ';'; ++roles, ++operands.parameterCount) {
    operands.parameters[operands.parameterCount] = parameters[operands.parameterCount];
    operands.isChannel[operands.parameterCount] = *roles == 'c';
    if (*roles == 'c' && channelValues) {
      operands.channelValues[channelCount] = channelValues[channelCount];
      ++channelCount;
    }
  }
  for (++roles; *roles; ++roles, ++operands.outputCount) {
    operands.outputs[operands.outputCount] = outputs[operands.outputCount];
    operands.outputBytes[operands.outputCount] = bytesOf(*roles);
    operands.outputKinds[operands.outputCount] = kindOf(*roles);
  }
  if (n != 0) {
    Sweep sweep(operands);
    for (std::size_t i = 0; i != sweep.units(); ++i)
      sweep.run(i);
    sweep.finish();
    return;
  }
  for (std::size_t i = 0; i != operands.outputCount; ++i) {
    const VariableKind kind = operands.outputKinds[i];
    for (std::size_t k = kind == VariableKind::Channel ? channels : kind == VariableKind::Scalar;
         k != 0; --k)
      static_cast<float *>(outputs[i])[k - 1] = 0;
  }
}

extern "C" void xphi_object_forward_mask(CpuEntry entry, const float *x, const float *parameters,
                                         float *y, std::uint8_t *mask, std::size_t first,
                                         std::size_t n) {
  const MaskTile tile{entry, parameters};
  for (std::size_t at = 0; at < n; at += MaskTile::elements)
    tile.forward(x + at, y + at, mask + at / 8, std::min(MaskTile::elements, n - at), first + at);
}

extern "C" void xphi_object_backward_mask(CpuEntry entry, const std::uint8_t *mask, const float *dy,
                                          const float *parameters, float *dx, std::size_t first,
                                          std::size_t n) {
  const MaskTile tile{entry, parameters};
  for (std::size_t at = 0; at < n; at += MaskTile::elements)
    tile.backward(mask + at / 8, dy + at, dx + at, std::min(MaskTile::elements, n - at),
                  first + at);
}
