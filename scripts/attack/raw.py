# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Requests that no HTTP client sends, on sockets."""
import gzip
import re
import socket
import struct

from checks import SPECS, Console, check, exchange


def smuggling(with_key):
    """Requests whose bodies end at two places, with what looks like a second request between them."""
    second = b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
    chunks = b"0\r\n\r\n" + second
    start = b"POST /v1/log_event HTTP/1.1\r\n" + with_key.replace(b"Connection: close\r\n", b"")
    length = b"Content-Length: %d\r\n" % len(chunks)
    return {
        "length before chunks": start + length + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        "chunks before length": start + b"Transfer-Encoding: chunked\r\n" + length + b"\r\n" + chunks,
        "two lengths": start + b"Content-Length: 0\r\n" + length + b"\r\n" + chunks,
        "blank before the colon": start + b"Transfer-Encoding : chunked\r\n" + length + b"\r\n" + chunks,
        "folded coding": start + b"Transfer-Encoding:\r\n chunked\r\n" + length + b"\r\n" + chunks,
        "coding with a tab": start + b"Transfer-Encoding:\x0bchunked\r\n" + length + b"\r\n" + chunks,
    }


def path_tricks(port):
    """Spellings of the path of the keys that are answered with 200 without a key."""
    bad = []
    for path in (
            "//console/v1/keys", "/./console/v1/keys", "/console/./v1/keys", "/console//v1//keys", "/console/v1/keys/",
            "/console/v1/keys?", "/console/v1/keys#", "/console/v1/keys;a=b", "/console/v1/keys%00",
            "/console/v1/%6beys", "/console%2fv1%2fkeys", "/CONSOLE/V1/KEYS", "/v1/health/../../console/v1/keys",
            "/v1/health/..%2f..%2fconsole/v1/keys", "/v1/health/%2e%2e/%2e%2e/console/v1/keys",
            "/v1/health/..;/..;/console/v1/keys", "/v1/health\\..\\..\\console\\v1\\keys", "http://a/console/v1/keys",
            "http://a/v1/health/../../console/v1/keys", "/console/v1/keys.json", "/console/v1/keys/..",
            "/console/v1/gates/../keys", "/v2/download_config_specs/.json", "/v2/download_config_specs/%2e.json",
            "/v1/get_id_lists/.json"):
        for extra in (b"", b"X-Original-URL: /v1/health\r\n",
                      b"X-HTTP-Method-Override: GET\r\nX-Forwarded-For: 127.0.0.1\r\n"):
            head = b"GET " + path.encode() + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            answer = exchange(port, head + extra + b"\r\n")
            status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
            if status and (status.group(1) == b"200" or status.group(1) >= b"500"):
                bad.append(f"{path}: {status.group(1).decode()}")
    return bad


def raw():
    with Console("--in-memory", "--specs", SPECS) as console:
        port = int(console.url.rsplit(":", 1)[1])
        key = console.create_key(type="SERVER").encode()
        close = b"Host: a\r\nConnection: close\r\n"
        with_key = close + b"STATSIG-API-KEY: " + key + b"\r\n"
        cases = {
            "no request": b"\r\n\r\n",
            "binary": bytes(range(256)) * 8,
            "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 600,
            "HTTP/0.9": b"GET /v1/health\r\n\r\n",
            "HTTP/9.9": b"GET /v1/health HTTP/9.9\r\n" + close + b"\r\n",
            "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "no host": b"GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n",
            "absolute URL": b"GET http://b/v1/health HTTP/1.1\r\n" + close + b"\r\n",
            "asterisk": b"OPTIONS * HTTP/1.1\r\n" + close + b"\r\n",
            "CONNECT": b"CONNECT a:443 HTTP/1.1\r\n" + close + b"\r\n",
            "TRACE": b"TRACE / HTTP/1.1\r\n" + close + b"\r\n",
            "long method": b"A" * 100_000 + b" / HTTP/1.1\r\n" + close + b"\r\n",
            "long path": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + close + b"\r\n",
            "long header": b"GET /v1/health HTTP/1.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
            "many headers": b"GET /v1/health HTTP/1.1\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
            "folded header": b"GET /v1/health HTTP/1.1\r\nHost: a\r\n b\r\nConnection: close\r\n\r\n",
            "NUL in a header": b"GET /v1/health HTTP/1.1\r\nX: a\0b\r\n" + close + b"\r\n",
            "bare CR": b"GET /v1/health HTTP/1.1\rHost: a\r\n\r\n",
            "two lengths": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n" + with_key
            + b"\r\n{}x",
            "length and chunks": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n"
            + with_key + b"\r\n0\r\n\r\n",
            "negative length": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: -1\r\n" + with_key + b"\r\n",
            "huge length": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n" + with_key
            + b"\r\n",
            "large length": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 9000000000000000000\r\n" + with_key
            + b"\r\n{}",
            "bad chunk": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\nzz\r\n{}\r\n",
            "huge chunk": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\nffffffffffffffff\r\n{}",
            "unknown coding": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" + with_key
            + b"\r\n0\r\n\r\n",
            "body cut short": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 100\r\n" + with_key + b"\r\n{}",
            "dots in the path": b"GET /v1/../../../etc/passwd HTTP/1.1\r\n" + close + b"\r\n",
            "encoded dots": b"GET /v1/id_lists/..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + with_key + b"\r\n",
            "NUL in the path": b"GET /console/v1/keys/%00 HTTP/1.1\r\n" + close + b"STATSIG-API-KEY: "
            + console.key.encode() + b"\r\n\r\n",
            "bad escapes": b"GET /console/v1/keys/%zz%f HTTP/1.1\r\n" + close + b"STATSIG-API-KEY: "
            + console.key.encode() + b"\r\n\r\n",
            "line feeds only": b"GET /v1/health HTTP/1.1\nHost: a\nConnection: close\n\n",
            "blank before the colon": b"GET /v1/health HTTP/1.1\r\nHost : a\r\nConnection: close\r\n\r\n",
            "header without a name": b"GET /v1/health HTTP/1.1\r\n: a\r\n" + close + b"\r\n",
            "header without a colon": b"GET /v1/health HTTP/1.1\r\nhello\r\n" + close + b"\r\n",
            "two hosts": b"GET /v1/health HTTP/1.1\r\nHost: b\r\n" + close + b"\r\n",
            "odd method": b"G\xc3\x89T /v1/health HTTP/1.1\r\n" + close + b"\r\n",
            "method in lower case": b"get /v1/health HTTP/1.1\r\n" + close + b"\r\n",
            "blanks in the path": b"GET /v1/he alth HTTP/1.1\r\n" + close + b"\r\n",
            "no UTF-8 in the path": b"GET /v1/\xff\xfe HTTP/1.1\r\n" + close + b"\r\n",
            "no UTF-8 in the query": b"POST /v1/initialize?k=%ff%fe HTTP/1.1\r\nContent-Length: 2\r\n" + close
            + b"\r\n{}",
            "fragment": b"GET /v1/health#a HTTP/1.1\r\n" + close + b"\r\n",
            "two keys": b"GET /v2/download_config_specs HTTP/1.1\r\nSTATSIG-API-KEY: x\r\n" + with_key + b"\r\n",
            "list of lengths": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 2, 2\r\n" + with_key + b"\r\n{}",
            "length with a sign": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: +2\r\n" + with_key + b"\r\n{}",
            "length in hexadecimal": b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 0x2\r\n" + with_key + b"\r\n{}",
            "chunked in HTTP/1.0": b"POST /v1/log_event HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\n2\r\n{}\r\n0\r\n\r\n",
            "chunked twice": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n" + with_key
            + b"\r\n2\r\n{}\r\n0\r\n\r\n",
            "nearly chunked": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" + with_key
            + b"\r\n2\r\n{}\r\n0\r\n\r\n",
            "chunk with a sign": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\n+2\r\n{}\r\n0\r\n\r\n",
            "long extension of a chunk": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\n2;" + b"a" * 500_000 + b"\r\n{}\r\n0\r\n\r\n",
            "many trailers": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\n2\r\n{}\r\n0\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
            "200,000 chunks of a byte": b"POST /v1/log_event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + with_key
            + b"\r\n" + b"1\r\n \r\n" * 200_000 + b"0\r\n\r\n",
            "expects to continue": b"POST /v1/log_event HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 13\r\n"
            + with_key + b'\r\n{"events":[]}',
            "expects something else": b"POST /v1/log_event HTTP/1.1\r\nExpect: miracle\r\nContent-Length: 2\r\n"
            + with_key + b"\r\n{}",
            "upgrade": b"GET /v1/health HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
            b"\r\n",
            "upgrade to HTTP/2": b"GET /v1/health HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n"
            b"HTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings, close\r\n\r\n",
            "gzip that isn't": b"POST /v1/log_event HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n"
            + with_key + b"\r\nabcd",
            "gzip cut short": b"POST /v1/log_event HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n"
            + with_key + b"\r\n" + gzip.compress(b'{"events":[]}' * 9)[:20],
            "gzip twice": b"POST /v1/log_event HTTP/1.1\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 4\r\n"
            + with_key + b"\r\nabcd",
            "unknown content coding": b"POST /v1/log_event HTTP/1.1\r\nContent-Encoding: br\r\nContent-Length: 2\r\n"
            + with_key + b"\r\n{}",
            "body of a GET": b"GET /v1/health HTTP/1.1\r\nContent-Length: 5\r\n" + close + b"\r\nhello",
            "range": b"GET /openapi.json HTTP/1.1\r\nRange: bytes=-1,0-99999999999999999999\r\n" + close + b"\r\n",
            "many ranges": b"GET /openapi.json HTTP/1.1\r\nRange: bytes=" + b"0-," * 3000 + b"0-\r\n" + close + b"\r\n",
            "pipelined": b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n" * 200 + b"GET /v1/health HTTP/1.1\r\n" + close
            + b"\r\n",
        }
        bad = []
        for name, data in cases.items():
            answer = exchange(port, data, seconds=3, end=name == "body cut short")
            statuses = {int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)}
            if any(status >= 500 and status not in (501, 505) for status in statuses) or b"root:" in answer:
                bad.append(f"{name}: {sorted(statuses)}")
        check(not bad, f"{len(cases)} requests on raw sockets, none answered with an error of the server {bad or ''}")
        bad = []
        for name, data in smuggling(with_key).items():
            answer = exchange(port, data, seconds=3)
            statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)]
            if len(statuses) > 1 or 200 in statuses:
                bad.append(f"{name}: {statuses}")
        check(not bad, f"no second request is read out of a body whose length is ambiguous {bad or ''}")
        for _ in range(50):
            # The connection is reset in the middle of a body.
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(b"POST /v1/log_event HTTP/1.1\r\nContent-Length: 1000\r\n" + with_key + b"\r\n{")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        bad = path_tricks(port)
        check(not bad, f"no spelling of a path leads around the key {bad or ''}")
        check(console.request("GET", "/v1/health")[0] == 200, "the console answers afterwards")
        check(key.decode()[7:] not in console.log_text(), "the log has no key")
