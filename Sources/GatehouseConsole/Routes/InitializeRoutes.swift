// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The endpoint that evaluates all entities for a user, with which web and mobile clients start.
struct InitializeRoutes {
    let source: ProjectSource

    var operations: [Operation] {
        let description = OperationDescription("initialize", "Evaluate everything for a user.").tagged("SDK").body(
            Schemas.object(
                [
                    "user": Schemas.object, "statsigMetadata": Schemas.object,
                    "hash": Schemas.words(of: NameHash.self), "sinceTime": ["type": "integer"],
                    "full_checksum": Schemas.string, "responseFormat": Schemas.string,
                ], required: ["user"])
        ).refusals(400, 413, 415, 503).routine
        return [Operation(.post, "/v1/initialize", .initialize, keySources: .query, description, handle: initialize)]
    }

    private func initialize(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        let user = try User(requested: body["user"])
        let project = try await source.project(for: caller)
        // A client that has a response sends the time of its document.
        if let since = body["sinceTime"]?.integer, since > 0, UInt64(since) >= project.ruleset.metadata.time {
            return .json(["has_updates": false])
        }
        var options = ClientResponseOptions()
        options.nameHash = InitializeRoutes.hash(body["hash"]?.string, for: caller)
        options.format = ClientResponseOptions.Format(rawValue: body["responseFormat"]?.string ?? "") ?? .v1
        options.previousResponseHash = body["full_checksum"]?.string
        // No filter by app: the project was made for the key.
        return .json(project.ruleset.clientInitializeResponse(for: user, in: project.context, options: options))
    }

    /// The requested hash; only keys with the scope `none_hash_enabled` may have `none`.
    private static func hash(_ text: String?, for caller: Caller) -> NameHash {
        let hash = NameHash(rawValue: text ?? "") ?? .djb2
        guard hash == .none else { return hash }
        return caller.key?.scopes.contains(.noneHashEnabled) ?? false ? .none : .djb2
    }
}
