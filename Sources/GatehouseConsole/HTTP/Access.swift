// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// Who may pass which door: the whole of the authorisation, as a table.
enum Access {
    /// Scopes of which a key needs one.
    typealias AnyOf = Set<KeyScope>

    private static let reads: AnyOf = [.omniReadOnly, .omniReadWrite]
    private static let writes: AnyOf = [.omniReadWrite]
    private static let keys: AnyOf = [.canAccessKeys]

    /// For each door the types of key that fit, and for each type what its scopes have to include.
    ///
    /// A type that isn't there doesn't fit, whatever its scopes. A deactivated key fits nowhere. Environments and target
    /// apps close no door: behind those that are ``filtered`` they decide what is seen.
    static let table: [Endpoint: [KeyType: [AnyOf]]] = [
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

    /// The doors behind which a key sees only what is meant for its environments and target apps.
    static let filtered: Set<Endpoint> = [
        .downloadSpecs, .downloadIDLists, .initialize, .evaluate, .evaluateAll,
    ]

    /// The doors that pages from anywhere may come to: the key decides, and browsers send none by themselves.
    static let forBrowsers: Set<Endpoint> = [.logEvents, .initialize, .evaluate, .evaluateAll]

    /// The doors where changes are made, which only so many may be in a time.
    static let limited: Set<Endpoint> = [.changeKeys, .changeProject]

    /// What the table says to a key, `nil` standing for a missing or unknown one.
    static func decision(for key: Key?, at endpoint: Endpoint) -> AccessDecision {
        guard endpoint != .open else { return .allowed }
        guard let key else { return .denied(.unknownKey) }
        guard key.status == .active else { return .denied(.inactiveKey) }
        guard let needed = table[endpoint]?[key.type] else { return .denied(.wrongType) }
        return needed.allSatisfy { !$0.isDisjoint(with: key.scopes) } ? .allowed : .denied(.missingScope)
    }
}

/// What the access matrix says to a key at a door.
enum AccessDecision: Equatable {
    case allowed
    case denied(Reason)

    /// Why a key is refused.
    enum Reason: Equatable {
        case unknownKey, inactiveKey, wrongType
        case missingScope
    }
}

extension AccessDecision.Reason {
    /// The refusal: 401 for a key that doesn't belong there, 403 for one that lacks a permission.
    ///
    /// - Parameters:
    ///   - endpoint: Where the key was refused.
    ///   - presented: What the request gave as key.
    /// - Returns: The error to answer with.
    func error(at endpoint: Endpoint, presented: String?) -> APIError {
        guard self != .missingScope else {
            return APIError(.forbidden, "Insufficient permissions.")
        }
        let types = (Access.table[endpoint] ?? [:]).keys.map(\.rawValue).sorted().joined(separator: " or ")
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

/// A door: what requests ask for, whichever path and method they use.
enum Endpoint: String, CaseIterable, Sendable {
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
    /// What people author: gates, experiments and the like.
    case readProject
    case changeProject
    case readAuditLog
    case readEvents
    /// Health, readiness, the description of the API: no key needed.
    case open
}
