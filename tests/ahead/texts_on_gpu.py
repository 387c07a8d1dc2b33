#!/usr/bin/env python3
"""Runs the CUDA and Triton texts of the library on a GPU, and holds their bits against the CPU kernels'.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Two steps, since a machine with a GPU may have no compiler library:

    texts_on_gpu.py --write FOLDER    with bin/xphi: the texts, and what the CPU makes of the inputs
    texts_on_gpu.py --run FOLDER      with a GPU, nvcc, PyTorch and Triton

Forward and every gradient of an input, in f32, at bits by chance and normal numbers, with the tier that has the same bits
everywhere. A result may be the other's neighbour where doubles do not tell, which is counted.
"""

import argparse
import concurrent.futures
import ctypes
import importlib.util
import json
import multiprocessing
import pathlib
import re
import subprocess
import sys

import numpy as np

COUNT = 20000


def numbers(seed):
    random = np.random.default_rng(seed)
    bits = random.integers(0, 1 << 32, COUNT, dtype=np.uint64).astype(np.uint32).view(np.float32)
    return np.where(np.arange(COUNT) % 2 == 0, bits, random.normal(0, 2, COUNT).astype(np.float32))


def operands(names):
    """An array for each that is read: inputs and the gradient of the result."""
    return {name: numbers(i) for i, name in enumerate(n for n in names if n.startswith(("in_", "grad_")))}


def write(folder, xphi):
    functions = subprocess.run([xphi, "list", "--json"], check=True, capture_output=True, text=True).stdout
    names = [entry["name"] for entry in json.loads(functions)]
    for name in names:
        for emit in ("cuda", "triton", "shared"):
            done = subprocess.run([xphi, "compile", "--emit", emit, "--backward", "--accuracy", "reproducible", "-o", folder]
                                  + (["--target", "x86-64-v3"] if emit == "shared" else []) + ["--", name],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr)


def kernels(text):
    """{kernel: names of its arguments} of a Triton text."""
    found = re.findall(r"^@triton\.jit\ndef (\w+)\(([^)\n]*), n, BLOCK", text, re.M)
    return {name: arguments.split(", ") for name, arguments in found}


def defaults(text):
    return {name: float(value) for name, value in re.findall(r"#   (par_\w+): .*?usual value is (\S+)", text)}


def expected(folder, function, kernel, arguments, values):
    """What the CPU's kernel of the same name writes."""
    library = ctypes.CDLL(str(folder / f"{function}.so"))
    arrays = {**operands(arguments), **{n: np.empty(COUNT, np.float32) for n in arguments if n.startswith("out_")}}
    passed = [ctypes.c_float(values[n]) if n in values else ctypes.c_size_t(0) if n == "first"
              else arrays[n].ctypes.data_as(ctypes.c_void_p) for n in arguments]
    getattr(library, kernel)(*passed, ctypes.c_size_t(COUNT))
    return {n: arrays[n] for n in arguments if n.startswith("out_")}


def compare(got, wanted):
    def place(x):
        bits = x.view(np.int32).astype(np.int64)
        return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    same = (got.view(np.int32) == wanted.view(np.int32)) | (np.isnan(got) & np.isnan(wanted))
    near = np.abs(place(got) - place(wanted)) <= 1
    return int(np.sum(~same & near)), np.nonzero(~same & ~near)[0]


def run_one(folder, function):
    import torch
    import triton # noqa: F401, the text imports it
    text = (folder / f"{function}.py").read_text()
    values = defaults(text)
    spec = importlib.util.spec_from_file_location(function, folder / f"{function}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source = [f'#include "{function}.cuh"']
    for name, arguments in kernels(text).items():
        typed = ", ".join(f"float {n}" if n in values else f"size_t {n}" if n == "first" else f"{'' if n.startswith('out_') else 'const '}float *{n}"
                          for n in arguments)
        source.append(f'extern "C" int run_{name}({typed}, size_t n) {{ return {name}({", ".join(arguments)}, n); }}')
    unit, library = folder / f"{function}_run.cu", folder / f"{function}_run.so"
    unit.write_text("\n".join(source))
    subprocess.run(["nvcc", "-arch=native", "-O2", "-shared", "-Xcompiler", "-fPIC", "-o", library, unit], check=True)
    compiled = ctypes.CDLL(str(library))
    lines = []
    for name, arguments in kernels(text).items():
        wanted = expected(folder, function, name, arguments, values)
        read = {n: torch.from_numpy(a).cuda() for n, a in operands(arguments).items()}
        for how in ("CUDA", "Triton"):
            out = {n: torch.empty(COUNT, device="cuda") for n in wanted}
            arrays = {**read, **out}
            if how == "CUDA":
                passed = [ctypes.c_float(values[n]) if n in values else ctypes.c_size_t(0) if n == "first"
                          else ctypes.c_void_p(arrays[n].data_ptr()) for n in arguments]
                torch.cuda.synchronize()
                status = getattr(compiled, f"run_{name}")(*passed, ctypes.c_size_t(COUNT))
                if status:
                    lines.append(f"WRONG {how} {name}: CUDA error {status}")
            else:
                passed = [values[n] if n in values else 0 if n == "first" else arrays[n] for n in arguments]
                getattr(module, name)[((COUNT + 255) // 256,)](*passed, COUNT, BLOCK=256, enable_fp_fusion=False)
            torch.cuda.synchronize()
            for n, result in out.items():
                got = result.cpu().numpy()
                near, wrong = compare(got, wanted[n])
                lines.append(f"compared {how} {name} {n}: {len(got)}")
                if near:
                    lines.append(f"near {how} {name} {n}: {near}")
                if len(wrong):
                    i = wrong[0]
                    at = ", ".join(f"{k} {v[i]!r}" for k, v in operands(arguments).items())
                    lines.append(f"WRONG {how} {name} {n}: {len(wrong)}, at {at}: {got[i]!r}, not {wanted[n][i]!r}")
    return lines


def attempt(work):
    try:
        return run_one(*work)
    except Exception as error: # one function's, the others go on
        return [f"WRONG {work[1]}: {type(error).__name__}: {str(error)[-300:]}"]


def run(folder):
    functions = sorted(path.stem for path in folder.glob("*.cuh"))
    wrong = compared = 0
    with concurrent.futures.ProcessPoolExecutor(12, multiprocessing.get_context("spawn")) as pool:
        for lines in pool.map(attempt, [(folder, function) for function in functions]):
            compared += sum(line.startswith("compared") for line in lines)
            for line in lines:
                if not line.startswith("compared"):
                    print(line, flush=True)
            wrong += any(line.startswith("WRONG") for line in lines)
    print(f"{len(functions)} functions, {compared} arrays of {COUNT} from CUDA and Triton, {wrong} functions with a wrong one")
    return wrong != 0 or compared == 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--write", type=pathlib.Path, metavar="FOLDER")
    arguments.add_argument("--run", type=pathlib.Path, metavar="FOLDER")
    arguments.add_argument("--xphi", default="build/bin/xphi")
    chosen = arguments.parse_args()
    if chosen.write:
        write(chosen.write, chosen.xphi)
    if chosen.run:
        sys.exit(run(chosen.run))


if __name__ == "__main__":
    main()
