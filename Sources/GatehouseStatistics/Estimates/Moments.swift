// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Count, means, variances and covariances of a group's units, in one to four columns.
///
/// A column is a number that every unit has: a value, or numerator and denominator, or a value and the same value before
/// the exposure. Moments are made from sums that a database computed, from its variances, or from units, by the
/// updates of Welford and of Chan, Golub and LeVeque, which keep the digits of a variance that is small beside the mean.
public struct Moments: Sendable, Hashable {
    /// The largest number of columns: numerator and denominator, after and before the exposure.
    public static let largestDimension = 4

    /// The number of columns.
    public let dimension: Int
    /// The number of units.
    public private(set) var count: Int
    /// A number close to the values of every column: the first unit's, or 0.
    ///
    /// Deviations from it have more digits than the values themselves.
    private var origins: [Double]
    /// The mean of every column minus its origin; 0 without units.
    private var means: [Double]
    /// Sums of products of deviations from the means: rows of the lower triangle.
    private var products: [Double]

    /// Moments of no units.
    ///
    /// - Parameter dimension: The number of columns; other numbers become the nearest from 1 to 4.
    public init(dimension: Int = 1) {
        self.dimension = min(max(dimension, 1), Self.largestDimension)
        count = 0
        origins = Array(repeating: 0, count: self.dimension)
        means = origins
        products = Array(repeating: 0, count: self.dimension * (self.dimension + 1) / 2)
    }

    /// Moments from sums and cross products.
    ///
    /// Sums of squares lose digits where the mean is large beside the deviation. Variances from the database, or sums
    /// of values that were shifted by a constant, keep them.
    ///
    /// - Parameters:
    ///   - count: The number of units.
    ///   - sums: The sum of every column.
    ///   - products: The sums of products of columns, as rows of the lower triangle: for two columns Σx·x, Σy·x, Σy·y.
    /// - Throws: ``MissingNumber/wrongShape`` if the numbers of sums and products don't belong together,
    ///   ``MissingNumber/outOfRange`` for a negative count, ``MissingNumber/notFinite``, or
    ///   ``MissingNumber/inconsistent`` if a variance is negative by more than rounding.
    public init(count: Int, sums: [Double], products: [Double]) throws(MissingNumber) {
        try self.init(shape: sums.count, triangle: products.count, count: count)
        guard count > 0 else { return }
        let n = Double(count)
        means = sums.map { $0 / n }
        for row in 0..<dimension {
            for column in 0...row {
                let total = try MissingNumber.finite(products[Self.index(row, column)])
                let centred = total.addingProduct(-means[row], sums[column])
                if row == column, centred < 0 {
                    guard centred >= -1e-9 * abs(total) else { throw .inconsistent }
                    self.products[Self.index(row, column)] = 0
                } else {
                    self.products[Self.index(row, column)] = count == 1 ? 0 : try MissingNumber.finite(centred)
                }
            }
        }
        for mean in means { _ = try MissingNumber.finite(mean) }
    }

    /// Moments from means, variances and covariances.
    ///
    /// - Parameters:
    ///   - count: The number of units.
    ///   - means: The mean of every column.
    ///   - covariances: Sample variances and covariances (divided by count − 1), as rows of the lower triangle. With fewer
    ///     than two units they are ignored.
    /// - Throws: ``MissingNumber/wrongShape`` if the numbers of means and covariances don't belong together,
    ///   ``MissingNumber/outOfRange`` for a negative count, ``MissingNumber/notFinite``, or
    ///   ``MissingNumber/inconsistent`` for a negative variance.
    public init(count: Int, means: [Double], covariances: [Double]) throws(MissingNumber) {
        try self.init(shape: means.count, triangle: covariances.count, count: count)
        guard count > 0 else { return }
        self.means = means
        for mean in means { _ = try MissingNumber.finite(mean) }
        guard count > 1 else { return }
        for row in 0..<dimension {
            guard covariances[Self.index(row, row)] >= 0 else {
                throw covariances[Self.index(row, row)].isNaN ? .notFinite : .inconsistent
            }
            for column in 0...row {
                let index = Self.index(row, column)
                products[index] = try MissingNumber.finite(covariances[index] * Double(count - 1))
            }
        }
    }

    private init(shape: Int, triangle: Int, count: Int) throws(MissingNumber) {
        self.init(dimension: shape)
        guard shape == dimension, triangle == products.count else { throw .wrongShape }
        guard count >= 0 else { throw .outOfRange }
        self.count = count
    }

    /// Adds a unit (Welford).
    ///
    /// - Parameter values: The unit's number in every column. One that isn't finite makes the statistics that need it
    ///   ``MissingNumber/notFinite``.
    /// - Throws: ``MissingNumber/wrongShape`` unless there is one number per column; nothing is added then.
    public mutating func add(_ values: [Double]) throws(MissingNumber) {
        guard values.count == dimension else { throw .wrongShape }
        add { values[$0] }
    }

    /// Adds a unit to the moments of one column (Welford).
    ///
    /// - Parameter value: The unit's number. One that isn't finite makes the statistics ``MissingNumber/notFinite``.
    /// - Throws: ``MissingNumber/wrongShape`` if there are more columns; nothing is added then.
    public mutating func add(_ value: Double) throws(MissingNumber) {
        guard dimension == 1 else { throw .wrongShape }
        add { _ in value }
    }

    private mutating func add(_ value: (Int) -> Double) {
        guard count < .max else { return }
        if count == 0 { for row in 0..<dimension { origins[row] = value(row) } }
        count += 1
        let n = Double(count)
        for row in 0..<dimension {
            let offset = value(row) - origins[row]
            let deviation = offset - means[row]
            // The columns before this row have their new means already, this row has the old one.
            for column in 0..<row {
                products[Self.index(row, column)] += deviation * (value(column) - origins[column] - means[column])
            }
            means[row] += deviation / n
            products[Self.index(row, row)] += deviation * (offset - means[row])
        }
    }

    /// Adds the units of another group (Chan, Golub and LeVeque).
    ///
    /// - Parameter other: Moments of the same columns of other units.
    /// - Throws: ``MissingNumber/wrongShape`` if the numbers of columns differ; nothing is added then.
    public mutating func merge(_ other: Moments) throws(MissingNumber) {
        guard other.dimension == dimension else { throw .wrongShape }
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let (sum, overflow) = count.addingReportingOverflow(other.count)
        guard !overflow else { throw .outOfRange }
        let share = Double(other.count) / Double(sum)
        let distances = (0..<dimension).map { row in
            (other.origins[row] - origins[row]) + (other.means[row] - means[row])
        }
        for row in 0..<dimension {
            for column in 0...row {
                let index = Self.index(row, column)
                products[index] += other.products[index] + distances[row] * distances[column] * share * Double(count)
            }
            means[row] += distances[row] * share
        }
        count = sum
    }

    /// The mean of a column.
    ///
    /// - Parameter column: From 0.
    /// - Returns: The mean.
    /// - Throws: ``MissingNumber/tooFewUnits`` without units, ``MissingNumber/notFinite``, or
    ///   ``MissingNumber/wrongShape`` if there is no such column.
    public func mean(_ column: Int = 0) throws(MissingNumber) -> Double {
        guard means.indices.contains(column) else { throw .wrongShape }
        guard count > 0 else { throw .tooFewUnits }
        return try MissingNumber.finite(origins[column] + means[column])
    }

    /// The sample variance of a column.
    ///
    /// - Parameter column: From 0.
    /// - Returns: The sum of squared deviations, divided by count − 1.
    /// - Throws: ``MissingNumber/tooFewUnits`` with fewer than two units, ``MissingNumber/notFinite``, or
    ///   ``MissingNumber/wrongShape`` if there is no such column.
    public func variance(_ column: Int = 0) throws(MissingNumber) -> Double { try covariance(column, column) }

    /// The sample covariance of two columns.
    ///
    /// - Parameters:
    ///   - first: A column, from 0.
    ///   - second: A column, from 0.
    /// - Returns: The sum of products of deviations, divided by count − 1.
    /// - Throws: ``MissingNumber/tooFewUnits`` with fewer than two units, ``MissingNumber/notFinite``, or
    ///   ``MissingNumber/wrongShape`` if there is no such column.
    public func covariance(_ first: Int, _ second: Int) throws(MissingNumber) -> Double {
        guard means.indices.contains(first), means.indices.contains(second) else { throw .wrongShape }
        guard count > 1 else { throw .tooFewUnits }
        let product = products[Self.index(max(first, second), min(first, second))]
        return try MissingNumber.finite(product / Double(count - 1))
    }

    private static func index(_ row: Int, _ column: Int) -> Int { row * (row + 1) / 2 + column }
}
