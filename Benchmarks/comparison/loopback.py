# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""An HTTP server on 127.0.0.1 that stands in for Statsig's: nothing leaves the machine."""

import gzip
import http.server
import json
import os
import threading
import urllib.parse


class Loopback:
    """Serves documents by SDK key and keeps the events that are posted."""

    def __init__(self):
        self.changed = threading.Condition()
        self.documents = {}
        self.id_lists = {}
        self.served = {}
        self.events = {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, key, documents, id_lists=None):
        """Serves documents, one after the other, to whoever asks with a key.

        id_lists: a folder whose files are ID lists, None for none.
        """
        self.documents[key] = list(documents)
        self.id_lists[key] = id_lists
        self.served[key] = 0
        self.events[key] = []

    def wait(self, condition, seconds):
        """Waits until something is so, at most for some time; whether it is."""
        with self.changed:
            return self.changed.wait_for(condition, seconds)

    def urls(self):
        """The options of the reference that make it ask here."""
        return {
            "specs_url": self.url + "/v2/download_config_specs",
            "log_event_url": self.url + "/v1/log_event",
            "id_lists_url": self.url + "/v1/get_id_lists",
            "fallback_to_statsig_api": False,
            "disable_disk_access": True,
            "output_log_level": "none",
        }

    def next_document(self, key):
        """What a download returns."""
        with self.changed:
            index = self.served.get(key, 0)
            self.served[key] = index + 1
            self.changed.notify_all()
        documents = self.documents.get(key, [])
        return documents[index] if index < len(documents) else b'{"has_updates":false}'

    def list_of_id_lists(self, key):
        """The answer that tells which ID lists there are and where."""
        folder = self.id_lists.get(key)
        lists = {}
        for name in sorted(os.listdir(folder)) if folder else []:
            lists[name] = {
                "name": name,
                "size": os.path.getsize(os.path.join(folder, name)),
                "url": "%s/list/%s/%s" % (self.url, key, urllib.parse.quote(name, safe="")),
                "creationTime": 1,
                "fileID": "file_" + name,
            }
        return json.dumps(lists).encode()

    def id_list(self, key, name):
        """One ID list's content; empty for any that isn't in the folder."""
        folder = self.id_lists.get(key)
        if not folder or name not in os.listdir(folder):
            return b""
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    def receive(self, key, body):
        """Keeps posted events."""
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        with self.changed:
            self.events.setdefault(key, []).extend(json.loads(body)["events"])
            self.changed.notify_all()


def handler(loopback):
    """The class that handles requests for one server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.answer()

        def do_POST(self):
            self.answer()

        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urllib.parse.urlsplit(self.path).path.split("/")
            key = self.headers.get("statsig-api-key") or ""
            kind = "application/json"
            if "download_config_specs" in parts:
                content = loopback.next_document(parts[-1].removesuffix(".json"))
            elif "get_id_lists" in parts:
                content = loopback.list_of_id_lists(key)
            elif len(parts) == 4 and parts[1] == "list":
                content, kind = loopback.id_list(parts[2], urllib.parse.unquote(parts[3])), "text/plain"
            else:
                if "log_event" in parts:
                    loopback.receive(key, body)
                content = b'{"success":true}'
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
