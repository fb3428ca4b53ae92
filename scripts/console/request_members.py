#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The members of the request bodies of the Console API, from an official OpenAPI document.

    scripts/console/request_members.py capiopenapi.json > fixtures/console/request-members.json

The result has names and JSON types alone: `bodies` by the name of their schema, and `operations` with the body of each.
`RequestMemberTests` sends each of these members to a console.
"""
import json
import sys


class Reader:
    def __init__(self, document):
        self.document = document
        self.schemas = document["components"]["schemas"]

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].split("/")[-1]]
        return schema

    def value(self, schema):
        """The types of a value, and the members that objects in it have."""
        schema = self.resolved(schema)
        found = {"types": [schema["type"]] if "type" in schema else []}
        if schema.get("nullable"):
            found["isNullable"] = True
        if "properties" in schema:
            found["members"] = self.members(schema)
        if "items" in schema:
            found["elements"] = self.value(schema["items"])
        for part in schema.get("oneOf", []) + schema.get("anyOf", []):
            other = self.value(part)
            found["types"] += [kind for kind in other["types"] if kind not in found["types"]]
            if "members" in other:
                found["members"] = {**other["members"], **found.get("members", {})}
            if "elements" in other:
                found.setdefault("elements", other["elements"])
        return found

    def members(self, schema):
        needed = schema.get("required", [])
        return {name: {**self.value(part), **({"isRequired": True} if name in needed else {})}
                for name, part in schema["properties"].items()}

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    name = content["schema"].get("$ref", "").split("/")[-1]
                    if name:
                        yield {"method": method.upper(), "path": path, "body": name}
                    break


def main():
    with open(sys.argv[1]) as file:
        reader = Reader(json.load(file))
    operations = list(reader.operations())
    names = sorted({operation["body"] for operation in operations})
    bodies = {name: reader.value(reader.schemas[name]) for name in names}

    def line(value):
        return json.dumps(value, separators=(",", ":"), sort_keys=True)

    print('{"bodies": {')
    print(",\n".join(f"{line(name)}: {line(body)}" for name, body in bodies.items()))
    print('}, "operations": [')
    print(",\n".join(map(line, operations)))
    print("]}")


if __name__ == "__main__":
    main()
