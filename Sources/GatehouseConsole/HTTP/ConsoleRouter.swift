// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOConcurrencyHelpers

/// Puts operations behind paths, and the access matrix in front of every one of them.
struct ConsoleRouter {
    let registry: KeyRegistry
    let limiter: RateLimiter

    func responder(for operations: [Operation]) -> RouterResponder<ConsoleContext> {
        let router = Router(context: ConsoleContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestRecorder(allowed: AllowedMethods(operations)))
        for operation in operations {
            router.on(RouterPath(operation.path), method: operation.method) { request, context in
                guard Access.forBrowsers.contains(operation.endpoint) else {
                    return try await respond(to: request, context, with: operation)
                }
                var response: Response
                do {
                    response = try await respond(to: request, context, with: operation)
                } catch let error as APIError {
                    response = error.response(from: request, context: context)
                }
                response.headers[.accessControlAllowOrigin] = "*"
                return response
            }
        }
        let forBrowsers = operations.filter { Access.forBrowsers.contains($0.endpoint) }
        for path in Set(forBrowsers.map(\.path)) {
            router.on(RouterPath(path), method: .options) { request, _ in ConsoleRouter.preflight(request) }
        }
        return router.buildResponder()
    }

    /// What a browser wants to know before it sends a page's request here.
    private static func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowOrigin: "*", .accessControlAllowMethods: "POST", .accessControlMaxAge: "86400",
        ]
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        return Response(status: .noContent, headers: headers)
    }

    private func respond(
        to request: Request, _ context: ConsoleContext, with operation: Operation
    ) async throws -> Response {
        var key: Key?
        if operation.endpoint != .open {
            let presented = operation.keySources.key(in: request, context.parameters)
            key = presented.flatMap { registry.key(secret: $0) }
            if let key { context.shownKey.withLockedValue { $0 = key.mask } }
            if case .denied(let reason) = Access.decision(for: key, at: operation.endpoint) {
                throw reason.error(at: operation.endpoint, presented: presented)
            }
            if Access.limited.contains(operation.endpoint), let seconds = limiter.secondsToWait() {
                throw APIError(
                    .tooManyRequests, "Too many requests. Try again in \(seconds) s.",
                    headers: [.retryAfter: String(seconds)])
            }
        }
        let view = Access.filtered.contains(operation.endpoint) ? key?.view : nil
        let caller = Caller(
            key: key, view: view ?? .everything, parameters: context.parameters, logger: context.logger)
        let response = try await operation.handle(request, caller)
        if operation.description.isRoutine, response.isRoutine { context.isRoutine.withLockedValue { $0 = true } }
        return response
    }
}

/// Which methods each path has, to tell a wrong method from a wrong path.
struct AllowedMethods: Sendable {
    // `nil` stands for any segment.
    private let paths: [(segments: [String?], methods: Set<String>)]

    init(_ operations: [Operation]) {
        paths = Dictionary(grouping: operations, by: \.path).map { path, operations in
            var methods = Set(operations.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            if operations.contains(where: { Access.forBrowsers.contains($0.endpoint) }) { methods.insert("OPTIONS") }
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

/// What goes with a request through the router.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// How the key that was presented is shown, for the log; set once it is known.
    let shownKey = NIOLockedValueBox<String?>(nil)
    /// Whether the request is a frequent one that the log leaves out.
    let isRoutine = NIOLockedValueBox(false)

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
