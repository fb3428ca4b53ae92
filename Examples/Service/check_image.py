# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Checks the Dockerfile of the sample service: check_image.py EXECUTABLE [--build].

With a container engine it builds the image and asks the running service for its health. Without one it checks the parts: that
the paths that are copied are there, that the packages to install are known, that the product exists, and that the libraries that
the executable needs come with the packages of the small image. With --build it also runs the commands that build and strip, and
checks that executable instead.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# In every image of Debian.
BASE_PACKAGES = {"libc6", "libgcc-s1"}
# The shared libraries of Swift, which --static-swift-stdlib puts into the executable.
SWIFT_LIBRARY = re.compile(r"/swift/linux/|lib(swift\w*|Foundation\w*|_Foundation\w*|dispatch|BlocksRuntime)\.so")
# The image has to stay small; the executable is by far its largest part.
MAXIMUM_EXECUTABLE_BYTES = 60_000_000
PATIENCE = 60


class Failed(Exception):
    pass


def steps(text):
    """The instructions with their arguments, without comments; continued lines are joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    for line in joined.splitlines():
        if line.strip():
            instruction, _, rest = line.strip().partition(" ")
            yield instruction.upper(), rest.strip()


def stages(text):
    """The instructions by stage."""
    found = []
    for instruction, rest in steps(text):
        if instruction == "FROM":
            found.append([])
        if not found:
            raise Failed(f"{instruction} before FROM")
        found[-1].append((instruction, rest))
    return found


def installed(stage):
    """The packages that a stage installs."""
    names = set()
    for instruction, rest in stage:
        for command in rest.split("&&") if instruction == "RUN" else ():
            words = shlex.split(command)
            if words[:2] == ["apt-get", "install"]:
                names |= {word for word in words[2:] if not word.startswith("-")}
    return names


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def check_parts(build, image):
    for instruction, rest in build + image:
        words = rest.split()
        if instruction == "COPY" and not words[0].startswith("--from"):
            for source in words[:-1]:
                if not (ROOT / source).exists():
                    raise Failed(f"there is no {source} to copy")
    product = next((shlex.split(rest) for kind, rest in build if kind == "RUN" and rest.startswith("swift build")), None)
    if product is None or "--static-swift-stdlib" not in product:
        raise Failed("no step builds with the static standard library")
    package = json.loads(output("swift", "package", "--package-path", str(HERE), "describe", "--type", "json"))
    name = product[product.index("--product") + 1]
    if name not in {product["name"] for product in package["products"]}:
        raise Failed(f"the package has no product {name}")
    if shutil.which("apt-cache"):
        for name in sorted(installed(build) | installed(image)):
            if not subprocess.run(["apt-cache", "show", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout:
                raise Failed(f"apt has no package {name}")


def check_libraries(executable, image):
    """The shared libraries that the executable needs, but for Swift's, come with the packages of the image."""
    if not shutil.which("dpkg"):
        return
    packages = installed(image) | BASE_PACKAGES
    for path in re.findall(r"=> (/\S+)", output("ldd", str(executable))):
        if SWIFT_LIBRARY.search(path):
            continue
        # Where /lib is a link to /usr/lib, dpkg knows one of both.
        names = {path, os.path.realpath(path), path.removeprefix("/usr"), os.path.realpath(path).removeprefix("/usr")}
        owners = set()
        for name in names:
            found = subprocess.run(["dpkg", "-S", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
            owners |= {line.partition(":")[0].removesuffix("t64") for line in found.splitlines()}
        if owners and not owners & packages:
            raise Failed(f"the image lacks {path}, of {' or '.join(sorted(owners))}")


def build_by_hand(build):
    """Runs the steps that build and strip, with a folder in place of /build, and returns the executable."""
    target = pathlib.Path(tempfile.mkdtemp()) / "SampleService"
    for instruction, rest in build:
        if instruction == "RUN" and rest.startswith(("swift build", "strip")):
            subprocess.run(rest.replace("/build/SampleService", str(target)), shell=True, check=True, cwd=ROOT)
    linked = output("ldd", str(target))
    if SWIFT_LIBRARY.search(linked):
        raise Failed("the executable needs shared libraries of Swift")
    size = target.stat().st_size
    print(f"check_image: the stripped executable has {size / 1e6:.1f} MB")
    if size > MAXIMUM_EXECUTABLE_BYTES:
        raise Failed(f"the executable has {size} bytes, more than {MAXIMUM_EXECUTABLE_BYTES}")
    return target


def check_with_engine(engine):
    """Builds the image, runs it, and asks for its health."""
    subprocess.run([engine, "build", "-f", str(HERE / "Dockerfile"), "-t", "gatehouse-sample", str(ROOT)], check=True)
    name = output(
        engine, "run", "--rm", "-d", "-p", "127.0.0.1::8080", "-v", f"{ROOT}/fixtures/sample:/specs:ro",
        "-e", "GATEHOUSE_FILE=/specs/sample-dcs-v2.json", "gatehouse-sample").strip()
    try:
        port = output(engine, "port", name, "8080").strip().splitlines()[0].rpartition(":")[2]
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as reply:
                    if json.load(reply)["isReady"]:
                        return
            except OSError:
                if time.monotonic() > end:
                    raise Failed("the service of the image isn't healthy") from None
            time.sleep(0.2)
    finally:
        subprocess.run([engine, "kill", name], stdout=subprocess.DEVNULL)


def engine():
    """The name of an engine that works, None without one."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True).returncode == 0:
            return name
    return None


def main():
    executable = sys.argv[1]
    build, image = stages((HERE / "Dockerfile").read_text(encoding="utf-8"))
    try:
        check_parts(build, image)
        if "--build" in sys.argv:
            executable = build_by_hand(build)
        check_libraries(executable, image)
        if name := engine():
            check_with_engine(name)
            print("check_image: the image builds, and its service is healthy")
        else:
            print("check_image: the parts of the image fit; there is no container engine to build it")
    except (Failed, OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"check_image: {error}")


main()
