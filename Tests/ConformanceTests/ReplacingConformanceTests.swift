// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Sets whose documents replace each other: other entities of the same names, mixed with unchanged ones.
@Suite("Sets that replace other sets")
struct ReplacingConformanceTests {
    private static let sets = ConformanceSet.generated

    private static func document(_ set: ConformanceSet) throws -> [UInt8] {
        try Fixture.bytes("conformance/\(set.name)/spec.json.gz")
    }

    /// The document with every sixteenth entity of another one in place of its own.
    private static func mixed(_ document: [UInt8], with other: [UInt8]) throws -> [UInt8] {
        var pieces = try DocumentPieces(document)
        let others = try DocumentPieces(other)
        for section in DocumentPieces.specSections + ["condition_map"] {
            let replacements = others[section]
            pieces[section] = pieces[section].enumerated().map { index, entry in
                index % 16 == 1 && index < replacements.count ? replacements[index] : entry
            }
        }
        return pieces.bytes
    }

    @Test("A set that replaces its neighbour answers as on its own", arguments: sets.indices)
    func neighbours(index: Int) throws {
        let set = Self.sets[index]
        let previous = Self.sets[(index + 1) % Self.sets.count]
        let users = try [set, previous].map { try $0.users().prefix(3) }.joined()
        let context = try set.context()
        func answers(_ ruleset: Ruleset) -> RulesetAnswers {
            RulesetAnswers(ruleset, users: Array(users), context: context, step: 11)
        }
        let documents = try [Self.document(set), Self.document(previous)]
        let mixed = try Self.mixed(documents[0], with: documents[1])
        // The set after its neighbour, the mixture after the set, and the set again after the mixture.
        let whole = try Ruleset(document: documents[0])
        let after = try Ruleset(document: documents[0], replacing: Ruleset(document: documents[1]))
        let mixture = try Ruleset(document: mixed, replacing: after)
        let again = try Ruleset(document: documents[0], replacing: mixture)
        #expect(mixture.compiledAnew(since: after).specs < mixture.program.specs.count)
        for ruleset in [whole, after, mixture, again] { #expect(ruleset.checkInvariants() == []) }
        let expected = answers(whole)
        for (ruleset, expected) in [
            (after, expected), (again, expected), (mixture, answers(try Ruleset(document: mixed))),
        ] {
            let differences = answers(ruleset).differences(from: expected)
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        }
    }
}
