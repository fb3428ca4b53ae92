# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What the figures were measured on."""

import datetime
import os
import platform
import subprocess
import sys

from toolchain import PACKAGE, VERSION


def output_of(*command, folder=None):
    """The first line that a command prints, empty when it fails."""
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except OSError:
        return ""
    return result.stdout.split("\n")[0].strip() if result.returncode == 0 else ""


def processor():
    """The name of the processor."""
    if sys.platform == "darwin":
        return output_of("sysctl", "-n", "machdep.cpu.brand_string") or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def commit(folder):
    """The commit of a clone, marked when files have changed since."""
    name = output_of("git", "rev-parse", "--short", "HEAD", folder=folder)
    if not name:
        return "unknown commit"
    return name + (" with changes" if output_of("git", "status", "--porcelain", folder=folder) else "")


def describe(root):
    """Pairs of a word and what stands for it."""
    load = ", load %.2f" % os.getloadavg()[0] if hasattr(os, "getloadavg") else ""
    return [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", "%s, %d cores, %s%s" % (processor(), os.cpu_count() or 0, platform.platform(terse=True), load)),
        ("reference", "%s %s, Python %s" % (PACKAGE, VERSION, platform.python_version())),
        ("Gatehouse", "%s, %s" % (commit(root), output_of("swift", "--version") or "unknown Swift")),
    ]
