#!/usr/bin/env python3
"""prepare.py on data of our own: tones, words and images whose answers are known. Needs none of the packages.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: prepare_test.py examples/gelu_paper WORK-FOLDER
"""

import json
import pathlib
import sys
import unittest

import numpy as np

sys.path.insert(0, sys.argv[1])
import prepare

WORK = pathlib.Path(sys.argv[2])


def read(name):
    line, body = (WORK / f"{name}.data").read_bytes().split(b"\n", 1)
    return json.loads(line), body


class Frames(unittest.TestCase):
    def test_a_tone_is_loudest_in_its_band(self):
        mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)
        for rate in (8000, 22050):
            for hertz in (300, 1000, 2500):
                energies = prepare.Frames().energies(10000 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate), rate)
                band = (mel(hertz) - mel(64)) / (mel(4000) - mel(64)) * 27 - 1
                self.assertTrue((np.abs(energies.argmax(1) - band) <= 1).all(), (rate, hertz))
                self.assertEqual(len(energies), 98)  # 25 ms every 10 ms

    def test_each_example_is_its_frame_between_five_and_five(self):
        frames = prepare.Frames()
        frames.add("test", np.full((3, 26), 7.0), [-1, -1, 0])
        frames.add("training", np.arange(4)[:, None] + np.zeros((4, 26)), [0, 1, -1, 1])
        self.assertEqual([c for _, c in frames.examples["training"]], [0, 1, 1])
        row = np.concatenate(frames.rows).ravel()
        start = frames.examples["training"][1][0]
        window = row[start : start + 11 * 26].reshape(11, 26)[:, 0]
        self.assertEqual(window.tolist(), [0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3])

    def test_too_short_a_recording_has_no_frame(self):
        self.assertEqual(prepare.Frames().energies(np.zeros(199), 8000).shape, (0, 26))


class Words(unittest.TestCase):
    def test_words_with_one_part_of_speech_in_one_part_each(self):
        share = WORK / "wordnet"
        share.mkdir(parents=True, exist_ok=True)
        stems = [a + b + c for a in "abcdefgh" for b in "klmn" for c in "xyz"]
        verbs = [stem + "ing" for stem in stems] + ["akxion"]
        for name, some in (("noun", [stem + "ion" for stem in stems]), ("verb", verbs), ("adj", []), ("adv", ["be_it", "so"])):
            (share / f"index.{name}").write_text("  1 licence\n" + "".join(f"{w} n 1 2\n" for w in some))
        prepare.wordnet(WORK, WORK)
        header, body = read("wordnet")
        self.assertEqual(sum(header["parts"]), 2 * len(stems) - 1)  # without akxion, which is both
        self.assertEqual((header["alphabet"], header["window"], header["classes"]), (27, 12, 2))
        self.assertTrue(all(header["parts"]))
        row = np.frombuffer(body[: header["row"]], "u1").reshape(-1, 12)
        self.assertEqual(len(np.unique(row, axis=0)), len(row))
        self.assertEqual(header["simple"], 0)  # the last three letters tell all
        starts = np.frombuffer(body, "<u4", count=header["parts"][0], offset=header["row"])
        self.assertTrue((starts % 12 == 0).all())


class Images(unittest.TestCase):
    def test_baselines_of_two_heaps(self):
        row = np.concatenate([np.full(4, c, "<f4") for c in (0, 0, 0, 1, 0, 0, 1, 1)])
        pairs = [(4 * i, int(row[4 * i])) for i in range(8)]
        examples = {"training": pairs[:4], "validation": pairs[:1], "test": pairs[4:]}
        prepare.write(WORK, "heaps", row, 4, examples, about="")
        header, _ = read("heaps")
        self.assertEqual((header["majority"], header["simple"], header["meanError"]), (0.5, 0, (0.0625 + 0.5625) / 2))


WORK.mkdir(parents=True, exist_ok=True)
unittest.main(argv=sys.argv[:1])
