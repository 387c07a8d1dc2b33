# What may include what: every include between folders is an arrow of the table below, and none lies idle.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# docs/architecture.md has the picture. Files have at most 600 lines, tables aside, and name their licence.
import os
import re
import sys

# A folder and those it may include, beside itself; every row names folders of rows before it only, so that there is
# no circle.
ARROWS = {
    "abi": [],
    "dsl": ["abi"],
    "cache": [],
    "lib": ["dsl"],
    "runtime/include": ["abi"],
    # The runtime.
    "runtime/host": ["runtime/include"],
    "runtime/cache": ["abi", "cache", "runtime/include"],
    "runtime/load": ["abi", "cache", "runtime/include", "runtime/host", "runtime/cache"],
    "runtime/api": ["abi", "dsl", "lib", "runtime/include", "runtime/host", "runtime/cache", "runtime/load"],
    "runtime/call": ["abi", "runtime/include", "runtime/host", "runtime/api"],
    # The compiler, from the mathematics to machine code.
    "compiler/wide": [],
    "compiler/truth": ["dsl"],
    "compiler/approx": ["abi", "dsl", "compiler/truth"],
    "compiler/dialect": ["compiler/wide"],
    "compiler/import": ["dsl", "compiler/dialect"],
    "compiler/rules": ["dsl", "compiler/dialect", "compiler/import"],
    "compiler/lowering": ["abi", "compiler/approx", "compiler/dialect", "compiler/wide"],
    "compiler/analysis": ["compiler/approx", "compiler/dialect", "compiler/import", "compiler/lowering"],
    "compiler/passes": ["abi", "dsl", "compiler/approx", "compiler/dialect", "compiler/import", "compiler/rules",
                        "compiler/lowering", "compiler/analysis"],
    "compiler/codegen": ["abi", "cache", "dsl", "compiler/dialect"],
    # A kernel is loaded for its check as the runtime loads it.
    "compiler/check": ["abi", "cache", "dsl", "lib", "compiler/truth", "compiler/approx", "runtime/host", "runtime/load"],
    "compiler": ["abi", "dsl", "lib", "compiler/wide", "compiler/approx", "compiler/dialect", "compiler/import", "compiler/rules",
                 "compiler/lowering", "compiler/passes", "compiler/codegen", "compiler/check"],
    # Kernels of the runtime beside the truth: a module that the command opens.
    "verify": ["abi", "dsl", "runtime/include", "compiler/truth", "compiler/check"],
    "tools": ["abi", "cache", "dsl", "lib", "runtime/include", "verify"],
    "examples": ["cache", "runtime/include", "tools"],  # tools: measuring and plotting; cache: checkpoints
}
# What the compiler's steps ask whether to go on, in any folder of it.
EVERYWHERE = {"compiler/Budget.h"}
MOST_LINES = 600
LICENCE = re.compile(r"(//|/\*| \*|\*) ?SPDX-License-Identifier: Apache-2\.0 WITH LLVM-exception( \*/)?")


def folder_of(path):
    parts = path.split("/")
    if parts[0] in ("compiler", "runtime") and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]


def sources(root):
    for top in sorted({name.split("/")[0] for name in ARROWS} | {"tests", "fuzz"}):
        for folder, _, files in os.walk(os.path.join(root, top)):
            for file in files:
                if re.search(r"\.(cpp|hpp|h|c|def)$", file):
                    yield os.path.relpath(os.path.join(folder, file), root)


def included(root, path, known):
    with open(os.path.join(root, path), encoding="utf-8") as text:
        names = re.findall(r'^\s*#\s*include\s+["<]([^">]+)[">]', text.read(), re.MULTILINE)
    for name in names:
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        for place in (beside, *(prefix + name for prefix in ("", "compiler/", "abi/include/", "runtime/include/", "tools/"))):
            if place in known:
                yield place
                break


def main(root):
    faults, used = [], set()
    names = list(ARROWS)
    for position, name in enumerate(names):
        faults += [f"the table: {name} names {other}, which does not come before it"
                   for other in ARROWS[name] if other not in names[:position]]
    known = set(sources(root))
    for path in sorted(known):
        with open(os.path.join(root, path), encoding="utf-8") as text:
            lines = text.readlines()
        if len(lines) > MOST_LINES and not path.endswith(".def"):
            faults.append(f"{path}: {len(lines)} lines, {MOST_LINES} are the most")
        if not any(LICENCE.fullmatch(line.rstrip("\n")) for line in lines):
            faults.append(f"{path}: the licence needs a line of its own, which the formatter may have joined to another")
        folder = folder_of(path)
        if folder not in ARROWS:
            continue
        for other in included(root, path, known):
            target = folder_of(other)
            if target == folder or other in EVERYWHERE:
                continue
            used.add((folder, target))
            if target not in ARROWS[folder]:
                faults.append(f"{path} includes {other}: there is no arrow from {folder} to {target}")
    faults += [f"the table: nothing in {name} includes anything of {other}"
               for name, others in ARROWS.items() for other in others if (name, other) not in used]
    print("\n".join(faults) if faults else f"{len(known)} files, {len(used)} arrows")
    return 1 if faults else 0


sys.exit(main(sys.argv[1]))
