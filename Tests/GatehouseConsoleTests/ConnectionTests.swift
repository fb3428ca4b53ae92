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
}
