// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
