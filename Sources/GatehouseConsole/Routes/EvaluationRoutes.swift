// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// Evaluations on the server: one gate, config or layer at a time.
struct EvaluationRoutes {
    let source: ProjectSource
    let events: EventStore

    var operations: [Operation] {
        [
            operation("check_gate", "checkGate", "gateName", "Whether a user passes a gate.", checkGate),
            operation(
                "get_config", "getConfig", "configName", "What a config or experiment has for a user.", getConfig),
            operation("get_layer", "getLayer", "layerName", "What a layer has for a user.", getLayer),
        ]
    }

    private typealias Answer = @Sendable (String, User, Project) -> (Value, exposure: (Object, Int64) -> Exposure)

    private func operation(
        _ path: String, _ id: String, _ member: String, _ summary: String, _ answer: @escaping Answer
    ) -> Operation {
        let description = OperationDescription(id, summary).tagged("SDK").body(
            Schemas.object(
                [member: Schemas.string, "user": Schemas.object, "statsigMetadata": Schemas.object],
                required: [member, "user"])
        ).refusals(400, 413, 415, 503).routine
        return Operation(.post, "/v1/\(path)", .evaluate, keySources: .query, description) { request, caller in
            let body = try await RequestContent.object(of: request)
            guard let name = body[member]?.string else { throw APIError.invalid(member, "\(member) must be a string") }
            let user = try User(requested: body["user"])
            let (value, exposure) = answer(name, user, try await source.project(for: caller))
            if body["statsigMetadata"]?.object?["exposureLoggingDisabled"] != true, let key = caller.key {
                await events.add(exposure(body.object("user"), source.clock()), from: key)
            }
            return .json(value)
        }
    }

    @Sendable private func checkGate(
        _ name: String, _ user: User, _ project: Project
    ) -> (Value, exposure: (Object, Int64) -> Exposure) {
        let gate = project.ruleset.gate(name, for: user, in: project.context)
        return (
            .object(EvaluationRoutes.members(gate, value: .bool(gate.value))),
            { Exposure.gate(gate, $0, at: $1) }
        )
    }

    @Sendable private func getConfig(
        _ name: String, _ user: User, _ project: Project
    ) -> (Value, exposure: (Object, Int64) -> Exposure) {
        let config = project.ruleset.experiment(name, for: user, in: project.context)
        var members = EvaluationRoutes.members(config, value: JSON.value(config.json) ?? [:])
        members["group"] = .string(config.ruleID)
        return (.object(members), { Exposure.config(config, $0, at: $1) })
    }

    @Sendable private func getLayer(
        _ name: String, _ user: User, _ project: Project
    ) -> (Value, exposure: (Object, Int64) -> Exposure) {
        let layer = project.ruleset.layer(name, for: user, in: project.context)
        var members = EvaluationRoutes.members(layer, value: JSON.value(layer.json) ?? [:])
        members["allocated_experiment_name"] = layer.allocatedExperiment.map(Value.string)
        return (.object(members), { Exposure.layer(layer, parameter: "", $0, at: $1) })
    }

    private static func members(_ result: some EvaluationResult, value: Value) -> Object {
        var members: Object = [
            "name": .string(result.name), "value": value == .null ? [:] : value, "rule_id": .string(result.ruleID),
            "secondary_exposures": .array(result.secondaryExposures.map(\.json)),
        ]
        members["group_name"] = result.evaluation.groupName.map(Value.string)
        members["id_type"] = result.idType.map(Value.string)
        return members
    }
}

extension User {
    /// Reads the user of a request's body, which has to be an object.
    init(requested value: Value?) throws(APIError) {
        guard let value, var object = value.object else { throw .invalid("user", "user must be an object") }
        // PHP writes an empty map as an empty array.
        for name in ["custom", "customIDs", "privateAttributes", "statsigEnvironment"] where object[name] == [] {
            object[name] = [:]
        }
        do {
            self = try User(json: JSON.bytes(.object(object)))
        } catch {
            throw .invalid("user", "user can't be read: \(error.message)")
        }
    }
}
