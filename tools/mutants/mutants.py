#!/usr/bin/env python3
# Puts small defects into a copy of the sources, one at a time, and says which of them the tests notice.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table of defects is mutants.json: `old` becomes `new` in `file`. Where `old` stands more than once, `at` is a text
around it that does not. The forms:

  expression   (the usual) `old` becomes `(on ? (new) : (old))`: all of them are built at once, as switches
  statement    the same with if and else; an empty `new` leaves the statement out
  rebuild      for what is no code that runs: tables, constants, scripts; built anew for each

`tests` names the tests of ctest that are meant to notice it: they run first, whatever they cost. `unnoticed` says why it is
no fault that the tests let one through. Results are kept in results.json in the build folder, by the entry's text, so that a
run that was interrupted goes on where it was; that a test passed counts until the test is another.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent
BUILD = Path(os.environ.get("MUTANTS_BUILD", TREE / "build" / "mutants"))
COPY, OUT, RESULTS = BUILD / "source", BUILD / "build", BUILD / "results.json"

# The labels of the tests that lie nearest to a folder: run first.
NEAR = {
    "dsl": ["dsl", "wrong", "fuzz", "builder"],
    "lib": ["numerics", "dsl"],
    "cache": ["runtime", "fault"],
    "runtime": ["runtime", "fault", "ahead", "builder"],
    "tools": ["tools"],
    "compiler/dialect": ["lit", "analysis", "numerics", "rules"],
    "compiler/import": ["analysis", "lit", "tools"],
    "compiler/rules": ["lit", "analysis", "rules", "numerics"],
    "compiler/analysis": ["lit", "analysis", "numerics", "property"],
    "compiler/passes": ["lit", "analysis", "numerics", "property"],
    "compiler/lowering": ["lit", "analysis", "wide", "numerics", "property"],
    "compiler/approx": ["numerics"],
    "compiler/wide": ["wide", "numerics"],
    "compiler/truth": ["reference", "rules", "numerics"],
    "compiler/check": ["numerics", "watched"],
    "compiler/codegen": ["ahead", "fault", "runtime", "tools"],
    "compiler": ["runtime", "fault", "watched", "ahead", "tools"],
}


# Of the tests that look at clocks: a failure is only believed if there is none without the defect.
CLOCKS = {"dsl", "runtime", "fault"}
# How long a test may take, in seconds, and whether only near ones are run.
PHASES = ((6, True), (20, True), (6, False), (20, False), (float("inf"), False))


def readTable():
    return json.loads((HERE / "mutants.json").read_text())


def around(entry):
    return entry.get("at", entry["old"])


def applies(entry):
    path = TREE / entry["file"]
    return path.is_file() and path.read_text().count(around(entry)) == 1 and around(entry).count(entry["old"]) == 1


def switched(entry):
    """What stands in the copy in place of `at`."""
    on, old, new = f"xphiMutant({entry['id']})", entry["old"], entry["new"]
    form = entry.get("form", "expression")
    if form == "expression":
        code = f"({on} ? ({new}) : ({old}))"
    elif new:
        code = f"if ({on}) {{ {new} }} else {{ {old} }}"
    else:
        code = f"if (!{on}) {{ {old} }}"
    return around(entry).replace(old, code)


def isRebuilt(entry):
    return entry.get("form") == "rebuild"


def write(path, data):
    """Leaves the time of a file that stays as it is."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def copyTree(table):
    """The tree with every switch in it."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TREE,
                           capture_output=True, check=True).stdout.decode().split("\0")
    changed = {}
    for entry in table:
        if isRebuilt(entry):
            continue
        text = changed.get(entry["file"]) or (TREE / entry["file"]).read_text()
        if text.count(around(entry)) != 1:
            sys.exit(f"mutants: {entry['id']} overlaps another in {entry['file']}")
        changed[entry["file"]] = text.replace(around(entry), switched(entry))
    for name in filter(None, names):
        if not (TREE / name).is_file():
            continue
        if name in changed:
            data = f'#include "{COPY}/tools/mutants/Switch.h"\n{changed[name]}'.encode()
        else:
            data = (TREE / name).read_bytes()
        write(COPY / name, data)
        shutil.copymode(TREE / name, COPY / name)
    # lit hands on few variables.
    for name in ("tests/lit/lit.cfg.py", "tests/tools/lit.cfg.py"):
        with open(COPY / name, "a") as file:
            file.write("\nconfig.environment['MUTANT'] = os.environ.get('MUTANT', '')\n"
                       "config.environment['XPHI_CACHE_DIR'] = os.environ.get('XPHI_CACHE_DIR', '')\n")
    if not (COPY / ".venv").exists():
        (COPY / ".venv").symlink_to(TREE / ".venv")


def build(*targets):
    done = subprocess.run(["ninja", "-C", str(OUT), "-j", os.environ.get("MUTANTS_JOBS", "2"), *targets],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        (BUILD / "build.log").write_text(done.stdout)
    return done.returncode == 0


def configureAndBuild():
    if not (OUT / "build.ninja").is_file():
        subprocess.run(["cmake", "-S", str(COPY), "-B", str(OUT), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                        "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22",
                        "-DCMAKE_CXX_FLAGS=-DXPHI_MUTANTS -Wno-parentheses -Wno-unused-value",
                        "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -DNDEBUG", "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O1 -DNDEBUG"],
                       check=True)
    if not build():
        sys.exit(f"mutants: the copy does not build, see {BUILD / 'build.log'}")


def contentHash(paths):
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


class Test:
    def __init__(self, described):
        properties = {each["name"]: each["value"] for each in described.get("properties", [])}
        self.name, self.command = described["name"], described["command"]
        self.labels = properties.get("LABELS", [])
        self.folder = properties.get("WORKING_DIRECTORY", str(OUT))
        self.skipCode = properties.get("SKIP_RETURN_CODE")
        self.environment = dict(each.split("=", 1) for each in properties.get("ENVIRONMENT", []))
        self.limit = float(properties.get("TIMEOUT", 300))
        self.seconds = 0.0
        isLit = "lit" in Path(self.command[0]).name
        # lit writes below the build folder.
        self.alone = threading.Lock() if isLit else contextlib.nullcontext()
        self.command += ["--max-failures=1"] * isLit
        # What it is made of: its program, its script, or all files of its folder. Not what a rebuilt defect makes of them.
        parts = [COPY / "tests" / label for label in self.labels] if isLit else [Path(each) for each in self.command]
        self.version = contentHash([each for each in parts if each.is_absolute() and BUILD in each.parents])

    def run(self, mutant):
        """Nothing if it passes, else what failed."""
        with self.alone, tempfile.TemporaryDirectory(prefix="mutant-") as cache:
            environment = {**os.environ, **self.environment, "XPHI_CACHE_DIR": cache, "MUTANT": str(mutant),
                           "GTEST_FAIL_FAST": "1"}
            begin = time.monotonic()
            process = subprocess.Popen(self.command, cwd=self.folder, env=environment, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, start_new_session=True)
            limit = max(90, 10 * self.seconds) if self.seconds else self.limit
            try:
                output, _ = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return "no end"
            if not self.seconds:
                self.seconds = time.monotonic() - begin
            if process.returncode in (0, self.skipCode):
                return ""
            text = output.decode(errors="replace")
            found = re.search(r"^\[  FAILED  \] ([\w./]+)", text, re.M) or re.search(r"^FAIL: (?:[^:]*:: )(\S+)", text, re.M)
            return found.group(1) if found else f"exit {process.returncode}"


def readTests():
    shown = subprocess.run(["ctest", "--test-dir", str(OUT), "--show-only=json-v1"], capture_output=True, check=True,
                           text=True).stdout
    return [Test(each) for each in json.loads(shown)["tests"] if "command" in each]


def isMeant(test, entry):
    return test.name in entry.get("tests", [])


def isNear(test, entry):
    return bool(set(test.labels) & set(NEAR[folderOf(entry)]))


def folderOf(entry):
    return max((each for each in NEAR if entry["file"].startswith(each + "/")), key=len, default="tools")


def nearest(tests, entry):
    folder = folderOf(entry)

    def place(test):  # meant for it or not, how near, then how long
        near = [NEAR[folder].index(label) for label in test.labels if label in NEAR[folder]]
        return (not isMeant(test, entry), min(near, default=len(NEAR[folder])), test.seconds)

    return sorted(tests, key=place)


def noticedBy(tests, entry, passed, keep):
    """The first test that fails with the defect; `passed` gets those that do not."""
    mutant = 0 if isRebuilt(entry) else entry["id"]
    for test in nearest(tests, entry):
        if test.name in passed:
            continue
        failed = test.run(mutant)
        # A busy machine fails tests that look at clocks.
        if failed and set(test.labels) & CLOCKS and not isRebuilt(entry) and test.run(0):
            failed = ""
        if failed:
            return f"{test.name}: {failed}"
        passed[test.name] = test.version
        keep()
    return ""


def rebuilt(tests, entry, passed, keep):
    path = COPY / entry["file"]
    before = path.read_text()
    path.write_text(before.replace(around(entry), around(entry).replace(entry["old"], entry["new"])))
    try:
        return noticedBy(tests, entry, passed, keep) if build() else "the build"
    finally:
        path.write_text(before)
        build()


class Results:
    def __init__(self):
        self.lock = threading.Lock()
        self.all = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}

    @staticmethod
    def key(entry):
        text = json.dumps([entry.get(each) for each in ("file", "at", "old", "new", "form")])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def of(self, entry):
        return self.all.get(self.key(entry))

    def isDone(self, entry):
        known = self.of(entry)
        return bool(known) and (bool(known["noticed"]) or known["all"])

    def put(self, entry, noticed, passed, last):
        with self.lock:
            self.all[self.key(entry)] = {"noticed": noticed, "all": last, "versions": dict(passed)}
            RESULTS.write_text(json.dumps(self.all, indent=1))

    def passed(self, entry):
        return dict((self.of(entry) or {}).get("versions", {}))

    def forgetOtherVersions(self, entry, tests):
        versions, passed = {test.name: test.version for test in tests}, self.passed(entry)
        known = {name: version for name, version in passed.items() if versions.get(name) == version}
        if self.of(entry) and not self.of(entry)["noticed"]:
            self.put(entry, "", known, self.of(entry)["all"] and known.keys() == versions.keys())


class Baseline:
    """Without a defect: how long each test takes; those that fail tell nothing."""

    def __init__(self):
        self.kept, self.lock = BUILD / "times.json", threading.Lock()
        self.times = json.loads(self.kept.read_text()) if self.kept.is_file() else {}  # by name and version
        # How long they took in the tree itself says which are short.
        cost = TREE / "build/Testing/Temporary/CTestCostData.txt"
        lines = cost.read_text().split("---")[0].splitlines() if cost.is_file() else []
        self.guesses = {line.split()[0]: float(line.split()[2]) for line in lines}

    def guess(self, test):
        return self.guesses.get(test.name) or self.of(test) or 10

    @staticmethod
    def key(test):
        return f"{test.name} {test.version}"

    def of(self, test):
        return self.times.get(self.key(test))

    def measure(self, test):
        if self.key(test) not in self.times:
            failed = test.run(0)
            with self.lock:
                self.times[self.key(test)] = None if failed else test.seconds
                self.kept.write_text(json.dumps(self.times, indent=1))
            print(f"{test.name}: {failed or round(test.seconds, 1)}", flush=True)
        test.seconds = self.of(test) or 0

    def passing(self, tests, jobs):
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.measure, tests))
        for test in tests:
            if not self.of(test):
                print(f"mutants: {test.name} fails without any defect and is left out")
        return [test for test in tests if self.of(test)]


def run(table, wanted, jobs):
    results = Results()
    if all((results.of(entry) or {}).get("noticed") for entry in wanted):
        return
    copyTree(table)
    configureAndBuild()
    tests, times = readTests(), Baseline()
    names = {test.name for test in tests}
    for entry in wanted:
        for name in set(entry.get("tests", [])) - names:
            sys.exit(f"mutants: {entry['id']} names {name}, which is no test")
        results.forgetOtherVersions(entry, tests)
    left = [entry for entry in wanted if not results.isDone(entry)]

    def examine(entry, chosen, last):
        begin = time.monotonic()
        passed = results.passed(entry)
        keep = lambda: results.put(entry, "", passed, False)
        noticed = (rebuilt if isRebuilt(entry) else noticedBy)(chosen, entry, passed, keep)
        results.put(entry, noticed, passed, last)
        spent = time.monotonic() - begin
        print(f"{entry['id']:3} {entry['file']}: {noticed or f'not by {len(passed)} tests'} ({spent:.0f} s)", flush=True)

    def examineAll(entries, chosen, fits, last):
        entries = [entry for entry in entries if not results.isDone(entry)]
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda entry: examine(entry, [each for each in chosen if fits(each, entry)], last), entries))

    switches, rebuilds = [each for each in left if not isRebuilt(each)], [each for each in left if isRebuilt(each)]
    meant = times.passing([test for test in tests if any(isMeant(test, entry) for entry in left)], jobs)
    examineAll([entry for entry in switches if entry.get("tests")], meant, isMeant, False)
    # Each of these changes the build folder, so they come one at a time.
    for entry in (entry for entry in rebuilds if entry.get("tests")):
        examine(entry, [test for test in meant if isMeant(test, entry)], False)
    # Most are noticed in seconds: what takes long is run last, and only for what is left then.
    for limit, near in PHASES:
        if all(results.isDone(entry) for entry in left):
            break
        chosen = times.passing([test for test in tests if times.guess(test) <= limit], jobs)
        examineAll(switches, chosen, isNear if near else lambda test, entry: True, (limit, near) == PHASES[-1])
    for entry in (entry for entry in rebuilds if not results.isDone(entry)):
        examine(entry, chosen, True)


def report(table):
    """Markdown: the sum, and a row for each."""
    results = Results()
    known = [(entry, results.of(entry)) for entry in table if results.isDone(entry)]
    noticed = [entry for entry, result in known if result["noticed"]]
    explained = [entry for entry, result in known if not result["noticed"] and "unnoticed" in entry]
    real = len(known) - len(explained)
    def cell(text):
        return text.replace("|", "\\|").replace("\n", " ")
    if len(known) < len(table):
        found = (f"Of {len(table)} defects {len(noticed)} have been noticed so far; {len(table) - len(known)} have not met all "
                 "tests yet, and are not below.")
    else:
        found = (f"Of {len(known)} defects {len(explained)} change nothing that can be seen, for the reasons given. "
                 f"Of the other {real} the tests notice {len(noticed)} ({100 * len(noticed) // max(real, 1)} %).")
    lines = [
        "# Defects that the tests notice", "",
        "`./x mutants` puts small defects into a copy of the sources, one at a time, and runs the tests, the nearest first, "
        "until one fails. The defects are in [tools/mutants/mutants.json](../tools/mutants/mutants.json).", "",
        found,
        "",
        "| | file | defect | noticed by |", "|---|---|---|---|",
    ]
    for entry, result in known:
        by = result["noticed"] or ("nothing; " + entry["unnoticed"] if "unnoticed" in entry else "**nothing**")
        lines.append(f"| {entry['id']} | {entry['file']} | {cell(entry['defect'])} | {cell(by)} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", type=int, help="only these, in this order")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (2)")
    parser.add_argument("--check", action="store_true", help="only say which entries no longer fit the sources")
    parser.add_argument("--again", action="store_true", help="forget what is known of them")
    parser.add_argument("--report", metavar="FILE", help="write the table of all results as Markdown")
    chosen = parser.parse_args()
    table = readTable()
    stale = [entry for entry in table if not applies(entry)]
    for entry in stale:
        print(f"mutants: {entry['id']} no longer applies to {entry['file']}: {entry['defect']}")
    if chosen.check:
        return 1 if stale else 0
    table = [entry for entry in table if entry not in stale]
    byId = {entry["id"]: entry for entry in table}
    wanted = [byId[each] for each in chosen.ids if each in byId] if chosen.ids else table
    BUILD.mkdir(parents=True, exist_ok=True)
    if chosen.again:
        results = Results()
        for entry in wanted:
            results.all.pop(results.key(entry), None)
        RESULTS.write_text(json.dumps(results.all, indent=1))
    run(table, wanted, chosen.jobs)
    if chosen.report:
        Path(chosen.report).write_text(report(table))
    results = Results()
    unnoticed = [entry for entry in wanted if results.isDone(entry) and not results.of(entry)["noticed"]]
    for entry in unnoticed:
        print(f"not noticed: {entry['id']} {entry['file']}: {entry['defect']}"
              + (f" ({entry['unnoticed']})" if "unnoticed" in entry else ""))
    print(f"{len(wanted) - len(unnoticed)} of {len(wanted)} defects noticed")
    return 1 if any("unnoticed" not in entry for entry in unnoticed) else 0


if __name__ == "__main__":
    sys.exit(main())
