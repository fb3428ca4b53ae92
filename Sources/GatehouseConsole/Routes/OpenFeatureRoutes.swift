// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The OpenFeature remote evaluation protocol: flags for any OpenFeature SDK.
struct OpenFeatureRoutes {
    let source: ProjectSource
    let events: EventStore

    private static let path = "/ofrep/v1/evaluate/flags"
    private static let bodyByteLimit = 1 << 20

    var operations: [Operation] {
        let body = Schemas.object(["context": Schemas.object(["targetingKey": Schemas.string])])
        func single(_ id: String) -> OperationDescription {
            OperationDescription(id, "Evaluate a flag.").tagged("OpenFeature").body(body, isRequired: false)
                .parameters(
                    .path("key", "A gate, config, experiment, layer or store; .parameter for one of its values.")
                )
                .refusals(400, 404, 413, 503).routine
        }
        return [
            Operation(
                .post, "\(OpenFeatureRoutes.path)/{key}", .evaluate, keySources: .openFeature, single("evaluateFlag")
            ) { request, caller in
                try await evaluate(caller.parameter("key"), request, caller)
            },
            Operation(
                .post, "\(OpenFeatureRoutes.path)/{key}/{parameter}", .evaluate, keySources: .openFeature,
                single("evaluateParameter").parameters(.path("parameter", "One of its values."))
            ) { request, caller in
                try await evaluate("\(caller.parameter("key"))/\(caller.parameter("parameter"))", request, caller)
            },
            Operation(
                .post, OpenFeatureRoutes.path, .evaluateAll, keySources: .openFeature,
                OperationDescription("evaluateFlags", "Evaluate all flags.").tagged("OpenFeature")
                    .body(body, isRequired: false)
                    .parameters(.header("If-None-Match", "The ETag of the response that the client has."))
                    .responses((200, "All flags."), (304, "They are as they were."))
                    .refusals(400, 413, 503).routine, handle: evaluateAll),
        ]
    }

    private func evaluate(_ key: String, _ request: Request, _ caller: Caller) async throws -> Response {
        let context: OpenFeatureContext
        do {
            context = try await self.context(of: request)
        } catch let failure as OpenFeatureContext.Failure {
            return OpenFeatureRoutes.failure(failure.rawValue, "The context can't be read.", key: key, .badRequest)
        }
        let user = try User(requested: .object(context.user))
        let resolver = OpenFeatureResolver(project: try await source.project(for: caller), user: user)
        guard let flag = resolver.flag(key) else {
            return OpenFeatureRoutes.failure("FLAG_NOT_FOUND", "There is no flag of this key.", key: key, .notFound)
        }
        await log(flag, context, caller)
        return .json(flag.json)
    }

    private func evaluateAll(_ request: Request, _ caller: Caller) async throws -> Response {
        let context: OpenFeatureContext
        do {
            context = try await self.context(of: request)
        } catch let failure as OpenFeatureContext.Failure {
            return OpenFeatureRoutes.failure(failure.rawValue, "The context can't be read.", key: nil, .badRequest)
        }
        let user = try User(requested: .object(context.user))
        let resolver = OpenFeatureResolver(project: try await source.project(for: caller), user: user)
        let bytes = JSON.bytes(["flags": .array(resolver.all.map(\.json))])
        let tag = "\"\(Digest.number(of: bytes))\""
        var response: Response
        if OpenFeatureRoutes.isKnown(tag, request.headers[.ifNoneMatch]) {
            response = Response(status: .notModified)
        } else {
            response = .json(bytes)
        }
        response.headers[.eTag] = tag
        return response
    }

    private func context(of request: Request) async throws -> OpenFeatureContext {
        try OpenFeatureContext(
            Array(buffer: try await request.body.collect(upTo: OpenFeatureRoutes.bodyByteLimit)))
    }

    /// Stores an exposure, as an SDK logs one for each evaluation.
    private func log(_ flag: OpenFeatureFlag, _ context: OpenFeatureContext, _ caller: Caller) async {
        guard let key = caller.key else { return }
        let (user, time) = (context.user, source.clock())
        switch flag.result {
        case let gate as GateEvaluation: await events.add(.gate(gate, user, at: time), from: key)
        case let layer as LayerEvaluation:
            await events.add(.layer(layer, parameter: flag.parameter ?? "", user, at: time), from: key)
        case let config as any ParameterizedResult: await events.add(.config(config, user, at: time), from: key)
        default: break
        }
    }

    private static func isKnown(_ tag: String, _ header: String?) -> Bool {
        (header ?? "").split(separator: ",").contains { candidate in
            let text = candidate.filter { $0 != " " }
            return text == tag || text == "W/" + tag || text == "*"
        }
    }

    private static func failure(
        _ code: String, _ details: String, key: String?, _ status: HTTPResponse.Status
    ) -> Response {
        var object: Object = ["errorCode": .string(code), "errorDetails": .string(details)]
        object["key"] = key.map(Value.string)
        return .json(.object(object), status: status)
    }
}
