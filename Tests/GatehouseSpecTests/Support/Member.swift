// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A known member of a document, and what values it may have.
struct Member: Sendable, CustomStringConvertible {
    enum Kind: Sendable, CaseIterable {
        case string, bool, number, unsigned, version, integer
        case strings, object, stringMap, boolMap, numberMap, array, anything
        /// A map of specs, or a list of them in `dcs-v1`.
        case specs
    }

    let part: MinimalDocument.Part
    let name: String
    let kind: Kind
    let isRequired: Bool
    /// Whether null counts as missing.
    let acceptsNull: Bool

    init(_ part: MinimalDocument.Part, _ name: String, _ kind: Kind, isRequired: Bool = false, acceptsNull: Bool? = nil)
    {
        self.part = part
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.acceptsNull = acceptsNull ?? !isRequired
    }

    var description: String { path }

    var path: String { part.path.isEmpty ? name : "\(part.path).\(name)" }

    static func required(_ part: MinimalDocument.Part, _ members: [(String, Kind)]) -> [Member] {
        members.map { Member(part, $0.0, $0.1, isRequired: true) }
    }

    static func optional(_ part: MinimalDocument.Part, _ members: [(String, Kind)]) -> [Member] {
        members.map { Member(part, $0.0, $0.1) }
    }
}

extension Member.Kind {
    /// What an error says was expected.
    var expectation: String {
        switch self {
        case .string: "a string"
        case .bool: "true or false"
        case .number, .unsigned, .version, .integer: "a number"
        case .strings, .array: "an array"
        case .object, .stringMap, .boolMap, .numberMap, .specs: "an object"
        case .anything: ""
        }
    }

    /// JSON of every kind but the right one, with the kind's name.
    var wrongValues: [(json: String, found: String)] {
        let all = [("\"x\"", "string"), ("true", "bool"), ("1", "number"), ("[]", "array"), ("{}", "object")]
        let right =
            switch self {
            case .string: ["string"]
            case .bool: ["bool"]
            case .number, .unsigned, .version, .integer: ["number"]
            case .strings, .array: ["array"]
            case .object, .stringMap, .boolMap, .numberMap: ["object"]
            case .specs: ["array", "object"]
            case .anything: all.map(\.1)
            }
        return all.filter { !right.contains($0.1) }
    }

    /// Malformed values of the right kind, each with the path from the member to the fault and the message.
    var wrongContents: [(json: String, path: String, message: String)] {
        let range = "expected an integer from 0 to "
        switch self {
        case .unsigned:
            return ["-1", "1.0", "1e3", "-0", "18446744073709551616", "99999999999999999999"].map {
                ($0, "", "\(range)18446744073709551615, found \($0)")
            }
        case .version:
            return ["-1", "1.0", "-0", "4294967296", "99999999999999999999"].map {
                ($0, "", "\(range)4294967295, found \($0)")
            }
        case .integer:
            return ["1.0", "1e3", "-0", "9223372036854775808", "-9223372036854775809"].map {
                ($0, "", "expected a 64-bit integer, found \($0)")
            }
        case .strings: return [("[\"a\", 1]", "[1]", "expected a string, found number")]
        case .stringMap: return [("{\"a\": null}", ".a", "expected a string, found null")]
        case .boolMap: return [("{\"a\": 1}", ".a", "expected true or false, found number")]
        case .numberMap: return [("{\"a\": \"1\"}", ".a", "expected a number, found string")]
        default: return []
        }
    }
}
