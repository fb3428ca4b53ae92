// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The reason why a number can't be given.
///
/// The functions of this module throw it, or return it in a `Result`. They never return 0 for a number that is missing.
public enum MissingNumber: String, Error, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// An input is NaN or infinite, or the result is too large for a number.
    case notFinite
    /// A group has too few units: none for a mean, fewer than two for a variance.
    case tooFewUnits
    /// Nothing varies, so that there is nothing to compare a difference with.
    case zeroVariance
    /// The number to divide by is 0: the control mean, the mean of a denominator, a baseline.
    case zeroDivisor
    /// The control mean isn't far enough from 0 for a bounded Fieller interval.
    case unboundedInterval
    /// A parameter is outside of its documented range.
    case outOfRange
    /// The sums contradict each other, such as a variance that is negative by more than rounding.
    case inconsistent
    /// The parts don't have the same number of columns, or a column doesn't exist.
    case wrongShape

    /// A sentence for people.
    public var description: String {
        switch self {
        case .notFinite: "A number is not finite."
        case .tooFewUnits: "There are too few units."
        case .zeroVariance: "The values do not vary."
        case .zeroDivisor: "The number to divide by is 0."
        case .unboundedInterval: "The control mean is too close to 0 for a bounded interval."
        case .outOfRange: "A parameter is out of range."
        case .inconsistent: "The sums contradict each other."
        case .wrongShape: "The columns do not match."
        }
    }

    /// The number itself if it is finite.
    static func finite(_ number: Double) throws(MissingNumber) -> Double {
        guard number.isFinite else { throw .notFinite }
        return number
    }

    /// The result of a computation that may have none.
    static func result<Value>(_ body: () throws(MissingNumber) -> Value) -> Result<Value, MissingNumber> {
        do {
            return .success(try body())
        } catch {
            return .failure(error)
        }
    }
}
