// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// Every row of every set has to be the reference's answer.
@Suite("Conformance with the reference")
struct ConformanceTests {
    @Test("Generated documents are evaluated like by the reference", arguments: ConformanceSet.generated)
    func generated(_ set: ConformanceSet) throws {
        try check(set)
    }

    @Test(
        "Official sample projects are evaluated like by the reference",
        // Their data may not be part of this repository.
        .enabled(if: !ConformanceSet.official.isEmpty, "the folder shared/conformance isn't next to the repository"),
        arguments: ConformanceSet.official)
    func official(_ set: ConformanceSet) throws {
        try check(set)
    }

    @Test("Client-initialize responses are those of the reference", arguments: ConformanceSet.generated)
    func generatedResponses(_ set: ConformanceSet) throws {
        try checkResponses(set)
    }

    @Test(
        "Client-initialize responses of official sample projects are those of the reference",
        // Their data may not be part of this repository.
        .enabled(if: !ConformanceSet.official.isEmpty, "the folder shared/conformance isn't next to the repository"),
        arguments: ConformanceSet.official)
    func officialResponses(_ set: ConformanceSet) throws {
        try checkResponses(set)
    }

    private func checkResponses(_ set: ConformanceSet) throws {
        let comparison = try ResponseComparison(set)
        #expect(comparison.rowCount > 0)
        #expect(comparison.hashes == Set(NameHash.allCases))
        if try set.hasClientKeys() { #expect(comparison.keyCount > 0) }
        #expect(comparison.differences.isEmpty, "\(comparison.summary)")
    }

    @Test("All generated sets are in the repository")
    func sets() {
        #expect(ConformanceSet.generated.count >= 23)
    }

    private func check(_ set: ConformanceSet) throws {
        let comparison = try RowComparison(set)
        #expect(comparison.rowCount > 0)
        #expect(comparison.differenceCount == 0, "\(comparison.summary)")
    }
}
