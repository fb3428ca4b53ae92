# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""JSON as a tree that keeps what `json` loses: the spelling of numbers, repeated members, and text that isn't JSON."""
import json


class Token(str):
    """Text that is written as it is: a number as the document spells it, or anything else."""

    __slots__ = ()


class Members(list):
    """The members of an object, `[name, value]` in their order. A name may occur more than once."""

    def get(self, name, default=None):
        """The value of the last member with the name."""
        for member in reversed(self):
            if member[0] == name:
                return member[1]
        return default

    def set(self, name, value):
        """Gives all members with the name the value, or appends one."""
        found = False
        for member in self:
            if member[0] == name:
                member[1] = value
                found = True
        if not found:
            self.append([name, value])

    def remove_named(self, name):
        self[:] = [member for member in self if member[0] != name]

    def names(self):
        return list(dict.fromkeys(member[0] for member in self))

    def objects(self):
        """The members whose values are objects, one for each name."""
        return [(name, value) for name in self.names() if isinstance(value := self.get(name), Members)]


def parse(text):
    """The tree of a JSON text."""
    return json.loads(
        text, object_pairs_hook=lambda pairs: Members([name, value] for name, value in pairs), parse_int=Token,
        parse_float=Token, parse_constant=Token)


def tree(value):
    """The tree of Python values as `json` makes them."""
    if isinstance(value, dict):
        return Members([name, tree(member)] for name, member in value.items())
    if isinstance(value, (list, tuple)) and not isinstance(value, Members):
        return [tree(element) for element in value]
    return value


def copy(value):
    if isinstance(value, Members):
        return Members([name, copy(member)] for name, member in value)
    if isinstance(value, list):
        return [copy(element) for element in value]
    return value


def text(value):
    """A string as JSON; one with half of a surrogate pair is escaped, since UTF-8 has none."""
    written = json.dumps(value, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return written


def dump(value):
    """The JSON text of a tree."""
    parts = []
    write(value, parts)
    return "".join(parts)


def write(value, parts):
    if isinstance(value, Token):
        parts.append(value)
    elif isinstance(value, str):
        parts.append(text(value))
    elif isinstance(value, Members):
        parts.append("{")
        for index, (name, member) in enumerate(value):
            parts.append(("," if index else "") + text(name) + ":")
            write(member, parts)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for index, element in enumerate(value):
            if index:
                parts.append(",")
            write(element, parts)
        parts.append("]")
    else:
        parts.append(json.dumps(value))
