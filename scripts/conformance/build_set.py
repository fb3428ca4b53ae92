#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Make one conformance set, with the reference engine as oracle (see fixtures/README.md).

    build_set.py OUT_DIR --theme THEME --seed SEED [--users N] [--gcir-users N] [--options OPTIONS.json]
    build_set.py OUT_DIR --spec SPEC.json --seed SEED ...          (an existing document instead of a generated one)

Runs with a Python that has statsig-python-core==0.24.2. The oracle runs twice; rows that differ are dropped.
Themes: core types structure layers time_version unicode regex overrides cmab malformed all cycle.
"""
import argparse, gzip, json, os, shutil, subprocess, sys, tempfile

TOOLS = os.path.dirname(os.path.abspath(__file__))

def run(script, *args, out=None):
    cmd = [sys.executable, os.path.join(TOOLS, script), *map(str, args)]
    with open(out, "w") if out else open(os.devnull, "w") as f:
        subprocess.run(cmd, check=True, stdout=f)

def pack(src, dst):
    with open(src, "rb") as f, open(dst, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as g:
        shutil.copyfileobj(f, g)

p = argparse.ArgumentParser(); p.add_argument("out"); p.add_argument("--theme"); p.add_argument("--spec")
p.add_argument("--seed", required=True); p.add_argument("--users", type=int, default=80)
p.add_argument("--gcir-users", type=int, default=3); p.add_argument("--options")
a = p.parse_args()
os.makedirs(a.out, exist_ok=True)
with tempfile.TemporaryDirectory() as t:
    spec, users, lists = f"{t}/spec.json", f"{t}/users.jsonl", f"{t}/id_lists"
    shutil.copy(a.spec, spec) if a.spec else run("gen_spec.py", a.seed, "--theme", a.theme, out=spec)
    run("gen_users.py", spec, "u-" + a.seed, a.users, "--idl-dir", lists, out=users)
    extra = ["--options", a.options] if a.options else []
    for k in (1, 2):
        run("oracle.py", spec, users, f"{t}/e{k}", "--id-lists", lists, "--gcir-out", f"{t}/g{k}", "--gcir-users", a.gcir_users, *extra)
    one, two = (open(f"{t}/e{k}", encoding="utf-8").read().splitlines() for k in (1, 2))
    stable = [x for x, y in zip(one, two) if json.loads(x) == json.loads(y)]
    open(f"{t}/expected", "w", encoding="utf-8").write("\n".join(stable) + "\n")
    pack(spec, f"{a.out}/spec.json.gz"); pack(users, f"{a.out}/users.jsonl.gz")
    pack(f"{t}/expected", f"{a.out}/expected.jsonl.gz"); pack(f"{t}/g1", f"{a.out}/gcir.jsonl.gz")
    if os.path.isdir(lists) and os.listdir(lists): shutil.copytree(lists, f"{a.out}/id_lists", dirs_exist_ok=True)
    if a.options: shutil.copy(a.options, f"{a.out}/options.json")
    print(f"{a.out}: {len(stable)} rows, {len(one) - len(stable)} unstable rows dropped")
