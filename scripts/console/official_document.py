# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""An OpenAPI document: its operations, schemas for jsonschema, sample values and bodies that the schemas forbid."""
import copy
import json
import re

import jsonschema

METHODS = ("get", "post", "put", "patch", "delete")


class Operation:
    """A method and a path template with its parameters, body schema and answers."""

    def __init__(self, method, path, entry):
        self.method, self.path, self.entry = method.upper(), path, entry
        self.name = f"{self.method} {path.removeprefix('/console/v1')}"
        self.shape = (self.method, re.sub(r"{[^}]*}", "{}", path))

    def query(self):
        return [p for p in self.entry.get("parameters", []) if p["in"] == "query"]

    def body(self):
        for content in self.entry.get("requestBody", {}).get("content", {}).values():
            return content.get("schema")
        return None

    def answer(self, status):
        """The schema and the example of an answer, None where the document has none for the status."""
        content = self.entry["responses"].get(str(status), {}).get("content", {}).get("application/json", {})
        schema = content.get("schema")
        return schema, content.get("example", (schema or {}).get("example"))

    def statuses(self):
        return [int(s) for s in self.entry["responses"] if s.startswith("2")]


class Document:
    def __init__(self, path):
        with open(path) as file:
            self.root = json.load(file)
        self.operations = [
            Operation(m, p, e) for p, entries in self.root["paths"].items() for m, e in entries.items() if m in METHODS]
        self.definitions = {n: convert(s) for n, s in self.root["components"]["schemas"].items()}
        self.validators = {}

    def resolve(self, schema):
        while "$ref" in schema:
            schema = self.root["components"]["schemas"][schema["$ref"].split("/")[-1]]
        return schema

    def validator(self, schema):
        key = id(schema)
        if key not in self.validators:
            whole = {**convert(schema), "components": {"schemas": self.definitions}}
            self.validators[key] = (jsonschema.Draft202012Validator(whole), schema)
        return self.validators[key][0]

    def errors(self, schema, value):
        """What a value violates: places without indices, and messages without values."""
        found = set()
        for error in self.validator(schema).iter_errors(value):
            place = "/".join("[]" if isinstance(p, int) else str(p) for p in error.absolute_path)
            text = error.message
            if error.validator != "required":
                text = f"{error.validator} {json.dumps(error.validator_value)[:60]}"
            found.add(f"{place}: {text}")
        return found

    def accepts(self, schema, value):
        return self.validator(schema).is_valid(value)

    # Samples

    def sample(self, schema, name="", override=lambda name, schema: None):
        """A value that the schema allows; `override` gives values by the name of a member."""
        schema = self.resolve(schema)
        value = override(name, schema)
        if value is not None and self.accepts(schema, value):
            return value
        if "example" in schema and self.accepts(schema, schema["example"]):
            return copy.deepcopy(schema["example"])
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.sample(schema[word][0], name, override)
        if "allOf" in schema:
            merged = {}
            for part in schema["allOf"]:
                merged.update(self.sample(part, name, override))
            return merged
        if "enum" in schema:
            return next(v for v in schema["enum"] if v is not None)
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            required = schema.get("required", [])
            return {n: self.sample(s, n, override) for n, s in schema.get("properties", {}).items() if n in required}
        if kind == "array":
            return [self.sample(schema.get("items", {}), name, override)]
        if kind in ("number", "integer"):
            step = schema.get("multipleOf", 1)
            low = schema.get("minimum", 0)
            if schema.get("exclusiveMinimum"):
                low += max(step, 1)
            return min(low + max(step, 1), schema.get("maximum", low + max(step, 1)))
        if kind == "boolean":
            return True
        if kind == "string":
            return "text".ljust(schema.get("minLength", 0), "x")[:schema.get("maxLength", 1000)]
        return "text"

    # Violations

    def violations(self, schema, value, place=""):
        """Pairs of a description and a value that is like `value` but has one fault."""
        schema = self.resolve(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                fitting = [s for s in schema[word] if self.accepts(s, value)]
                yield from self.faults(schema, value, place)
                if fitting and isinstance(value, (dict, list)):
                    for text, bad in self.violations(fitting[0], value, place):
                        if not self.accepts(schema, bad) or text.startswith("unknown"):
                            yield text, bad
                return
        yield from self.faults(schema, value, place)
        if isinstance(value, dict) and "properties" in schema:
            if not schema.get("additionalProperties"):
                yield f"unknown member in {place or 'the body'}", {**value, "unknownMember": 1}
            for name in schema.get("required", []):
                if name in value:
                    yield f"{join(place, name)} missing", {k: v for k, v in value.items() if k != name}
            for name, part in schema["properties"].items():
                if name in value:
                    for text, bad in self.violations(part, value[name], join(place, name)):
                        yield text, {**value, name: bad}
        if isinstance(value, list) and value and "items" in schema:
            for text, bad in self.violations(schema["items"], value[0], place + "[]"):
                yield text, [bad, *value[1:]]

    def faults(self, schema, value, place):
        """Faults of the value itself, without those of what is in it."""
        if not place:
            return
        candidates = [("null", None), ("a number", 5), ("a text", "x"), ("an object", {"x": 1}), ("a list", [5]),
                      ("a boolean", True)]
        if "enum" in schema:
            candidates.append(("an unknown value", "unknown_value"))
        for word, step in (("minimum", -1), ("maximum", 1)):
            if word in schema:
                candidates.append((f"beyond {word}", schema[word] + step))
        if schema.get("exclusiveMinimum"):
            candidates.append(("at the exclusive minimum", schema.get("minimum", 0)))
        if "multipleOf" in schema:
            candidates.append((f"no multiple of {schema['multipleOf']}", 12 + schema["multipleOf"] / 2))
        elif schema.get("type") == "integer":
            candidates.append(("a fraction", 12.5))
        if "maxLength" in schema:
            candidates.append(("too long", "x" * (schema["maxLength"] + 1)))
        if schema.get("minLength"):
            candidates.append(("too short", "x" * (schema["minLength"] - 1)))
        if "pattern" in schema:
            candidates.append(("against the pattern", "a/b?c"))
        if "maxItems" in schema:
            candidates.append(("too many", (value if isinstance(value, list) else []) * (schema["maxItems"] + 1)))
        if schema.get("minItems"):
            candidates.append(("too few", []))
        for text, bad in candidates:
            if not self.accepts(schema, bad):
                yield f"{place}: {text}", bad


def join(place, name):
    return f"{place}.{name}" if place else name


def convert(schema):
    """A schema of OpenAPI 3.0 as JSON Schema 2020-12."""
    if isinstance(schema, list):
        return [convert(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for key, value in schema.items():
        if key in ("example", "nullable", "discriminator", "xml", "externalDocs"):
            continue
        if key == "properties":
            result[key] = {n: convert(s) for n, s in value.items()}
        elif key in ("enum", "required", "default"):
            result[key] = value
        else:
            result[key] = convert(value)
    for end, word in (("Minimum", "minimum"), ("Maximum", "maximum")):
        exclusive = result.get("exclusive" + end)
        if exclusive is True and word in result:
            result["exclusive" + end] = result.pop(word)
        elif isinstance(exclusive, bool):
            del result["exclusive" + end]
    if schema.get("nullable"):
        if "enum" in result and None not in result["enum"]:
            result["enum"] = [*result["enum"], None]
        if isinstance(result.get("type"), str):
            result["type"] = [result["type"], "null"]
        elif "type" not in result and result:
            result = {"anyOf": [result, {"type": "null"}]}
    return result
