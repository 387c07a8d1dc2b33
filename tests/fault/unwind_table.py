#!/usr/bin/env python3
"""Whether an exception can pass through every function of a library: what LLVM calls when memory is short throws.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

unwind_table.py LIBRARY

Where the table that is searched at run time (.eh_frame_hdr, Linux Standard Base, core, 10.6.2) leads to an entry that
covers no instruction, no handler is found, and the process ends.
"""

import bisect
import struct
import sys

LOAD, EH_FRAME = 1, 0x6474e550
SIGNED_4_FROM_TABLE, UNSIGNED_4 = 0x3b, 0x03


def segments(data):
    """Kind, offset, address and size in the file of each."""
    start, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, _, offset, address, _, in_file = struct.unpack_from("<IIQQQQ", data, start + i * size)
        yield kind, offset, address, in_file


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    parts = list(segments(data))
    header = next(address for kind, _, address, _ in parts if kind == EH_FRAME)

    def place(address):
        return next(offset + address - begin for kind, offset, begin, size in parts
                    if kind == LOAD and begin <= address < begin + size)

    _, _, of_count, of_table = data[place(header):place(header) + 4]
    if (of_count, of_table) != (UNSIGNED_4, SIGNED_4_FROM_TABLE):
        sys.exit("the table is written in another way than this test reads")
    count, = struct.unpack_from("<I", data, place(header) + 8)
    table = [tuple(header + each for each in struct.unpack_from("<ii", data, place(header) + 12 + 8 * i))
             for i in range(count)]
    starts = [start for start, _ in table]
    empty = []
    for start in dict.fromkeys(starts):
        # The last of several at one address is what a search ends at.
        _, entry = table[bisect.bisect_right(starts, start) - 1]
        length, = struct.unpack_from("<I", data, place(entry) + 12) # 4 bytes each: length, CIE, begin
        if length == 0:
            empty.append(start)
    print(f"{count} entries, {len(empty)} that lead nowhere")
    if count < 1000:
        sys.exit("that is not the library that was meant")
    if empty:
        sys.exit("no exception passes the functions at " + ", ".join(f"{each:#x}" for each in empty[:10]))


if __name__ == "__main__":
    main()
