// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// When connections end, as clients with pools of them have to know.
struct ConnectionTests {
    @Test(
        "A client that wants its connection closed is told that it is, also when it is refused",
        arguments: [
            "/v1/health", "/v2/download_config_specs", "/nothing",
        ])
    func closed(path: String) async throws {
        try await TestConsole.run { console in
            let closed = try await console.send(.GET, path, headers: [("Connection", "close")])
            #expect(closed.headers["Connection"] == ["close"])
            let kept = try await console.send(.GET, path)
            #expect(kept.headers["Connection"].contains("close") == false)
        }
    }

    @Test("A client that waits with its body gets 100 Continue, unless the body would be refused by its length")
    func expectation() async throws {
        try await TestConsole.run { console in
            let body = "{\"name\":\"expected\"}"
            let connection = try RawConnection(console.url)
            connection.begin(
                "/console/v1/tags", key: console.adminKey, byteCount: body.utf8.count,
                headers: "Expect: 100-continue\r\n")
            try await until("the body is asked for") { connection.text == "HTTP/1.1 100 Continue\r\n\r\n" }
            connection.send(body)
            try await until("there is an answer") { connection.text.contains("HTTP/1.1 200") }

            let large = try RawConnection(console.url)
            large.begin(
                "/console/v1/tags", key: console.adminKey, byteCount: 1 << 30, headers: "Expect: 100-continue\r\n")
            try await until("there is an answer") { large.text.hasPrefix("HTTP/1.1 413") }
        }
    }
}
