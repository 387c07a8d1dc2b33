# What --namespace takes is a namespace to a compiler of C++, and what it refuses is none.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Words of C++ and names, alone and joined; the judge of each is `namespace W { int i; }`.
import random
import subprocess
import sys

xphi, cxx, folder = sys.argv[1:]
dice = random.Random(1)
words = (
    "class int namespace template char8_t co_await requires concept alignas not_eq xor override "
    "final import module inner a b2 _c Phi restrict register export 1x a-b é".split()
)
whole = list(words)
for _ in range(25):
    parts = dice.choices(words + ["inner", "b2", "x", "y"], k=dice.randrange(1, 4))
    whole.append(dice.choice(["{}", "{}", "{}", "::{}", "{}::", "{}:", "{} "]).format(dice.choice(["::", "::", ":"]).join(parts)))
for name in whole:
    source = f"namespace {name} {{ inline int i = 0; }}"
    judged = subprocess.run([cxx, "-std=c++20", "-x", "c++", "-fsyntax-only", "-"], input=source.encode(), capture_output=True)
    made = subprocess.run([xphi, "compile", "x", "-o", f"{folder}/n.a", "--namespace", name], capture_output=True, text=True)
    if made.returncode == 0:
        used = f'#include "n.h"\nnamespace used = ::{name};\n'
        compiled = subprocess.run(
            [cxx, "-std=c++20", f"-I{folder}", "-x", "c++", "-fsyntax-only", "-"], input=used.encode(), capture_output=True
        )
        assert compiled.returncode == 0, (name, compiled.stderr)
    else:
        assert made.returncode == 2 and "[X3004]: --namespace: " in made.stderr, (name, made.stderr)
        spaced = name.strip() != name or not name.isascii()  # more than a compiler asks for
        assert judged.returncode != 0 or spaced, (name, made.stderr)
