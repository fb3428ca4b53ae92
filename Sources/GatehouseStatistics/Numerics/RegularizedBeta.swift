// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The regularised incomplete beta function.
///
/// Relative error below 1e-12 for parameters from 0.5 to 1e6. Arguments outside of the domain give NaN, as do a
/// parameter above 1e15 and two above 1e10.
public enum RegularizedBeta {
    /// The largest parameter that is computed.
    static let largestParameter = 1e15
    /// The largest that the smaller parameter may be; the work grows with its square root.
    static let largestSmallerParameter = 1e10

    /// The lower function I_x(a, b): the probability that a beta variable is at most x.
    ///
    /// - Parameters:
    ///   - a: The first parameter, greater than 0.
    ///   - b: The second parameter, greater than 0.
    ///   - x: Between 0 and 1.
    /// - Returns: A probability, or NaN outside of the domain.
    public static func lower(_ a: Double, _ b: Double, _ x: Double) -> Double { tails(a, b, x, 1 - x).lower }

    /// The upper function 1 − I_x(a, b), with full relative precision where it is small.
    ///
    /// - Parameters:
    ///   - a: The first parameter, greater than 0.
    ///   - b: The second parameter, greater than 0.
    ///   - x: Between 0 and 1.
    /// - Returns: A probability, or NaN outside of the domain.
    public static func upper(_ a: Double, _ b: Double, _ x: Double) -> Double { tails(a, b, x, 1 - x).upper }

    /// Both functions, from x and y = 1 − x with the digits of each.
    static func tails(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> (lower: Double, upper: Double) {
        guard a > 0, b > 0, max(a, b) <= largestParameter, min(a, b) <= largestSmallerParameter, x >= 0, y >= 0 else {
            return (.nan, .nan)
        }
        guard x > 0 else { return (0, 1) }
        guard y > 0 else { return (1, 0) }
        // The fraction converges fast where x is at most the mean a / (a + b).
        if a * y >= b * x {
            let lower = min(1, SaddlePoint.betaTerm(a, b, x, y) / fraction(a, b, x, y))
            return (lower, 1 - lower)
        }
        let upper = min(1, SaddlePoint.betaTerm(b, a, y, x) / fraction(b, a, y, x))
        return (1 - upper, upper)
    }

    /// The continued fraction x^a·y^b / B(a, b) / I_x(a, b) by Lentz's method.
    ///
    /// A. R. Didonato and A. H. Morris, Algorithm 708, 1992. Its terms don't cancel for large parameters, as those of the
    /// better known fraction do.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
        let least = 1e-300
        func nonzero(_ value: Double) -> Double { abs(value) < least ? least : value }
        let limit = 1_000 + Int(20 * min(a, b).squareRoot())
        let excess = a * y - b * x + 1
        var c = nonzero(a * excess / (a + 1))
        var d = 0.0
        var fraction = c
        for step in 1...limit {
            let n = Double(step)
            let odd = a + 2 * n - 1
            let numerator = (a + n - 1) / odd * ((a + b + n - 1) / odd * x) * (n * (b - n) * x)
            let term = n + n * (b - n) * x / odd + (a + n) * (excess + n * (1 + y)) / (odd + 2)
            d = 1 / nonzero(term + numerator * d)
            c = nonzero(term + numerator / c)
            let change = c * d
            fraction *= change
            if abs(change - 1) < 3e-16 { break }
        }
        return fraction
    }
}
