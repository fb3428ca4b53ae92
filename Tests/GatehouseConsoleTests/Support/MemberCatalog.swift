// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport

/// The members of the request bodies of the Console API, as its official description names them.
struct MemberCatalog {
    /// An operation with a body.
    struct Operation: Sendable, CustomStringConvertible {
        let method: String
        /// The path below `/console/v1/`, with parameters in braces.
        let path: String
        let body: Shape

        var description: String { "\(method) \(path)" }
        /// The path with all parameters named alike, to compare it with others.
        var place: String { MemberCatalog.place(method, path) }
    }

    /// The kinds that a value may be of, and what objects and arrays have in them.
    indirect enum Shape: Sendable {
        case value(types: [String], members: [(name: String, isRequired: Bool, shape: Shape)], elements: Shape?)

        init(_ json: Value) {
            let members = (json["members"].object ?? [:]).map { member in
                (member.name, member.value["isRequired"].bool ?? false, Shape(member.value))
            }
            let elements = json["elements"]
            self = .value(
                types: json["types"].array?.compactMap(\.string) ?? [], members: members,
                elements: elements == .null ? nil : Shape(elements))
        }

        var types: [String] {
            guard case .value(let types, _, _) = self else { return [] }
            return types
        }
        var members: [(name: String, isRequired: Bool, shape: Shape)] {
            guard case .value(_, let members, _) = self else { return [] }
            return members
        }
        var elements: Shape? {
            guard case .value(_, _, let elements) = self else { return nil }
            return elements
        }
    }

    /// The operations of the official description.
    static let operations: [Operation] = {
        let json = (try? Fixture.bytes("console/request-members.json")).map(JSONText.value) ?? .null
        return (json["operations"].array ?? []).map { operation in
            let path = operation["path"].string ?? ""
            return Operation(
                method: operation["method"].string ?? "", path: String(path.dropFirst("/console/v1/".count)),
                body: Shape(json["bodies"][operation["body"].string ?? ""]))
        }
    }()

    static func place(_ method: String, _ path: String) -> String {
        let parts = path.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }
        return "\(method) \(parts.joined(separator: "/"))"
    }
}
