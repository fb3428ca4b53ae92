// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The endpoints for monitoring: whether the process runs, and whether it can serve.
struct HealthRoutes {
    let isReady: @Sendable () async -> Bool

    var operations: [Operation] {
        [
            operation("/v1/health", "Whether the process lives.") { _, _ in .json([:]) },
            operation("/v1/startup", "Whether the process has started.") { _, _ in .json([:]) },
            operation("/v1/ready", "Whether requests can be served.") { _, _ in
                guard await isReady() else { throw APIError(.serviceUnavailable, "There are no specs to serve yet.") }
                return .json([:])
            },
        ]
    }

    private func operation(
        _ path: String, _ summary: String, handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> Operation {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return Operation(
            .get, path, .open, OperationDescription(name, summary).tagged("Health").refusals(503).routine,
            handle: handle)
    }
}
