// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// A ruleset that shares unchanged entries has to be the same as one whose document is loaded as a whole.
@Suite("Documents that replace others")
struct ReplacingTests {
    /// A version of a document with its ruleset, and what that one answers.
    struct Version {
        let pieces: DocumentPieces
        let ruleset: Ruleset
        let answers: RulesetAnswers

        init(_ pieces: DocumentPieces) throws {
            self.pieces = pieces
            ruleset = try Ruleset(document: pieces.bytes)
            answers = try ReplacingTests.answers(of: ruleset)
        }

        /// A project with entities of every kind, some of them malformed, as `dcs-v2`.
        static let v2 = Result {
            var pieces = try DocumentPieces(Fixture.bytes("conformance/syn_all_2/spec.json.gz"))
            let malformed = pieces["feature_gates"].filter { $0.hasPrefix("\"bad_") }
            // More than the entries that the loader compares with to find one that hasn't changed.
            pieces["feature_gates"] = Array(pieces["feature_gates"].prefix(66))
            pieces["feature_gates"].insert(contentsOf: malformed.suffix(8), at: 20)
            pieces["dynamic_configs"] = Array(pieces["dynamic_configs"].prefix(10))
            let used = (pieces["feature_gates"] + pieces["dynamic_configs"] + pieces["layer_configs"]).joined()
            pieces["condition_map"].removeAll { entry in !used.contains(entry.prefix { $0 != ":" }) }
            pieces["layer_configs"].swapAt(3, pieces["layer_configs"].count - 1)
            return try Version(pieces)
        }
        /// The same as `dcs-v1`.
        static let v1 = Result { try Version(v2.get().pieces.inlined) }
    }

    static let users = Result {
        try Fixture.lines("conformance/syn_all_2/users.jsonl.gz").prefix(2).map { try User(json: $0) }
    }
    static let context = EvaluationContext(clock: { 1_700_000_000_000 }, random: { 0.5 }, environment: "staging")

    /// All answers of a ruleset, also for some names that it may not have.
    static func answers(of ruleset: Ruleset) throws -> RulesetAnswers {
        RulesetAnswers(
            ruleset, users: try users.get(), context: context,
            names: ["nowhere", "segment:seg_0", "gate_12", "one moresegment:seg_0"])
    }

    private func expect(
        _ ruleset: Ruleset, sameAs version: Version, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let differences = try ReplacingTests.answers(of: ruleset).differences(from: version.answers)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    @Test("The next version is the same as when it is loaded as a whole", arguments: DocumentEdit.ofEntities)
    func nextEntities(edit: DocumentEdit) throws {
        try check(edit, Version.v1.get())
        try check(edit, Version.v2.get())
    }

    @Test("The next version is the same where other parts than entities change", arguments: DocumentEdit.ofTheRest)
    func nextRest(edit: DocumentEdit) throws {
        try check(edit, Version.v2.get())
    }

    private func check(_ edit: DocumentEdit, _ old: Version) throws {
        let new = try Version(edit.applied(to: old.pieces))
        let replaced = try Ruleset(document: new.pieces.bytes, replacing: old.ruleset)
        try expect(replaced, sameAs: new)
        if let compiled = edit.compiled {
            #expect(replaced.compiledAnew(since: old.ruleset).specs == compiled)
        }
        // And back, which removes what was added and adds what was removed.
        try expect(Ruleset(document: old.pieces.bytes, replacing: replaced), sameAs: old)
    }
}
