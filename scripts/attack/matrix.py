# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Every operation with keys of each type, set of scopes and state, against the table of Access.md."""
import concurrent.futures
import http.client
import re
import threading
import urllib.parse

from checks import SPECS, Console, check

READS = {"omni_read_only", "omni_read_write"}
SCOPES = {
    "SERVER": [], "CLIENT": ["client_download_config_specs", "none_hash_enabled"],
    "CONSOLE": ["omni_read_only", "omni_read_write", "can_access_keys"], "SCIM": [], "ORG": [],
}
# Some keys have environments and apps that the sample project doesn't have.
ARGUMENTS = ("--in-memory", "--no-rate-limits", "--allow-unknown-environments", "--allow-unknown-target-apps",
             "--specs", SPECS)
ALL_SCOPES = [scope for scopes in SCOPES.values() for scope in scopes]

EVALUATIONS = ("/v1/check_gate", "/v1/get_config", "/v1/get_layer", "/v1/get_ranked_list")
EVENTS = ("/v1/log_event", "/v1/rgstr", "/v1/log_event_beacon", "/v1/rgstr_b", "/v1/log_custom_exposure",
          "/v1/sdk_exception", "/v1/rgstr_e")
DOWNLOADS = ("/v1/download_config_specs", "/v2/download_config_specs", "/v1/get_id_lists", "/v1/id_lists")


def expected(method, path, kind, scopes):
    """What the table of Access.md says: "yes", 401 or 403."""
    def needs(types):
        if kind not in types:
            return 401
        return "yes" if all(need & scopes for need in types[kind]) else 403
    if path in ("/v1/health", "/v1/ready", "/v1/startup", "/openapi.json"):
        return "yes"
    if "download_config_specs" in path:
        return needs({"SERVER": [], "CLIENT": [{"client_download_config_specs"}]})
    if path.startswith("/v1/get_id_lists") or path.startswith("/v1/id_lists"):
        return needs({"SERVER": []})
    if path in EVALUATIONS + EVENTS:
        return needs({"SERVER": [], "CLIENT": []})
    if path == "/v1/initialize":
        return needs({"CLIENT": []})
    if path == "/ofrep/v1/evaluate/flags":
        return needs({"SERVER": [], "CLIENT": [{"none_hash_enabled"}]})
    if path.startswith("/ofrep/"):
        return needs({"SERVER": [], "CLIENT": []})
    if path.startswith("/console/v1/keys"):
        keys = {"can_access_keys"}
        return needs({"CONSOLE": [keys, READS if method == "get" else {"omni_read_write"}]})
    if path.startswith("/console/v1/"):
        return needs({"CONSOLE": [READS if method == "get" else {"omni_read_write"}]})
    raise SystemExit(f"{path} isn't in the table")


def places(path):
    """Where a request may have its key, beside the header STATSIG-API-KEY."""
    if path.endswith("{file}"):
        return {"path", "query"}
    if path in EVALUATIONS + EVENTS or path == "/v1/initialize" or path.startswith(DOWNLOADS):
        return {"query"}
    return {"bearer", "x-api-key"} if path.startswith("/ofrep/") else set()


class Key:
    """A text that requests present as their key. Without a type it opens nothing."""

    def __init__(self, name, text, kind=None, scopes=()):
        self.name, self.text, self.kind, self.scopes = name, text, kind, frozenset(scopes)


def keys_of(console, other):
    """Keys of each type and set of scopes, in each state, and texts that are no keys."""
    def create(kind, scopes=(), **members):
        body = {"type": kind, "description": "m", "scopes": list(scopes), **members}
        status, _, answer = console.request("POST", "/console/v1/keys", body)
        assert status == 200, answer
        return answer["data"]

    def change(method, key, path, body=None):
        status, _, answer = console.request(method, f"/console/v1/keys/{key['id']}{path}", body)
        assert status == 200, answer
        return answer["data"] if answer else None

    keys = []
    for kind, scopes in SCOPES.items():
        for bits in range(1 << len(scopes)):
            chosen = [scope for index, scope in enumerate(scopes) if bits >> index & 1]
            keys.append(Key(f"{kind} {'+'.join(chosen)}", create(kind, chosen)["key"], kind, chosen))
        keys.append(Key(f"{kind} with all scopes", create(kind, ALL_SCOPES)["key"], kind, ALL_SCOPES))
        foreign = [scope for scope in ALL_SCOPES if scope not in scopes]
        keys.append(Key(f"{kind} with scopes of other types", create(kind, foreign)["key"], kind, foreign))
        gone = create(kind, ALL_SCOPES)
        change("PATCH", gone, "/deactivate")
        keys.append(Key(f"deactivated {kind}", gone["key"]))
        gone = create(kind, ALL_SCOPES)
        change("DELETE", gone, "")
        keys.append(Key(f"deleted {kind}", gone["key"]))
        rotated = create(kind, scopes)
        after = change("PATCH", rotated, "/rotate")
        keys.append(Key(f"{kind} before its rotation", rotated["key"]))
        keys.append(Key(f"{kind} after its rotation", after["key"], kind, scopes))
        keys.append(Key(f"{kind} of another console", other.create_key(type=kind, scopes=ALL_SCOPES)))
    # Environments and apps decide what a key sees, not what it may do.
    for kind, members in (("SERVER", {"environments": ["production"]}), ("SERVER", {"environments": ["nowhere"]}),
                          ("SERVER", {"targetAppID": "app", "secondaryTargetAppIDs": ["b"]}),
                          ("CLIENT", {"targetAppID": "nothing"}), ("CONSOLE", {"environments": ["production"]})):
        keys.append(Key(f"{kind} {members}", create(kind, SCOPES[kind], **members)["key"], kind, SCOPES[kind]))
    for before, after in ((["omni_read_write", "can_access_keys"], []), (["omni_read_write"], ["omni_read_only"]),
                          ([], ["omni_read_only", "can_access_keys"])):
        changed = create("CONSOLE", before)
        change("PATCH", changed, "", {"scopes": after})
        keys.append(Key(f"CONSOLE changed from {before} to {after}", changed["key"], "CONSOLE", after))
    real = create("CONSOLE", ALL_SCOPES)
    text = real["key"]
    keys += [Key(name, value) for name, value in (
        ("missing", None), ("empty", ""), ("unknown", "console-" + "x" * 43), ("only a prefix", "console-"),
        ("a character less", text[:-1]), ("a character more", text + "A"), ("another case", text.swapcase()),
        ("other prefix", "secret-" + text.partition("-")[2]), ("the ID of a key", real["id"]),
        ("two keys", f"{text}, {text}"), ("quoted", f'"{text}"'), ("Bearer", f"Bearer {text}"), ("wildcard", "*"),
        ("null", "null"), ("SQL", "' OR 1=1 --"), ("long", "console-" + "x" * 5000),
        ("escaped", text.replace("-", "%2D")))]
    return keys


class Requests:
    """Requests on a connection that stays open, one for each thread."""

    def __init__(self, url):
        self.address, self.local = url.partition("//")[2], threading.local()

    def status(self, method, url, headers, body):
        for attempt in (1, 2):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = self.local.connection = http.client.HTTPConnection(self.address, timeout=30)
            try:
                connection.request(method.upper(), url, body=body, headers=headers)
                response = connection.getresponse()
                response.read()
                return response.status
            except (OSError, http.client.HTTPException):
                # The server may have closed the connection between two requests.
                connection.close()
                self.local.connection = None
                if attempt == 2:
                    raise

    def attempt(self, method, path, key, place):
        """Status of an operation with a key at a place of the request. Its body is refused, so that nothing changes."""
        url = re.sub(r"\{[^}]*\}", "nothing-of-this-name", path)
        headers = {"Content-Type": "application/json"}
        if key is not None:
            text = key if place == "header" else urllib.parse.quote(key, safe="")
            if place == "header":
                headers["STATSIG-API-KEY"] = text
            elif place == "bearer":
                headers["Authorization"] = f"Bearer {key}"
            elif place == "x-api-key":
                headers["X-API-Key"] = key
            elif place == "query":
                url += f"?k={text}"
            else:
                url = path.replace("{file}", text + ".json")
        return self.status(method, url, headers, None if method in ("get", "delete") else b"[")


def matrix():
    with Console(*ARGUMENTS) as console, Console(
            "--in-memory", "--specs", SPECS) as other:
        operations = [
            (method, path) for path, methods in console.request("GET", "/openapi.json")[2]["paths"].items()
            for method in methods]
        keys = keys_of(console, other)
        requests = Requests(console.url)

        def with_key(method, path, key):
            place = "path" if path.endswith("{file}") else "header"
            status = requests.attempt(method, path, key.text, place)
            wanted = expected(method, path, key.kind, key.scopes)
            if (status if status in (401, 403) else "yes") != wanted or status >= 500:
                return f"{method} {path} with {key.name}: {status}, expected {wanted}"

        def at_place(method, path, place, key):
            status = requests.attempt(method, path, key.text, place)
            wanted = expected(method, path, *((key.kind, key.scopes) if place in places(path) else (None, frozenset())))
            if (status if status in (401, 403) else "yes") != wanted or status >= 500:
                return f"{method} {path} with {key.name} as {place}: {status}, expected {wanted}"

        def run(tasks, what):
            bad = []
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for result in pool.map(lambda task: task[0](*task[1:]), tasks):
                    if result:
                        bad.append(result)
            for problem in bad[:20]:
                print("    " + problem)
            check(not bad, f"{what}: {len(tasks)} requests, {len(bad)} differences from the table")

        check(len({key.text for key in keys}) == len(keys) >= 40, f"{len(keys)} keys, all of them different")
        run([(with_key, method, path, key) for method, path in operations for key in keys],
            f"{len(operations)} operations with {len(keys)} keys")
        best = [key for key in keys if key.name.endswith("with all scopes")]
        run([(at_place, method, path, place, key) for method, path in operations for key in best
             for place in ("query", "bearer", "x-api-key")],
            f"{len(operations)} operations with keys elsewhere than in the header")
        # The header decides, even when a key that would do is elsewhere.
        client = next(key for key in best if key.kind == "CLIENT").text
        statuses = [requests.status("POST", f"/v1/initialize?k={client}", {"STATSIG-API-KEY": wrong}, b"[")
                    for wrong in ("client-" + "x" * 43, "x")]
        check(statuses == [401, 401],
              f"an unknown key in the header isn't replaced by a known one in the query {statuses}")
        check(console.request("GET", "/v1/health")[0] == 200, "the console answers afterwards")
        log = console.log_text()
        check(not any(key.text in log for key in keys if key.kind), "the log has no key")
