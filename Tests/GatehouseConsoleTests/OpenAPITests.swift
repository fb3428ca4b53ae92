// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct OpenAPITests {
    @Test("The description names every path, and nothing that isn't served")
    func document() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let document = try await console.get("/openapi.json", key: nil).json
            #expect(document["openapi"] == "3.1.0")
            let paths = try #require(document["paths"].object)
            #expect(paths.count > 20)
            var ids: Set<String> = []
            for (path, operations) in paths {
                let concrete = path.replacing(/\{[a-zA-Z]+\}/) { _ in "x" }
                for (method, operation) in operations.object ?? [:] {
                    #expect(ids.insert(operation["operationId"].string ?? "").inserted)
                    let response = try await console.send(.RAW(value: method.uppercased()), concrete, key: nil)
                    #expect(response.status != 405, "\(method) \(path)")
                    #expect(response.json["message"].string?.hasPrefix("Not Found") != true || path.contains("{"))
                    let parameters = (operation["parameters"].array ?? []).filter { $0["in"] == "path" }
                    #expect(parameters.count == path.count { $0 == "{" }, "\(path)")
                }
            }
            #expect(
                document["paths"]["/console/v1/keys"]["post"]["description"].string?.contains("can_access_keys") == true
            )
        }
    }
}
