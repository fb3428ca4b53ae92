# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What clients.py gives to the programs: flags to migrate, resources for Terraform, and calls."""

# The acceptance tests of the Terraform provider for families that the console doesn't serve.
UNSERVED_TESTS = {
    "TestAccEntityPropertyFull": "entity properties", "TestAccEventCountMetric": "metrics",
    "TestAccMetricSourceQuery": "metrics", "TestAccMetricSourceTable": "metrics",
    "TestAccWarehouseNativeMetric": "metrics", "TestAccQualifyingEventQuery": "qualifying events",
    "TestAccQualifyingEventTable": "qualifying events", "TestAccRole": "roles", "TestAccSettingsProject": "settings",
    "TestAccSettingsProjectSparse": "settings", "TestAccSettingsReviews": "settings",
    "TestAccSettingsReviewsWHN": "settings", "TestAccSettingsRoles": "settings", "TestAccSettingsTeams": "settings",
}

PROVIDER = """
terraform {
  required_providers {
    statsig = { source = "statsig-io/statsig" }
  }
}
"""
LIFE = """
resource "statsig_keys" "server" {
  description  = "first text"
  type         = "SERVER"
  environments = ["production"]
}
resource "statsig_keys" "client" {
  description  = "first text"
  type         = "CLIENT"
  environments = ["production"]
  scopes       = ["client_download_config_specs"]
}
resource "statsig_keys" "console" {
  description = "first text"
  type        = "CONSOLE"
  scopes      = ["omni_read_only"]
}
resource "statsig_gate" "gate" {
  id          = "a_gate"
  name        = "a_gate"
  description = "first text"
  is_enabled  = true
  id_type     = "userID"
  rules = [{
    name            = "a rule"
    pass_percentage = 10
    environments    = ["production"]
    conditions = [{
      type         = "email"
      operator     = "str_contains_any"
      target_value = ["@example.com"]
    }]
  }]
}
resource "statsig_unit_id_type" "unit" {
  name        = "a_unit"
  description = "first text"
}
"""


def environment(on, **members):
    return {"on": on, "archived": False, "targets": [], "contextTargets": [], "rules": [], "offVariation": 1,
            "fallthrough": {"variation": 0}, "prerequisites": [], "_site": {"href": "/flag"}, **members}


def flag(key, kind, values, **environments):
    return {"key": key, "kind": kind, "name": key, "description": "A flag.", "temporary": False, "tags": ["a-tag"],
            "creationDate": 1700000000000, "_maintainer": {"email": "a@example.com"},
            "variations": [{"name": str(v), "value": v} for v in values], "environments": environments}


def clause(attribute, op, *values, negate=False):
    return {"attribute": attribute, "op": op, "values": list(values), "negate": negate, "contextKind": "user"}


# What LaunchDarkly answers to the migration scripts.
FLAGS = [
    flag("new-checkout", "boolean", [True, False], production=environment(
        True, targets=[{"values": ["chosen-user"], "variation": 0}, {"values": ["other-user"], "variation": 1}],
        rules=[{"description": "staff", "clauses": [clause("email", "in", "a@example.com", "b@example.com")], "variation": 0},
               {"clauses": [clause("country", "in", "NZ", negate=True)],
                "rollout": {"variations": [{"variation": 0, "weight": 25000}, {"variation": 1, "weight": 75000}]}}],
        fallthrough={"rollout": {"variations": [{"variation": 0, "weight": 10000}, {"variation": 1, "weight": 90000}]}}),
        development=environment(True)),
    flag("old-search", "boolean", [True, False], production=environment(False), development=environment(True)),
    flag("banner", "multivariate", ["red", "blue"], production=environment(
        True, rules=[{"description": "staff", "clauses": [clause("email", "in", "a@example.com")], "variation": 1}]),
        development=environment(True, fallthrough={"variation": 1})),
]
SEGMENTS = [{
    "key": "testers", "name": "testers", "description": "People who test.", "creationDate": 1700000000000,
    "deleted": False, "unbounded": False, "included": ["first", "second"], "excluded": [], "excludedContexts": [],
    "includedContexts": [{"contextKind": "device", "values": ["phone"]}],
    "rules": [{"description": "staff", "clauses": [clause("email", "in", "a@example.com")]}]}]

# Words are separated by |. CONSOLE and CLIENT are keys; RULE and GROUP come from earlier answers.
AGENT_COMMANDS = """
project|add|local|--console-key|CONSOLE|--client-key|CLIENT
project|test|local
tag|create|mobile|--description|A tag|--is-core
tag|list
tag|get|mobile
tag|update|mobile|--description|Another text
gate|create|a_gate|--description|A gate|--tag|mobile
gate|list
gate|get|a_gate
gate|rule|add|a_gate|--name|staff|--criteria|email|--operator|str_contains_any|--value|@example.com|--env|production
gate|rule|list|a_gate
gate|rule|update|a_gate|--rule|RULE|--add-value|@example.org
gate|rule|update|a_gate|--rule|RULE|--set-percent|--pass-percent|40
gate|rollout|a_gate|--percent|50
gate|rollout|a_gate|--percent|60|--environments|production,staging
gate|update|a_gate|{"description": "Another text"}
gate|disable|a_gate
gate|enable|a_gate
gate|check|a_gate|--user|{"userID": "u"}
gate|rule|list|a_gate
gate|rule|remove|a_gate|--rule|RULE
gate|launch|a_gate
gate|archive|a_gate
gate|delete|a_gate
config|create|a_config|--description|A config|--tag|mobile
config|list
config|get|a_config
config|rule|add|a_config|--name|staff|--criteria|email|--value|a@example.com|--return-value|{"color": "red"}
config|rule|list|a_config
config|rule|update|a_config|--rule|RULE|--pass-percent|40
config|update|a_config|{"description": "Another text"}
config|disable|a_config
config|enable|a_config
config|rule|remove|a_config|--rule|RULE
config|archive|a_config
config|delete|a_config
segment|create|a_list|--description|A list|--type|id_list
segment|list
segment|get|a_list
segment|ids|add|a_list|--id|first|--id|second
segment|ids|get|a_list
segment|ids|remove|a_list|--id|first
segment|archive|a_list
segment|delete|a_list
experiment|create|an_experiment|--description|An experiment|--tag|mobile|--groups|GROUPS
experiment|list
experiment|get|an_experiment
experiment|update|an_experiment|{"description": "Another text"}
experiment|start|an_experiment
experiment|get|an_experiment
experiment|reset|an_experiment
experiment|start|an_experiment
experiment|ship|an_experiment|--group|GROUP|--reason|It works.
experiment|create|another|--groups|GROUPS
experiment|start|another
experiment|abandon|another|--reason|It doesn't.
experiment|archive|another
experiment|delete|another
tag|delete|mobile
project|list
""".strip().replace("GROUPS", (
    '[{"name": "Control", "size": 50, "parameterValues": {"color": "red"}},'
    ' {"name": "Test", "size": 50, "parameterValues": {"color": "blue"}}]')).splitlines()

# Calls of the client that the tools of the MCP server use. It asks some addresses that the Console API doesn't have.
MCP_SCRIPT = """
import asyncio, json
from statsig_mcp.console_client import StatsigConsoleClient

async def main():
    client = StatsigConsoleClient()
    await client.initialize()
    async def call(name, *arguments, unserved=None):
        answer = await getattr(client, name)(*arguments)
        text = json.dumps(answer)
        bad = '"error"' in text or '"success": false' in text or '"found": false' in text
        print(json.dumps({"call": name, "ok": not bad, "answer": text[:300], "unserved": unserved}))
        return answer
    for name, change in (("gate", {"description": "Another text", "is_enabled": True}),
                         ("dynamic_config", {"description": "Another text"}), ("experiment", {"description": "Another text"})):
        await call(f"create_{name}", f"a_{name}")
        await call(f"list_{name}s")
        await call(f"list_{name}s", 1000)
        await call(f"get_{name}", f"a_{name}")
        await call(f"update_{name}", f"a_{name}", change)
        await call(f"delete_{name}", f"a_{name}")
    # Its body has no type, which the API requires.
    await call("create_segment", "a_segment", unserved="forbidden by the schema")
    await call("list_segments")
    await call("list_segments", 5)
    await call("get_segment", "made_before")
    await call("list_audit_logs")
    await call("list_api_keys")
    await call("query_events")
    await call("query_events", "an_event")
    await call("get_user_by_email", "a@example.com")
    await call("list_team_users")
    await call("list_target_apps", unserved="not in the API")
    await call("get_target_app", "app", unserved="not in the API")
    await call("list_metrics", unserved="metrics")
    await call("get_metric", "a_metric", unserved="metrics")
    await call("get_experiment_results", "an_experiment", unserved="pulse")
    await call("get_experiment_pulse", "an_experiment", unserved="pulse")
    await call("get_metric_details", "a_metric", "an_experiment", unserved="pulse")
    await call("export_pulse_report", "an_experiment", unserved="pulse")
    await client.shutdown()
    print("done")

asyncio.run(main())
"""

# Reads calls as JSON; finds the method of the client and the names of its parameters, and calls it.
SDK_SCRIPT = r"""
const sdk = require(process.argv[1]);
const { key, calls } = JSON.parse(require("fs").readFileSync(0));
const configuration = new sdk.Configuration({ apiKey: key });
const methods = new Map();
for (const name of Object.keys(sdk).filter((n) => n.endsWith("Api"))) {
    const api = new sdk[name](configuration);
    for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(api))) {
        methods.set(method.toLowerCase(), api[method].bind(api));
        methods.set(method.toLowerCase() + " text", String(api[method]));
    }
}
(async () => {
    for (const { name, method, path, body } of calls) {
        const call = methods.get(method.toLowerCase());
        if (!call) {
            console.log(JSON.stringify({ call: name, ok: false, answer: "", unserved: "not in the client" }));
            continue;
        }
        const names = [...methods.get(method.toLowerCase() + " text").matchAll(/requestParameters\.(\w+)/g)].map((m) => m[1]);
        const parameters = Object.fromEntries(path.map((value, index) => [names[index], decodeURIComponent(value)]));
        const rest = names.slice(path.length).filter((n) => !/^x/i.test(n));
        const holder = rest.find((n) => /dto|inner|request/i.test(n)) ?? rest[rest.length - 1];
        if (body != null) parameters[holder] = body;
        // The client wants a list of IDs to delete.
        else if (name === "DELETE /segments/{id}/id_list") parameters[holder] = { ids: ["first"] };
        try {
            const response = await call(parameters);
            const fits = response.data && ("data" in response.data || "message" in response.data);
            console.log(JSON.stringify({ call: name, ok: Boolean(fits), answer: "" }));
        } catch (error) {
            console.log(JSON.stringify({ call: name, ok: false, answer: String(error) + JSON.stringify(error.response?.data) }));
        }
    }
})();
"""
