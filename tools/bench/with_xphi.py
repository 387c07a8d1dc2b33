"""xphi through its C interface, and memcpy.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import os

import cases
from prepared import Absent, Prepared

TYPES = {"f32": 0, "f16": 1, "bf16": 2, "f64": 7} # XPHI_F32, ...
KEEP_X, KEEP_Y = 0, 1


# As xphi.h declares them.
class Tensor(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("type", ctypes.c_uint32),
                ("rank", ctypes.c_uint32), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64))]


class EngineOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("cache_directory", ctypes.c_char_p), ("compiler_library", ctypes.c_char_p),
                ("cuda_driver", ctypes.c_char_p), ("threads", ctypes.c_uint32), ("compile_threads", ctypes.c_uint32),
                ("compile_seconds", ctypes.c_double), ("compile_megabytes", ctypes.c_uint64),
                ("max_kernels", ctypes.c_size_t), ("executor", ctypes.c_void_p), ("executor_context", ctypes.c_void_p),
                ("allocator", 3 * ctypes.c_void_p), ("shared_cache", ctypes.c_char_p)]


class CompileOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("function", ctypes.c_char_p), ("target", ctypes.c_char_p),
                ("file_name", ctypes.c_char_p), ("order", ctypes.c_uint32), ("no_backward", ctypes.c_uint32),
                ("derivative", ctypes.c_char_p), ("gradients", ctypes.c_char_p), ("keep", ctypes.c_uint32),
                ("require", ctypes.c_uint32), ("import_root", ctypes.c_char_p), ("target_in_names", ctypes.c_uint32),
                ("types", ctypes.c_char_p), ("reproducible", ctypes.c_uint32), ("name_prefix", ctypes.c_char_p)]


def tensor(array, kind):
    numbers = ctypes.c_int64 * array.ndim
    steps = [stride // array.itemsize for stride in array.strides]
    return Tensor(ctypes.sizeof(Tensor), array.ctypes.data, TYPES[kind], array.ndim, numbers(*array.shape),
                  numbers(*steps))


def pointers(tensors):
    return (ctypes.POINTER(Tensor) * len(tensors))(*[ctypes.pointer(each) for each in tensors])


class Xphi:
    key = "xphi"

    def __init__(self, path, threads):
        self.library = ctypes.CDLL(path)
        for name in ("xphi_engine_create", "xphi_compile", "xphi_kernel_forward_tensors",
                     "xphi_kernel_gradients_tensors"):
            getattr(self.library, name).restype = ctypes.c_void_p
        for name in ("xphi_error_text", "xphi_version", "xphi_kernel_target"):
            getattr(self.library, name).restype = ctypes.c_char_p
        self.version = self.library.xphi_version().decode()
        cache = os.environ.get("XPHI_CACHE_DIR")
        options = EngineOptions(size=ctypes.sizeof(EngineOptions), threads=threads,
                                cache_directory=cache.encode() if cache else None)
        self.engine = ctypes.c_void_p(self.library.xphi_engine_create(ctypes.byref(options)))
        self.kernels = {}

    def enter(self):
        pass

    def check(self, error):
        if error:
            raise Absent(self.library.xphi_error_text(ctypes.c_void_p(error)).decode())

    def kernel(self, case):
        text, gradients = getattr(case, "text", case.name), getattr(case, "gradients", None)
        key = text, case.kind, case.reads_y
        if key not in self.kernels:
            kernel = ctypes.c_void_p()
            options = CompileOptions(size=ctypes.sizeof(CompileOptions), types=case.kind.encode(),
                                     gradients=gradients.encode() if gradients else None,
                                     keep=KEEP_Y if case.reads_y else KEEP_X)
            self.check(self.library.xphi_compile(self.engine, text.encode(), ctypes.byref(options),
                                                 ctypes.byref(kernel)))
            self.kernels[key] = kernel
        return self.kernels[key]

    def prepare(self, case, arrays):
        kernel = self.kernel(case)
        if case.direction == "forward":
            inputs, y = [tensor(each, case.kind) for each in arrays.inputs], tensor(arrays.y, case.kind)
            function, operands = self.library.xphi_kernel_forward_tensors, (pointers(inputs), ctypes.byref(y), None)
        else:
            read = [arrays.y] if case.reads_y else arrays.inputs
            inputs, dy = [tensor(each, case.kind) for each in read], tensor(arrays.dy, case.kind)
            outputs = [tensor(each, case.kind) for each in arrays.gradients]
            function = self.library.xphi_kernel_gradients_tensors
            operands = (pointers(inputs), ctypes.byref(dy), pointers(outputs), None)
        self.check(function(kernel, *operands))
        return Prepared(lambda: function(kernel, *operands),
                        how=function.__name__ + (", keep y" if case.reads_y else ""))


class Memcpy:
    """As many bytes as the result has, however many are read."""
    key, version = "memcpy", "of the C library"

    def __init__(self):
        self.function = ctypes.CDLL(None).memcpy

    def enter(self):
        pass

    def prepare(self, case, arrays):
        source = arrays.inputs[0] if arrays.inputs[0].flags.c_contiguous else arrays.dy
        copy = cases.aligned(arrays.dy.shape, case.kind)
        operands = ctypes.c_void_p(copy.ctypes.data), ctypes.c_void_p(source.ctypes.data), ctypes.c_size_t(copy.nbytes)
        function = self.function
        return Prepared(lambda: (function(*operands), copy)[0], fetch=lambda: None, how="memcpy")
