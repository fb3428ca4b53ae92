// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseStatistics

/// Tests whether the units of an experiment are distributed by the sizes of its groups.
enum SampleRatio {
    /// The health check, from the units that were in exactly one group.
    static func check(_ experiment: Experiment, _ exposures: [ExposureCounts.Exposure]) -> (status: String, Object) {
        let groups = experiment.groups.filter { $0.size > 0 }
        let ids = Set(groups.map(\.id))
        var groupsByUnit: [String: Set<String>] = [:]
        for exposure in exposures where ids.contains(exposure.rule) {
            groupsByUnit[exposure.unit, default: []].insert(exposure.rule)
        }
        var counts: [String: Int] = [:]
        for groups in groupsByUnit.values where groups.count == 1 {
            if let group = groups.first { counts[group, default: 0] += 1 }
        }
        // Without units, or with one group, there is no test.
        let test = try? SampleRatioTest(units: groups.map { counts[$0.id] ?? 0 }, weights: groups.map(\.size))
        let (status, description) = words(test?.verdict ?? .waiting)
        var check: Object = [
            "name": "Sample Ratio Mismatch", "units": .integer(Int64(counts.values.reduce(0, +))),
            "status": .string(status), "description": .string(description),
        ]
        if let test, test.verdict != .waiting { check["pValue"] = .double(test.pValue) }
        return (status, check)
    }

    private static func words(_ verdict: SampleRatioTest.Verdict) -> (status: String, description: String) {
        switch verdict {
        case .passed: ("PASSED", "The groups have the units that their sizes promise.")
        case .warning: ("WARNING", "The groups may not have the units that their sizes promise.")
        case .alert: ("FAILED", "The groups don't have the units that their sizes promise.")
        case .waiting: ("WAITING", "A group has too few units for the test of the groups' sizes.")
        }
    }
}
