// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// The authorization: the keys that have each permission, as a table.
enum Access {
    /// Scopes of which a key needs at least one.
    typealias AnyOf = Set<KeyScope>

    private static let reads: AnyOf = [.omniReadOnly, .omniReadWrite]
    private static let writes: AnyOf = [.omniReadWrite]
    private static let keys: AnyOf = [.canAccessKeys]

    /// For each permission the types of keys that can have it, and for each type the scopes that it needs.
    ///
    /// A type that isn't listed can't have the permission, whatever its scopes. A deactivated key has no permission.
    /// Environments and target apps take no permission away: for those that are ``filtered`` they decide which part of the
    /// project the answer shows.
    static let table: [Permission: [KeyType: [AnyOf]]] = [
        .downloadSpecs: [.server: [], .client: [[.clientDownloadConfigSpecs]]],
        .downloadIDLists: [.server: []],
        .logEvents: [.server: [], .client: []],
        .initialize: [.client: []],
        .evaluate: [.server: [], .client: []],
        .evaluateAll: [.server: [], .client: [[.noneHashEnabled]]],
        .readKeys: [.console: [keys, reads]],
        .changeKeys: [.console: [keys, writes]],
        .readProject: [.console: [reads]],
        .changeProject: [.console: [writes]],
        .readAuditLog: [.console: [reads]],
        .readEvents: [.console: [reads]],
        .open: [:],
    ]

    /// The permissions whose answers show only the part of the project for the key's environments and target apps.
    static let filtered: Set<Permission> = [
        .downloadSpecs, .downloadIDLists, .initialize, .evaluate, .evaluateAll,
    ]

    /// The permissions of endpoints that pages of any origin may call: browsers don't add keys by themselves.
    static let forBrowsers: Set<Permission> = [.logEvents, .initialize, .evaluate, .evaluateAll, .downloadSpecs]

    /// The permissions of the Console API's endpoints that read.
    static let readingConsole: Set<Permission> = [.readKeys, .readProject, .readAuditLog, .readEvents]

    /// The permissions of endpoints that make changes, whose rate is limited.
    static let limited: Set<Permission> = [.changeKeys, .changeProject]

    /// Decides whether a key has a permission; `nil` stands for a missing or unknown key.
    static func decision(for key: Key?, at permission: Permission) -> AccessDecision {
        guard permission != .open else { return .allowed }
        guard let key else { return .denied(.unknownKey) }
        guard key.status == .active else { return .denied(.inactiveKey) }
        guard let needed = table[permission]?[key.type] else { return .denied(.wrongType) }
        return needed.allSatisfy { !$0.isDisjoint(with: key.scopes) } ? .allowed : .denied(.missingScope)
    }
}

/// The decision of the access matrix about a key and a permission.
enum AccessDecision: Equatable {
    case allowed
    case denied(Reason)

    /// The reason why a key is refused.
    enum Reason: Equatable {
        case unknownKey, inactiveKey, wrongType
        case missingScope
    }
}

extension AccessDecision.Reason {
    /// The refusal: 401 for a key that is unknown, inactive or of the wrong type, 403 for a key that lacks a scope.
    ///
    /// - Parameters:
    ///   - permission: The permission that the key lacks.
    ///   - presented: The text that the request presented as its key.
    /// - Returns: The error to answer with.
    func error(at permission: Permission, presented: String?) -> APIError {
        guard self != .missingScope else {
            return APIError(.forbidden, "Insufficient permissions.")
        }
        let types = (Access.table[permission] ?? [:]).keys.map(\.rawValue).sorted().joined(separator: " or ")
        guard let presented else {
            return APIError(
                .unauthorized, "This endpoint only accepts an active \(types) key, but no key was sent.",
                headers: [.wwwAuthenticate: "STATSIG-API-KEY"])
        }
        return APIError(
            .unauthorized,
            "This endpoint only accepts an active \(types) key, but an invalid key was sent. "
                + "Key: \(KeyMask.mask(presented))",
            headers: [.wwwAuthenticate: "STATSIG-API-KEY"])
    }
}

/// What a key must have to reach an endpoint.
///
/// Several endpoints may need the same permission.
enum Permission: String, CaseIterable, Sendable {
    case downloadSpecs
    case downloadIDLists
    case logEvents
    case initialize
    /// One gate, config, layer or OpenFeature flag.
    case evaluate
    /// All OpenFeature flags, by name.
    case evaluateAll
    case readKeys
    case changeKeys
    /// Gates, experiments and all other resources.
    case readProject
    case changeProject
    case readAuditLog
    case readEvents
    /// Health, readiness and the OpenAPI document, which need no key.
    case open
}
