// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// Documents that are made to be slow, as far as the engine lets them.
public enum HostileDocument: String, CaseIterable, Sendable {
    /// Gates 0 to 20, each of which asks the next one twice: 2^20 ways to the last.
    case doubleReferences = "hostile_double_references"
    /// A chain of 10,000 gates.
    case chain = "hostile_chain"
    /// Patterns that take exponential time where matching backtracks without bound.
    case patterns = "hostile_patterns"

    /// The gate whose evaluation is hard.
    public static let gate = "gate_0"

    /// What is hard about it.
    var summary: String {
        switch self {
        case .doubleReferences: "20 levels of gates, each of which asks the next one twice"
        case .chain: "a chain of 10,000 gates"
        case .patterns: "4 patterns that backtrack, on a text of 1 KB"
        }
    }

    /// The document: JSON in UTF-8.
    public var bytes: [UInt8] {
        var sections = DocumentSections()
        switch self {
        case .doubleReferences: HostileDocument.addGraph(depth: 20, references: 2, to: &sections)
        case .chain: HostileDocument.addGraph(depth: 10_000, references: 1, to: &sections)
        case .patterns: HostileDocument.addPatterns(to: &sections)
        }
        return sections.document(time: 1_760_000_000_000, checksum: "hostile")
    }

    /// A user for whom the gate is as hard as it gets.
    public var user: User {
        var user = UserShape.five.user(UserRing.id(0))
        if self == .patterns { user.email = String(repeating: "a", count: 1_024) }
        return user
    }

    private static func addGraph(depth: Int, references: Int, to sections: inout DocumentSections) {
        for level in 0..<depth {
            let ids = (0..<references).map { _ in
                sections.condition(SpecText.condition("pass_gate", target: "\"gate_\(level + 1)\""))
            }
            sections.gates.add("gate_\(level)", gate(level, ids))
        }
        sections.gates.add("gate_\(depth)", gate(depth, [sections.condition(SpecText.condition("public"))]))
    }

    private static func addPatterns(to sections: inout DocumentSections) {
        let patterns = ["(a+)+b", "(a|aa)+c", "(.*a){12}d", "^(([a-z])+.)+[A-Z]([a-z])+$"]
        let ids = patterns.map {
            sections.condition(
                SpecText.condition("user_field", operator: "str_matches", field: "email", target: "\"\($0)\""))
        }
        sections.gates.add("gate_0", gate(0, ids))
    }

    private static func gate(_ number: Int, _ conditions: [String]) -> String {
        SpecText.gate(
            [SpecText.rule("rule_\(number)", conditions: conditions, returns: "true", salt: "salt_\(number)")],
            salt: "salt_gate_\(number)")
    }
}
