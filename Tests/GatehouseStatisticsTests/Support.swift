// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseStatistics
import Testing

/// Expects two numbers to be equal but for a relative difference.
func expectClose(
    _ value: Double, _ expected: Double, within tolerance: Double = 1e-9, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let difference = abs(value - expected) / max(abs(expected), .leastNormalMagnitude)
    #expect(
        value == expected || difference <= tolerance, comment ?? "\(value) is not \(expected)",
        sourceLocation: sourceLocation)
}

/// Two groups of ten units with the numbers of independent packages.
enum Tiny {
    static let test: [Double] = [3, 0, 5, 2, 7, 1, 4, 6, 2, 8]
    static let control: [Double] = [1, 2, 0, 3, 2, 4, 1, 0, 3, 2]
    static let testDenominators: [Double] = [2, 1, 3, 1, 4, 1, 2, 3, 2, 4]
    static let controlDenominators: [Double] = [1, 1, 1, 2, 1, 3, 1, 1, 2, 1]
    static let testBefore: [Double] = [2, 1, 4, 1, 5, 1, 3, 4, 2, 5]
    static let controlBefore: [Double] = [1, 2, 1, 3, 1, 4, 1, 0, 2, 2]

    /// Moments of units in columns.
    static func moments(_ columns: [Double]...) throws -> Moments {
        var moments = Moments(dimension: columns.count)
        for unit in columns[0].indices { try moments.add(columns.map { $0[unit] }) }
        return moments
    }

    static func comparison() throws -> Comparison {
        try Comparison(test: Estimate(moments(test)), control: Estimate(moments(control)))
    }
}
