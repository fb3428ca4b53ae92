# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The options of `Benchmarks/compare`."""

import argparse

DESCRIPTION = """\
Compares Gatehouse with the official engine, statsig-python-core 0.24.2, whose core is in Rust.

Both engines run on this machine, at the same time, on the same document and users: first their answers are compared,
then they are timed in turns, a round of the one and a round of the other, and the medians of the rounds are printed.
The first run makes a virtual environment in Benchmarks/.build, installs the official engine from PyPI into it, and
builds the Swift side; nothing but that needs a network.
"""

EPILOG = """\
Beside a document may lie, as fixtures/README.md describes: users.jsonl or users.jsonl.gz, a folder id_lists, and
options.json with the environment and global custom fields. Any of these files may be compressed with gzip.
"""


def positive(text):
    """A number above 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("not a number above 0: " + text)
    return number


def parse(arguments):
    """The options of a command line; leaves the process when they are wrong or ask for help."""
    parser = argparse.ArgumentParser(
        prog="Benchmarks/compare",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--document",
        metavar="PATH",
        action="append",
        help="a config-spec document, dcs-v2; may be repeated (default: fixtures/conformance/syn_all_1)",
    )
    parser.add_argument(
        "--users", metavar="FILE.jsonl", help="users to compare answers for, one per line (default: those beside it)"
    )
    parser.add_argument(
        "--gate", metavar="NAME", action="append", default=[], help="a gate to time by itself; may be repeated"
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=2.0,
        metavar="S",
        help="how long to time each scenario, both engines together (default: 2)",
    )
    parser.add_argument("--no-load", action="store_true", help="leave out loading and reloading, which takes 30 s each")
    parser.add_argument("--format", choices=["table", "markdown", "json"], default="table")
    return parser.parse_args(arguments)
