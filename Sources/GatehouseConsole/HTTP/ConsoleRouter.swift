// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOConcurrencyHelpers
internal import NIOCore

/// Routes requests to operations, after the access matrix has allowed them.
struct ConsoleRouter {
    let registry: KeyRegistry
    let limiter: RateLimiter
    let bodies: RequestBodyReader
    let queue: WorkQueue
    let connections: Connections
    let metrics: ConsoleMetrics
    let proxies: TrustedProxies
    /// The scheme of the server's own connections.
    let scheme: String

    func responder(for operations: [Operation]) -> RouterResponder<ConsoleContext> {
        let router = Router(context: ConsoleContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestRecorder(allowed: AllowedMethods(operations), metrics: metrics))
        for operation in operations {
            router.on(RouterPath(operation.path), method: operation.method) { request, context in
                guard Access.forBrowsers.contains(operation.permission) else {
                    return try await respond(to: request, context, with: operation)
                }
                var response: Response
                do {
                    response = try await respond(to: request, context, with: operation)
                } catch let error as APIError {
                    metrics.refused(error.errors)
                    response =
                        operation.keySources.contains(.openFeature)
                        ? error.openFeatureResponse(context.parameters.get("key"))
                        : error.response(from: request, context: context)
                }
                response.headers[.accessControlAllowOrigin] = "*"
                // Scripts of other origins see only the headers that are named here.
                response.headers[.accessControlExposeHeaders] = "ETag, Retry-After, x-since-time"
                return response
            }
        }
        let forBrowsers = operations.filter { Access.forBrowsers.contains($0.permission) }
        for (path, operations) in Dictionary(grouping: forBrowsers, by: \.path) {
            let methods = operations.map(\.method.rawValue).sorted().joined(separator: ", ")
            router.on(RouterPath(path), method: .options) { request, _ in ConsoleRouter.preflight(request, methods) }
        }
        return router.buildResponder()
    }

    /// The answer to a browser's preflight request.
    private static func preflight(_ request: Request, _ methods: String) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowOrigin: "*", .accessControlAllowMethods: methods, .accessControlMaxAge: "86400",
        ]
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        return Response(status: .noContent, headers: headers)
    }

    private func respond(
        to request: Request, _ context: ConsoleContext, with operation: Operation
    ) async throws -> Response {
        var key: Key?
        if operation.permission != .open {
            let presented = operation.keySources.key(in: request, context.parameters)
            key = presented.flatMap { registry.key(secret: $0) }
            if let key { context.shownKey.withLockedValue { $0 = key.mask } }
            if case .denied(let reason) = Access.decision(for: key, at: operation.permission) {
                throw reason.error(at: operation.permission, presented: presented)
            }
            if Access.limited.contains(operation.permission), let seconds = limiter.secondsToWait() {
                throw APIError(
                    .tooManyRequests, "Too many requests. Try again in \(seconds) s.",
                    headers: [.retryAfter: String(seconds)])
            }
        }
        let view = Access.filtered.contains(operation.permission) ? key?.view : nil
        let caller = Caller(
            key: key, view: view ?? .everything, parameters: context.parameters, logger: context.logger,
            origin: proxies.origin(of: request, from: context.channel.remoteAddress, scheme: scheme),
            address: proxies.clientAddress(of: request, from: context.channel.remoteAddress))
        if let known = operation.listParameters { try Query(request).check(known) }
        let response = try await perform(operation, request, caller, context)
        if operation.description.isRoutine, response.isRoutine { context.isRoutine.withLockedValue { $0 = true } }
        return response
    }

    /// Receives the body and performs the operation.
    ///
    /// An operation with a large body waits for its turn in the queue, and is performed by the threads for large requests:
    /// decompressing, parsing and checking such a body takes long.
    private func perform(
        _ operation: Operation, _ request: Request, _ caller: Caller, _ context: ConsoleContext
    ) async throws -> Response {
        guard operation.method != .get, operation.method != .head else {
            return try await operation.handle(request, caller)
        }
        let bounds = bodies.bounds(of: operation.permission)
        let keyID = caller.key?.id ?? ""
        let share = BodyBudget.Share(bodies.budget, key: keyID)
        defer { withExtendedLifetime(share) {} }
        let received = try await bodies.receive(request, bounds, share)
        if let content = try bodies.smallContent(of: received, in: request, bounds) {
            return try await operation.handle(ConsoleRouter.request(request, content), caller)
        }
        // Until it is this request's turn, only its received bytes are in memory.
        return try await connections.run(for: context.channel) { [bodies, queue] in
            try await queue.run(for: keyID) {
                try await LargeRequest.run {
                    let content = try bodies.content(of: received, in: request, bounds)
                    return try await operation.handle(ConsoleRouter.request(request, content), caller)
                }
            }
        }
    }

    /// A request with its body in memory.
    private static func request(_ request: Request, _ content: [UInt8]) -> Request {
        var request = request
        request.body = RequestBody(buffer: ByteBuffer(bytes: content))
        return request
    }
}

/// The methods of each path, so that a wrong method is told from a wrong path.
struct AllowedMethods: Sendable {
    // `nil` stands for any segment.
    private let paths: [(segments: [String?], methods: Set<String>)]

    init(_ operations: [Operation]) {
        paths = Dictionary(grouping: operations, by: \.path).map { path, operations in
            var methods = Set(operations.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            if operations.contains(where: { Access.forBrowsers.contains($0.permission) }) { methods.insert("OPTIONS") }
            let segments = path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
            return (segments, methods)
        }
    }

    /// The methods of a path, for the header `Allow`; `nil` when there is no such path.
    func list(for path: String) -> String? {
        let segments = path.split(separator: "/")
        let methods = paths.filter { candidate in
            candidate.segments.count == segments.count
                && zip(candidate.segments, segments).allSatisfy { $0 == nil || $0 == String($1) }
        }.flatMap(\.methods)
        return methods.isEmpty ? nil : Set(methods).sorted().joined(separator: ", ")
    }
}

/// The state of a request on its way through the router.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The mask of the request's key for the log; `nil` until the key is found.
    let shownKey = NIOLockedValueBox<String?>(nil)
    /// Whether the request is a frequent one that the log leaves out.
    let isRoutine = NIOLockedValueBox(false)

    /// The request's connection.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
    }
}
