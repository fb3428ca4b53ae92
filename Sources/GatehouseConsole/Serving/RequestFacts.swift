// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// What a request tells of its user beside the member `user`: clients send the ID of the device, and the version and the
/// language of the app, only as `statsigMetadata`.
struct RequestFacts {
    /// The ID of the device.
    var stableID: Value?
    var appVersion: Value?
    var locale: Value?
    var userAgent: Value?
    var ip: Value?

    static let stableIDType = "stableID"

    /// - Parameter metadata: The member `statsigMetadata` of the request or of one of its events.
    init(metadata: Object) {
        stableID = metadata[RequestFacts.stableIDType].flatMap { value in
            switch value {
            case .string(let text): text.isEmpty ? nil : value
            case .integer, .unsigned, .double: value
            default: nil
            }
        }
        appVersion = RequestFacts.text(metadata["appVersion"])
        locale = RequestFacts.text(metadata["locale"])
    }

    /// A user with the facts that it lacks.
    ///
    /// - Parameter user: The user; its own values come first, wherever it has them.
    /// - Returns: The user.
    func completing(_ user: Object) -> Object {
        var user = completingID(of: user)
        let facts = [
            ("appVersion", "app_version", appVersion), ("locale", "locale", locale),
            ("userAgent", "user_agent", userAgent), ("ip", "ip", ip),
        ]
        for (name, alias, fact) in facts {
            guard let fact, !RequestFacts.has(user, name, alias) else { continue }
            user[name] = fact
        }
        return user
    }

    /// A user with the ID of the device, if it has none.
    func completingID(of user: Object) -> Object {
        guard let stableID else { return user }
        var ids: Object
        switch user["customIDs"] {
        case nil, .some(.null): ids = [:]
        case .some(.object(let own)): ids = own
        default: return user
        }
        guard RequestFacts.isEmpty(ids[RequestFacts.stableIDType]),
            RequestFacts.isEmpty(ids[RequestFacts.stableIDType.lowercased()])
        else { return user }
        ids[RequestFacts.stableIDType] = stableID
        var completed = user
        completed["customIDs"] = .object(ids)
        return completed
    }

    private static func has(_ user: Object, _ name: String, _ alias: String) -> Bool {
        if !isEmpty(user[name]) { return true }
        return ["custom", "privateAttributes"].contains { map in
            guard let fields = user[map]?.object else { return false }
            return [name, name.lowercased(), alias].contains { !isEmpty(fields[$0]) }
        }
    }

    private static func isEmpty(_ value: Value?) -> Bool { value == nil || value == .null || value == "" }

    private static func text(_ value: Value?) -> Value? { value?.string.flatMap { $0.isEmpty ? nil : .string($0) } }
}

extension Object {
    /// The user of a request; a missing one has no values.
    ///
    /// - Parameter value: The member `user`.
    /// - Throws: ``APIError`` when it is neither an object nor missing.
    init(requestedUser value: Value?) throws(APIError) {
        switch value {
        case nil, .some(.null): self = [:]
        case .some(.object(var object)):
            // PHP writes an empty map as an empty array.
            for name in ["custom", "customIDs", "privateAttributes", "statsigEnvironment"] where object[name] == [] {
                object[name] = [:]
            }
            self = object
        default: throw .invalid("user", "user must be an object")
        }
    }
}

extension User {
    /// Reads a user as requests have it.
    ///
    /// - Parameter object: The user.
    /// - Throws: ``APIError`` when a member of it can't be read.
    init(requested object: Object) throws(APIError) {
        do {
            self = try User(json: JSON.bytes(.object(object)))
        } catch {
            throw .invalid("user", "user can't be read: \(error.message)")
        }
    }
}
