# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Makes what the comparison runs on: the virtual environment with the reference, and the Swift executable."""

import os
import shutil
import subprocess
import sys

from failure import Failure

PACKAGE = "statsig-python-core"
VERSION = "0.24.2"
PRODUCT = "compare-gatehouse"

# Fails when the package is missing or another version.
CHECK = "import importlib.metadata as m, statsig_python_core; assert m.version('%s') == '%s'" % (PACKAGE, VERSION)


def note(text):
    """Says what is going on, beside the output."""
    print("compare: " + text, file=sys.stderr, flush=True)


def prepare_python(benchmarks):
    """The Python of a virtual environment in which the reference is installed."""
    folder = os.path.join(benchmarks, ".build", "compare-venv")
    python = os.path.join(folder, "bin", "python")
    if has_reference(python):
        return python
    if not os.path.exists(python):
        note("making a virtual environment in " + folder)
        make_environment(folder)
    note("installing %s %s from the package index" % (PACKAGE, VERSION))
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # Only built packages: the source would need a Rust compiler, and its build would be another engine.
    result = subprocess.run(pip + ["--only-binary", ":all:", PACKAGE + "==" + VERSION])
    if result.returncode != 0 or not has_reference(python):
        raise Failure(
            "pip could not install %s %s. It needs a network, or an index that pip is configured for, and a system"
            " that the package is built for (Linux or macOS, x86-64 or ARM)." % (PACKAGE, VERSION)
        )
    return python


def has_reference(python):
    """Whether a Python has the reference in the right version."""
    if not os.path.exists(python):
        return False
    return subprocess.run([python, "-c", CHECK], capture_output=True).returncode == 0


def make_environment(folder):
    """Makes a virtual environment with pip."""
    result = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True)
    if result.returncode != 0:
        # What is there now would be taken for a whole one the next time.
        shutil.rmtree(folder, ignore_errors=True)
        raise Failure(
            "python3 -m venv failed; on Debian and Ubuntu it needs the package python3-venv.\n"
            + (result.stdout + result.stderr).strip()
        )


def build_gatehouse(benchmarks):
    """Builds the Swift side and returns the path of the executable."""
    if shutil.which("swift") is None:
        raise Failure("there is no swift in PATH; install Swift 6.3 or newer first: https://www.swift.org/install/")
    note("building " + PRODUCT)
    build = ["swift", "build", "-c", "release", "--package-path", benchmarks, "--product", PRODUCT]
    result = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        raise Failure("swift build failed (scripts/setup.sh installs what it needs):\n" + result.stdout)
    folder = subprocess.run(build + ["--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return os.path.join(folder, PRODUCT)
