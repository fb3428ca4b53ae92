# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The clients for browsers, from checkouts of their public source, in a Chromium without a window.

The page comes from another origin than the console, so each answer shows too that pages of other origins may ask. What a
client answers is compared with the console's own endpoints for the same user and device.
"""
import contextlib
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading

BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PATIENCE = 60_000
FOLDER = os.path.dirname(os.path.abspath(__file__))
# The entry of each bundle inside its checkout, by client.
ENTRIES = {
    "js-client": ("js-client-monorepo", "packages/js-client/src/index.ts", "tsconfig.base.json"),
    "js-on-device-eval-client": (
        "js-client-monorepo", "packages/js-on-device-eval-client/src/index.ts", "tsconfig.base.json"),
    "statsig-js": ("statsig-js", "src/index.ts", None),
    "js-lite": ("js-lite", "src/index.ts", None),
}
# What two old clients import from npm, of which the checks use only this.
SHIMS = {
    "uuid": "export const v4 = () => crypto.randomUUID();",
    "js-sha256": "export const sha256 = { create() { throw new Error('no SHA-256') } };",
    "url": "export const parse = text => new URL(text);",
}
# So many that they aren't in one group by chance.
DEVICES = 16


class Missing(Exception):
    """Something that the checks need isn't on this machine."""


def version(checkout, package):
    with open(os.path.join(checkout, package, "package.json")) as file:
        return json.load(file)["version"]


def bundle(client, checkouts, folder):
    """One script with the client as `SDK`."""
    name, entry, configuration = ENTRIES[client]
    if name not in checkouts:
        raise Missing(f"no checkout of {name}")
    if not shutil.which("esbuild"):
        raise Missing("there is no esbuild in PATH")
    shims = os.path.join(folder, "node_modules")
    for module, text in SHIMS.items():
        os.makedirs(os.path.join(shims, module), exist_ok=True)
        with open(os.path.join(shims, module, "index.js"), "w") as file:
            file.write(text)
    output = os.path.join(folder, client + ".js")
    command = ["esbuild", entry, "--bundle", "--format=iife", "--target=es2020", "--global-name=SDK", "--log-level=error", "--keep-names",
               f"--outfile={output}", '--define:process.env.NODE_ENV="production"']
    if configuration:
        command.append("--tsconfig=" + configuration)
    subprocess.run(command, cwd=checkouts[name], check=True, env={**os.environ, "NODE_PATH": shims}, timeout=120)
    return output, version(checkouts[name], os.path.dirname(os.path.dirname(entry)))


class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages(folder):
    def handler(*arguments):
        return Pages(*arguments, directory=folder)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing("the Python package playwright isn't installed") from None
    path = os.environ.get("GATEHOUSE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise Missing("there is no Chromium")
    with sync_playwright() as playwright:
        # Root can't have a sandbox.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=path, args=arguments, timeout=PATIENCE)
        try:
            yield started
        finally:
            started.close()


def expected(console, key, user, agent, device, gates, configs):
    """What the console's own endpoints answer for the same user, user agent and device."""
    user = dict(user)
    if agent:
        user["userAgent"] = agent
    if device:
        user["customIDs"] = {"stableID": device}
    quiet = {"exposureLoggingDisabled": True}
    answers = {"gates": {}, "configs": {}}
    for kind, names, path, member in (
        ("gates", gates, "check_gate", "gateName"), ("configs", configs, "get_config", "configName"),
    ):
        for name in names:
            status, _, answer = console.request(
                "POST", "/v1/" + path, {member: name, "user": user, "statsigMetadata": quiet}, key)
            assert status == 200, answer
            answers[kind][name] = answer["value"]
    return answers


def has_come(console, event, tab):
    """Whether an event is stored within some seconds."""
    for _ in range(50):
        if event_count(console, event):
            return True
        tab.wait_for_timeout(100)
    return False


def event_count(console, name):
    return console.request("GET", f"/console/v1/events/{name}?limit=1")[2]["pagination"]["totalItems"]


def check(client, checkouts, console, gates, configs, users):
    """The client's version, and how many answers were equal and events came. Raises at the first difference."""
    key = console.create_key(type="CLIENT", scopes=["client_download_config_specs"])
    # This client evaluates by itself, so it infers nothing, and has no device.
    on_device = client == "js-on-device-eval-client"
    if on_device:
        # Nor does it read ID lists.
        gates = [gate for gate in gates if gate != "listed"]
    with tempfile.TemporaryDirectory() as folder:
        _, number = bundle(client, checkouts, folder)
        shutil.copy(os.path.join(FOLDER, "web.js"), folder)
        with open(os.path.join(folder, "page.html"), "w") as file:
            file.write(f'<!doctype html><script src="/{client}.js"></script><script src="/web.js"></script>')
        with pages(folder) as site, browser() as started:
            checks, devices = 0, set()
            runs = [(user, False) for user in users] + [({}, False)] * DEVICES
            if client == "js-client":
                runs.append(({"userID": "packed"}, True))
            for index, (user, compression) in enumerate(runs):
                context = started.new_context()
                tab = context.new_page()
                problems = []
                tab.on("pageerror", lambda error: problems.append(str(error)))
                event = f"{client}-{index}"
                # A navigation may cut off a request that the client began just before; it sends the event the next time.
                for _ in range(3):
                    tab.goto(site + "/page.html", timeout=PATIENCE)
                    agent = tab.evaluate("navigator.userAgent")
                    answers = tab.evaluate("options => ask(options)", {
                        "client": client, "url": console.url, "key": key, "user": user, "gates": gates,
                        "configs": configs, "event": event, "flushes": compression, "compression": compression})
                    # A page that closes sends what it has as a beacon, which ends with its context.
                    tab.goto("about:blank")
                    if has_come(console, event, tab):
                        break
                device = answers.pop("stableID")
                wanted = expected(
                    console, key, user, None if on_device else agent, device, gates, configs)
                assert answers == wanted, f"{client} {user}: {answers}, the console says {wanted}"
                assert not problems, problems
                checks += len(gates) + len(configs)
                devices.add(json.dumps(answers["configs"].get("devices")))
                context.close()
            if not on_device:
                assert len(devices) == 2, f"{client}: all {DEVICES} devices are in one group"
    names = [f"{client}-{index}" for index in range(len(runs))]
    lost = [name for name in names if not event_count(console, name)]
    assert not lost, f"{client}: events that didn't come: {lost}"
    return number, f"{checks} answers equal, events of {len(runs)} closing pages came"


# The modules of OpenFeature's SDK and provider for the web, by checkout.
OPENFEATURE = {
    "@openfeature/core": ("openfeature-js-sdk", "packages/shared/src/index.ts"),
    "@openfeature/web-sdk": ("openfeature-js-sdk", "packages/web/src/index.ts"),
    "@openfeature/ofrep-core": ("openfeature-js-sdk-contrib", "libs/shared/ofrep-core/src/index.ts"),
    "@openfeature/ofrep-web-provider": ("openfeature-js-sdk-contrib", "libs/providers/ofrep-web/src/index.ts"),
}
# What those import from npm: listeners by name.
EMITTER = """export class EventEmitter {
    #listeners = new Map();
    on(name, each) { this.#listeners.set(name, [...this.listeners(name), each]); return this; }
    off(name, one) { this.#listeners.set(name, this.listeners(name).filter(each => each !== one)); return this; }
    emit(name, ...all) { for (const each of this.listeners(name)) each(...all); return true; }
    listeners(name) { return this.#listeners.get(name) ?? []; }
    removeListener(...all) { return this.off(...all); }
    addListener(...all) { return this.on(...all); }
    removeAllListeners(name) { name === undefined ? this.#listeners.clear() : this.#listeners.delete(name); return this; }
}
export default EventEmitter;
"""


def check_openfeature(checkouts, console, flags):
    """The provider for the web reads flags of every type, of contexts that are no users too, and gets 304."""
    for name in {name for name, _ in OPENFEATURE.values()} - set(checkouts):
        raise Missing(f"no checkout of {name}")
    if not shutil.which("esbuild"):
        raise Missing("there is no esbuild in PATH")
    key = console.create_key(type="CLIENT", scopes=["none_hash_enabled"])
    server = console.create_key(type="SERVER")
    name, entry = OPENFEATURE["@openfeature/ofrep-web-provider"]
    number = version(checkouts[name], os.path.dirname(os.path.dirname(entry)))
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "emitter.js"), "w") as file:
            file.write(EMITTER)
        with open(os.path.join(folder, "entry.js"), "w") as file:
            file.write('export * from "@openfeature/web-sdk";\nexport * from "@openfeature/ofrep-web-provider";\n')
        aliases = [f"--alias:{module}={os.path.join(checkouts[checkout], path)}"
                   for module, (checkout, path) in OPENFEATURE.items()]
        subprocess.run(
            ["esbuild", os.path.join(folder, "entry.js"), "--bundle", "--format=iife", "--target=es2022",
             "--global-name=SDK", "--log-level=error", f"--outfile={os.path.join(folder, 'ofrep.js')}",
             f"--alias:eventemitter3={os.path.join(folder, 'emitter.js')}", *aliases], check=True, timeout=120)
        with open(os.path.join(folder, "page.html"), "w") as file:
            file.write('<!doctype html><script src="/ofrep.js"></script>')
        checks, statuses = 0, []
        with pages(folder) as site, browser() as started:
            for context in ({"targetingKey": "vip", "email": "a@corp.example"}, {"targetingKey": "vip", "custom": "x"},
                            {"targetingKey": "qa2", "customIDs": 5, "privateAttributes": [1], "email": {"a": 1}}):
                tab = started.new_context().new_page()
                tab.on("response", lambda response: statuses.append(response.status)
                       if response.request.method == "POST" else None)
                tab.goto(site + "/page.html", timeout=PATIENCE)
                found = tab.evaluate("""async ({ url, key, context, flags }) => {
                    const { OpenFeature, OFREPWebProvider } = SDK;
                    await OpenFeature.setContext(context);
                    const provider = new OFREPWebProvider({ baseUrl: url, headers: [["Authorization", "Bearer " + key]] });
                    await OpenFeature.setProviderAndWait(provider);
                    const client = OpenFeature.getClient();
                    const answers = flags.map(([kind, name, fallback]) => {
                        const { value, reason, errorCode } = client[`get${kind}Details`](name, fallback);
                        return { value, reason, errorCode: errorCode ?? null };
                    });
                    // The same context again: nothing has changed since.
                    await OpenFeature.setContext({ ...context });
                    return answers;
                }""", {"url": console.url, "key": key, "context": context, "flags": flags})
                for (_, flag, fallback), answer in zip(flags, found, strict=True):
                    status, _, single = console.request(
                        "POST", "/ofrep/v1/evaluate/flags/" + flag, {"context": context}, server)
                    wanted = (single["value"], single["reason"], None) if status == 200 else (
                        fallback, "ERROR", single["errorCode"])
                    assert tuple(answer.values()) == wanted, f"{context} {flag}: {answer}, one flag says {wanted}"
                    checks += 1
    assert 304 in statuses and set(statuses) <= {200, 304}, f"statuses of all flags: {statuses}"
    return number, f"{checks} flags equal, {statuses.count(304)} times unchanged by ETag"
