# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""A document with what is beside it: names by kind, users, ID lists and options."""

import gzip
import json
import os

from failure import Failure


def read(path):
    """A file's bytes, decompressed if it was compressed with gzip."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError) as error:
        raise Failure("%s: %s" % (path, getattr(error, "strerror", None) or error)) from None


class Names:
    """Entity names by how they are asked for, in the document's order."""

    KINDS = ("gates", "dynamicConfigs", "experiments", "layers")

    def __init__(self, gates=(), dynamicConfigs=(), experiments=(), layers=()):
        self.by_kind = dict(zip(self.KINDS, (list(gates), list(dynamicConfigs), list(experiments), list(layers))))

    def __getitem__(self, kind):
        return self.by_kind[kind]

    def __iter__(self):
        """Pairs of a kind and a name."""
        return ((kind, name) for kind in self.KINDS for name in self.by_kind[kind])

    def without(self, left_out):
        """The names that aren't among some pairs of a kind and a name."""
        return Names(*([n for n in self.by_kind[kind] if (kind, n) not in left_out] for kind in self.KINDS))

    @property
    def count(self):
        return sum(map(len, self.by_kind.values()))


class Project:
    """What one comparison is about."""

    def __init__(self, path, users_path=None):
        self.path = path
        self.title = os.path.relpath(path) if len(os.path.relpath(path)) < len(path) else path
        self.data = read(path)
        try:
            self.content = json.loads(self.data)
        except ValueError as error:
            raise Failure("%s: %s" % (path, error)) from None
        if not isinstance(self.content, dict) or not isinstance(self.content.get("feature_gates"), dict):
            raise Failure("%s: not a document in the format dcs-v2, which is all that the reference reads" % path)
        self.names = names_of(self.content)
        folder = os.path.dirname(os.path.abspath(path))
        options = beside(folder, "options.json")
        options = json.loads(read(options)) if options else {}
        self.environment = options.get("environment")
        self.global_custom_fields = options.get("global_custom_fields") or {}
        lists = os.path.join(folder, "id_lists")
        self.id_lists = lists if os.path.isdir(lists) else None
        users_path = users_path or beside(folder, "users.jsonl", "users.jsonl.gz")
        text = read(users_path).decode("utf-8") if users_path else ""
        self.users = [line for line in text.split("\n") if line.strip()]


def beside(folder, *names):
    """The first of some files that exists in a folder."""
    paths = [os.path.join(folder, name) for name in names]
    return next(filter(os.path.exists, paths), None)


def names_of(content):
    """The names that a document defines."""
    configs = {**(content.get("dynamic_configs") or {}), **(content.get("cmab_configs") or {})}
    dynamic = [n for n, spec in configs.items() if isinstance(spec, dict) and spec.get("entity") == "dynamic_config"]
    return Names(
        gates=content["feature_gates"],
        dynamicConfigs=dynamic,
        experiments=[name for name in configs if name not in set(dynamic)],
        layers=content.get("layer_configs") or {},
    )
