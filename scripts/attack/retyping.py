# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Documents in which one member has a value of another type, is missing, or is there twice: each member, each way."""
from mutation import nested
from tree import Members, Token, copy, parse

MISSING, REPEATED = object(), object()
VALUES = [
    MISSING, REPEATED, None, True, "", "a", "1", Token("0"), Token("-1"), Token("1.0"), Token("1.5"), Token("1e2"),
    Token("4294967296"), Token("18446744073709551616"), Token("1e400"), [], ["a"], [Token("1")], [None], [[]], Members(),
    Members([["a", "b"]]), Members([["a", Token("1")]]), Members([["a", None]]), Members([["a", Members()]]), nested(130),
    "\ud800",
]
# Optional members that few documents have.
MORE = {
    (): ["sdk_flags", "sdk_configs", "auto_capture_settings", "gcir_config", "diagnostics", "id_lists", "checksum",
         "default_environment", "session_replay_info", "response_format", "overrides", "override_rules", "cmab_configs",
         "company_id", "app_id", "sdk_keys_to_app_ids", "hashed_sdk_keys_to_app_ids", "hashed_sdk_keys_to_entities"],
    ("feature_gates", "*"): ["isActive", "hasSharedParams", "forwardAllExposures", "useNewLayerEval", "checksum",
                             "explicitParameters", "targetAppIDs", "fieldsUsed", "version"],
    ("feature_gates", "*", "rules", "#"): ["salt", "groupName", "configDelegate", "isExperimentGroup", "samplingRate"],
    ("param_stores", "*"): ["targetAppIDs", "version", "checksum"],
}
# Objects whose names are of a project's entities; one of them stands for all.
BY_NAME = {
    "feature_gates", "dynamic_configs", "layer_configs", "condition_map", "param_stores", "parameters", "cmab_configs",
    "config", "overrides", "override_rules", "sdk_keys_to_app_ids", "hashed_sdk_keys_to_app_ids", "experiment_to_layer",
    "id_lists", "diagnostics", "sdk_flags", "additionalValues", "weightsNumerical", "weightsCategorical", "sdk_configs",
    "session_recording_event_triggers", "session_recording_exposure_triggers",
}
# Their values may be of any type, so what is in them isn't of interest.
ANY = {"returnValue", "defaultValue", "targetValue", "parameterValues", "value", "pass_value", "fail_value"}


def places(value, way=(), names=()):
    """Each kind of place of a document, `(kind, way)`: the way to one place of the kind."""
    if isinstance(value, Members):
        children = [(name, "*" if names and names[-1] in BY_NAME else name) for name in value.names()]
        values = [value.get(name) for name, _ in children]
    elif isinstance(value, list):
        children, values = [(index, "#") for index in range(len(value))], value
    else:
        return
    for (key, kind), child in zip(children, values):
        yield names + (kind,), way + (key,)
        if kind not in ANY:
            yield from places(child, way + (key,), names + (kind,))


class Retyping:
    """All changes of all kinds of places in some sources, in a random order."""

    def __init__(self, sources, rng):
        found = {}
        for source in sorted(sources, key=lambda source: len(source.text)):
            if len(source.text) > 500_000:
                continue
            document = parse(source.text)
            for kind, way in places(document):
                found.setdefault(kind, (source, way))
            for holder, names in MORE.items():
                if not holder or holder in found:
                    base_source, base = found.get(holder, (source, ()))
                    for name in names:
                        found.setdefault(holder + (name,), (base_source, base + (name,)))
        self.changes = [(kind, number) for kind in found for number in range(len(VALUES))]
        rng.shuffle(self.changes)
        self.found = found

    def document(self, number):
        """The source and the changed document with a number."""
        kind, index = self.changes[number % len(self.changes)]
        source, way = self.found[kind]
        document = parse(source.text)
        small(document, way)
        holder = document
        for key in way[:-1]:
            holder = holder.get(key) if isinstance(holder, Members) else holder[key]
        change(holder, way[-1], VALUES[index])
        return source, document


def small(document, way):
    """Leaves out most entities, but not that on the way."""
    for section in ("feature_gates", "dynamic_configs", "layer_configs"):
        members = document.get(section)
        kept = {way[1]} if len(way) > 1 and way[0] == section else set()
        kept.update(members.names()[:4])
        members[:] = [member for member in members if member[0] in kept]


def change(holder, key, value):
    if value is MISSING:
        if isinstance(holder, Members):
            holder.remove_named(key)
        else:
            del holder[key]
    elif value is REPEATED:
        if isinstance(holder, Members):
            holder.append([key, copy(holder.get(key))])
        else:
            holder.append(copy(holder[key]))
    elif isinstance(holder, Members):
        holder.set(key, copy(value))
    else:
        holder[key] = copy(value)
