// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics
import Testing

@testable import gatehouse_statistics

struct MomentsTests {
    @Test func unitsSumsAndVariancesGiveTheSame() throws {
        var random = SeededRandom(seed: 7)
        let units = (0..<500).map { _ in
            let x = random.normal()
            return [3 + x, 1 + random.fraction(), x + random.normal(), 2 * random.normal()]
        }
        var added = Moments(dimension: 4)
        for unit in units { try added.add(unit) }
        var (sums, products) = ([Double](), [Double]())
        for row in 0..<4 {
            sums.append(units.reduce(0) { $0 + $1[row] })
            for column in 0...row { products.append(units.reduce(0) { $0 + $1[row] * $1[column] }) }
        }
        let summed = try Moments(count: units.count, sums: sums, products: products)
        var (means, covariances) = ([Double](), [Double]())
        for row in 0..<4 {
            means.append(try added.mean(row))
            for column in 0...row { covariances.append(try added.covariance(row, column)) }
        }
        let known = try Moments(count: units.count, means: means, covariances: covariances)
        for row in 0..<4 {
            expectClose(try summed.mean(row), try added.mean(row), within: 1e-11)
            for column in 0..<4 {
                // Covariances near 0 are compared with the deviations they belong to.
                let scale = (try added.variance(row) * added.variance(column)).squareRoot()
                #expect(abs(try summed.covariance(row, column) - added.covariance(row, column)) < 1e-12 * scale)
                #expect(abs(try known.covariance(row, column) - added.covariance(row, column)) < 1e-14 * scale)
            }
        }
    }

    @Test func mergingGivesTheSameAsAddingAllUnits() throws {
        var random = SeededRandom(seed: 8)
        var whole = Moments(dimension: 2)
        var parts = (0..<7).map { _ in Moments(dimension: 2) }
        for unit in 0..<1_000 {
            let x = 100 + random.normal()
            let values = [x, x + random.normal()]
            try whole.add(values)
            try parts[unit * unit % 7].add(values)
        }
        var merged = Moments(dimension: 2)
        for part in parts { try merged.merge(part) }
        #expect(merged.count == 1_000)
        for (row, column) in [(0, 0), (1, 0), (1, 1)] {
            expectClose(try merged.covariance(row, column), try whole.covariance(row, column), within: 1e-12)
        }
        expectClose(try merged.mean(1), try whole.mean(1), within: 1e-14)
    }

    @Test func varianceKeepsItsDigitsBesideALargeMean() throws {
        var moments = Moments()
        // The variance of 1e9 + 4, 7, 13, 16 is 30.
        for _ in 0..<1_000 { for value in [4, 7, 13, 16] { try moments.add(1e9 + Double(value)) } }
        expectClose(try moments.variance() * 3_999 / 4_000, 22.5, within: 1e-12)
        var other = Moments()
        for _ in 0..<500 { for value in [4, 7, 13, 16] { try other.add(1e9 + 8 + Double(value)) } }
        try moments.merge(other)
        // Within the parts 22.5, between them 8²·(2/3)·(1/3).
        expectClose(try moments.variance() * 5_999 / 6_000, 22.5 + 128.0 / 9, within: 1e-12)
        expectClose(try moments.mean(), 1e9 + 10 + 8.0 / 3, within: 1e-15)
    }

    @Test func constantValuesDoNotVary() throws {
        let sums = try Moments(count: 3, sums: [0.3], products: [0.1 * 0.1 * 3 - 1e-18])
        #expect(try sums.variance() < 1e-17)
        var added = Moments()
        for _ in 0..<1_000 { try added.add(0.1) }
        #expect(try added.variance() == 0)
    }

    @Test func contradictionsAreRefused() {
        #expect(throws: MissingNumber.inconsistent) { try Moments(count: 2, sums: [4], products: [1]) }
        #expect(throws: MissingNumber.inconsistent) { try Moments(count: 2, sums: [0], products: [-1]) }
        #expect(throws: MissingNumber.inconsistent) { try Moments(count: 2, means: [4], covariances: [-1]) }
        #expect(throws: MissingNumber.outOfRange) { try Moments(count: -1, sums: [4], products: [16]) }
        #expect(throws: MissingNumber.wrongShape) { try Moments(count: 2, sums: [4, 1], products: [16]) }
        #expect(throws: MissingNumber.wrongShape) { try Moments(count: 2, sums: [], products: []) }
        #expect(throws: MissingNumber.wrongShape) {
            try Moments(count: 2, means: [1, 1, 1, 1, 1], covariances: Array(repeating: 1, count: 15))
        }
        #expect(throws: MissingNumber.notFinite) { try Moments(count: 2, sums: [.nan], products: [1]) }
        #expect(throws: MissingNumber.notFinite) { try Moments(count: 2, sums: [1], products: [.infinity]) }
        #expect(throws: MissingNumber.notFinite) { try Moments(count: 2, sums: [1], products: [-.infinity]) }
        #expect(throws: MissingNumber.notFinite) { try Moments(count: 2, means: [1], covariances: [.nan]) }
        #expect(throws: MissingNumber.wrongShape) {
            var moments = Moments(dimension: 2)
            try moments.add(1)
        }
        #expect(throws: MissingNumber.wrongShape) {
            var moments = Moments(dimension: 2)
            try moments.merge(Moments(dimension: 3))
        }
        #expect(Moments(dimension: 0).dimension == 1)
        #expect(Moments(dimension: .max).dimension == Moments.largestDimension)
    }

    @Test func fewUnitsHaveNoVariance() throws {
        #expect(throws: MissingNumber.tooFewUnits) { try Moments().mean() }
        let none = try Moments(count: 0, sums: [0], products: [0])
        #expect(throws: MissingNumber.tooFewUnits) { try none.mean() }
        let one = try Moments(count: 1, sums: [5], products: [25])
        #expect(try one.mean() == 5)
        #expect(throws: MissingNumber.tooFewUnits) { try one.variance() }
        #expect(throws: MissingNumber.wrongShape) { try one.mean(1) }
        #expect(throws: MissingNumber.wrongShape) { try one.mean(-1) }
    }

    @Test func valuesThatAreNotFiniteAreNoticed() throws {
        for value in [Double.nan, .infinity, 1e308] {
            var moments = Moments()
            try moments.add(-1e308)
            try moments.add(value)
            try moments.add(3)
            #expect(throws: MissingNumber.notFinite) { try moments.variance() }
        }
    }

    @Test func countsDoNotOverflow() throws {
        let many = try Moments(count: .max, means: [1], covariances: [1])
        var sum = many
        #expect(throws: MissingNumber.outOfRange) { try sum.merge(many) }
        try sum.add(1)
        #expect(sum.count == .max)
    }
}
