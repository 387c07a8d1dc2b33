#!/usr/bin/env python3
"""Writes digits.csv, the data of this example, from scikit-learn's bundled copy.

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Ran once; the result is part of the repository, so nobody needs scikit-learn. One line an image: 64 pixels, row by row,
each 0 to 16 written as one character (0-9, then a-g), a comma, and the digit it shows.
"""

import pathlib

from sklearn.datasets import load_digits

digits = load_digits()
alphabet = "0123456789abcdefg"
lines = [
    "# 1797 images of handwritten digits, 8 x 8 pixels of 0-16 (0-9, a-g), and the digit.",
    "# Optical Recognition of Handwritten Digits: E. Alpaydin, C. Kaynak (1998), UCI Machine Learning Repository,",
    "# doi:10.24432/C50P49, CC BY 4.0; test part, as bundled with scikit-learn's load_digits. Re-encoded by export.py.",
]
for pixels, target in zip(digits.data.astype(int), digits.target):
    lines.append("".join(alphabet[p] for p in pixels) + f",{target}")
pathlib.Path(__file__).with_name("digits.csv").write_text("\n".join(lines) + "\n")
