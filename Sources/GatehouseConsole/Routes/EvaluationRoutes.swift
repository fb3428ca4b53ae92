// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// Evaluations on the server: gates, a config, a layer or the groups of an autotune.
struct EvaluationRoutes {
    let source: ProjectSource
    let events: EventStore

    var operations: [Operation] {
        [
            operation(
                "check_gate", "checkGate", "Whether a user passes a gate, or each of several.",
                ["gateName": Schemas.string, "gateNames": Schemas.array(Schemas.string)], checkGates),
            operation(
                "get_config", "getConfig", "What a config or experiment has for a user.",
                ["configName": Schemas.string], required: ["configName"]
            ) { asked in
                let config = asked.project.ruleset.experiment(
                    try asked.name("configName"), for: asked.user, in: asked.project.context)
                var members = EvaluationRoutes.members(config, value: JSON.value(config.json) ?? [:])
                members["group"] = .string(config.ruleID)
                return Answer(.object(members), [.config(config, asked.object, at: asked.time)])
            },
            operation(
                "get_layer", "getLayer", "What a layer has for a user.", ["layerName": Schemas.string],
                required: ["layerName"]
            ) { asked in
                let layer = asked.project.ruleset.layer(
                    try asked.name("layerName"), for: asked.user, in: asked.project.context)
                var members = EvaluationRoutes.members(layer, value: JSON.value(layer.json) ?? [:])
                let experiment = layer.allocatedExperiment.map(Value.string)
                // SDKs read the first names, the official description of the API has the others.
                members["allocated_experiment_name"] = experiment
                members["allocatedExperimentName"] = experiment
                members["ruleID"] = .string(layer.ruleID)
                return Answer(.object(members), [.layer(layer, parameter: "", asked.object, at: asked.time)])
            },
            operation(
                "get_ranked_list", "getRankedList", "The groups of an autotune, the best for a user first.",
                ["configName": Schemas.string], required: ["configName"], rankedList),
        ]
    }

    /// What a request asks.
    private struct Asked {
        let body: Object
        let user: User
        /// The user as events have it.
        let object: Object
        let project: Project
        /// In ms since 1970.
        let time: Int64

        func name(_ member: String) throws(APIError) -> String {
            guard let name = body[member]?.string else { throw .invalid(member, "\(member) must be a string") }
            return name
        }
    }

    /// The response, and the exposures that it leaves behind.
    private struct Answer {
        let value: Value
        let exposures: [Exposure]

        init(_ value: Value, _ exposures: [Exposure]) {
            self.value = value
            self.exposures = exposures
        }
    }

    private func operation(
        _ path: String, _ id: String, _ summary: String, _ members: Object, required: [String] = [],
        _ answer: @escaping @Sendable (Asked) throws -> Answer
    ) -> Operation {
        let user: Object = ["user": Schemas.nullable(Schemas.object), "statsigMetadata": Schemas.object]
        let description = OperationDescription(id, summary).tagged("SDK")
            .body(Schemas.object(members.merging(user), required: required)).refusals(400, 404, 413, 415, 503).routine
        return Operation(.post, "/v1/\(path)", .evaluate, keySources: .query, description) { request, caller in
            let body = try await RequestContent.object(of: request)
            let metadata = body.object("statsigMetadata")
            let object = RequestFacts(metadata: metadata).completing(try Object(requestedUser: body["user"]))
            let answer = try answer(
                Asked(
                    body: body, user: try User(requested: object), object: object,
                    project: try await source.project(for: caller), time: source.clock()))
            if metadata["exposureLoggingDisabled"] != true, let key = caller.key {
                for exposure in answer.exposures { await events.add(exposure, from: key) }
            }
            return .json(answer.value)
        }
    }

    /// Answers for one gate by `gateName`, for several by `gateNames`: then by name.
    @Sendable private func checkGates(_ asked: Asked) throws(APIError) -> Answer {
        func check(_ name: String) -> (Value, Exposure) {
            let gate = asked.project.ruleset.gate(name, for: asked.user, in: asked.project.context)
            return (
                .object(EvaluationRoutes.members(gate, value: .bool(gate.value))),
                .gate(gate, asked.object, at: asked.time)
            )
        }
        guard asked.body["gateName"] == nil, let list = asked.body["gateNames"] else {
            let (value, exposure) = check(try asked.name("gateName"))
            return Answer(value, [exposure])
        }
        let names = list.array?.compactMap(\.string) ?? []
        let isTooLong = names.count > ConsoleLimits.maximumGatesPerRequest
        guard names.count == list.array?.count, !isTooLong else {
            throw .invalid([
                FieldError(
                    property: "gateNames",
                    message: "gateNames must be an array of \(ConsoleLimits.maximumGatesPerRequest) strings at most",
                    refusal: isTooLong ? .gates : nil)
            ])
        }
        var answers: Object = [:]
        var exposures: [Exposure] = []
        for name in names where answers[name] == nil {
            let (value, exposure) = check(name)
            answers[name] = value
            exposures.append(exposure)
        }
        return Answer(.object(answers), exposures)
    }

    @Sendable private func rankedList(_ asked: Asked) throws(APIError) -> Answer {
        let name = try asked.name("configName")
        guard asked.project.flags.contains(where: { $0.isAutotune && $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw APIError(.notFound, "There is no autotune of this name.")
        }
        let groups = asked.project.ruleset.rankedGroups(
            ofAutotune: name, for: asked.user, in: asked.project.context)
        let values = groups.map { group -> Object in
            [
                "name": .string(group.name), "value": .object(group.value ?? [:]), "rule_id": .string(group.ruleID),
                "score": .double(group.score),
            ]
        }
        return Answer(.objects(values), [])
    }

    private static func members(_ result: some EvaluationResult, value: Value) -> Object {
        var members: Object = [
            "name": .string(result.name), "value": value == .null ? [:] : value, "rule_id": .string(result.ruleID),
            "secondary_exposures": .array(result.secondaryExposures.map(\.json)),
            "group_name": result.evaluation.groupName.map(Value.string) ?? .null,
        ]
        members["id_type"] = result.idType.map(Value.string)
        return members
    }
}
