#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Writes fixtures/console/required-members.json: what the official document of the Console API requires of each answer.

    scripts/console/required_members.py capiopenapi.json

For each operation the file has the statuses of successes and the names of the members that their schemas require, as
`data.*.id`; `*` stands for each element. It has names alone: no sentence and no schema of the document.
"""
import json
import pathlib
import sys

METHODS = ("get", "post", "put", "patch", "delete")
TARGET = pathlib.Path(__file__).resolve().parents[2] / "fixtures/console/required-members.json"


class Document:
    def __init__(self, path):
        self.value = json.loads(pathlib.Path(path).read_text())

    def resolved(self, schema):
        while "$ref" in schema:
            target = self.value
            for part in schema["$ref"].split("/")[1:]:
                target = target[part]
            schema = target
        return schema

    def required(self, schema, prefix=(), depth=0):
        """The paths of required members. The document says twice what some answers are; the last one is the closer one."""
        schema = self.resolved(schema)
        if depth > 20:
            return {}
        names = {}
        for part in schema.get("allOf", []):
            own = self.required(part, prefix, depth + 1)
            for path in own:
                # `data` as an array and `data` as an object: what is said about the other kind falls away.
                names = {known: None for known in names if not self.differ(known, path, len(prefix) + 1)}
            names.update(own)
        for name in schema.get("required", []):
            names[prefix + (name,)] = None
        for name, member in schema.get("properties", {}).items():
            names.update(self.required(member, prefix + (name,), depth + 1))
        if "items" in schema:
            names.update(self.required(schema["items"], prefix + ("*",), depth + 1))
        return names

    @staticmethod
    def differ(one, other, length):
        """Whether a path is into an array and the other one into an object of the same name."""
        return (len(one) > length and len(other) > length and one[:length] == other[:length]
                and (one[length] == "*") != (other[length] == "*"))

    def operations(self):
        for path, methods in self.value["paths"].items():
            for method, operation in methods.items():
                if method not in METHODS:
                    continue
                statuses, names = [], {}
                for status, response in operation["responses"].items():
                    if status.startswith("2"):
                        statuses.append(int(status))
                        content = self.resolved(response).get("content", {}).get("application/json", {})
                        names.update(self.required(content.get("schema", {})))
                yield f"{method.upper()} {path}", {
                    "statuses": statuses, "members": [".".join(name) for name in names]}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows = dict(sorted(Document(sys.argv[1]).operations()))
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in rows.items())
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(f"{{\n{lines}\n}}\n")
    print(f"{TARGET}: {len(rows)} operations")


if __name__ == "__main__":
    main()
