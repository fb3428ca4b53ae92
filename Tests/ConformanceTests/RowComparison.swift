// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// Evaluates a set and compares every row strictly.
struct RowComparison {
    private(set) var rowCount = 0
    private(set) var differenceCount = 0
    private var differences: [String] = []
    private var countsByField: [String: Int] = [:]
    // Long values are hashed; the same ones recur for many users.
    private var hashes: [UInt64: String] = [:]

    private static let shownDifferences = 10

    init(_ set: ConformanceSet) throws {
        try self.init(try set.ruleset(), in: try set.context(), users: try set.users(), expected: try set.expected())
    }

    init(_ ruleset: Ruleset, in context: EvaluationContext, users: [User], expected: [UInt8]) throws {
        var store: (user: Int, evaluation: ParameterStoreEvaluation)?
        try expected.withUnsafeBufferPointer { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let expected = try ExpectedRow(Text(line))
                if expected.isPanic { continue }
                rowCount += 1
                let user = users[expected.user]
                let actual: ActualRow
                switch expected.kind {
                case "gate": actual = ActualRow(ruleset.gate(expected.name, for: user, in: context))
                case "dynamic_config":
                    actual = ActualRow(ruleset.dynamicConfig(expected.name, for: user, in: context))
                case "experiment": actual = ActualRow(ruleset.experiment(expected.name, for: user, in: context))
                case "layer": actual = ActualRow(ruleset.layer(expected.name, for: user, in: context))
                default:
                    let names = expected.name.split(separator: "/", maxSplits: 1).map(String.init)
                    if store?.user != expected.user || store?.evaluation.name != names[0] {
                        store = (expected.user, ruleset.parameterStore(names[0], for: user, in: context))
                    }
                    guard let evaluation = store?.evaluation else { continue }
                    actual = ActualRow(parameter: names[1], of: evaluation)
                }
                compare(expected, actual)
            }
        }
    }

    /// The counts by kind and field, and the first differences.
    var summary: String {
        let counts = countsByField.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        return """
            \(differenceCount) differences in \(rowCount) rows: \(counts)
            \(differences.joined(separator: "\n"))
            """
    }

    // MARK: - Comparing

    private mutating func compare(_ expected: ExpectedRow, _ actual: ActualRow) {
        for (index, field) in RowField.allCases.enumerated() {
            let isEqual: Bool
            let own = actual.members[index]
            let ownText = String(decoding: own, as: UTF8.self)
            switch expected.json(index) {
            case nil: isEqual = own.isEmpty
            case let json? where field == .reason:
                isEqual = RowComparison.reasonClass(json.string) == RowComparison.reasonClass(ownText)
            case let json?: isEqual = matches(json, own)
            }
            if isEqual || (expected.kind == "param_store" && field != .value) { continue }
            differenceCount += 1
            countsByField["\(expected.kind).\(field.rawValue)", default: 0] += 1
            if differences.count < RowComparison.shownDifferences {
                differences.append(
                    """
                      u=\(expected.user) \(expected.kind) \(expected.name): \(field.rawValue)
                        expected \(RowComparison.shortened(expected.json(index)?.string ?? "none"))
                        actual   \(RowComparison.shortened(own.isEmpty ? "none" : ownText))
                    """)
            }
        }
    }

    private mutating func matches(_ expected: Text, _ actual: [UInt8]) -> Bool {
        if expected.count == actual.count, actual.withUnsafeBufferPointer({ Text($0[...]) == expected }) { return true }
        guard let expected = Value(json: expected) else { return false }
        if let hash = expected.object?["$sha256"]?.string {
            let key = XXH3.hash(actual.span)
            if hashes[key] == nil, let value = Value(json: actual) { hashes[key] = JSON.canonicalHash(value) }
            return hashes[key] == hash
        }
        return Value(json: actual).map { JSON.areEqual(expected, $0) } ?? false
    }

    /// `Recognized`, `Recognized:IdListInMemory`, `Unsupported`, `Error` and so on: the part that doesn't depend on the
    /// source.
    private static func reasonClass(_ json: String) -> String {
        let parts = json.dropFirst().dropLast().split(separator: ":")
        guard let first = parts.first, first != "Error", parts.count > 1 else { return String(parts.first ?? "") }
        return parts.dropFirst().joined(separator: ":")
    }

    private static func shortened(_ text: String) -> String {
        text.count > 300 ? text.prefix(300) + "…" : text
    }
}

extension Text {
    fileprivate init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        self.init(UnsafeBufferPointer(rebasing: bytes))
    }
}
