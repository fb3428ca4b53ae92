// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec

/// What is asked, of which document.
struct Subject: Sendable, CustomStringConvertible {
    /// Why a document is of no use here.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Two versions of the document, of which one gate differs, and what they compile to.
    let documents: [[UInt8]]
    let rulesets: [Ruleset]
    let gate: String
    let config: String
    private let differs: Bool

    init(document: [UInt8]) throws {
        let changed = Subject.changingOneGate(document)
        differs = changed != nil
        documents = [document, changed ?? document]
        rulesets = try documents.map { try Subject.load($0, replacing: nil) }
        let json = try JSONSerialization.jsonObject(with: Data(document)) as? [String: Any]
        guard let gate = Subject.middleName(json?["feature_gates"]),
            let config = Subject.middleName(json?["dynamic_configs"])
        else { throw Failure(description: "the document needs a gate and a dynamic config") }
        self.gate = gate
        self.config = config
    }

    /// How this program gets from a document to a ruleset.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - previous: The ruleset of the version before, `nil` to compile everything anew.
    /// - Returns: The loaded ruleset.
    /// - Throws: If the document can't be used.
    static func load(_ document: [UInt8], replacing previous: Ruleset?) throws -> Ruleset {
        if let previous { return try Ruleset(document: document, replacing: previous) }
        return try Ruleset(document: document)
    }

    /// A context of its own for who asks.
    static func context() -> EvaluationContext {
        EvaluationContext(clock: { 1_700_000_000_000 }, random: { 0.5 })
    }

    /// A user of its own for who asks: copies would share storage, and its reference count.
    static func user() -> User {
        User(
            userID: "user-1", email: "person0-1@example.com", country: "DE", appVersion: "2.0",
            custom: ["plan": "free"])
    }

    /// A text with storage of its own, for the same reason.
    static func copy(of text: String) -> String {
        String(decoding: Array(text.utf8), as: UTF8.self)
    }

    var description: String {
        let size = String(format: "%.1f MB", Double(documents[0].count) / 1e6)
        let swap = differs ? "one gate differs" : "no gate to change found, so both are the same"
        return "Document of \(size) in two versions (\(swap)); asking gate \(gate) and dynamic config \(config)."
    }

    private static func middleName(_ entities: Any?) -> String? {
        let names =
            (entities as? [String: Any])?.keys.sorted()
            ?? (entities as? [[String: Any]])?.compactMap { $0["name"] as? String }
        guard let names, !names.isEmpty else { return nil }
        return names[names.count / 2]
    }

    /// The document with another percentage in the first rule of its first gate that has one.
    private static func changingOneGate(_ document: [UInt8]) -> [UInt8]? {
        let data = Data(document)
        guard let gates = data.range(of: Data("\"feature_gates\"".utf8)),
            let key = data.range(of: Data("\"passPercentage\"".utf8), in: gates.upperBound..<data.endIndex)
        else { return nil }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let start = data[key.upperBound...].firstIndex(where: isDigit), start - key.upperBound < 8,
            let end = data[start...].firstIndex(where: { !isDigit($0) })
        else { return nil }
        var changed = document
        changed.replaceSubrange(start..<end, with: Array(document[start..<end] == [0x31] ? "2".utf8 : "1".utf8))
        return changed
    }
}
