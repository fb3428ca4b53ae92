// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import Logging
import NIOHTTP1
import Testing

struct RequestLogTests {
    @Test("Requests are logged with paths and masked keys, and no secret is anywhere in the log")
    func noSecrets() async throws {
        let log = TestLog()
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.logger = log.logger()
        let secrets = try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let unknown = "secret-" + String(repeating: "Z", count: 43)
            for secret in [key.secret, unknown] {
                for path in [
                    "/v2/download_config_specs/\(secret).json", "/console/v1/keys/\(secret)", "/\(secret)",
                    "/v1/rgstr?k=\(secret)", "/v1/health?k=\(secret)", "/v1/get_id_lists/\(secret).json",
                    "/v2/download_config_specs/\(secret)/\(secret)",
                ] {
                    _ = try await console.get(path)
                    _ = try await console.get(path, key: secret)
                    _ = try await console.send(.POST, path, key: secret, body: Array(secret.utf8))
                }
            }
            return [key.secret, unknown, console.adminKey]
        }
        #expect(log.text.contains("GET /v2/download_config_specs/{file} 200"))
        #expect(log.text.contains("secret-"))
        #expect(log.text.contains("console-"))
        for secret in secrets {
            #expect(secret.count > 40)
            // Five characters are shown; a longer part would be a leak as well.
            #expect(!log.text.contains(secret.suffix(38)))
        }
    }
}
