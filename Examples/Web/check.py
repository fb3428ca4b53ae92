# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser: check.py [--allow-missing] [--statsig-client FILE]

The page boots from a response in the page, from a file, and from the console, for several users, and has to show what
`gatehouse evaluate` says. Then Statsig's own client for browsers boots from the same responses, where it can be had.
"""
import argparse
import contextlib
import functools
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.parse
import urllib.request

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "..", "..", "scripts", "console"))
from served import SAMPLE, Console  # noqa: E402

DOCUMENT = os.path.join(SAMPLE, "sample-dcs-v2.json")
STATSIG_CLIENT = "3.33.3"
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# Milliseconds to wait for anything; ample, since machines may be busy.
PATIENCE = 60_000
USERS = [
    {"userID": "anna", "email": "anna@corp.example"}, {"userID": "mia", "locale": "US"}, {"userID": "ben"},
    {"userID": "qa2"}, {"userID": "vip"}, {},
    {"userID": "</script><script>document.title = 'broken'</script>", "custom": {"text": "<!-- \u2028 ü 🎉"}},
]
# Statsig's client wants the response to be for its own stableID.
EVERYBODY = {"statsigEnvironment": {"tier": "production"}, "customIDs": {"stableID": "check-browser"}}


class Missing(Exception):
    """Something that the check needs isn't on this machine."""


class Failed(Exception):
    pass


def expect(what, found, expected):
    if found != expected:
        raise Failed(f"{what}: expected {expected!r}, found {found!r}")


def gatehouse(*arguments):
    run = subprocess.run([os.environ["GATEHOUSE"], *arguments], capture_output=True, text=True, check=False)
    # An unknown name is an error beside the answers.
    return run.stdout


def answers(user):
    """What `gatehouse evaluate` says, by kind and name: value, rule and group."""
    rows = json.loads(gatehouse("evaluate", DOCUMENT, "--user", json.dumps(user), "--format", "json"))
    found = {}
    for kind in ("gate", "dynamic_config", "experiment", "layer"):
        shown = kind if kind in ("gate", "layer") else "config"
        for name, row in rows[kind].items():
            found[shown, name] = (row["value"], row["rule_id"], row.get("group_name", ""))
    return found


def in_page(response):
    """The page as a server would render it."""
    with open(os.path.join(FOLDER, "index.html"), encoding="utf-8") as file:
        page = file.read()
    # Nothing in the response may end the element that it stands in.
    place = '<script id="gatehouse-response" type="application/json">'
    expect("places for the response in the page", page.count(place), 1)
    return page.replace(place, place + response.replace("<", "\\u003c"))


class Pages(http.server.SimpleHTTPRequestHandler):
    """The files of this folder, and what a check puts beside them."""

    extra = {}

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        if path not in self.extra:
            super().do_GET()
            return
        kind, body = self.extra[path]
        self.send_response(200)
        self.send_header("Content-Type", kind + "; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=FOLDER))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def browser():
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Missing("the Python package playwright isn't installed") from None
    with sync_playwright() as playwright:
        path = os.environ.get("GATEHOUSE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
        if path is None and not os.path.exists(playwright.chromium.executable_path):
            raise Missing("there is no Chromium: none of " + ", ".join(BROWSERS)
                          + ", nor one that `playwright install chromium` brought")
        # Without a sandbox for root only, who can't have one.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        try:
            started = playwright.chromium.launch(executable_path=path, args=arguments, timeout=PATIENCE)
        except Error as error:
            raise Missing(f"Chromium doesn't start: {error}") from None
        try:
            yield started
        finally:
            started.close()


def opened(tab, url):
    """What the page shows: status, problem, and rows by kind and name."""
    tab.goto(url, timeout=PATIENCE)
    tab.wait_for_selector("body[data-ready]", timeout=PATIENCE)
    rows = tab.eval_on_selector_all(
        "#answers tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    expect("the title", tab.title(), "Booted from Gatehouse")
    return (tab.inner_text("#status"), tab.text_content("#problem"),
            {(kind, name): (json.loads(value), rule, group) for kind, name, value, rule, group in rows})


def check_page(tab, site, console, key):
    """Every user, from all three sources."""
    count = 0
    for user in USERS:
        user = {**user, **EVERYBODY}
        expected = answers(user)
        response = gatehouse("initialize", DOCUMENT, "--user", json.dumps(user))
        Pages.extra = {
            "/rendered": ("text/html", in_page(response)),
            "/made/initialize.json": ("application/json", response),
        }
        query = urllib.parse.urlencode({"console": console.url, "key": key, "user": json.dumps(user)})
        for source in ("/rendered", "/index.html?file=made/initialize.json", "/index.html?" + query):
            status, problem, shown = opened(tab, site + source)
            what = f"{source.split('&')[0]} for {user}"
            expect(f"the status of {what}", (status, problem), (f"For {user.get('userID', 'nobody in particular')}", ""))
            expect(f"rows of {what}", len(shown), 7)
            for (kind, name), row in shown.items():
                expect(f"{kind} {name} of {what}", row, expected.get((kind, name), (False, "", "")))
                count += 1
    return count


def check_failures(tab, site, console):
    """Without a response the page shows defaults, and says why."""
    query = urllib.parse.urlencode({"console": console.url, "key": "client-unknown"})
    for source, reason in (
        ("?" + query, "HTTP 401 from /v1/initialize"), ("?file=missing.json", "HTTP 404 from /missing.json"),
        ("", "neither a response in the page"),
    ):
        status, problem, shown = opened(tab, site + "/index.html" + source)
        expect(f"the status of {source}", status, "Defaults")
        if not problem.startswith(reason):
            raise Failed(f"the problem of {source}: expected {reason!r}, found {problem!r}")
        expect(f"defaults of {source}", {str(row) for row in shown.values()}, {"(False, '', '')", "({}, '', '')"})


# Reads everything once. What it reads is exposed, and its exposures go to the console.
STATSIG_PAGE = """<!doctype html><title>Statsig</title><script src="/statsig.js"></script><script>
async function boot({ key, user, response, url, names }) {
    const { StatsigClient } = window.Statsig ?? window.__STATSIG__;
    const client = new StatsigClient(key, user, {
        networkConfig: { api: url + "/v1", logEventUrl: url + "/v1/rgstr" },
    });
    if (response) {
        client.dataAdapter.setData(response);
        client.initializeSync({ disableBackgroundCacheRefresh: true });
    } else {
        await client.initializeAsync();
    }
    const answers = [];
    for (const [kind, name] of names) {
        const read = { gate: "getFeatureGate", config: "getDynamicConfig", layer: "getLayer" }[kind];
        const found = client[read](name);
        const value = kind === "layer" ? found.__value : found.value;
        if (kind === "layer") for (const parameter of Object.keys(value)) found.get(parameter);
        answers.push([kind, name, value, found.ruleID, found.details.reason]);
    }
    await client.flush();
    await client.shutdown();
    return answers;
}
</script>"""


def statsig_client(path):
    """Statsig's client for browsers: its script, downloaded unless it is here, and never kept."""
    if path:
        with open(path, encoding="utf-8") as file:
            return file.read()
    url = f"https://registry.npmjs.org/@statsig/js-client/-/js-client-{STATSIG_CLIENT}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:
            archive = tarfile.open(fileobj=io.BytesIO(reply.read()))
        return archive.extractfile("package/build/statsig-js-client.min.js").read().decode()
    except (OSError, KeyError, tarfile.TarError) as error:
        raise Missing(f"@statsig/js-client can't be had from the npm registry: {error}") from None


def check_statsig(tab, site, console, key, script):
    """Statsig's own client boots from our responses, and its exposures arrive."""
    Pages.extra = {"/statsig": ("text/html", STATSIG_PAGE), "/statsig.js": ("text/javascript", script)}
    count = 0
    for user in USERS:
        user = {**user, **EVERYBODY}
        expected = answers(user)
        # Segments and holdouts stay on the server.
        names = [name for name in expected if not name[1].startswith("segment:") and name[1] != "q3_holdout"]
        made = gatehouse("initialize", DOCUMENT, "--user", json.dumps(user))
        # Without a response it asks the console for one.
        for source, response in (("Bootstrap", made), ("Network", None)):
            tab.goto(site + "/statsig", timeout=PATIENCE)
            found = tab.evaluate("boot", {
                "key": key, "user": user, "response": response, "url": console.url, "names": names})
            expect(f"what Statsig's client answers for {user}", len(found), len(names))
            for kind, name, value, rule, reason in found:
                expect(f"{kind} {name} in Statsig's client for {user}", (value, rule), expected[kind, name][:2])
                expect(f"the reason of {kind} {name}", reason, source + ":Recognized")
                count += 1
    counts = console.event_counts()
    for kind in ("gate", "config", "layer"):
        if not counts.get(f"statsig::{kind}_exposure"):
            raise Failed(f"no {kind} exposure of Statsig's client has come: {counts}")
    return count, {name: number for name, number in counts.items() if name.endswith("_exposure")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--allow-missing", action="store_true", help="succeed, saying so, where there is no browser")
    parser.add_argument("--statsig-client", metavar="FILE", help="the script of @statsig/js-client, already here")
    arguments = parser.parse_args()
    try:
        with browser() as chromium, pages() as site, Console("--in-memory", "--specs", DOCUMENT) as console:
            key = console.create_key(type="CLIENT")
            tab = chromium.new_page()
            problems = []
            tab.on("pageerror", lambda error: problems.append(str(error)))
            count = check_page(tab, site, console, key)
            check_failures(tab, site, console)
            print(f"check: Chromium {chromium.version} shows {count} answers as gatehouse evaluate has them")
            try:
                script = statsig_client(arguments.statsig_client)
            except Missing as reason:
                print(f"check: Statsig's own client isn't tried: {reason}")
            else:
                count, exposures = check_statsig(tab, site, console, key, script)
                print(f"check: Statsig's own client boots from responses and from the console: {count} answers equal; came: {exposures}")
            expect("errors in pages", problems, [])
    except Missing as reason:
        print(f"check: skipped, {reason}", file=sys.stderr)
        sys.exit(0 if arguments.allow_missing else 1)
    except Failed as failure:
        sys.exit(f"check: {failure}")


main()
