// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation

/// Tests whether the units of an experiment are distributed by the sizes of its groups.
enum SampleRatio {
    /// The probability below which the distribution counts as a mismatch.
    static let significance = 0.01
    /// The minimum number of expected units of a group; Pearson's test isn't reliable below it.
    private static let fewest = 5.0

    /// The health check, from the units that were in exactly one group.
    static func check(_ experiment: Experiment, _ exposures: [ExposureCounts.Exposure]) -> (status: String, Object) {
        let groups = experiment.groups.filter { $0.size > 0 }
        let ids = Set(groups.map(\.id))
        var groupsByUnit: [String: Set<String>] = [:]
        for exposure in exposures where ids.contains(exposure.rule) {
            groupsByUnit[exposure.unit, default: []].insert(exposure.rule)
        }
        var counts: [String: Double] = [:]
        for groups in groupsByUnit.values where groups.count == 1 {
            if let group = groups.first { counts[group, default: 0] += 1 }
        }
        let total = counts.values.reduce(0, +)
        let size = groups.reduce(0) { $0 + $1.size }
        let pairs = groups.map { (counts[$0.id] ?? 0, total * $0.size / size) }
        var check: Object = ["name": "Sample Ratio Mismatch", "units": .integer(Int64(total))]
        guard groups.count > 1, pairs.allSatisfy({ $0.1 >= fewest }) else {
            check["status"] = "WAITING"
            check["description"] = "A group has too few units for the test of the groups' sizes."
            return ("WAITING", check)
        }
        let statistic = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
        let probability = chiSquare(statistic, degrees: groups.count - 1)
        let status = probability < significance ? "FAILED" : "PASSED"
        check["status"] = .string(status)
        check["pValue"] = .double(probability)
        check["description"] = .string(
            probability < significance
                ? "The groups don't have the units that their sizes promise."
                : "The groups have the units that their sizes promise.")
        return (status, check)
    }

    /// The probability of a chi-square statistic this great or greater.
    ///
    /// - Parameters:
    ///   - statistic: At least 0.
    ///   - degrees: The degrees of freedom, at least 1.
    /// - Returns: The probability, from 0 to 1.
    static func chiSquare(_ statistic: Double, degrees: Int) -> Double {
        let (shape, x) = (Double(degrees) / 2, statistic / 2)
        guard x > 0 else { return 1 }
        let scale = exp(shape * log(x) - x - lgamma(shape))
        // The series of the lower incomplete gamma function if it is short, otherwise the continued fraction of the upper one.
        if x < shape + 1 {
            var (term, sum) = (1 / shape, 1 / shape)
            for step in 1...1000 where term > sum * 1e-16 {
                term *= x / (shape + Double(step))
                sum += term
            }
            return max(0, 1 - scale * sum)
        }
        var b = x + 1 - shape
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for step in 1...1000 {
            let a = -Double(step) * (Double(step) - shape)
            b += 2
            d = 1 / (a * d + b)
            c = b + a / c
            let change = d * c
            fraction *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return min(1, scale * fraction)
    }
}
