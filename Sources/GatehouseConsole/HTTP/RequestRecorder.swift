// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1

/// Turns errors into responses, and writes each request to the log and the metrics.
///
/// Neither has a secret in it: paths have the names of their parameters, keys are masked, queries are left out.
struct RequestRecorder: RouterMiddleware {
    let allowed: AllowedMethods
    let metrics: ConsoleMetrics

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            response = self.response(to: error, request, context)
        }
        // The server closes the connection after this response; a client that isn't told might send its next request on it.
        if request.headers[.connection]?.lowercased() == "close" { response.headers[.connection] = "close" }
        record(request, context, response, start.duration(to: .now))
        return response
    }

    private func response(to error: any Error, _ request: Request, _ context: ConsoleContext) -> Response {
        let refusal: APIError
        switch error {
        case let error as APIError: refusal = error
        case let error as DomainError: refusal = APIError(error)
        case is NIOTooManyBytesError: refusal = .tooLarge
        case is StorageFull:
            refusal = APIError(
                HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "The disk is full.",
                headers: [.retryAfter: "10"])
        case is CancellationError:
            // The client has left, so only the log shows this status.
            let status = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
            refusal = APIError(status, "The client closed the connection.")
        case let error as HTTPError where error.status == .notFound:
            // The router throws this error for a wrong method, too.
            refusal =
                allowed.list(for: request.uri.path).map { list in
                    APIError(.methodNotAllowed, "Method not allowed.", headers: [.allow: list])
                } ?? .notFound
        case let error as HTTPError: refusal = APIError(error.status, error.body ?? error.status.reasonPhrase)
        default:
            context.logger.error("Request failed", metadata: ["error": "\(KeyMask.redact(String(describing: error)))"])
            refusal = APIError(.internalServerError, "Internal server error.")
        }
        metrics.refused(refusal.errors)
        return refusal.response(from: request, context: context)
    }

    private func record(
        _ request: Request, _ context: ConsoleContext, _ response: Response, _ duration: Duration
    ) {
        let path = context.endpointPath ?? "NotFound"
        metrics.answered(path, response.status.code, duration)

        let isRoutine = context.isRoutine.withLockedValue { $0 } && response.status.code < 400
        let level: Logger.Level = isRoutine ? .debug : .info
        guard context.logger.logLevel <= level else { return }
        let microseconds = duration / .microseconds(1)
        context.logger.log(
            level: level, "\(request.method.rawValue) \(path) \(response.status.code)",
            metadata: [
                "key": "\(context.shownKey.withLockedValue { $0 } ?? "-")",
                "ms": "\((microseconds / 10).rounded() / 100)",
            ])
    }
}

extension HTTPField.Name {
    private static func named(_ name: String) -> HTTPField.Name {
        // Never nil: the names below are valid.
        HTTPField.Name(name) ?? .accept
    }

    static let statsigAPIKey = named("STATSIG-API-KEY")
    static let statsigEncoded = named("STATSIG-ENCODED")
    static let xAPIKey = named("X-API-Key")
    static let xSinceTime = named("x-since-time")
}
