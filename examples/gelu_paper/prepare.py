#!/usr/bin/env python3
"""Writes what the networks learn from: images, text and speech out of Debian's packages, as files of arrays.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: prepare.py FOLDER [/usr/share]

FOLDER/NAME.data is a line of JSON, then its arrays (Dataset.cpp reads them): a long row of numbers or of symbols, and for
each of training, validation and test where the examples begin, and their classes. An example is `window` of them.
"""

import collections
import ctypes
import gzip
import json
import pathlib
import re
import subprocess
import sys
import wave
import zlib

import numpy as np

PARTS = ("training", "validation", "test")


def tenth(name):
    """Which part a thing that has a name is in: a tenth is for validation, a tenth is the test."""
    return {9: "test", 8: "validation"}.get(zlib.crc32(name.encode()) % 10, "training")


def write(folder, name, row, window, examples, **header):
    """`examples` has (start, class) pairs for each part."""
    parts = {p: (np.array([s for s, _ in examples[p]], "<u4"), np.array([c for _, c in examples[p]], "u1")) for p in PARTS}
    classes = 1 + max(int(labels.max()) for _, labels in parts.values())
    body = row.tobytes() + b"".join(a.tobytes() for p in PARTS for a in parts[p])
    (starts, labels), (test_starts, test_labels) = parts["training"], parts["test"]
    majority = np.bincount(labels).argmax()
    header |= {"window": window, "classes": classes, "majority": float(np.mean(test_labels != majority))}
    at = lambda starts: row[starts[:, None].astype(int) + np.arange(window)]
    if row.dtype == np.uint8:
        seen = collections.defaultdict(collections.Counter)
        for last, label in zip(map(bytes, at(starts)[:, -3:]), labels.tolist()):
            seen[last][label] += 1
        guess = [seen[last].most_common(1)[0][0] if last in seen else majority for last in map(bytes, at(test_starts)[:, -3:])]
        header |= {"simple": float(np.mean(test_labels != guess)), "simpleIs": "most frequent after the same last three"}
        header |= {"alphabet": 1 + int(row.max())}
    else:
        means = np.array([at(starts[labels == c]).mean(0) for c in range(classes)])
        distance = (means**2).sum(1) - 2 * at(test_starts) @ means.T
        header |= {"simple": float(np.mean(test_labels != distance.argmin(1))), "simpleIs": "nearest class mean"}
        header |= {"meanError": float(np.mean((at(test_starts) - at(starts).mean(0)) ** 2)), "alphabet": 0}
    header |= {"row": len(row), "parts": [len(parts[p][0]) for p in PARTS], "crc32": zlib.crc32(body)}
    target = folder / f"{name}.data"
    target.with_suffix(".part").write_bytes(json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)
    target.with_suffix(".part").rename(target)


def fashion(folder, share):
    def read(name, header, *shape):
        return np.frombuffer(gzip.open(share / "datasets/fashion-mnist" / name).read(), "u1", offset=header).reshape(-1, *shape)

    images = np.concatenate([read(f"{p}-images-idx3-ubyte.gz", 16, 784) for p in ("train", "t10k")])
    labels = np.concatenate([read(f"{p}-labels-idx1-ubyte.gz", 8) for p in ("train", "t10k")]).tolist()
    pairs = [(i * 784, label) for i, label in enumerate(labels)]
    examples = {"training": pairs[:55000], "validation": pairs[55000:60000], "test": pairs[60000:]}
    write(folder, "fashion", (images.ravel() / np.float32(255)).astype("<f4"), 784, examples, about=(
        "Fashion-MNIST (Debian's dataset-fashion-mnist, MIT licence): 70,000 photographs of clothes, 28 x 28 pixels, ten "
        "kinds. The set's own test images are the test; the last 5,000 of its training images are for validation. The "
        "paper used MNIST, which is easier and is in no package."))


def bible(folder, _):
    """Letters without case and the marks that are used."""
    text = subprocess.run(["bible", "-l99999", "gen1:1-rev22:21"], stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout.decode()
    alphabet = "abcdefghijklmnopqrstuvwxyz ,.;:?'!()-"
    row, examples, window = [], {p: [] for p in PARTS}, 12
    for number, chapter in enumerate(re.split(r"\n(?=\S)", text)):
        name, _, verses = chapter.partition("\n")
        words = " ".join(re.findall(r"^ +\d+ (.*)$", verses, re.M)).lower()
        symbols = [alphabet.index(c) for c in words if c in alphabet]
        start = len(row)
        examples[tenth(name)] += [(start + i, symbols[i + window]) for i in range(len(symbols) - window)]
        row += symbols
    examples["test"], examples["validation"] = examples["test"][::10], examples["validation"][::10]
    write(folder, "bible", np.array(row, "u1"), window, examples, about=(
        "The King James Bible (Debian's bible-kjv-text; the text is in the public domain, the package is GPL-2+): twelve "
        "characters, and which of 37 is the next. Chapters are held out, of which every tenth place is looked at. This is "
        "a language model of the smallest kind; the paper has none."))
    return text


def wordnet(folder, share):
    parts_of = collections.defaultdict(set)
    for part, name in enumerate(("noun", "verb", "adj", "adv")):
        for word in re.findall(r"^([a-z]{3,}) ", (share / f"wordnet/index.{name}").read_text(), re.M):
            parts_of[word].add(part)
    row, examples, window = bytearray(), {p: [] for p in PARTS}, 12
    for word, parts in sorted(parts_of.items()):
        if len(parts) == 1:
            examples[tenth(word)].append((len(row), *parts))
            row += bytes([26] * window + [ord(c) - ord("a") for c in word])[-window:]
    write(folder, "wordnet", np.frombuffer(row, "u1"), window, examples, about=(
        "WordNet 3.0 (Debian's wordnet-base, WordNet licence): whether an English word is a noun, a verb, an adjective or "
        "an adverb, from its last twelve letters. Words that can be several of them are left out; a tenth of the words "
        "is the test. Unlike the paper's tagger of tweets it sees no context and has no pretrained word vectors."))


class Frames:
    """Recordings as 26 log-mel energies from 64 Hz to 4 kHz, 25 ms long, every 10 ms; eleven frames are an example."""

    def __init__(self):
        self.rows, self.length, self.examples = [], 0, {p: [] for p in PARTS}

    def energies(self, samples, rate):
        size, hop, mel = rate // 40, rate // 100, lambda hertz: 2595 * np.log10(1 + hertz / 700)
        if len(samples) < size:
            return np.zeros((0, 26), "f4")
        windows = np.lib.stride_tricks.sliding_window_view(samples.astype("f4"), size)[::hop] * np.hanning(size).astype("f4")
        power = np.abs(np.fft.rfft(windows, axis=1)[:, : 4000 * size // rate]) ** 2
        place = (mel(np.arange(power.shape[1]) * rate / size) - mel(64)) / (mel(4000) - mel(64)) * 27 - 1
        triangles = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(26)))
        return np.log(power @ triangles + 1000).astype("f4")

    def add(self, part, frames, labels):
        """A class for each frame, or -1. The first and the last frame are repeated: all have their context."""
        self.examples[part] += [((self.length + i) * 26, c) for i, c in enumerate(labels) if c >= 0]
        self.rows.append(np.pad(frames, ((5, 5), (0, 0)), "edge"))
        self.length += len(frames) + 10

    def write(self, folder, name, about):
        row = np.concatenate(self.rows)
        training = row[[start // 26 + 5 for start, _ in self.examples["training"]]]
        write(folder, name, ((row - training.mean(0)) / training.std(0)).ravel().astype("<f4"), 11 * 26, self.examples, about=about)


def prompts(folder, share):
    frames = Frames()
    voices = ("en_US_f_Allison", "es_MX_f_Allison", "fr_CA_f_June", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU")
    for language, voice in enumerate(voices):
        sounds = share / "asterisk/sounds" / voice
        for path in sorted(sounds.rglob("*.wav")):
            with wave.open(str(path)) as file:
                energies = frames.energies(np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate())
            if len(energies) and "silence" not in str(path):
                loud = energies.max(1)  # pauses have no language: what is 20 dB below the loudest tenth is left out
                labels = np.where((loud > np.quantile(loud, 0.9) - 4.6) & (np.arange(len(loud)) % 2 == 0), language, -1)
                frames.add(tenth(str(path.relative_to(sounds))), energies, labels)
    frames.write(folder, "prompts", (
        "The prompts of a telephone exchange (Debian's asterisk-core-sounds-{en,es,fr,it,ru}-wav; CC BY-SA 3.0, the Russian "
        "ones CC BY 3.0), 8 kHz: from eleven frames of 25 ms, which of five languages is spoken. A tenth of the prompts is "
        "the test, in all languages the same. Every language has one voice, two have the same, so this tells voices and "
        "recordings apart as much as languages."))


class Event(ctypes.Structure):
    _fields_ = [(n, ctypes.c_int) for n in ("type", "identifier", "text", "length", "milliseconds", "sample")]
    _fields_ += [("user", ctypes.c_void_p), ("id", ctypes.c_char * 8)]


def spoken(folder, text):
    """espeak-ng's phoneme events say which sample each phoneme begins at. GPL-3+; loaded here, nowhere else."""
    library = ctypes.CDLL("libespeak-ng.so.1")
    rate = library.espeak_Initialize(2, 0, None, 1)  # synchronous, with phoneme events
    sound, begun = bytearray(), []

    def receive(samples, count, events):
        sound.extend(ctypes.string_at(samples, 2 * count) if samples else b"")
        place = 0
        while events[place].type:
            if events[place].type == 7:
                begun.append((events[place].sample, events[place].id.decode()))
            place += 1
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Event))(receive)
    library.espeak_SetSynthCallback(callback)
    verses = re.findall(r"^ +\d+ (.{40,100})$", text, re.M)
    verses = iter(verses[:: len(verses) // 480])
    frames, classes = Frames(), {}
    for part, count, voices in (("training", 300, "m1 m2 m3 m4 f1 f2 f3"), ("validation", 60, "m5 f4"), ("test", 120, "m7 m8 f5")):
        for number, verse in zip(range(count), verses):
            sound.clear(), begun.clear()
            voice = voices.split()[number % len(voices.split())]
            if library.espeak_SetVoiceByName(f"en-us+{voice}".encode()) != 0:
                sys.exit(f"espeak-ng has no voice {voice}")
            library.espeak_Synth(verse.encode(), len(verse) + 1, 0, 1, 0, 0, None, None)
            energies = frames.energies(np.frombuffer(bytes(sound), "<i2"), rate)
            # One class for the variants of a sound, t and t#, @ and @2; every pause is "_"; ";" is no sound.
            sounds = [(at, "_" if s[0] == "_" else s[0] + re.sub("[#0-9:]+$", "", s[1:])) for at, s in begun if s != ";"]
            middles = np.arange(len(energies)) * (rate // 100) + rate // 80
            which = np.searchsorted([at for at, _ in sounds], middles, "right") - 1
            frames.add(part, energies, [classes.setdefault(sounds[i][1], len(classes)) if i >= 0 else -1 for i in which])
    frames.write(folder, "spoken", (
        f"Verses of the Bible spoken by espeak-ng (Debian's libespeak-ng1, GPL-3+): which of {len(classes)} phonemes the middle one "
        "of eleven frames of 25 ms belongs to, by the synthesiser's own timing. 300 verses in seven of its voices are for "
        "training, 60 in two others for validation, 120 in three others for the test. Synthetic speech is more regular than "
        "people's; the paper's TIMIT is not free, and the recordings above come without a transcript to align them to."))


def main(folder, share="/usr/share"):
    folder, share = pathlib.Path(folder), pathlib.Path(share)
    folder.mkdir(parents=True, exist_ok=True)
    fashion(folder, share)
    text = bible(folder, share)
    wordnet(folder, share)
    prompts(folder, share)
    spoken(folder, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
