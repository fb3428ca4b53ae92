# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""A project on which every operation of the official document can be tried: resources, states and bodies."""
import copy
import http.client
import itertools
import json
import urllib.parse

RULE = {"name": "a rule", "passPercentage": 10, "conditions": [{"type": "public"}]}
SEGMENT_RULE = {**RULE, "conditions": [{"type": "email", "operator": "any", "targetValue": ["a@example.com"]}]}
# The rule and the group that examples of the official document name.
EXAMPLE_RULE = {**RULE, "id": "38ttpCpzrQFTMKcqFKk02l:10.00:1", "baseID": "38ttpCpzrQFTMKcqFKk02l"}
EXAMPLE_GROUP = "groupid123"
CONFIG_RULE = {**RULE, "returnValue": {"color": "red"}}
GROUPS = [{"name": "Control", "id": EXAMPLE_GROUP, "size": 50, "parameterValues": {"color": "red"}},
          {"name": "Test", "size": 50, "parameterValues": {"color": "blue"}}]
VARIANTS = [{"name": "a", "id": EXAMPLE_GROUP, "json": {"color": "red"}}, {"name": "b", "json": {"color": "blue"}}]
OVERRIDES = {"passingUserIDs": ["passing-user"], "failingUserIDs": ["failing-user"]}
METRIC = {"name": "an_event", "type": "event_count"}


class Project:
    """Requests go over one connection, with a key that may do everything."""

    def __init__(self, console):
        address = urllib.parse.urlsplit(console.url)
        secure = address.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self.connection = kind(address.hostname, address.port, timeout=60)
        self.key = console.key
        self.numbers = itertools.count(1)
        self.references()

    def send(self, method, path, body=None, key=None):
        """Status and JSON of an answer; None where it has no JSON."""
        headers = {"STATSIG-API-KEY": key or self.key}
        text = None
        if body is not None:
            text, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            self.connection.request(method, path, text, headers)
            response = self.connection.getresponse()
            answer = response.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise
        try:
            return response.status, json.loads(answer) if answer else None
        except ValueError:
            return response.status, None

    def must(self, method, path, body=None):
        status, answer = self.send(method, "/console/v1" + path, body)
        if status >= 300:
            raise SystemExit(f"the project can't be made: {method} {path} {json.dumps(body)}: {status} {answer}")
        return answer.get("data") if isinstance(answer, dict) else None

    def fresh(self, word="thing"):
        return f"{word}_{next(self.numbers)}"

    def references(self):
        """The resources that the examples of the official document name, and those that samples refer to."""
        for name in ("a tag", "core", "example"):
            self.must("POST", "/tags", {"name": name, "description": ""})
        self.app = self.must("POST", "/target_app", {"name": "app", "description": ""})["id"]
        self.team = self.fresh("team")
        self.must("POST", "/users/teams", {**self.team_body(), "name": self.team})
        self.gate_id = self.gate()["id"]
        self.experiment_id = self.experiment()["id"]
        self.must("POST", "/gates", {"name": "my_gate_2"})
        self.must("POST", "/segments", {"name": "growth_org", "type": "id_list", "idType": "userID"})
        self.layer_id = self.must("POST", "/layers", {"name": "a layer", "idType": "userID"})["id"]
        self.must("PATCH", f"/layers/{self.layer_id}",
                  {"parameters": [{"name": "color", "type": "string", "defaultValue": "grey"}]})
        self.layer_experiment = self.must("POST", "/experiments", {
            "name": "in the layer", "hypothesis": "It works.", "layerID": self.layer_id, "groups": GROUPS,
            "allocation": 100})["id"]
        # What examples name, and what is there instead.
        self.examples = {"4pjeXYDjC2WinSgOiII7wh": self.gate_id, "70fCNphHGesdLwHdHau99q": self.experiment_id,
                         "5O908pyGoCqw6QH1nt8v82": self.layer_id, "experiment123": EXAMPLE_GROUP, "my_app": "app"}
        server = self.must("POST", "/keys", {"description": "events", "type": "SERVER"})["key"]
        self.send("POST", "/v1/log_event", {"events": [{"eventName": "an_event", "user": {"userID": "u"}, "value": 1}]},
                  key=server)

    # Resources

    def gate(self):
        return self.must("POST", "/gates", {"name": self.fresh("gate"), "description": "", "idType": "userID",
                                            "isEnabled": True, "rules": [EXAMPLE_RULE]})

    def config(self):
        return self.must("POST", "/dynamic_configs", {"name": self.fresh("config"), "description": "",
                                                      "idType": "userID", "isEnabled": True, "rules": [CONFIG_RULE],
                                                      "defaultValue": {"color": "grey"}})

    def segment(self, kind="id_list"):
        body = {"name": self.fresh("segment"), "description": "", "type": kind, "idType": "userID"}
        made = self.must("POST", "/segments", body)
        if kind == "id_list":
            self.must("PATCH", f"/segments/{made['id']}/id_list", {"ids": ["first", "second"]})
        return made

    def experiment(self, name=None):
        return self.must("POST", "/experiments", {"name": name or self.fresh("experiment"), "description": "",
                                                  "hypothesis": "It works.", "idType": "userID", "groups": GROUPS,
                                                  "allocation": 100})

    def autotune(self):
        return self.must("POST", "/autotunes", self.autotune_body())

    def autotune_body(self):
        return {"name": self.fresh("autotune"), "description": "", "variants": VARIANTS, "successEvent": "an_event",
                "explorationWindow": "24hr", "attributionWindow": "1hr", "winnerThreshold": "95%"}

    def holdout(self):
        return self.must("POST", "/holdouts", {"name": self.fresh("holdout"), "description": "", "idType": "userID"})

    def layer(self):
        return self.must("POST", "/layers", {"name": self.fresh("layer"), "description": "", "idType": "userID"})

    def store(self):
        return self.must("POST", "/param_stores", {"name": self.fresh("store"), "description": "",
                                                   "displayName": "A store"})

    def team_body(self):
        return {"name": self.fresh("team"), "members": [], "admins": [], "defaultGateMetrics": [],
                "defaultExperimentPrimaryMetrics": [], "defaultExperimentSecondaryMetrics": [],
                "defaultHoldoutMetrics": [], "changeTeamConfigs": "anyone", "reviewApproval": "anyone",
                "defaultTargetApplications": []}

    # Operations

    def prepare(self, operation):
        """A path and a valid body for an operation, on a resource of its own in the state that the operation needs."""
        method, path = operation.method, operation.path.removeprefix("/console/v1")
        parts = path.strip("/").split("/")
        family, rest = parts[0], parts[1:]
        if family == "users":
            return self.prepare_user(method, rest)
        maker = getattr(self, "prepare_" + family, None)
        if maker is None:
            return path, None
        path, body = maker(method, rest)
        return path, copy.deepcopy(body)

    def prepare_gates(self, method, rest):
        if not rest:
            return "/gates", {"name": self.fresh("gate"), "description": "", "idType": "userID"}
        made = self.gate()
        path = self.fill("/gates", rest, made)
        end = rest[-1]
        if end == "unarchive":
            self.must("PUT", f"/gates/{made['id']}/archive", {})
        bodies = {"{id}": {"isEnabled": True, "description": "", "rules": [RULE]}, "overrides": OVERRIDES,
                  "rule": {**RULE, "name": "another"}, "rules": {"rules": [EXAMPLE_RULE]}, "{ruleID}": RULE}
        if rest[1:] == ["rules"] and method == "POST":
            bodies["rules"] = {"rules": [{**RULE, "name": "another"}]}
        return path, bodies.get(end, {})

    def prepare_dynamic_configs(self, method, rest):
        if not rest:
            return "/dynamic_configs", {"name": self.fresh("config"), "defaultValue": {"color": "red"}}
        made = self.config()
        path = self.fill("/dynamic_configs", rest, made)
        end = rest[-1]
        if end == "unarchive":
            self.must("PUT", f"/dynamic_configs/{made['id']}/archive", {})
        bodies = {"{id}": {"isEnabled": True, "description": "", "rules": [CONFIG_RULE]}, "{ruleId}": CONFIG_RULE}
        return path, bodies.get(end, {})

    def prepare_segments(self, method, rest):
        if not rest:
            return "/segments", {"name": self.fresh("segment"), "type": "rule_based"}
        end = rest[-1]
        kind = {"conditional": "rule_based", "add_ids": "user_store_id_list", "remove_ids": "user_store_id_list"}
        made = self.segment(kind.get(end, "id_list"))
        ids = {"ids": ["third"]}
        bodies = {"conditional": [SEGMENT_RULE], "add_ids": ids, "remove_ids": ids, "id_list": ids, "reset": ids}
        return self.fill("/segments", rest, made), bodies.get(end, {})

    def prepare_experiments(self, method, rest):
        if not rest:
            return "/experiments", {"name": self.fresh("experiment"), "hypothesis": "It works.", "groups": GROUPS}
        made = self.experiment()
        path, end = f"/experiments/{made['id']}", rest[-1]
        if end in ("make_decision", "reset", "abandon", "restart_as_new", "cumulative_exposures"):
            self.must("PUT", path + "/start", {})
        if end == "enable_groups":
            self.must("POST", path + "/disable_groups", {"group_names": ["Test"]})
        if end == "unarchive":
            self.must("PUT", path + "/archive", {})
        full = {"description": "", "idType": "userID", "hypothesis": "It works.", "groups": made["groups"],
                "allocation": 100, "targetingGateID": None, "bonferroniCorrection": False,
                "defaultConfidenceInterval": "95", "status": "setup"}
        overrides = {"overrides": [{"type": "gate", "id": self.gate_id, "groupID": made["groups"][0]["id"]}],
                     "userIDOverrides": [{"groupID": made["groups"][1]["id"], "ids": ["someone"], "environment": None,
                                          "unitType": "userID"}]}
        if end == "overrides" and method == "DELETE":
            self.must("POST", path + "/overrides", overrides)
        bodies = {"{id}": full, "make_decision": {"id": made["groups"][1]["id"], "decisionReason": "It works."},
                  "abandon": {"decisionReason": "It doesn't."}, "disable_groups": {"group_names": ["Test"]},
                  "enable_groups": {"group_names": ["Test"]}, "overrides": overrides,
                  "restart_as_new": {"name": self.fresh("restarted")},
                  "schedule_start": {"scheduledTime": 4102444800000}}
        return self.fill("/experiments", rest, made), bodies.get(end, {})

    def prepare_autotunes(self, method, rest):
        if not rest:
            return "/autotunes", self.autotune_body()
        made = self.autotune()
        path, end = f"/autotunes/{made['id']}", rest[-1]
        if end in ("make_decision", "reset"):
            self.must("PUT", path + "/start", {})
        full = {k: v for k, v in self.autotune_body().items() if k != "name"}
        variant = made["variants"][0]
        bodies = {"{id}": full, "make_decision": {"id": variant.get("id", variant["name"]), "decisionReason": "Best."}}
        return self.fill("/autotunes", rest, made), bodies.get(end, {})

    def prepare_holdouts(self, method, rest):
        if not rest:
            return "/holdouts", {"name": self.fresh("holdout")}
        made = self.holdout()
        full = {"isEnabled": True, "description": "", "passPercentage": 5, "gateIDs": [], "experimentIDs": [],
                "layerIDs": [], "isGlobal": False, "targetingGateID": None}
        if rest[-1] == "overrides" and method == "DELETE":
            self.must("POST", f"/holdouts/{made['id']}/overrides", OVERRIDES)
        return self.fill("/holdouts", rest, made), {"{id}": full, "overrides": OVERRIDES}.get(rest[-1], {})

    def prepare_layers(self, method, rest):
        if not rest:
            return "/layers", {"name": self.fresh("layer"), "idType": "userID"}
        made = {"id": self.layer_id} if rest[-1] == "overrides" else self.layer()
        overrides = {"conditionalOverrides": [], "idOverrides": []}
        if method == "PATCH":
            overrides["op"] = "add"
        bodies = {"{id}": {"description": "", "parameters": [{"name": "size", "type": "number", "defaultValue": 1}]},
                  "overrides": overrides}
        return self.fill("/layers", rest, made), bodies.get(rest[-1], {})

    def prepare_keys(self, method, rest):
        body = {"description": "a key", "type": "SERVER"}
        if not rest:
            return "/keys", body
        made = self.must("POST", "/keys", body)
        return self.fill("/keys", rest, {"id": made["key"]}), {"description": "changed"} if rest[-1] == "{id}" else {}

    def prepare_tags(self, method, rest):
        body = {"name": self.fresh("tag"), "description": ""}
        return ("/tags", body) if not rest else (self.fill("/tags", rest, self.must("POST", "/tags", body)), {})

    def prepare_target_app(self, method, rest):
        body = {"name": self.fresh("app"), "description": ""}
        if not rest:
            return "/target_app", body if method == "POST" else {"targetApps": [self.app], "gates": [self.gate_id]}
        return self.fill("/target_app", rest, self.must("POST", "/target_app", body)), {}

    def prepare_unit_id_types(self, method, rest):
        body = {"name": self.fresh("unit"), "description": ""}
        if not rest:
            return "/unit_id_types", body
        made = self.must("POST", "/unit_id_types", body)
        return self.fill("/unit_id_types", rest, {"id": made["name"]}), {"description": "changed"}

    def prepare_environments(self, method, rest):
        now = self.must("GET", "/environments")["environments"]
        names = ("name", "id", "isProduction", "requiresReview", "requiresReleasePipeline")
        return "/environments", {"environments": [{n: e[n] for n in names if n in e} for e in now]}

    def prepare_param_stores(self, method, rest):
        if not rest:
            return "/param_stores", {"name": self.fresh("store"), "description": "", "displayName": "A store"}
        return self.fill("/param_stores", rest, self.store()), {"description": ""}

    def prepare_events(self, method, rest):
        return self.fill("/events", rest, {"id": "an_event"}), {}

    def prepare_user(self, method, rest):
        invitation = {"role": "Admin", "emails": [self.fresh("user") + "@example.com"]}
        if rest == ["invite"]:
            return "/users/invite", invitation
        if rest[:1] == ["teams"]:
            if len(rest) == 1:
                return "/users/teams", self.team_body()
            return self.fill("/users/teams", rest[1:], self.must("POST", "/users/teams", self.team_body())), {}
        if not rest:
            return "/users", None
        self.must("POST", "/users/invite", invitation)
        return f"/users/{invitation['emails'][0]}", {"firstName": "A"}

    def fill(self, base, rest, made):
        """A path with the IDs of a resource in the places of the template's parameters."""
        parts = []
        for part in rest:
            if part in ("{ruleID}", "{ruleId}"):
                part = urllib.parse.quote(made["rules"][0]["id"], safe="")
            elif part.startswith("{"):
                part = urllib.parse.quote(str(made.get("id") or made.get("name")), safe="")
            parts.append(part)
        return "/".join([base, *parts])

    def override(self, name, schema):
        """A sample for a member that has to refer to something in the project, or must be unique."""
        values = {"idType": "userID", "unitType": "userID", "teams": [self.team], "passPercentage": 100,
                  "environments": ["production"], "environment": "production",
                  "tags": ["a tag"], "targetApps": [self.app], "targetAppIDs": [self.app], "targetAppID": self.app,
                  "secondaryTargetAppIDs": [self.app], "conditions": [{"type": "public"}], "rules": [EXAMPLE_RULE],
                  "targetingGateID": self.gate_id,
                  "gateIDs": [self.gate_id], "experimentIDs": [self.experiment_id], "layerIDs": [self.layer_id],
                  "groups": GROUPS, "baseID": "a-base",
                  "gates": [self.gate_id], "dynamicConfigs": [], "experiments": [], "returnValue": {"color": "red"},
                  "defaultValue": {"color": "red"}, "schema": "{}", "schemaJson5": "{}", "role": "Admin",
                  "returnValueJson5": "{color: 'red'}", "defaultValueJson5": "{color: 'red'}",
                  "emails": ["b@example.com"],
                  "unitID": "userID", "groupID": EXAMPLE_GROUP, "groupName": "Control", "group_names": ["Test"],
                  "controlGroupID": EXAMPLE_GROUP, "experimentName": self.layer_experiment, "ids": ["an-id"],
                  "overrides": [{"type": "gate", "id": self.gate_id, "groupID": EXAMPLE_GROUP}],
                  "conditionalOverrides": [{"type": "gate", "name": self.gate_id, "groupName": "Control",
                                            "experimentName": self.layer_experiment}],
                  "idOverrides": [{"groupName": "Control", "ids": ["someone"], "idType": "userID", "environment": None,
                                   "experimentName": self.layer_experiment}],
                  "userIDOverrides": [{"groupID": EXAMPLE_GROUP, "ids": ["someone"], "environment": None,
                                       "unitType": "userID"}],
                  "parameters": [{"name": "size", "type": "number", "defaultValue": 1}],
                  "email": "a@example.com", "layerID": self.layer_id}
        if name == "conditions" and not self.may_be_public(schema):
            return SEGMENT_RULE["conditions"]
        if name == "variants" and "passPercentage" in schema.get("items", {}).get("properties", {}):
            return [{"name": "a variant", "passPercentage": 100, "returnValue": {"color": "red"}}]
        if name == "environments" and schema.get("items", {}).get("type") == "object":
            return self.prepare_environments("", [])[1]["environments"]
        if name == "rules" and "items" in schema and not self.may_be_public(
                schema["items"].get("properties", {}).get("conditions", {})):
            return [SEGMENT_RULE]
        if name == "id" and schema.get("type") == "string" and "example" not in schema or name == "name":
            return self.fresh("sample")
        return values.get(name)

    @staticmethod
    def may_be_public(schema):
        """Whether conditions may be of the type public, which those of segments may not."""
        return "public" in schema.get("items", {}).get("properties", {}).get("type", {}).get("enum", ["public"])
