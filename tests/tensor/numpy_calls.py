#!/usr/bin/env python3
# Random calls of the C interface on NumPy's views, against NumPy: shapes, strides, broadcasting, sums.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# numpy_calls.py LIBXPHI [CALLS]. The kernel only chooses among its inputs, so values are exact in
# every type; the gradients are of small integers, so sums in double precision are exact as well.

import ctypes
import os
import random
import sys

import numpy

F32, F16, BF16, INT8, UINT8, F64 = 0, 1, 2, 3, 4, 7
PLAIN = {F32: numpy.float32, F16: numpy.float16, INT8: numpy.int8, UINT8: numpy.uint8, F64: numpy.float64} # what NumPy has
CALLS = int(os.environ.get("XPHI_TENSOR_CALLS", sys.argv[2] if len(sys.argv) > 2 else 300))
SEED = int(os.environ.get("XPHI_TENSOR_SEED", 20261126))


class Tensor(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("type", ctypes.c_uint32), ("rank", ctypes.c_uint32),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64))]


class EngineOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("cache_directory", ctypes.c_char_p), ("compiler_library", ctypes.c_char_p),
                ("cuda_driver", ctypes.c_char_p), ("threads", ctypes.c_uint32), ("compile_threads", ctypes.c_uint32),
                ("compile_seconds", ctypes.c_double), ("compile_megabytes", ctypes.c_uint64),
                ("max_kernels", ctypes.c_size_t), ("executor", ctypes.c_void_p),
                ("executor_context", ctypes.c_void_p), ("allocate", ctypes.c_void_p),
                ("release", ctypes.c_void_p), ("allocator_context", ctypes.c_void_p),
                ("shared_cache", ctypes.c_char_p)]


class CompileOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("function", ctypes.c_char_p), ("target", ctypes.c_char_p), ("file_name", ctypes.c_char_p),
                ("order", ctypes.c_uint32), ("no_backward", ctypes.c_uint32), ("derivative", ctypes.c_char_p),
                ("gradients", ctypes.c_char_p), ("keep", ctypes.c_uint32), ("require", ctypes.c_uint32),
                ("import_root", ctypes.c_char_p), ("target_in_names", ctypes.c_uint32), ("types", ctypes.c_char_p), ("name_prefix", ctypes.c_char_p)]


def load(path):
    library = ctypes.CDLL(path)
    for name in ("xphi_engine_create", "xphi_compile", "xphi_kernel_forward_tensors",
                 "xphi_kernel_gradients_tensors"):
        getattr(library, name).restype = ctypes.c_void_p
    for name in ("xphi_error_code", "xphi_error_text"):
        getattr(library, name).restype = ctypes.c_char_p
    return library


def describe(array, kind):
    numbers = ctypes.c_int64 * max(array.ndim, 1)
    steps = [stride // array.itemsize for stride in array.strides]
    return Tensor(0, array.ctypes.data, kind, array.ndim, numbers(*array.shape), numbers(*steps))


def pointers(tensors):
    return (ctypes.POINTER(Tensor) * len(tensors))(*[ctypes.pointer(each) for each in tensors])


def code_of(library, error):
    if not error:
        return None, ""
    handle = ctypes.c_void_p(error)
    result = library.xphi_error_code(handle).decode(), library.xphi_error_text(handle).decode()
    library.xphi_error_free(handle)
    return result


def to_bits(values, kind):
    """Small integers, exact in every type, as NumPy stores them."""
    if kind == BF16:
        return (values.astype(numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)
    return (abs(values) if kind == UINT8 else values).astype(PLAIN[kind])


def rounded(values, kind):
    """Doubles that are integers below 2^24, to the type."""
    if kind != BF16:
        return values.astype(PLAIN[kind])
    bits = values.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(numpy.uint16)


def to_numbers(array, kind):
    if kind == BF16:
        return (array.astype(numpy.uint32) << 16).view(numpy.float32).astype(numpy.float64)
    return array.astype(numpy.float64)


def gradient_kind(kind):
    """Gradients of integers are f32."""
    return F32 if kind in (INT8, UINT8) else kind


def random_view(rng, shape, kind, written=False):
    """An array of this shape with strides as NumPy's indexing makes them."""
    order = list(range(len(shape)))
    if rng.random() < 0.5:
        rng.shuffle(order)
    steps = [rng.choice((1, 1, 1, 2, -1, -2)) for _ in shape]
    lengths = [max(extent * abs(step), 1) for extent, step in zip(shape, steps)]
    base = numpy.zeros([lengths[i] for i in order], numpy.float64)
    base[...] = numpy.array([rng.randint(-8, 8) for _ in range(base.size)]).reshape(base.shape)
    view = to_bits(base, kind).transpose(numpy.argsort(order) if order else ())
    index = tuple(slice(None, None, step) for step in steps)
    view = view[index + (...,)][tuple(slice(0, extent) for extent in shape) + (...,)]
    if not written and shape and rng.random() < 0.2:
        axis = rng.randrange(len(shape))
        if shape[axis] > 0:
            part = view[tuple(slice(0, 1) if i == axis else slice(None) for i in range(len(shape)))]
            view = numpy.broadcast_to(part, shape)
    assert view.shape == tuple(shape), (view.shape, shape)
    return view


def random_shapes(rng):
    extents = (1, 1, 2, 3, 4, 5, 17, 33, 260)
    shape, size = [], 1
    for _ in range(rng.randrange(6)):
        extent = rng.choice(extents)
        if size * extent <= 3000:
            size *= extent
            shape.append(extent)
    if rng.random() < 0.04:
        shape.insert(0, 0)

    def operand():
        own = [1 if rng.random() < 0.3 else extent for extent in shape]
        while own and own[0] == 1 and rng.random() < 0.5:
            own.pop(0)
        if own and rng.random() < 0.06:
            own[rng.randrange(len(own))] += 1 # usually does not fit any more
        return own

    return shape, [operand() for _ in range(3)]


def reduce_to(values, shape):
    extra = values.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, extent in enumerate(shape)
                                       if extent == 1 and values.shape[extra + i] != 1)
    return values.sum(axis=axes, dtype=numpy.float64).reshape(shape)


def run_call(library, kernel, kind, rng):
    shape, shapes = random_shapes(rng)
    arrays = [random_view(rng, each, kind) for each in shapes]
    y = random_view(rng, shape, kind, written=True)
    inputs = pointers([describe(each, kind) for each in arrays])
    said = f"type {kind}, shapes {shapes} -> {shape}, strides {[a.strides for a in arrays + [y]]}"
    numbers = [to_numbers(each, kind) for each in arrays]
    try:
        a, b, c = (numpy.broadcast_to(each, shape) for each in numbers)
    except ValueError:
        code, _ = code_of(library, library.xphi_kernel_forward_tensors(
            kernel, inputs, ctypes.byref(describe(y, kind)), None))
        assert code == "X2010", (said, code)
        return
    code, text = code_of(library, library.xphi_kernel_forward_tensors(
        kernel, inputs, ctypes.byref(describe(y, kind)), None))
    assert code is None, (said, text)
    wanted = numpy.where(a > b, c, a)
    assert numpy.array_equal(to_numbers(y, kind), wanted), said

    kind = gradient_kind(kind)
    dy = random_view(rng, shape, kind)
    outputs = [random_view(rng, each, kind, written=True) for each in shapes]
    code, text = code_of(library, library.xphi_kernel_gradients_tensors(
        kernel, inputs, ctypes.byref(describe(dy, kind)),
        pointers([describe(each, kind) for each in outputs]), None))
    assert code is None, (said, text)
    seed = to_numbers(dy, kind)
    terms = [numpy.where(a > b, 0, seed), numpy.zeros(seed.shape), numpy.where(a > b, seed, 0)]
    for position, (output, term) in enumerate(zip(outputs, terms)):
        right = to_numbers(rounded(reduce_to(term, output.shape), kind), kind)
        assert numpy.array_equal(to_numbers(output, kind), right), (said, "gradient", position)


def main():
    library = load(sys.argv[1])
    kernels = []
    for threads in (1, 2):
        options = EngineOptions(size=ctypes.sizeof(EngineOptions), cache_directory=os.environ.get("XPHI_CACHE_DIR", "").encode(), threads=threads)
        engine = ctypes.c_void_p(library.xphi_engine_create(ctypes.byref(options)))
        for kind, name in ((F32, b"f32"), (F16, b"f16"), (BF16, b"bf16"), (INT8, b"int8"), (UINT8, b"uint8"), (F64, b"f64")):
            kernel = ctypes.c_void_p()
            chosen = CompileOptions(size=ctypes.sizeof(CompileOptions), types=name)
            code, text = code_of(library, library.xphi_compile(
                engine, b"def choose(a, b, c) = if a > b then c else a", ctypes.byref(chosen),
                ctypes.byref(kernel)))
            assert code is None, text
            kernels.append((kernel, kind))
    for seed in range(SEED, SEED + CALLS):
        kernel, kind = kernels[seed % len(kernels)]
        try:
            run_call(library, kernel, kind, random.Random(seed))
        except AssertionError:
            print(f"rerun this call with XPHI_TENSOR_CALLS=1 XPHI_TENSOR_SEED={seed}")
            raise
    print(f"{CALLS} calls as NumPy has them")


main()
