"""readme-blocks.py README.md FOLDER: takes the README's code apart, to be tried.

main.cpp is the C++ block in a program around it, program.phi the block of the language, and commands.sh every line that
calls build/bin/xphi, with the output shown below it compared.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import shlex
import sys

folder = pathlib.Path(sys.argv[2])
blocks = re.findall(r"^```(\w*)\n(.*?)^```$", pathlib.Path(sys.argv[1]).read_text(), re.S | re.M)

cpp = next(text for kind, text in blocks if kind == "cpp").splitlines()
includes = [line for line in cpp if line.startswith("#include")]
body = [line for line in cpp if not line.startswith("#include")]
(folder / "main.cpp").write_text("\n".join([
    *includes, "#include <iostream>", "int main() {", "const float x[] = {1}, dy[] = {1};", "float y[1], dx[1];",
    *body, "std::cout << y[0] << ' ' << dx[0] << '\\n';", "}", ""]))

program = next(text for kind, text in blocks if kind == "" and "def " in text)
(folder / "program.phi").write_text(program)

commands = []
for kind, text in blocks:
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        if not command.startswith("build/bin/xphi"):
            continue
        commands.append(f'got="$({command})"')
        if shown.strip():
            commands.append(f'[ "$got" = {shlex.quote(shown.strip())} ]')
assert len(commands) >= 4, commands
(folder / "commands.sh").write_text("\n".join(commands) + "\n")
