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
        case .some(.object(let context)):
            guard let members = OpenFeatureUser.members(of: context) else { throw .invalidContext }
            user = members
        default: throw .invalidContext
        }
    }
}
