// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// Damaged and odd documents: every review ends, and no report forges a line.
@Suite struct HostileReviewTests {
    /// Bytes of a document that are replaced, removed or repeated.
    private static func damaged(_ bytes: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var result = bytes
        let odd = Array(#"{}[]",:\0123456789-.eEtfnu"#.utf8)
        for _ in 0..<(1 + random.below(4)) where !result.isEmpty {
            let position = random.below(result.count)
            switch random.below(4) {
            case 0: result[position] = random.pick(odd)
            case 1: result[position] ^= 1 << UInt8(random.below(8))
            case 2: result.removeSubrange(position..<min(position + random.below(8), result.count))
            default:
                let piece = result[position..<min(position + random.below(40), result.count)]
                result.insert(contentsOf: Array(piece), at: random.below(result.count))
            }
        }
        return result
    }

    private static func review(_ old: Ruleset, _ new: Ruleset, _ bytes: [UInt8], _ random: inout TestRandom) throws {
        let difference = DocumentDifference(from: old, to: new)
        var radius = BlastRadius(from: old, to: new, difference, in: .test)
        var simulation = Simulation(new, in: .test)
        var users = SampledUsers(for: [old, new], seed: 1)
        for index in 0..<5 {
            let user = users.next()
            radius.add(user, index: index)
            simulation.add(user)
        }
        let findings = try DocumentLint.findings(in: bytes)
        let name = new.gateNames.first ?? ""
        let user = RandomProject.user(&random, 1)
        for format in ReviewFormat.allCases {
            _ = DifferenceReport(difference, radius, file: "f").text(format)
            _ = LintReport(findings, file: "f").text(format)
            _ = SimulationReport(simulation, file: "f").text(format)
            _ = FlipReport(new.explain(.gate, name, for: user, in: .test), nil, file: "f").text(format)
        }
    }

    @Test func reviewsDamagedDocuments() throws {
        var loaded = 0
        for seed in 1...400 {
            var random = TestRandom(UInt64(seed) &+ 77)
            let bytes = RandomProject.document(&random).jsonBytes
            let damaged = Self.damaged(bytes, &random)
            guard let old = try? Ruleset(document: bytes), let new = try? Ruleset(document: damaged, replacing: old)
            else {
                continue
            }
            try Self.review(old, new, damaged, &random)
            try Self.review(new, old, bytes, &random)
            loaded += 1
        }
        #expect(loaded > 50)
    }

    @Test(arguments: Fixture.names(in: "conformance")) func reviewsEachFixtureAgainstAnEmptyDocument(_ name: String)
        throws
    {
        let bytes = try Fixture.bytes("conformance/\(name)/spec.json.gz")
        var random = TestRandom(1)
        let empty = DocumentBuilder()
        try Self.review(try empty.ruleset(), try Ruleset(document: bytes), bytes, &random)
        try Self.review(try Ruleset(document: bytes), try empty.ruleset(), empty.document, &random)
    }

    @Test func followsLongChainsAndWideGraphs() throws {
        var builder = DocumentBuilder()
        for index in 0..<3_000 {
            builder.gate(
                "g\(index)", Rule("r", .gate(.string("g\(index + 1)")), .gate(.string("g\((index * 7) % 3_000)"))))
        }
        let bytes = builder.document
        let findings = try DocumentLint.findings(in: bytes)
        #expect(findings.contains { $0.code == .cycle })
        let ruleset = try Ruleset(document: bytes)
        let search = FlipSearch(.gate, "g0", in: ruleset, for: User(userID: "u"), in: .test)
        #expect(search.flips.isEmpty)
    }

    /// A list of many elements is neither shown nor tried as a whole.
    @Test func shortensLongTargets() throws {
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        let names = (0..<50_000).map { Value.string("name-\($0)") }
        before.gate("g", Rule("r", .field("f", "any", .array(names))))
        after.gate("g", Rule("r", .field("f", "any", .array(Array(names.dropLast())))))
        let (old, new) = (try before.ruleset(), try after.ruleset())
        let difference = DocumentDifference(from: old, to: new)
        #expect(DifferenceReport(difference, file: "f").text(.text).utf8.count < 1_000)
        #expect(FlipSearch(.gate, "g", in: new, for: User(userID: "u"), in: .test).evaluationCount <= 100)
    }
}
