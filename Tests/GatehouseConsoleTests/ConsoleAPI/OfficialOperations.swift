// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// The operations of the official document: `fixtures/console/required-members.json`.
struct OfficialOperations {
    /// By method and path, as `GET /console/v1/gates/{id}`.
    let byName: [String: Value]

    init() throws {
        let document = JSONText.value(try Fixture.bytes("console/required-members.json"))
        let object = try #require(document.object)
        byName = Dictionary(uniqueKeysWithValues: object.map { ($0.name, $0.value) })
    }

    /// A path without the names of its parameters.
    static func shape(_ path: String) -> String { path.replacing(/\{[a-zA-Z]+\}/) { _ in "{}" } }

    /// The required members that an answer doesn't have.
    static func missing(_ operation: Value, in answer: Value) -> [String] {
        (operation["members"].array ?? []).compactMap(\.string).filter { path in
            !has(answer, path.split(separator: ".").map(String.init)[...])
        }
    }

    /// Whether a value has a member; members of what is `null` or isn't there aren't required.
    private static func has(_ value: Value, _ path: ArraySlice<String>) -> Bool {
        guard let name = path.first else { return true }
        let rest = path.dropFirst()
        if name == "*" { return (value.array ?? []).allSatisfy { has($0, rest) } }
        guard let object = value.object else { return true }
        guard let member = object[name] else { return !rest.isEmpty }
        return has(member, rest)
    }
}
