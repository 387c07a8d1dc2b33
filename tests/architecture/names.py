# What pages name exists: files that they link to, paths in their text; each pass has its tests, each error code its row.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import glob
import json
import os
import re
import sys

ROOT = sys.argv[1]
TOP = {name for name in os.listdir(ROOT) if os.path.isdir(os.path.join(ROOT, name)) and not name.startswith((".", "build"))}
# Made by a command that the page names, or a pattern of names.
MADE = re.compile(r"[*{<…]|^build/|^docs/paper/|NAME|FILE")


def named(text):
    """Targets of links, then paths in code: from the root, as source files are named everywhere."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target, True
    for code in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", code) and code.split("/")[0] in TOP:
            yield code, False


def faults():
    pages = [*glob.glob(os.path.join(ROOT, "*.md")), *glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)]
    for page in sorted(pages):
        where = os.path.relpath(page, ROOT)
        if where == "CHANGELOG.md":  # says what there was
            continue
        with open(page, encoding="utf-8") as text:
            for name, isLink in named(text.read()):
                place = os.path.join(os.path.dirname(page) if isLink else ROOT, name)
                # A file may be named without its ending: `compiler/lowering/Growth`.
                if not (MADE.search(name) or os.path.exists(place) or glob.glob(place + ".*")):
                    yield f"{where}: there is no {name}"
    with open(os.path.join(ROOT, "abi/ErrorCodes.def"), encoding="utf-8") as text:
        codes = set(re.findall(r'XPHI_CODE\("(X\d{4})"', text.read()))
    for folder in ("abi", "compiler", "runtime", "tools"):
        for source in glob.glob(os.path.join(ROOT, folder, "**", "*.[ch]*"), recursive=True):
            with open(source, encoding="utf-8") as text:
                for code in sorted(set(re.findall(r'"(X[1-9]\d{3})"', text.read())) - codes):
                    yield f"{os.path.relpath(source, ROOT)}: {code} is not in abi/ErrorCodes.def"
    with open(os.path.join(ROOT, "compiler/passes/Passes.td"), encoding="utf-8") as text:
        flags = re.findall(r': Pass<"xphi-([\w-]+)"', text.read())
    folders = {os.path.basename(path) for path in glob.glob(os.path.join(ROOT, "tests/lit/*")) if os.path.isdir(path)}
    for flag in flags:
        tests = glob.glob(os.path.join(ROOT, "tests/lit", flag, "*.mlir"))
        if not any(f"--xphi-{flag}" in open(test, encoding="utf-8").read() for test in tests):
            yield f"the pass xphi-{flag} has no test in tests/lit/{flag}"
    yield from (f"tests/lit/{folder} is of no pass" for folder in sorted(folders - set(flags)))
    yield from faultsOfMutants()


def faultsOfMutants():
    """Each defect has its place in the sources, and a row of the page is one of the table's."""
    with open(os.path.join(ROOT, "tools/mutants/mutants.json"), encoding="utf-8") as text:
        table = {entry["id"]: entry for entry in json.load(text)}
    for number, entry in table.items():
        at, source = entry.get("at", entry["old"]), os.path.join(ROOT, entry["file"])
        with open(source if os.path.exists(source) else os.devnull, encoding="utf-8") as text:
            if text.read().count(at) != 1 or at.count(entry["old"]) != 1:
                yield f"mutant {number} has no place, or several, in {entry['file']}"
    with open(os.path.join(ROOT, "docs/mutants.md"), encoding="utf-8") as text:
        page = text.read()
    for number, name, defect in re.findall(r"^\| (\d+) \| ([^|]+) \| ((?:[^|\\]|\\.)+) \|", page, re.M):
        entry = table.get(int(number), {"file": "", "defect": ""})
        if (name, defect.replace("\\|", "|")) != (entry["file"], entry["defect"].replace("\n", " ")):
            yield f"docs/mutants.md: row {number} is not mutant {number} of the table"
    if f"Of {len(table)} defects" not in page:
        yield f"docs/mutants.md: there are {len(table)} defects in the table"


found = list(faults())
print("\n".join(found) if found else "every name is of something")
sys.exit(1 if found else 0)
