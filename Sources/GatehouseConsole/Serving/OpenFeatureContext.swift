// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An OpenFeature evaluation context as a user.
struct OpenFeatureContext {
    /// The reason why a context is no user; the raw value is OpenFeature's error code.
    enum Failure: String, Error {
        case parseError = "PARSE_ERROR"
        case invalidContext = "INVALID_CONTEXT"

        var details: String {
            switch self {
            case .parseError: "The body must be a JSON object, and its flags an array of strings."
            case .invalidContext: "The context must be an object, its targetingKey a string."
            }
        }
    }

    /// The attributes that are texts of a user; all that aren't members of a user become custom fields.
    private static let texts: Set<String> = ["email", "ip", "userAgent", "country", "locale", "appVersion"]
    /// The attributes that are objects of a user.
    private static let maps: Set<String> = ["customIDs", "custom", "privateAttributes", "statsigEnvironment"]

    /// The user in the format of SDKs.
    let user: Object
    /// The keys of the flags that the request asks for.
    private let flags: Value?

    /// The keys of the flags that the request asks for, `nil` for all flags.
    var names: [String]? {
        get throws(Failure) {
            guard let flags, flags != .null else { return nil }
            let names = flags.array?.compactMap(\.string)
            guard let names, names.count == flags.array?.count else { throw .parseError }
            return names
        }
    }

    /// Reads a request's body, which may be empty.
    init(_ body: [UInt8]) throws(Failure) {
        guard !body.isEmpty else {
            (user, flags) = ([:], nil)
            return
        }
        guard let object = JSON.value(body)?.object else { throw .parseError }
        flags = object["flags"]
        switch object["context"] {
        case nil, .some(.null): user = [:]
        case .some(.object(let context)): user = try OpenFeatureContext.user(context)
        default: throw .invalidContext
        }
    }

    private static func user(_ context: Object) throws(Failure) -> Object {
        var user: Object = [:]
        // An array, since a context may have many members that users haven't.
        var custom: [Object.Member] = []
        for (name, value) in context {
            switch name {
            case "targetingKey":
                guard value.string != nil else { throw .invalidContext }
                user["userID"] = value
            case "userID" where isID(value):
                if context["targetingKey"] == nil { user[name] = value }
            case "environment" where value.string != nil:
                if context["statsigEnvironment"]?.object == nil { user["statsigEnvironment"] = ["tier": value] }
            case _ where texts.contains(name) && value.string != nil: user[name] = value
            case _ where maps.contains(name) && value.object != nil: user[name] = value
            // PHP writes an empty map as an empty array.
            case _ where maps.contains(name) && value == []: user[name] = [:]
            default: custom.append((name, value))
            }
        }
        guard !custom.isEmpty else { return user }
        let names = Set(custom.map { ExactID($0.name) })
        let own = user.object("custom").filter { !names.contains(ExactID($0.name)) }
        user["custom"] = .object(Object(distinct: own + custom))
        return user
    }

    private static func isID(_ value: Value) -> Bool { value.string != nil || value.integer != nil }
}
