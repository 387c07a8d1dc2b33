// What an artifact exports and what the runtime puts into it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An artifact is an ELF shared object for this machine without undefined symbols. For a CPU target
// it exports xphi_forward, for a CUDA target xphi_forward_cuda, in both cases with its backward
// twin where gradients were asked for, and xphi_info. Where the function has channel parameters
// each of them has a second form, _channels. All arrays have n elements and any alignment; an
// output may be the same array as an input, so element i of every input is read before element i of
// any output is written. An artifact is alone in its shared object, which the runtime opens by
// itself: so its names are the same for every function. An ahead-of-time object has none of them
// (compiler/codegen/CFunctions.h). An artifact starts no threads. A CUDA artifact reaches the
// driver only through xphi_cuda_bindings, which has Halide 21's signatures and which the runtime
// fills before the first call. Raise artifactAbi when an older side would misread a newer one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xphi {

constexpr int artifactAbi = 6;

/// Arrays that a call reads, dy and channel values included, arrays that it writes, and parameters:
/// at most so many each, because a call keeps them on the stack.
constexpr std::size_t maxOperands = 64;

/// Forward: inputs {x...}, outputs {y}. Backward: inputs {x..., dy}, outputs one array for each
/// gradient asked for, whose element i is dy[i] times the derivative there, for parameters too:
/// nothing is summed. What the arrays hold is said by KernelSpec::types. params are all parameters,
/// floats in declaration order.
/// The _channels forms take one more input for each channel parameter, in declaration order: its
/// value at each element; the entries of params for those are ignored. In the plain forms a channel
/// parameter is a number of params like any other.
/// `first` is the index that the first of the n elements has in the whole of the arrays: what is
/// drawn for an element follows from its index (abi/Draw.h).
using CpuEntry = std::int32_t (*)(const void *const *inputs, void *const *outputs,
                                  const void *params, std::int64_t n, std::int64_t first);

/// The same with device pointers; userContext comes back to the bindings.
using CudaEntry = std::int32_t (*)(void *userContext, const std::uint64_t *inputs,
                                   const std::uint64_t *outputs, const void *params, std::int64_t n,
                                   std::int64_t first);

/// char[], a JSON object: "abi", "inputs" and "parameters" as in the definition ([{"name":"alpha",
/// "channel":true}]), "spec" (the text of its KernelSpec), "promise" (the certificate, or null),
/// and what else there is to say.
constexpr const char *infoSymbol = "xphi_info";
constexpr const char *forwardSymbol = "xphi_forward";
constexpr const char *backwardSymbol = "xphi_backward";
constexpr const char *forwardCudaSymbol = "xphi_forward_cuda";
constexpr const char *backwardCudaSymbol = "xphi_backward_cuda";
constexpr const char *channelsSuffix = "_channels"; // of the four before
/// Of entries around C functions, which are made to certify a library: void *[2].
constexpr const char *functionTableSymbol = "xphi_c_functions";
constexpr const char *bindingsSymbol = "xphi_cuda_bindings"; // void *[4], in the order below

using InitializeKernels = int (*)(void *userContext, void **state, const char *ptx, int size);
/// Sizes end with 0. An argument that is a buffer points at a halide_buffer_t, whose first 8 bytes
/// are the device pointer; any other points at its value.
using RunKernel = int (*)(void *userContext, void *state, const char *entry, int blocksX,
                          int blocksY, int blocksZ, int threadsX, int threadsY, int threadsZ,
                          int sharedBytes, std::uint64_t argumentSizes[], void *arguments[],
                          std::int8_t argumentIsBuffer[]);
using FinalizeKernels = void (*)(void *userContext, void *state);
using CopyToDevice = int (*)(void *userContext, void *buffer, const void *deviceInterface);

enum Binding { initializeKernelsBinding, runBinding, finalizeKernelsBinding, copyToDeviceBinding };
constexpr int bindingCount = 4;

} // namespace xphi
