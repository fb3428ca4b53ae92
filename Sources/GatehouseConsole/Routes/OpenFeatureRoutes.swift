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
                    .body(
                        Schemas.object([
                            "context": Schemas.object(["targetingKey": Schemas.string]),
                            "flags": Schemas.array(Schemas.string),
                        ]), isRequired: false
                    )
                    .parameters(
                        .header("If-None-Match", "The ETag of the response that the client has."),
                        .query("flags", "Only the flags of these keys, with commas between; also a member of the body.")
                    )
                    .responses((200, "All flags."), (304, "They are as they were."))
                    .refusals(400, 413, 503).routine, handle: evaluateAll),
        ]
    }

    private func evaluate(_ key: String, _ request: Request, _ caller: Caller) async throws -> Response {
        let context: OpenFeatureContext
        let user: User
        do {
            context = try OpenFeatureContext(try await RequestContent.bytes(of: request))
            user = try OpenFeatureRoutes.user(context)
        } catch let failure as OpenFeatureContext.Failure {
            return OpenFeatureRoutes.failure(failure.rawValue, failure.details, key: key, .badRequest)
        }
        let resolver = OpenFeatureResolver(project: try await source.project(for: caller), user: user)
        guard let flag = resolver.flag(key) else {
            return OpenFeatureRoutes.failure("FLAG_NOT_FOUND", OpenFeatureRoutes.notFound, key: key, .notFound)
        }
        await log(flag, context, caller)
        return .json(flag.json)
    }

    private func evaluateAll(_ request: Request, _ caller: Caller) async throws -> Response {
        let user: User
        let names: [String]?
        do {
            let context = try OpenFeatureContext(try await RequestContent.bytes(of: request))
            user = try OpenFeatureRoutes.user(context)
            let listed = Query(request).list("flags")
            names = try context.names ?? (listed.isEmpty ? nil : listed)
        } catch let failure as OpenFeatureContext.Failure {
            return OpenFeatureRoutes.failure(failure.rawValue, failure.details, key: nil, .badRequest)
        }
        let resolver = OpenFeatureResolver(project: try await source.project(for: caller), user: user)
        let flags: [Value]
        if let names {
            guard names.count <= ConsoleLimits.maximumFlagKeys else {
                let message = "flags must have at most \(ConsoleLimits.maximumFlagKeys) keys"
                throw APIError(
                    .contentTooLarge, APIError.tooLarge.message,
                    errors: [FieldError(property: "flags", message: message, refusal: .flagKeys)])
            }
            flags = resolver.flags(names).map { key, flag in
                flag?.json
                    ?? .object(OpenFeatureRoutes.failureMembers("FLAG_NOT_FOUND", OpenFeatureRoutes.notFound, key: key))
            }
        } else {
            flags = resolver.all.map(\.json)
        }
        let bytes = JSON.bytes(["flags": .array(flags)])
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

    private static func user(_ context: OpenFeatureContext) throws(OpenFeatureContext.Failure) -> User {
        do {
            return try User(requested: context.user)
        } catch {
            throw .invalidContext
        }
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

    private static let notFound = "There is no flag of this key."

    private static func failure(
        _ code: String, _ details: String, key: String?, _ status: HTTPResponse.Status
    ) -> Response {
        .json(.object(failureMembers(code, details, key: key)), status: status)
    }

    private static func failureMembers(_ code: String, _ details: String, key: String?) -> Object {
        var object: Object = ["errorCode": .string(code), "errorDetails": .string(details)]
        object["key"] = key.map(Value.string)
        return object
    }
}
