# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What the parts of `attack.py` share."""
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "console"))
from served import SAMPLE, Console  # noqa: E402, F401

SPECS = os.path.join(SAMPLE, "sample-dcs-v2.json")
FAILURES = []


def check(passed, what):
    print(("  ok      " if passed else "  FAILED  ") + what, flush=True)
    if not passed:
        FAILURES.append(what)


def exchange(port, data, seconds=5, end=False):
    """What a socket answers to some bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionError, BrokenPipeError):
            pass
        return answer
