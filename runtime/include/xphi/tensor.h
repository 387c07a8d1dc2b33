/* Kernels on arrays of any shape, stride and element type, in C.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * xphi/Tensor.hpp and xphi/Kernel.hpp say what the calls promise. */
#ifndef XPHI_TENSOR_H
#define XPHI_TENSOR_H

#include <xphi/xphi.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { XPHI_F32, XPHI_F16, XPHI_BF16 };

/* A view of memory that stays the caller's, as are shape and strides. */
typedef struct {
  void *data; /* of the element whose indices are 0; of what a call reads, only read */
  uint32_t type;
  uint32_t rank;          /* at most 8 */
  const int64_t *shape;   /* rank numbers; may be null if rank is 0 */
  const int64_t *strides; /* in elements, may be negative or 0; null: the last one is contiguous */
} xphi_tensor;

/* What the arrays of a kernel hold: the inputs by index, then the result. */
XPHI_C_API uint32_t xphi_kernel_type(const xphi_kernel *kernel, size_t index);

/* y = f(x), over the shape of y; `inputs` holds one tensor an input, and they broadcast. Null
 * parameters: the defaults; else one tensor a parameter, where null data is its default, one
 * element a number, and more go to a channel parameter. */
XPHI_C_API xphi_error *xphi_kernel_forward_tensors(const xphi_kernel *kernel,
                                                   const xphi_tensor *inputs, const xphi_tensor *y,
                                                   const xphi_tensor *parameters);

/* All gradients, over the shape of dy; `outputs` holds one tensor a gradient. Gradients of what was
 * broadcast are sums. A kernel that keeps y takes it in place of x, one that keeps nothing takes
 * null inputs. */
XPHI_C_API xphi_error *xphi_kernel_gradients_tensors(const xphi_kernel *kernel,
                                                     const xphi_tensor *inputs,
                                                     const xphi_tensor *dy,
                                                     const xphi_tensor *outputs,
                                                     const xphi_tensor *parameters);

/* A view of a DLTensor, or of a DLManagedTensorVersioned, which `written` says is to be written.
 * The shape and strides stay DLPack's. X2031 and X2032 where xphi cannot use it. */
XPHI_C_API xphi_error *xphi_tensor_from_dlpack(const void *dl_tensor, xphi_tensor *tensor);
XPHI_C_API xphi_error *xphi_tensor_from_dlpack_versioned(const void *managed, int written,
                                                         xphi_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
