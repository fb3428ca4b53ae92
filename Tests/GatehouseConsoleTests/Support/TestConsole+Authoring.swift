// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import NIOHTTP1
import Testing

extension TestConsole {
    /// Sends a request to the Console API that has to succeed, and answers with its data.
    @discardableResult
    func author(
        _ method: HTTPMethod, _ path: String, _ body: Value? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Value {
        let response = try await send(method, "/console/v1/\(path)", json: body)
        #expect(response.status / 100 == 2, "\(method) \(path): \(response.text)", sourceLocation: sourceLocation)
        return response.data
    }

    /// Sends a request that has to be refused for a property.
    func refuse(
        _ method: HTTPMethod, _ path: String, _ body: Value?, _ property: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let response = try await send(method, "/console/v1/\(path)", json: body)
        #expect(response.status == 400, "\(method) \(path): \(response.text)", sourceLocation: sourceLocation)
        #expect(
            response.json["errors"][0]["property"].string == property, "\(response.text)",
            sourceLocation: sourceLocation)
    }

    /// What is served now, for evaluations.
    func ruleset(_ version: String = "v2") async throws -> Ruleset {
        let key = try await createKey(["type": "SERVER", "description": "ruleset"])
        let body = try await get("/\(version)/download_config_specs", key: key.secret).body
        _ = try await send(.DELETE, "/console/v1/keys/\(key.id)")
        return try Ruleset(document: body)
    }
}

extension Ruleset {
    private static let context = EvaluationContext(clock: { 1_800_000_000_000 })

    func passes(_ gate: String, _ userID: String, custom: [String: Value] = [:]) -> Bool {
        self.gate(gate, for: Ruleset.user(userID, custom), in: Ruleset.context).value
    }

    /// The value and the rule of an experiment or config.
    func config(_ name: String, _ userID: String, custom: [String: Value] = [:]) -> (value: Value, rule: String) {
        let result = experiment(name, for: Ruleset.user(userID, custom), in: Ruleset.context)
        return (JSONText.value(Array(result.json.utf8)), result.ruleID)
    }

    func layerValue(_ name: String, _ userID: String) -> (value: Value, rule: String) {
        let result = layer(name, for: Ruleset.user(userID, [:]), in: Ruleset.context)
        return (JSONText.value(Array(result.json.utf8)), result.ruleID)
    }

    private static func user(_ userID: String, _ custom: [String: Value]) -> User {
        let json: Value = ["userID": .string(userID), "custom": .object(Object(custom.map { ($0.key, $0.value) }))]
        return (try? User(json: Array(json.jsonText.utf8))) ?? User(userID: userID)
    }
}
