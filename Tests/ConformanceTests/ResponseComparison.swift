// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// Writes a set's client-initialize responses and compares them strictly.
struct ResponseComparison {
    private(set) var rowCount = 0
    private(set) var differences: [String] = []
    /// Whether the set has responses for all ways to hash names.
    private(set) var hashes: Set<NameHash> = []
    private(set) var keyCount = 0
    // Long values are hashed; the same ones recur for many users.
    private var values: [UInt64: String] = [:]

    init(_ set: ConformanceSet) throws {
        let ruleset = try set.ruleset()
        let context = try set.context()
        let users = try set.users()
        for line in try set.responses() {
            guard let row = Value(json: line)?.object, let user = row["u"]?.integer, let expected = row["gcir"],
                let hash = row["hash"]?.string.flatMap(NameHash.init(rawValue:))
            else { throw Malformed() }
            var options = ClientResponseOptions()
            options.nameHash = hash
            options.clientKey = row["client_key"]?.string
            hashes.insert(hash)
            if options.clientKey != nil { keyCount += 1 }
            rowCount += 1
            let bytes = ruleset.clientInitializeResponse(for: users[Int(user)], in: context, options: options)
            guard var actual = Value(json: bytes)?.object else {
                differences.append("user \(user), \(hash): not JSON")
                continue
            }
            actual["sdkInfo"] = nil
            compare(expected, .object(actual), at: "user \(user), \(hash), \(options.clientKey ?? "no key")")
        }
    }

    struct Malformed: Error {}

    /// The first differences.
    var summary: String { differences.prefix(10).joined(separator: "\n") }

    private mutating func compare(_ expected: Value, _ actual: Value, at place: String) {
        if let hash = expected.object?["$sha256"]?.string {
            if canonicalHash(of: actual) != hash { differences.append("\(place): another long value") }
            return
        }
        switch (expected, actual) {
        case (.object(let expected), .object(let actual)):
            for member in expected {
                // Whether a session is sampled depends on a random number.
                if member.name == "passes_sampling" || member.name == "can_record_session", isSampled(expected) {
                    continue
                }
                guard let value = actual[member.name] else {
                    differences.append("\(place).\(member.name): missing")
                    continue
                }
                compare(member.value, value, at: "\(place).\(member.name)")
            }
            for member in actual where expected[member.name] == nil {
                differences.append("\(place).\(member.name): not expected")
            }
        case (.array(let expected), .array(let actual)) where expected.count == actual.count:
            for (index, pair) in zip(expected, actual).enumerated() {
                compare(pair.0, pair.1, at: "\(place)[\(index)]")
            }
        default:
            if !JSON.areEqual(expected, actual) { differences.append("\(place): \(actual), not \(expected)") }
        }
    }

    /// Whether a response, or a trigger in it, depends on a random number.
    private func isSampled(_ object: Object) -> Bool {
        guard object["can_record_session"] != nil else { return true }
        guard let rate = object["session_recording_rate"]?.double else { return false }
        return rate > 0 && rate < 1
    }

    private mutating func canonicalHash(of value: Value) -> String {
        let key = XXH3.hash(value.jsonBytes.span)
        if let known = values[key] { return known }
        let hash = JSON.canonicalHash(value)
        values[key] = hash
        return hash
    }
}
