#!/usr/bin/env python3
# Finds types of one name and namespace that two files define: the linker would mix their functions up, silently.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: one_definition.py FILE...; says each on a line of its own and exits with 1 if there are any."""

import collections
import re
import sys

NAMESPACE = re.compile(r"(?:inline )?namespace\s*([\w:]*)\s*\{")
END = re.compile(r"\} // namespace")
# At the beginning of a line, and not `struct Engine::State {`, which has its name from another type.
TYPE = re.compile(r"(?:template.*> )?(?:struct|class|union|enum class|enum)\s+(?:[A-Z]+_API\s+)?(\w+)(?:\s+final)?\s*(?::[^:;]*)?(?:\{|$)")


def definitions(path):
    spaces = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if found := NAMESPACE.match(line):
                # What is in an unnamed one is the file's own.
                spaces.append(found.group(1) or path)
            elif END.match(line):
                if spaces:
                    spaces.pop()
            elif found := TYPE.match(line.rstrip()):
                yield "::".join([*spaces, found.group(1)]), f"{path}:{number}"


def main(paths):
    places = collections.defaultdict(list)
    for path in paths:
        for name, place in definitions(path):
            places[name].append(place)
    twice = {name: all for name, all in places.items() if len({place.split(":")[0] for place in all}) > 1}
    for name, all in sorted(twice.items()):
        print(f"{all[0]}: {name} is also defined at {', '.join(all[1:])}")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
