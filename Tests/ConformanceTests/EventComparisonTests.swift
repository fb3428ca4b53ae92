// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Testing

/// The events of the official engine and of our client, for the same users and calls.
///
/// The engine comes from PyPI and isn't a dependency: `GATEHOUSE_ORACLE_PYTHON` names a Python that has
/// `statsig-python-core==0.24.2`.
@Suite(
    "Events beside the official engine",
    .enabled(
        if: SameServerTests.python != nil, "GATEHOUSE_ORACLE_PYTHON names no Python with statsig-python-core 0.24.2"),
    .serialized)
struct EventComparisonTests {
    static func sets(_ names: Set<String>) -> [ConformanceSet] {
        (ConformanceSet.generated + ConformanceSet.official).filter { names.contains($0.name) }
    }

    @Test(
        "Both log equal events",
        arguments: sets([
            "syn_all_1", "syn_core_1", "syn_layers_1", "syn_overrides_1", "syn_types_1", "syn_unicode_1",
            "real_demo_proj", "real_eval_proj", "real_perf_proj", "real_target_app",
        ]))
    func equalEvents(_ set: ConformanceSet) async throws {
        let comparison = try await EventRun(set, document: set.file("spec.json.gz")).compare()
        print("\(set.name): \(comparison.summary)")
        #expect(comparison.pairCount > 100)
        #expect(comparison.differences == [], "\(comparison.summary)")
    }

    @Test(
        "Both tell the same of sampling, and leave out the same",
        arguments: sets(["syn_core_1", "syn_layers_1"]),
        [
            SamplingDocument(mode: "shadow", rates: [nil, 1, 0, 7], specialRate: nil),
            SamplingDocument(mode: "shadow", rates: [1, 5, 0], specialRate: 101),
            SamplingDocument(mode: "on", rates: [nil, 1, 0], specialRate: nil),
            SamplingDocument(mode: "on", rates: [1, 0], specialRate: 0),
            SamplingDocument(mode: "On", rates: [0], specialRate: 0),
        ])
    func sampling(_ set: ConformanceSet, _ document: SamplingDocument) async throws {
        let comparison = try await EventRun(set, document: document.bytes(of: set)).compare()
        print("\(set.name), \(document.testDescription): \(comparison.summary)")
        #expect(comparison.pairCount > 100)
        #expect(comparison.differences == [], "\(comparison.summary)")
        #expect((comparison.sampledPairCount > 0) == (document.mode != "On"))
    }

    @Test(
        "Both log secondary exposures by themselves when the project wants that of the client",
        arguments: sets(["syn_layers_1"]),
        [
            // The ID is 307th of a thousand.
            SamplingDocument(mode: "none", rates: [nil], specialRate: nil, secondaryShare: 308),
            SamplingDocument(mode: "none", rates: [nil], specialRate: nil, secondaryShare: 307),
            SamplingDocument(mode: "shadow", rates: [nil, 1, 0, 7], specialRate: 101, secondaryShare: 1_000),
            SamplingDocument(mode: "on", rates: [1, 0], specialRate: 0, secondaryShare: 2_000),
        ])
    func secondary(_ set: ConformanceSet, _ document: SamplingDocument) async throws {
        let run = try EventRun(
            set, document: document.bytes(of: set), arguments: ["--flag", "sec_expo_as_primary:abc123"])
        let comparison = try await run.compare { $0.events?.secondaryExposureID = "abc123" }
        print("\(set.name), \(document.testDescription): \(comparison.summary)")
        #expect(comparison.pairCount > 100)
        #expect(comparison.differences == [], "\(comparison.summary)")
    }
}
