// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The keys family of the Console API.
struct KeyRoutes {
    let registry: KeyRegistry
    /// The names that keys may have now.
    let names: @Sendable () -> KeyNames

    private static let path = "/console/v1/keys"
    private static let id = ParameterDescription.path(
        "id", "The key's ID, its secret, or its masked secret if no other key has the same.")

    var operations: [Operation] {
        [
            Operation(
                .get, KeyRoutes.path, .readKeys,
                OperationDescription("listKeys", "List keys.").parameters(
                    .limit, .page, .query("primaryTargetApp", "Only keys of this app."),
                    .query("environment", "Only keys that name this environment.")
                ).refusals(400), handle: list),
            Operation(
                .post, KeyRoutes.path, .changeKeys,
                OperationDescription("createKey", "Create a key and show its secret, once.")
                    .parameters(.review).body(KeyRequests.creationSchema).refusals(400, 429), handle: create),
            Operation(
                .get, "\(KeyRoutes.path)/{id}", .readKeys,
                OperationDescription(
                    "readKey", "Read a key; its secret is masked unless the path has it or the console shows secrets."
                ).parameters(KeyRoutes.id).refusals(404, 409), handle: read),
            Operation(
                .patch, "\(KeyRoutes.path)/{id}", .changeKeys,
                OperationDescription("updateKey", "Update a key.").parameters(KeyRoutes.id, .review)
                    .body(KeyRequests.updateSchema).refusals(400, 404, 409, 429), handle: update),
            Operation(
                .delete, "\(KeyRoutes.path)/{id}", .changeKeys,
                OperationDescription("deleteKey", "Delete a key, which stops working at once.")
                    .parameters(KeyRoutes.id, .review).refusals(404, 409, 429), handle: delete),
            Operation(
                .patch, "\(KeyRoutes.path)/{id}/rotate", .changeKeys,
                OperationDescription("rotateKey", "Give a key another secret, shown once; the old one stops working.")
                    .parameters(KeyRoutes.id, .review).refusals(404, 409, 429), handle: rotate),
            Operation(
                .patch, "\(KeyRoutes.path)/{id}/deactivate", .changeKeys,
                OperationDescription("deactivateKey", "Deactivate a key, which stops working at once.")
                    .parameters(KeyRoutes.id, .review).refusals(404, 409, 429), handle: deactivate),
        ]
    }

    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        let page = try Page(request)
        let keys = registry.table.all.filter { key in
            (query["primaryTargetApp"].map { key.primaryTargetApp == $0 } ?? true)
                && (query["environment"].map { key.environments.contains($0) } ?? true)
        }
        return .envelope(
            "Keys listed successfully.",
            .array(page.slice(keys).map { .object(KeyJSON.object($0, secret: secret(of: $0, for: caller))) }),
            pagination: page.pagination(total: keys.count))
    }

    private func create(_ request: Request, _ caller: Caller) async throws -> Response {
        let new = try KeyRequests.creation(await body(of: request), names())
        let (key, secret) = try await registry.create(new, by: caller.actor)
        return .envelope("Key created successfully.", .object(KeyJSON.object(key, secret: secret)))
    }

    private func read(_ request: Request, _ caller: Caller) async throws -> Response {
        let key = try key(caller)
        return .envelope("Key read successfully.", .object(KeyJSON.object(key, secret: secret(of: key, for: caller))))
    }

    private func update(_ request: Request, _ caller: Caller) async throws -> Response {
        let old = try key(caller)
        let changes = try KeyRequests.update(await body(of: request), of: old, names())
        let key = try await known { try await registry.update(old.id, changes, by: caller.actor) }
        return .envelope(
            "Key updated successfully.",
            .object(KeyJSON.updated(key, secret: secret(of: key, for: caller))))
    }

    private func delete(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try key(caller).id
        let key = try await known { try await registry.delete(id, by: caller.actor) }
        return .envelope(
            "Key deleted successfully.", .object(KeyJSON.object(key, secret: secret(of: key, for: caller))))
    }

    private func rotate(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try key(caller).id
        let (key, secret) = try await known { try await registry.rotate(id, by: caller.actor) }
        // The comma is the Console API's.
        return .envelope("Key rotated successfully,", .object(KeyJSON.object(key, secret: secret)))
    }

    private func deactivate(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try key(caller).id
        let key = try await known { try await registry.deactivate(id, by: caller.actor) }
        return .envelope(
            "Key deactivated successfully.", .object(KeyJSON.object(key, secret: secret(of: key, for: caller))))
    }

    /// The key that the path names.
    private func key(_ caller: Caller) throws(APIError) -> Key {
        let keys = registry.keys(named: caller.parameter("id"))
        guard let key = keys.first else { throw .keyNotFound }
        guard keys.count == 1 else {
            throw APIError(
                .conflict,
                "Several keys look like this when they are masked. Use the ID of one of them, or the whole key. IDs: "
                    + keys.prefix(20).map(\.id).joined(separator: ", "))
        }
        return key
    }

    /// The secret to show to a caller, `nil` for the mask.
    ///
    /// A caller that names a key by its secret gets it back: configuration tools keep what an answer says. A console that
    /// keeps secrets shows them to callers that could as well replace them; a key that may only read keys sees masks.
    private func secret(of key: Key, for caller: Caller) -> Secret? {
        let named = Secret(text: caller.parameter("id"))
        if named.hash.matches(key.hash) { return named }
        guard Access.decision(for: caller.key, at: .changeKeys) == .allowed else { return nil }
        return registry.secret(of: key)
    }

    private func known<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch KeyError.notFound {
            throw APIError.keyNotFound
        } catch KeyError.deactivated {
            throw APIError(.conflict, "The key is deactivated.")
        } catch KeyError.lastAdministrator {
            throw APIError(
                .conflict,
                "This is the last key that may change keys. Create another console key with the scopes "
                    + "omni_read_write and can_access_keys first.")
        }
    }

    private func body(of request: Request) async throws -> [UInt8] {
        try await RequestContent.bytes(of: request)
    }
}
