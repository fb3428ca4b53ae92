# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The most memory that this process has had at once."""

import resource
import sys


def peak_byte_count():
    """In bytes.

    On Linux from /proc: what getrusage tells there begins at the peak of the process that started this one.
    """
    if sys.platform == "linux":
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
