# Drives `xphi lsp` as an editor does.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: edit.py XPHI FOLDER
import json
import os
import random
import re
import subprocess
import sys
import threading

XPHI, FOLDER = sys.argv[1], sys.argv[2]


class Editor:
    def __init__(self):
        self.server = subprocess.Popen([XPHI, "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.watch = threading.Timer(60, self.server.kill)  # a server that says nothing is a failure, not a wait
        self.watch.start()
        self.ids = 0

    def write(self, content, header=None):
        self.server.stdin.write((header or f"Content-Length: {len(content)}\r\n\r\n").encode() + content)
        self.server.stdin.flush()

    def read(self):
        length = None
        while True:
            line = self.server.stdout.readline()
            assert line.endswith(b"\r\n"), line
            if line == b"\r\n":
                break
            name, value = line.split(b": ")
            assert name == b"Content-Length", line
            length = int(value)
        message = json.loads(self.server.stdout.read(length))
        assert message["jsonrpc"] == "2.0", message
        return message

    def notify(self, method, **params):
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}, ensure_ascii=False).encode())

    def ask(self, method, **params):
        self.ids += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.ids, "method": method, "params": params}).encode())
        answer = self.read()
        assert answer["id"] == self.ids, answer
        return answer

    def result(self, method, **params):
        answer = self.ask(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def error(self, method, **params):
        return self.ask(method, **params)["error"]["code"]

    def published(self, uri):
        message = self.read()
        assert message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri, message
        return message["params"]["diagnostics"]

    def open(self, uri, text):
        self.notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": "phi", "version": 1, "text": text})
        return self.published(uri)

    def change(self, uri, *changes):
        self.notify("textDocument/didChange", textDocument={"uri": uri, "version": 2}, contentChanges=changes)
        return self.published(uri)

    def initialize(self):
        return self.result("initialize", processId=None, rootUri=None, capabilities={})["capabilities"]

    def end(self):
        code = self.server.wait()
        self.watch.cancel()
        return code


def units(text):
    """As the protocol counts: UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def encoded(text):
    bytes = text.encode("utf-16-le")
    return [bytes[i:i + 2] for i in range(0, len(bytes), 2)]


def decoded(list):
    return b"".join(list).decode("utf-16-le")


def is_between(list, i):
    """Whether a character begins there."""
    return not 0xdc <= list[i][1] <= 0xdf


def place(text, what, after=0):
    """Of the first character of `what`."""
    offset = text.index(what, after)
    line = text.count("\n", 0, offset)
    return {"line": line, "character": units(text[text.rfind("\n", 0, offset) + 1:offset])}


def span(text, what, after=0):
    start = place(text, what, after)
    return {"start": start, "end": {"line": start["line"], "character": start["character"] + units(what)}}


def here(uri, text, what, after=0):
    return {"textDocument": {"uri": uri}, "position": place(text, what, after)}


editor = Editor()
assert editor.error("textDocument/hover") == -32002, "before initialize"
capabilities = editor.initialize()
assert capabilities["positionEncoding"] == "utf-16" and capabilities["textDocumentSync"]["change"] == 2
editor.notify("initialized")

# Mistakes, each with its code and range; before one stand characters of one unit and of two.
uri = "untitled:one"
text = "# 𝜑 Φ\ndef f(x) = Φ(x) * φ(x) * Phii(x)\ndef g(x) = x +\n\ndef h(x; a = 1) = y / 𝑎\n"
found = editor.open(uri, text)
codes = {each["code"] for each in found}
assert "X0008" in codes and len(found) >= 3, found
unknown = next(each for each in found if each["code"] == "X0008" and "Phii" in each["message"])
assert unknown["range"] == span(text, "Phii"), unknown
assert unknown["severity"] == 1 and unknown["source"] == "xphi" and "help: did you mean 'Phi'?" in unknown["message"], unknown
assert any(each["range"]["start"]["line"] == 2 for each in found), found
assert any(each["range"]["start"] == place(text, "y / ") for each in found), found

# Changes of ranges: the mistakes go one after the other.
now = text
for old, new in (("Phii", "Phi"), ("x +\n", "x + 1\n"), ("y / 𝑎", "x / a"), ("𝜑", "𝜑𝜑")):
    where = span(now, old) if "\n" not in old else {"start": place(now, old), "end": {"line": place(now, old)["line"] + 1, "character": 0}}
    found = editor.change(uri, {"range": where, "text": new})
    now = now.replace(old, new, 1)
assert found == [], found
assert editor.result("textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True}) == []

# And of the whole, in one step with a range; another layout is put right.
now = "/// Twice.\ndef twice(x)=2*x\n\n/// Elu.\ndef mine(x; alpha = 1) =\n  let t = alpha * x\n  Φ(t) + twice(x) + elu(x) + t\n"
assert editor.change(uri, {"text": now + "§"}, {"range": {"start": place(now + "§", "§"), "end": {"line": 99, "character": 0}}, "text": ""}) == []
edits = editor.result("textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True})
assert len(edits) == 1 and "def twice(x) = 2 * x\n" in edits[0]["newText"] and "Φ(t)" in edits[0]["newText"], edits


def hover(what, after=0):
    answer = editor.result("textDocument/hover", **here(uri, now, what, after))
    return answer and answer["contents"]["value"]


# What a name means: a definition, the library's, a parameter, a local, what is built in; columns behind a Φ.
assert "twice(x)" in hover("twice(x) +") and "Twice." in hover("twice(x) +")
assert "elu(x; alpha = 1)" in hover("elu(x) +") and "Clevert" in hover("elu(x) +"), hover("elu(x) +")
assert "alpha = 1" in hover("alpha * x") and "Parameter of mine" in hover("alpha * x")
assert "let t = alpha * x" in hover("t\n", now.index("elu(x) +"))
assert "Phi(x)" in hover("Φ(t)")
assert hover("+ twice") is None and hover("let t") is None

# Where it was written.
definition = editor.result("textDocument/definition", **here(uri, now, "t) + twice"))
assert definition == {"uri": uri, "range": span(now, "t", now.index("let t") + 4)}, definition
definition = editor.result("textDocument/definition", **here(uri, now, "twice(x) +"))
assert definition == {"uri": uri, "range": span(now, "twice")}, definition
assert editor.result("textDocument/definition", **here(uri, now, "elu(x) +")) is None

# What may be written: locals of this definition, others, the library, words; not in a comment.
offered = {each["label"]: each for each in editor.result("textDocument/completion", **here(uri, now, "Φ(t)"))}
assert {"t", "x", "alpha", "twice", "mine", "gelu", "tanh", "pi", "if"} <= set(offered), sorted(offered)
assert offered["gelu"]["detail"] == "gelu(x)" and offered["gelu"]["kind"] == 3 and "documentation" in offered["gelu"]
offered = {each["label"] for each in editor.result("textDocument/completion", **here(uri, now, "2*x"))}
assert "t" not in offered and "alpha" not in offered, "those of another definition"
assert editor.result("textDocument/completion", **here(uri, now, "Twice.")) == []

symbols = editor.result("textDocument/documentSymbol", textDocument={"uri": uri})
assert [(each["name"], each["selectionRange"]) for each in symbols] == [("twice", span(now, "twice")), ("mine", span(now, "mine"))], symbols
assert symbols[1]["range"] == {"start": place(now, "def mine"), "end": {"line": 6, "character": 30}}, symbols

# While it is being written and means nothing yet.
now = "def mine(x; alpha = 1) =\n  let t = alpha * x\n  t + "
assert editor.change(uri, {"text": now}) != []
offered = {each["label"] for each in editor.result("textDocument/completion", textDocument={"uri": uri}, position={"line": 2, "character": 6})}
assert {"x", "alpha", "gelu"} <= offered, offered

# Files that import each other: as they are in the editor, before they are saved.
other, main = os.path.join(FOLDER, "other one.phi"), os.path.join(FOLDER, "main.phi")
text = 'import "other one.phi"\ndef f(x) = there(x)\n'
with open(other, "w") as file:
    file.write("def here(x) = x\n")
mainUri, otherUri = "file://" + main, "file://" + other.replace(" ", "%20")
assert [each["code"] for each in editor.open(mainUri, text)] == ["X0008"]
editor.open(otherUri, "# moved\ndef there(x) = x\n")
assert editor.change(mainUri, {"text": text}) == []
definition = editor.result("textDocument/definition", **here(mainUri, text, "there(x)"))
assert definition == {"uri": otherUri, "range": span("# moved\ndef there(x) = x\n", "there")}, definition
editor.notify("textDocument/didClose", textDocument={"uri": otherUri})
assert editor.published(otherUri) == []
assert [each["code"] for each in editor.change(mainUri, {"text": text})] == ["X0008"], "as it is on disk again"
# A mistake in an imported file is told where it is imported.
with open(other, "w") as file:
    file.write("def there(x) = nothing(x)\n")
found = editor.change(mainUri, {"text": text})
assert found and found[0]["range"] == span(text, '"other one.phi"') and "other one.phi:1" in found[0]["message"], found

# Changes at random, of characters of one unit and of two and of all line endings: the text is what a list of units says.
random = random.Random(4)
pieces = ["x", "Φ", "𝜑", "def f(x) = ", " * ", "(", ")", "\n", "\r\n", "\r", "# ", "/// ", "§", "y", "1e", "let t = x in ", ""]
model = []
editor.open("untitled:random", "")
for step in range(400):
    lines = re.split("\r\n|\r|\n", decoded(model))
    places, offset = [], 0
    for line, text in enumerate(lines):
        count = units(text)
        places += [(offset + i, line, i) for i in range(count + 1) if i in (0, count) or is_between(model, offset + i)]
        offset += count
        offset += 2 if model[offset:offset + 2] == encoded("\r\n") else 1
    a, b = sorted(random.choice(places) for _ in range(2))
    new = "".join(random.choice(pieces) for _ in range(random.randrange(4)))
    if len(model) > 60:
        a, b, new = places[0], places[-1], ""
    found = editor.change("untitled:random", {"range": {"start": {"line": a[1], "character": a[2]}, "end": {"line": b[1], "character": b[2]}}, "text": new})
    model[a[0]:b[0]] = encoded(new)
    again = json.loads(json.dumps(editor.open("untitled:again", decoded(model))).replace("untitled:again", "untitled:random"))
    assert found == again, (step, decoded(model), found, again)

# What no editor should say; after each the server goes on.
editor.write(b'{"jsonrpc": "2.0", "id": 7, "method"')
assert editor.read()["error"]["code"] == -32700
editor.write(b"[]")
assert editor.read()["error"]["code"] == -32600
editor.write(b'{"jsonrpc": "2.0", "id": "a", "method": 3}')
assert editor.read()["error"]["code"] == -32600
assert editor.error("textDocument/rename") == -32601
assert editor.error("textDocument/hover", textDocument={"uri": "untitled:none"}, position={"line": 0, "character": 0}) == -32602
assert editor.error("textDocument/hover", textDocument={"uri": uri}, position={"line": -1}) == -32602
assert editor.error("textDocument/hover", textDocument=[], position=5) == -32602
editor.notify("$/setTrace", value="off")
editor.notify("textDocument/didChange", textDocument=3)
for line, character in ((99, 0), (0, 9999), (2**40, 2**40)):
    editor.result("textDocument/hover", textDocument={"uri": uri}, position={"line": line, "character": character})
editor.open(uri, "\0\x1b def \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"))

# The end: asked for, then said.
assert editor.result("shutdown") is None
assert editor.error("textDocument/documentSymbol", textDocument={"uri": uri}) == -32600
editor.notify("exit")
assert editor.end() == 0

# Said without being asked for; a stream that ends; a header that says no length.
for farewell in ("exit", None, b"Content-Length: many\r\n\r\n{}", b"Hello\r\n\r\n"):
    editor = Editor()
    editor.initialize()
    if farewell == "exit":
        editor.notify("exit")
    elif farewell:
        editor.server.stdin.write(farewell)
    editor.server.stdin.close()
    assert editor.end() == 1, farewell
