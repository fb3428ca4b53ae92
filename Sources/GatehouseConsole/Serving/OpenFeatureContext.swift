// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An OpenFeature evaluation context as a user.
struct OpenFeatureContext {
    /// The reason why a context is no user; the raw value is OpenFeature's error code.
    enum Failure: String, Error {
        case parseError = "PARSE_ERROR"
        case invalidContext = "INVALID_CONTEXT"
    }

    /// The attributes that are members of a user; all others become custom fields.
    private static let members: Set<String> = [
        "userID", "customIDs", "email", "ip", "userAgent", "country", "locale", "appVersion", "custom",
        "privateAttributes", "statsigEnvironment",
    ]

    /// The user in the format of SDKs.
    let user: Object

    /// Reads a request's body, which may be empty.
    init(_ body: [UInt8]) throws(Failure) {
        guard !body.isEmpty else {
            user = [:]
            return
        }
        guard let object = JSON.value(body)?.object else { throw .parseError }
        switch object["context"] {
        case nil, .some(.null): user = [:]
        case .some(.object(let context)): user = try OpenFeatureContext.user(context)
        default: throw .invalidContext
        }
    }

    private static func user(_ context: Object) throws(Failure) -> Object {
        var user: [Object.Member] = []
        var custom: [Object.Member] = []
        for (name, value) in context {
            if name == "targetingKey" {
                guard value.string != nil else { throw .invalidContext }
                user.append(("userID", value))
            } else if name == "environment", let tier = value.string, context["statsigEnvironment"] == nil {
                user.append(("statsigEnvironment", ["tier": .string(tier)]))
            } else if members.contains(name) {
                if name == "userID", context["targetingKey"] != nil { continue }
                user.append((name, value))
            } else {
                custom.append((name, value))
            }
        }
        var object = Object(distinct: user)
        guard !custom.isEmpty else { return object }
        object["custom"] = .object(Object((object["custom"]?.object ?? [:]).map { ($0, $1) } + custom.map { ($0, $1) }))
        return object
    }
}
