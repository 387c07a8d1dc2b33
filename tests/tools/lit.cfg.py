# The command's text tests: each file says in RUN lines what to call and in CHECK lines what must come out.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import shutil

import lit.formats

config.name = "command"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test", ".phi"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_folder, "tests", "tools", "lit")
config.substitutions += [
    ("%xphi", os.path.join(config.build_folder, "bin", "xphi")),
    ("%cached-process", os.path.join(config.build_folder, "bin", "cached-process")),
    ("%fake-compiler", os.path.join(config.build_folder, "tests", "runtime", "fakes", "fake-compiler.so")),
    ("%filecheck", config.filecheck),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    ("%library-folder", os.path.join(config.build_folder, "lib")),
    ("%python", config.python),
    ("%exits-with", os.path.join(os.path.dirname(__file__), "Inputs", "exits-with")),
    # A cache of the test's own, so that the first compilation of each test is one.
    ("%fresh-cache", "rm -rf %t.cache"),
    ("%cached", "env XPHI_CACHE_DIR=%t.cache"),
]
config.environment["XPHI_CACHE_DIR"] = os.path.join(config.build_folder, "test-cache")
config.environment["NO_COLOR"] = "1"
# `not` and `count` lie beside FileCheck.
config.environment["PATH"] = os.pathsep.join(
    [os.path.dirname(os.path.realpath(config.filecheck)), config.environment["PATH"]]
)
# The sanitizers' settings reach the programs under test.
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
if shutil.which("ptxas"):
    config.available_features.add("ptxas")
if config.has_compiler:
    config.available_features.add("compiler")
