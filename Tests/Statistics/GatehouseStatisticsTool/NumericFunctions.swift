// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics

/// The numeric functions by the names that `scripts/statistics/numerics.py` gives them.
enum NumericFunctions {
    /// The value of a function, or nil if there is no function of that name with that many arguments.
    static func value(_ name: String, _ x: [Double]) -> Double? {
        switch (name, x.count) {
        case ("normal.cdf", 1): StandardNormal.cdf(x[0])
        case ("normal.survival", 1): StandardNormal.survival(x[0])
        case ("normal.quantile", 1): StandardNormal.quantile(x[0])
        case ("t.cdf", 2): StudentT(degreesOfFreedom: x[0]).cdf(x[1])
        case ("t.survival", 2): StudentT(degreesOfFreedom: x[0]).survival(x[1])
        case ("t.quantile", 2): StudentT(degreesOfFreedom: x[0]).quantile(x[1])
        case ("chiSquare.cdf", 2): ChiSquare(degreesOfFreedom: x[0]).cdf(x[1])
        case ("chiSquare.survival", 2): ChiSquare(degreesOfFreedom: x[0]).survival(x[1])
        case ("gamma.lower", 2): RegularizedGamma.lower(shape: x[0], x[1])
        case ("gamma.upper", 2): RegularizedGamma.upper(shape: x[0], x[1])
        case ("beta.lower", 3): RegularizedBeta.lower(x[0], x[1], x[2])
        case ("beta.upper", 3): RegularizedBeta.upper(x[0], x[1], x[2])
        case ("variance", 2...): variance(x)
        default: nil
        }
    }

    /// The variance of units that are added one by one to two parts, which are merged.
    private static func variance(_ values: [Double]) -> Double? {
        var (first, second) = (Moments(), Moments())
        do throws(MissingNumber) {
            for value in values.prefix(values.count / 2) { try first.add(value) }
            for value in values.dropFirst(values.count / 2) { try second.add(value) }
            try first.merge(second)
            return try first.variance()
        } catch {
            return nil
        }
    }
}
