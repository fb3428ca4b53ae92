// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The endpoint that evaluates all entities for a user, with which web and mobile clients start.
struct InitializeRoutes {
    let source: ProjectSource
    private let times: AnswerTimes

    init(source: ProjectSource, limits: ConsoleLimits, metrics: ConsoleMetrics) {
        self.source = source
        times = AnswerTimes(limits, metrics)
    }

    var operations: [Operation] {
        let description = OperationDescription("initialize", "Evaluate everything for a user.").tagged("SDK").body(
            Schemas.object(
                [
                    "user": Schemas.nullable(Schemas.object), "statsigMetadata": Schemas.object,
                    "hash": Schemas.words(of: NameHash.self), "sinceTime": ["type": "integer"],
                    "full_checksum": Schemas.string, "responseFormat": Schemas.string,
                ])
        ).refusals(400, 413, 415, 503).routine
        return [Operation(.post, "/v1/initialize", .initialize, keySources: .query, description, handle: initialize)]
    }

    private func initialize(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        var facts = RequestFacts(metadata: body.object("statsigMetadata"))
        facts.userAgent = request.headers[.userAgent].map(Value.string)
        facts.ip = caller.address.map(Value.string)
        let object = facts.completing(try Object(requestedUser: body["user"]))
        let user = try User(requested: object)
        let project = try await source.project(for: caller)
        var options = ClientResponseOptions()
        options.nameHash = InitializeRoutes.hash(body["hash"]?.string, for: caller)
        options.format = ClientResponseOptions.Format(rawValue: body["responseFormat"]?.string ?? "") ?? .v1
        options.previousResponseHash = body["full_checksum"]?.string
        let question = AnswerTimes.Question([
            Array((caller.key?.id ?? "").utf8), JSON.bytes(.object(object)), Array(options.nameHash.rawValue.utf8),
            Array(options.format.rawValue.utf8),
        ])
        let (known, minimum, now) = (
            InitializeRoutes.time(body["sinceTime"]), project.ruleset.metadata.time, source.clock()
        )
        var isKnown = false
        // No filter by app: the project was made for the key.
        let response = project.ruleset.clientInitializeResponse(
            for: user, in: project.context, options: options
        ) { answers in
            let time = times.time(of: answers, to: question, minimum: minimum, now: now)
            isKnown = time == known && time < AnswerTimes.end
            return isKnown ? nil : time
        }
        return isKnown ? .json(["has_updates": false]) : .json(response)
    }

    /// The time of the response that the client has, `nil` without one.
    private static func time(_ value: Value?) -> UInt64? {
        value.flatMap { $0.integer.flatMap(UInt64.init(exactly:)) ?? $0.double.flatMap(UInt64.init(exactly:)) }
    }

    /// The requested hash; only keys with the scope `none_hash_enabled` may have `none`.
    private static func hash(_ text: String?, for caller: Caller) -> NameHash {
        let hash = NameHash(rawValue: text ?? "") ?? .djb2
        guard hash == .none else { return hash }
        return caller.key?.scopes.contains(.noneHashEnabled) ?? false ? .none : .djb2
    }
}
